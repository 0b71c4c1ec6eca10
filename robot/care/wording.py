"""Phrases become sentences, in the manner that was wished for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zlib import crc32

from config.care_phrases import CareBook, CareManner, CarePhrases
from config.preferences import Preferences
from robot.acting.sentences import sentence
from robot.care.changes import Phrase

PLAIN_SPEECH_LANGUAGE = "ko"


class CareWording:
    """The phrases of all languages."""

    def __init__(self, phrases: CarePhrases) -> None:
        self._phrases = phrases

    def say(
        self, phrases: Sequence[Phrase], language: str, preferences: Preferences, about: str
    ) -> str:
        """The sentences one after the other.

        Of several that mean the same, `about` (what the person said) picks one. A slot `language`
        holds a language code, `languages` several, separated by spaces; their names are said.
        """
        book = self._phrases.book(language)
        manner = _manner(preferences, language, book)
        return " ".join(_sentence(phrase, book, manner, about) for phrase in phrases)

    def name(self, language: str, preferences: Preferences) -> str:
        """What the robot is called."""
        return preferences.robot_name or self._phrases.book(language).name

    def days(self, count: int, language: str) -> str:
        """A number of days."""
        book = self._phrases.book(language)
        return book.day if count == 1 else book.days.format(count=count)

    def listed(self, parts: Sequence[str], language: str) -> str:
        """ "a, b and c"."""
        return _listed(parts, self._phrases.book(language))


def _manner(preferences: Preferences, language: str, book: CareBook) -> CareManner:
    if language == PLAIN_SPEECH_LANGUAGE and preferences.speech_level == "plain":
        return "plain"
    return "formal" if preferences.tone == "formal" else book.manners[0]


def _sentence(phrase: Phrase, book: CareBook, manner: CareManner, about: str) -> str:
    code = phrase.slots.get("language")
    if phrase.key == "language_unserved" and code not in book.languages:
        phrase = replace(phrase, key="language_unknown")  # that language has no name here
    variants = book.variants(phrase.section, phrase.key, manner)
    chosen = variants[crc32(about.encode(errors="replace")) % len(variants)]
    return sentence(chosen, **_named(phrase.slots, book))


def _named(slots: Mapping[str, str], book: CareBook) -> dict[str, str]:
    named = dict(slots)
    if "language" in named:
        named["language"] = book.languages.get(named["language"], named["language"])
    if "languages" in named:
        codes = named["languages"].split()
        named["languages"] = _listed([book.languages.get(code, code) for code in codes], book)
    return named


def _listed(parts: Sequence[str], book: CareBook) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return book.comma.join(parts[:-1]) + book.last + parts[-1]
