"""What is said about how somebody sounds: one file a language in `phrases/mood/`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from config.data_file import LANGUAGE_OF_LAST_RESORT, read_books
from config.load import CONFIG_DIRECTORY

MOOD_PHRASES_FOLDER = CONFIG_DIRECTORY / "phrases" / "mood"

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
    books = read_books(folder, MoodBook, "phrase file")
    return MoodPhrases(books)
