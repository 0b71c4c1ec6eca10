"""What Sori says when it falls asleep, wakes or is called: one file a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from zlib import crc32

import msgspec
from msgspec import Meta

from config.data_file import LANGUAGE_OF_LAST_RESORT, read_books
from config.load import CONFIG_DIRECTORY

ATTENTION_PHRASES_FOLDER = CONFIG_DIRECTORY / "phrases" / "attention"

AttentionOccasion = Literal["asleep", "awake", "summoned", "always", "on_call", "button"]
Sentences = Annotated[tuple[Annotated[str, Meta(min_length=1)], ...], Meta(min_length=1)]


class AttentionBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language: for each occasion one or more sentences of the same meaning."""

    asleep: Sentences
    awake: Sentences
    summoned: Sentences
    """It was called, and nothing more was said."""
    always: Sentences
    """From now on it listens to everything."""
    on_call: Sentences
    """From now on only after its wake phrase."""
    button: Sentences
    """From now on only while a button is held."""


@dataclass(frozen=True, slots=True)
class AttentionPhrases:
    """The books by language."""

    books: Mapping[str, AttentionBook]

    def say(self, occasion: AttentionOccasion, language: str, about: str = "") -> str:
        """A sentence, in English where `language` has no book; `about` what was said picks one."""
        book = self.books.get(language) or self.books[LANGUAGE_OF_LAST_RESORT]
        sentences: Sentences = getattr(book, occasion)
        return sentences[crc32(about.encode(errors="replace")) % len(sentences)]


def load_attention_phrases(folder: Path = ATTENTION_PHRASES_FOLDER) -> AttentionPhrases:
    """Read every book of `folder`; ConfigurationError names the file and the key of a fault."""
    return AttentionPhrases(read_books(folder, AttentionBook, "phrase file"))
