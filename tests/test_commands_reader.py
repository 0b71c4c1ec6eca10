"""Doubt, asking back, answers and other languages: what the tables of sentences do not show."""

import math
import shutil
from pathlib import Path

import pytest

from config.errors import ConfigurationError
from nlu.actions import Action, Gesture, Look, Sequence, Stop, Turn, Volume, Walk
from nlu.commands.grammar_file import COMMANDS_DIRECTORY
from nlu.commands.reader import CommandReader
from nlu.commands.reading import AskedBack, Command, NotACommand, Unclear, Unread
from tests.command_sentences import LANGUAGES, READER

SURE, UNSURE = -0.2, -0.9


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("walk forword two metres", "en"),
        ("rase your right hand", "en"),
        ("앞프로 이 미터 가", "ko"),
        ("손 흔드러 줘", "ko"),
        ("camina dos metros asia adelante", "es"),
    ],
)
def test_what_only_came_near_is_read_with_doubt(text: str, language: str) -> None:
    read = READER.read(text, language)
    assert isinstance(read, Command)
    assert read.doubts == ("misheard",)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("talk forward two metres", "en"),  # a word of its own
        ("the robot walks forward", "en"),
        ("sat down", "en"),
        ("sip", "en"),  # a single word has nothing to bear it out
        ("brown", "en"),
        ("허전해", "ko"),
        ("가자", "ko"),
    ],
)
def test_words_of_their_own_are_not_taken_for_misheard(text: str, language: str) -> None:
    assert isinstance(READER.read(text, language), NotACommand)


@pytest.mark.parametrize(
    ("text", "confidence", "doubts"),
    [
        ("walk forward", None, ()),
        ("walk forward", SURE, ()),
        ("walk forward", UNSURE, ("misheard",)),
        ("walk forward two metres", UNSURE, ("unsure_number",)),
        ("walk forward two metres", SURE, ()),
    ],
)
def test_an_unsure_transcript_is_doubted(
    text: str, confidence: float | None, doubts: tuple[str, ...]
) -> None:
    read = READER.read(text, "en", confidence)
    assert isinstance(read, Command)
    assert read.doubts == doubts


@pytest.mark.parametrize(
    ("text", "language", "one", "other"),
    [
        ("walk forward fifteen centimetres", "en", Walk(0.15), Walk(0.5)),
        ("go back fifty centimetres", "en", Walk(-0.5), Walk(-0.15)),
        ("앞으로 십오 센티 가", "ko", Walk(0.15), Walk(0.5)),
        ("geh fünfzig Zentimeter vor", "de", Walk(0.5), Walk(0.15)),
        ("set the volume to thirty percent", "en", Volume(30), Volume(13)),
    ],
)
def test_numbers_that_sound_alike_are_asked_back_when_unsure(
    text: str, language: str, one: Action, other: Action
) -> None:
    assert READER.read(text, language, UNSURE) == Unclear("which_number", (one, other))
    assert READER.read(text, language, SURE) == Command(one)


@pytest.mark.parametrize(
    ("text", "language", "question", "choices"),
    [
        ("walk to the side", "en", "which_way", (Walk(0.0, 1.0), Walk(0.0, -1.0))),
        ("옆으로 한 걸음 가", "ko", "which_way", (Walk(0.0, 0.4), Walk(0.0, -0.4))),
        ("turn", "en", "which_way", (Turn(math.pi / 2), Turn(-math.pi / 2))),
        ("구십 도 돌아", "ko", "which_way", (Turn(math.pi / 2), Turn(-math.pi / 2))),
        ("come closer", "en", "how_far", (Walk(0.3), Walk(1.0))),
        (
            "set the volume",
            "en",
            "how_much",
            (Volume(10, relative=True), Volume(-10, relative=True)),
        ),
        (
            "look over there",
            "en",
            "which_way",
            (Look(direction="left"), Look(direction="right"), Look(direction="front")),
        ),
    ],
)
def test_what_can_be_meant_in_several_ways_is_asked_back(
    text: str, language: str, question: AskedBack, choices: tuple[Action, ...]
) -> None:
    assert READER.read(text, language) == Unclear(question, choices)


