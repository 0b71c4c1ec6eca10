"""What people say, sentence by sentence: `command_tables/` holds it, composed by hand."""

from pathlib import Path

import pytest

from nlu.actions import Stop, flat
from nlu.commands.reading import Command, Reading
from tests.command_sentences import LANGUAGES, READER, commands, stills

MANUAL = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
MIN_SHARE_RIGHT = 0.98
MIN_COMMANDS = {"en": 350, "ko": 350, "es": 70, "fr": 70, "de": 70}
MIN_STILL = 500


def is_moving(reading: Reading) -> bool:
    """Anything but a stop that would be done, read back or not."""
    return isinstance(reading, Command) and not isinstance(reading.action, Stop)


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_are_read_as_meant(language: str) -> None:
    table = commands(language)
    missed = []
    for text, wanted in table:
        read = READER.read(text, language)
        if not isinstance(read, Command) or flat(read.action) != flat(wanted):
            missed.append((text, flat(wanted), read))
    assert len(table) >= MIN_COMMANDS[language]
    assert len({text for text, _ in table}) == len(table)
    assert len(missed) <= (1 - MIN_SHARE_RIGHT) * len(table), missed


def test_nothing_moves_after_what_is_no_command() -> None:
    table = stills()
    moved = [(group, text) for group, code, text in table if is_moving(READER.read(text, code))]
    assert len(table) >= MIN_STILL
    assert moved == []


def test_nothing_moves_in_whatever_language_it_was_taken_for() -> None:
    moved = [
        (group, text, taken_for)
        for group, _, text in stills()
        for taken_for in LANGUAGES
        if is_moving(READER.read(text, taken_for))
    ]
    assert moved == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_taken_for_another_language_are_never_another_movement(language: str) -> None:
    other = "ko" if language != "ko" else "en"
    wrong, right = [], 0
    table = commands(language)
    for text, wanted in table:
        read = READER.read(text, other)
        if isinstance(read, Command) and not read.doubts:
            right += flat(read.action) == flat(wanted)
            if flat(read.action) != flat(wanted):
                wrong.append((text, read))
    assert wrong == []
    assert right > 0.9 * len(table)


@pytest.mark.parametrize(
    ("section", "language"),
    [("English", "en"), ("한국어", "ko"), ("Español", "es"), ("Français", "fr"), ("Deutsch", "de")],
)
def test_the_manual_only_promises_what_is_read(section: str, language: str) -> None:
    text = MANUAL.read_text("utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")][2:]
    examples = [example.strip() for row in rows for example in row.split("·")]
    assert len(examples) > 10
    assert [text for text in examples if not is_moving(READER.read(text, language))] == []
