"""Every phrase exists in every language and manner, is filled, and is in that manner."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.care_phrases import CARE_PHRASES_FOLDER, SECTIONS, load_care_phrases
from config.errors import ConfigurationError
from config.preferences import Preferences
from robot.care.changes import Phrase
from robot.care.wording import CareWording

BOOKS = load_care_phrases().books
WORDING = CareWording(load_care_phrases())
SLOTS = {
    **{"name": "Mina", "language": "ko", "languages": "en ko", "days": "3", "list": "walk"},
    **{"time": "오후 세 시", "date": "사월 오일 월요일"},
}
MANNERS = {
    "friendly": Preferences(),
    "playful": Preferences(tone="playful"),
    "formal": Preferences(tone="formal"),
    "plain": Preferences(speech_level="plain"),
    "plain and formal": Preferences(tone="formal", speech_level="plain"),
}
POLITE = re.compile(r"요[.!?]")
FORMAL = re.compile(r"(?:니다|니까|십시오)[.!?]")


def keys() -> Iterator[tuple[str, str]]:
    for section in SECTIONS:
        for key in getattr(BOOKS["en"], section):
            yield section, key


def said(section: str, key: str, language: str, manner: str) -> set[str]:
    """Every variant, as said."""
    phrase = Phrase(section, key, SLOTS)
    return {WORDING.say([phrase], language, MANNERS[manner], str(count)) for count in range(40)}


def test_the_languages_that_are_served_have_phrases() -> None:
    assert set(BOOKS) == {"en", "ko", "es", "fr", "de"}
    assert BOOKS["ko"].manners == ("friendly", "formal", "plain")


@pytest.mark.parametrize("language", BOOKS)
@pytest.mark.parametrize("manner", MANNERS)
def test_every_phrase_is_filled_and_spoken(language: str, manner: str) -> None:
    for section, key in keys():
        for text in said(section, key, language, manner):
            assert text[-1] in ".?!", (section, key)
            assert not set(text) & set("{}<>[]*_"), (section, key)
            assert len(text) <= 240, (section, key)


@pytest.mark.parametrize("language", BOOKS)
def test_a_hurt_is_met_with_one_apology_and_no_argument(language: str) -> None:
    sorry = re.compile(r"sorry|죄송|미안|siento|pardon|leid", re.IGNORECASE)
    but = re.compile(r"\b(?:but|pero|mais|aber)\b|지만", re.IGNORECASE)
    for manner in MANNERS:
        for text in said("report", "hurt", language, manner):
            assert len(sorry.findall(text)) == 1
            assert not but.search(text)


def test_korean_keeps_to_its_speech_level() -> None:
    for section, key in keys():
        for text in said(section, key, "ko", "friendly"):
            assert POLITE.search(text[-3:]), text
            assert not FORMAL.search(text), text
        for text in said(section, key, "ko", "formal"):
            assert FORMAL.search(text[-4:]), text
            assert not POLITE.search(text), text
        for manner in ("plain", "plain and formal"):
            for text in said(section, key, "ko", manner):
                assert not POLITE.search(text), text
                assert not FORMAL.search(text), text


@pytest.mark.parametrize(
    ("language", "familiar", "distant"),
    [("es", r"\b(?:te|tú|tu|ti)\b", "usted"), ("de", r"\b(?:du|dich|dir|dein\w*)\b", "Ihnen|Sie")],
)
def test_the_formal_manner_is_distant(language: str, familiar: str, distant: str) -> None:
    for section, key in keys():
        for text in said(section, key, language, "formal"):
            assert not re.search(familiar, text), text
        for text in said(section, key, language, "friendly"):
            assert not re.search(rf"\b(?:{distant})\b", text), text


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("ko", "보리", "네, 이제 제 이름은 보리예요."),
        ("ko", "민준", "네, 이제 제 이름은 민준이에요."),
        ("en", "Bori", "From now on I am Bori."),
    ],
)
def test_names_take_the_endings_they_need(language: str, name: str, text: str) -> None:
    phrase = Phrase("changed", "robot_name_set", {"name": name})
    assert text in {
        WORDING.say([phrase], language, Preferences(), str(count)) for count in range(9)
    }


@pytest.mark.parametrize(
    ("code", "text"),
    [("ja", "I cannot speak Japanese, I am sorry."), ("xx", "I do not know that language")],
)
def test_a_language_is_named_where_it_has_a_name(code: str, text: str) -> None:
    slots = {"language": code, "languages": "en ko de"}
    phrase = Phrase("refused", "language_unserved", slots)
    told = WORDING.say([phrase], "en", Preferences(), "")
    assert told.startswith(text)
    assert told.endswith("I know English, Korean and German.")


def test_the_same_words_get_the_same_answer_and_others_others() -> None:
    phrase = [Phrase("report", "unwanted")]
    told = {about: WORDING.say(phrase, "en", Preferences(), about) for about in map(str, range(9))}
    assert len(set(told.values())) == 2
    assert all(WORDING.say(phrase, "en", Preferences(), a) == text for a, text in told.items())


def test_a_language_without_a_file_is_spoken_in_english() -> None:
    told = WORDING.say([Phrase("answers", "already")], "sw", Preferences(), "")
    assert told == "That is how it is already."


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (
            "ko.toml",
            "[bound]\nlength_most",
            "[bound]\nlength_mots",
            "bound.length_most` is missing",
        ),
        ("de.toml", "[bound]\n", '[bound]\nmore = "x"\n', "bound.more` is not known"),
        ("de.toml", 'rate_more = "Ich', 'rate_more = "{speed} Ich', "needs the slots"),
        ("de.toml", "auf {language}.", "auf Deutsch.", "needs the slots"),
        ("de.toml", 'already = "So', 'already = "So }', "brace"),
        ("es.toml", 'formal = "Le llamaré {name}."', 'plain = "x"', "needs friendly, formal"),
        ("fr.toml", 'undone = "Comme c\'était avant."', "undone = []", "cannot be used"),
        ("fr.toml", 'manners = ["friendly", ', 'manners = ["formal", ', "begin with `friendly`"),
        ("fr.toml", 'ru = "russe"\n', "", "languages.ru` is missing"),
        ("fr.toml", "[greeting]", "[greeting", "cannot be used"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, file: str, old: str, new: str, fault: str) -> None:
    shutil.copytree(CARE_PHRASES_FOLDER, tmp_path / "care")
    text = (tmp_path / "care" / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "care" / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=fault) as error:
        load_care_phrases(tmp_path / "care")
    assert file in str(error.value)


def test_english_must_be_there(tmp_path: Path) -> None:
    shutil.copytree(CARE_PHRASES_FOLDER, tmp_path / "care")
    (tmp_path / "care" / "en.toml").unlink()
    with pytest.raises(ConfigurationError, match=r"no en\.toml"):
        load_care_phrases(tmp_path / "care")