def test_asking_back_keeps_the_rest_of_a_sequence() -> None:
    read = READER.read("wave and then turn", "en")
    assert isinstance(read, Unclear)
    assert read.choices == (
        Sequence((Gesture("wave"), Turn(math.pi / 2))),
        Sequence((Gesture("wave"), Turn(-math.pi / 2))),
    )


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [
        ("don't walk", "en", "negated"),
        ("걷지 마", "ko", "negated"),
        ("ne marche pas", "fr", "negated"),
        ("geh nicht", "de", "negated"),
        ("no camines", "es", "negated"),
        ("he said walk forward", "en", "reported"),
        ("앞으로 가라고 했어", "ko", "reported"),
        ("can you walk", "en", "question"),
        ("how do you walk", "en", "question"),
        ("앞으로 가?", "ko", "question"),
        ("walk a million kilometres", "en", "not_sensible"),
        ("turn off the motors", "en", "not_sensible"),
        ("백만 킬로미터 걸어가", "ko", "not_sensible"),
        ("hello", "en", "no_command"),
        ("", "en", "no_command"),
        ("   ?!", "ko", "no_command"),
    ],
)
def test_it_says_why_it_is_no_command(text: str, language: str, why: Unread) -> None:
    assert READER.read(text, language) == NotACommand(why)


@pytest.mark.parametrize(
    "text", ["Please stop now!", "walk two metres and STOP", "don't stop", "그만 걸어"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stop_word_stops_whatever_else_is_said(text: str, language: str) -> None:
    assert READER.read(text, language) == Command(Stop())


def test_more_than_a_sequence_holds_is_refused() -> None:
    eight = " then ".join(["nod"] * 8)
    assert isinstance(READER.read(eight, "en"), Command)
    assert READER.read(f"{eight} then nod", "en") == NotACommand("not_sensible")


@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("yes", "en", True),
        ("Yes, please.", "en", True),
        ("yes go ahead", "en", True),
        ("do it", "en", True),
        ("okay", "en", True),
        ("no", "en", False),
        ("No, don't do it.", "en", False),
        ("yes no", "en", False),
        ("not now", "en", False),
        ("네", "ko", True),
        ("응 해 줘", "ko", True),
        ("그래", "ko", True),
        ("네 맞아요", "ko", True),
        ("아니", "ko", False),
        ("아니요 하지 마세요", "ko", False),
        ("하지 마", "ko", False),
        ("sí", "es", True),
        ("sí, hazlo", "es", True),
        ("no lo hagas", "es", False),
        ("oui vas-y", "fr", True),
        ("non merci", "fr", False),
        ("ja, mach das", "de", True),
        ("mach das nicht", "de", False),
        ("sí", "en", True),  # taken for English
        ("walk forward", "en", None),
        ("yes walk forward", "en", None),
        ("what time is it", "en", None),
        ("앞으로 가", "ko", None),
        ("네 시야", "ko", None),
        ("", "en", None),
        ("please", "en", None),
    ],
)
def test_answers(text: str, language: str, meant: bool | None) -> None:
    assert READER.answer(text, language) is meant


def test_a_language_mistake_is_forgiven() -> None:
    assert READER.read("앞으로 이 미터 가", "en") == Command(Walk(2.0))
    assert READER.read("gira a la izquierda", "ko") == Command(Turn(math.pi / 2))
    assert READER.read("앞프로 이 미터 가", "en") == NotACommand()  # two mistakes are too many
    assert READER.read("walk two metres", "ja") == Command(Walk(2.0))


def test_only_served_languages_are_read() -> None:
    reader = CommandReader.load(("ko",))
    assert reader.read("walk forward two metres", "ko") == NotACommand()
    assert reader.read("멈춰", "ko") == Command(Stop())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"gesture.bow" =', '"gesture.bend" =', "gesture.bend"),
        ("[slots.direction]", "[slots.directions]", "slots.directions"),
        ('metre = ["', 'league = ["', "league"),
        ('"shrug", ', '"shrug (it", ', "parenthesis"),
        ('"shrug", ', '"shrug {slowly}", ', "slowly"),
        ("[answers]", "[answer]", "answer"),
        ('verb = "first"', 'verb = "middle"', "verb"),
        ("[numbers.words]", "[numbers.words", "en.toml"),
    ],
)
def test_slips_of_the_pen_are_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    shutil.copy(COMMANDS_DIRECTORY / "amounts.toml", tmp_path)
    text = (COMMANDS_DIRECTORY / "en.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "en.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigurationError, match=words):
        CommandReader.load(("en",), tmp_path)


def test_a_step_is_as_long_as_the_amounts_say(tmp_path: Path) -> None:
    for name in ("en.toml", "amounts.toml"):
        text = (COMMANDS_DIRECTORY / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace("step = 0.4", "step = 0.25"), "utf-8")
    assert CommandReader.load(("en",), tmp_path).read("take two steps back", "en") == Command(
        Walk(-0.5)
    )
