"""Sentences that Sori says without a language model, in every language it has them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zlib import crc32

import msgspec

from config.data_file import LANGUAGE_OF_LAST_RESORT, read_data
from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY

PHRASES_FILE = CONFIG_DIRECTORY / "phrases" / "replies.toml"

Occasion = Literal[
    "not_understood",
    "no_answer",
    "no_conversation",
    "model_missing",
    "thought_lost",
    "thinking_again",
    "let_me_think",
    "apology",
    "gentle",
    "private",
    "insulted",
    "unkind",
    "calming",
    "declined",
    "filter_off",
    "crisis",
    "crisis_no_line",
    "crisis_other",
    "crisis_other_no_line",
]

Sentences = tuple[str, ...]


class PhraseBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language: for each occasion one or more sentences of the same meaning."""

    not_understood: Sentences
    no_answer: Sentences
    no_conversation: Sentences
    """Where no chat model speaks the language, though its words were understood."""
    model_missing: Sentences
    thought_lost: Sentences
    """Where the model died in the middle of a reply, maybe after the beginning of it was said."""
    thinking_again: Sentences
    """Where it is not back yet."""
    let_me_think: Sentences
    """Where an answer takes long; the answer follows."""
    apology: Sentences
    gentle: Sentences
    """Said in the place of something hurtful."""
    private: Sentences
    """Said in the place of private data."""
    insulted: Sentences
    """Answers insults at the robot: calm, no lecture."""
    unkind: Sentences
    """Answers hate of others."""
    calming: Sentences
    """Answers threats against others."""
    declined: Sentences
    """Answers requests for what would hurt somebody, and advances."""
    filter_off: Sentences
    """Said at the start when the filter is switched off."""
    crisis: Sentences
    """Answers despair; `{name}` and `{number}` are a help line."""
    crisis_no_line: Sentences
    """The same where no help line is known."""
    crisis_other: Sentences
    """Answers worry about the despair of somebody else; `{name}` and `{number}` as above."""
    crisis_other_no_line: Sentences
    """The same where no help line is known."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrase books by language."""

    books: Mapping[str, PhraseBook]

    def say(self, occasion: Occasion, language: str, about: str = "") -> str:
        """A sentence for `occasion`, in English where `language` has no phrase book.

        Of several sentences, `about` (what the person said) picks one: the same each time for
        the same words, others for other words.
        """
        book = self.books.get(language) or self.books[LANGUAGE_OF_LAST_RESORT]
        sentences: Sentences = getattr(book, occasion)
        return sentences[crc32(about.encode(errors="replace")) % len(sentences)]


def load_phrases(file: Path = PHRASES_FILE) -> Phrases:
    """Read the phrase books; ConfigurationError names the language and the occasion of a fault."""
    books = read_data(file, dict[str, PhraseBook], "phrase file")
    if LANGUAGE_OF_LAST_RESORT not in books:
        raise ConfigurationError(
            f"{file}: there is no [{LANGUAGE_OF_LAST_RESORT}]. It stands in for other languages."
        )
    for language, book in books.items():
        for occasion, sentences in msgspec.structs.asdict(book).items():
            if not sentences or not all(sentence.strip() for sentence in sentences):
                raise ConfigurationError(
                    f"{file}: `{language}.{occasion}` has an empty sentence. Write one."
                )
    return Phrases(books)
