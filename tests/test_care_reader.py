"""What people say about manner, feedback and memory: `care_tables/` holds it, sentence by sentence.

The notation of a wish: `length short`, `rate -`, `user_name Mina`, `undo`, `reset`, `hurt`, `last`,
`who`; `about_wrong` is the question whether Sori can be wrong, `wrong` the report that it was.
"""

import tomllib
from pathlib import Path

import msgspec
import pytest

from config.errors import ConfigurationError
from nlu.actions import Query, Volume
from nlu.care.reader import CareReader
from nlu.care.wishes import (
    About,
    AskPreference,
    ChangePreference,
    Forget,
    Report,
    ResetPreferences,
    UndoPreference,
    Wish,
)
from tests.command_sentences import LANGUAGES, commands, stills

TABLES = Path(__file__).parent / "care_tables"
READER = CareReader.load(LANGUAGES)
MIN_SHARE_RIGHT = 0.98
MIN_ROWS = {"en": 250, "ko": 250, "es": 40, "fr": 40, "de": 40}


class Wishes(msgspec.Struct, forbid_unknown_fields=True):
    wishes: tuple[tuple[str, str], ...]


class NotWishes(msgspec.Struct, forbid_unknown_fields=True):
    not_wishes: tuple[str, ...]


def wishes(language: str) -> tuple[tuple[str, str], ...]:
    text = (TABLES / f"wishes_{language}.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Wishes).wishes


def not_wishes(language: str) -> tuple[str, ...]:
    text = (TABLES / f"not_{language}.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), NotWishes).not_wishes


def noted(wish: Wish | None) -> str:
    match wish:
        case ChangePreference(key, value, step):
            note = f"{key} {value}" if value is not None else f"{key} {'+' if step > 0 else '-'}"
        case AskPreference(key):
            note = f"ask {key}"
        case Report(kind):
            note = kind
        case Forget(what):
            note = what
        case About(topic):
            note = "about_wrong" if topic == "wrong" else topic
        case UndoPreference() | ResetPreferences():
            note = "undo" if wish == UndoPreference() else "reset"
        case None:
            note = "nothing"
    return note


@pytest.mark.parametrize("language", LANGUAGES)
def test_wishes_are_read_as_meant(language: str) -> None:
    table = wishes(language)
    read = [(text, wanted, noted(READER.read(text, language))) for text, wanted in table]
    missed = [row for row in read if row[1] != row[2]]
    assert len(table) >= MIN_ROWS[language]
    assert len({text for text, _ in table}) == len(table)
    assert len(missed) <= (1 - MIN_SHARE_RIGHT) * len(table), missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_else_is_a_wish(language: str) -> None:
    table = not_wishes(language)
    assert len(table) >= MIN_ROWS[language]
    assert [(text, wish) for text in table if (wish := READER.read(text, language))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_command_to_the_body_is_a_wish_but_of_the_volume(language: str) -> None:
    taken = [
        (text, wish)
        for text, action in commands(language)
        if not isinstance(action, Volume | Query) and (wish := READER.read(text, language))
    ]
    assert taken == []


@pytest.mark.parametrize("taken_for", ["en", "ko"])
def test_wishes_taken_for_another_language_are_no_other_wish(taken_for: str) -> None:
    language = "ko" if taken_for == "en" else "en"
    read = [
        (text, wanted, noted(READER.read(text, taken_for))) for text, wanted in wishes(language)
    ]
    assert [row for row in read if row[2] not in (row[1], "nothing")] == []


def test_sentences_that_move_nothing_change_no_preference_but_the_volume() -> None:
    changed = [
        (text, wish)
        for _, language, text in stills()
        if isinstance(wish := READER.read(text, language), ChangePreference)
        and wish.key != "volume"
    ]
    assert changed == []


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("Be brief and speak slowly.", "en", ["length short", "rate -"]),
        ("That hurt me, don't say that again!", "en", ["hurt", "unwanted"]),
        ("더 짧게 말해 줘, 그리고 천천히 말해 줘", "ko", ["length -", "rate -"]),
    ],
)
def test_several_wishes_keep_their_order(text: str, language: str, wanted: list[str]) -> None:
    assert [noted(wish) for wish in READER.read_all(text, language)] == wanted


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("please spek more slowly", "en", "rate -"),
        ("Call me Zoë.", "en", "user_name Zoë"),
        ("I'm Anna-Lena Smith, call me Anna-Lena", "en", "user_name Anna-Lena"),
        ("나를 곰돌이라고 불러 줘", "ko", "user_name 곰돌이"),
        ("나를 김 서윤이라고 불러 줘", "ko", "user_name 김 서윤"),
        ("나를 Mina라고 불러 줘", "ko", "user_name Mina"),
        ("Speak louder?", "en", "nothing"),
        ("Could you speak louder?", "en", "volume +"),
        ("forget wat I said", "en", "nothing"),
        ("", "en", "nothing"),
    ],
)
def test_names_mishearings_and_questions(text: str, language: str, wanted: str) -> None:
    assert noted(READER.read(text, language)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[around]\n[wishes]\nsing = ['sing']",
        "[around]\n[wishes]\n'length=endless' = ['never end']",
        "[around]\n[wishes]\n'rate+' = ['speak {faster}']",
    ],
)
def test_a_file_that_cannot_be_used_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"en\.toml"):
        CareReader.load(["en"], tmp_path)
