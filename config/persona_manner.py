"""Lines that tell a full model how to speak: one file a language in `persona/manner/`."""

import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import msgspec

from config.data_file import LANGUAGE_OF_LAST_RESORT, read_data
from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY
from config.preferences import Audience, Length, SpeechLevel, Tone

MANNER_FOLDER = CONFIG_DIRECTORY / "persona" / "manner"


class NameLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the robot is called: `{name}`."""

    robot: str


class FactLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines of `nlu.facts`, in the very words that the pocket Llama learnt: `{name}`."""

    name: str
    """Of the person."""


class MannerLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language: a line for each value of a preference, empty where none is needed."""

    tone: Mapping[Tone, str]
    speech_level: Mapping[SpeechLevel, str]
    length: Mapping[Length, str]
    audience: Mapping[Audience, str]
    name: NameLines
    facts: FactLines


def load_manner_lines(folder: Path = MANNER_FOLDER) -> dict[str, MannerLines]:
    """By language, with English in it.

    Raises ConfigurationError that names the file and the key of a fault.
    """
    books: dict[str, MannerLines] = {}
    for file in sorted(folder.glob("*.toml")):
        books[file.stem] = read_data(file, MannerLines, "manner file")
        _check(books[file.stem], file)
    if LANGUAGE_OF_LAST_RESORT not in books:
        raise ConfigurationError(
            f"{folder}: there is no {LANGUAGE_OF_LAST_RESORT}.toml. It stands in for other"
            " languages."
        )
    return books


def _check(book: MannerLines, file: Path) -> None:
    for place, wanted in _values():
        if missing := set(wanted) - set(getattr(book, place)):
            raise ConfigurationError(f"{file}: `{place}.{min(missing)}` is missing. Write it.")
    for line in (book.name.robot, book.facts.name):
        slots = [name for _, name, _, _ in string.Formatter().parse(line) if name is not None]
        if slots != ["name"]:
            raise ConfigurationError(f"{file}: `{line}` needs `{{name}}` once, and nothing else.")


def _values() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "tone", get_args(Tone)
    yield "speech_level", get_args(SpeechLevel)
    yield "length", get_args(Length)
    yield "audience", get_args(Audience)
