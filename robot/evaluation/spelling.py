"""One spelling for what was said and what was heard, so that only real errors count."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

SPACING_FREE = frozenset({"ko", "ja", "zh", "yue", "th", "lo", "km", "my"})
"""Spaces are optional (Korean) or absent: character errors do not look at them."""
WORDLESS = SPACING_FREE - {"ko"}
"""Written without spaces: each letter counts as a word (Radford et al. 2022, appendix C)."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """The text normalisers of the Whisper paper."""

    _english: Callable[[str], str]
    _basic: Callable[[str], str]
    _letters: Callable[[str], str]

    @classmethod
    def load(cls) -> Self:
        """Read Whisper's table of British and American spellings."""
        # Brings torch along, which takes seconds to import.
        from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer  # noqa: PLC0415

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # Whisper leaves its table open
            english = EnglishTextNormalizer()
        return cls(english, BasicTextNormalizer(), BasicTextNormalizer(split_letters=True))

    def words(self, text: str, language: str | None) -> str:
        """Words of `text` in one spelling, a space between; without case and punctuation."""
        if language == "en":
            normalised = self._english(text)
        elif language in WORDLESS:
            normalised = self._letters(text)
        else:
            normalised = self._basic(text)
        return " ".join(normalised.split())

    def characters(self, text: str, language: str | None) -> str:
        """The same as a row of characters; without spaces where `language` does not need them."""
        words = self.words(text, language)
        return words.replace(" ", "") if language in SPACING_FREE else words
