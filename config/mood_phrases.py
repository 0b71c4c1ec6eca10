"""What is said about how somebody sounds: one file a language in `phrases/mood/`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY, read_text

MOOD_PHRASES_FOLDER = CONFIG_DIRECTORY / "phrases" / "mood"
LANGUAGE_OF_LAST_RESORT = "en"

Line = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^();]+:[^();]+$")]
"""One fact, "kind: words": nlu/facts.py puts it between parentheses and semicolons."""


class MoodLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Facts for the language model about the words; neutral has none."""

    joy: Line
    sadness: Line
    anger: Line
    fear: Line
    surprise: Line
    disgust: Line


class VoiceLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Facts for the language model about the voice."""

    excited: Line
    calm: Line


class MoodBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language."""

    announce: Annotated[str, Meta(min_length=1)]
    """Said aloud before voices are listened to for their liveliness (EU AI Act, 50(3))."""
    lines: MoodLines
    voice: VoiceLines

    def line(self, emotion: str) -> str | None:
        """The fact of an emotion of nlu/emotion; None for neutral."""
        return getattr(self.lines, emotion, None)


@dataclass(frozen=True, slots=True)
class MoodPhrases:
    """The books by language."""

    books: Mapping[str, MoodBook]

    def announcement(self, language: str) -> str:
        """What is said when listening to voices is switched on, in English at worst."""
        return (self.books.get(language) or self.books[LANGUAGE_OF_LAST_RESORT]).announce


def load_mood_phrases(folder: Path = MOOD_PHRASES_FOLDER) -> MoodPhrases:
    """Read every book of `folder`; ConfigurationError names the file and the key of a fault."""
    books = {file.stem: _read_book(file) for file in sorted(folder.glob("*.toml"))}
    if LANGUAGE_OF_LAST_RESORT not in books:
        raise ConfigurationError(
            f"{folder}: there is no {LANGUAGE_OF_LAST_RESORT}.toml. It stands in for other"
            " languages."
        )
    return MoodPhrases(books)


def _read_book(file: Path) -> MoodBook:
    try:
        return msgspec.convert(tomllib.loads(read_text(file, "phrase file")), MoodBook)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"{file}: this phrase file cannot be used: {error}.") from error
