"""Judges the words of people and of the language model, before anything is answered or spoken."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from config.phrases import Phrases, load_phrases
from config.safety_settings import SafetySettings
from nlu.clauses import spoken_reply
from nlu.safety.help_lines import HelpLines
from nlu.safety.word_list import CATEGORIES, SAFETY_DIRECTORY, Category, Hit, WordList

Action = Literal["pass", "soften", "replace", "crisis"]

_SCORES: dict[Category, float] = {
    "slur": 1.0,
    "threat": 0.95,
    "self_harm": 0.95,
    "despair": 0.95,
    "sexual": 0.9,
    "insult": 0.8,
    "profanity": 0.5,
}
"""How sure a listed word is to hurt, 0..1; the classifiers to come give finer ones."""

_SEAM_CHARACTERS = 32
"""Of what was said before and of the new text so much is read together, for what only hurts as a
whole."""
_MORE = " 0"
"""Stands for the rest of the new text: what comes at the seam is not the end."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the filter says of a text."""

    allowed: bool
    """False for anything but `pass`."""
    categories: tuple[str, ...]
    score: float
    """0 harmless .. 1 certainly hurtful."""
    action: Action
    reason: str | None
    """A code such as `word_list:insult`; never the words themselves."""
    spoken: str
    """What may be said: the text itself when allowed, else words to put in its place."""


class SafetyFilter:
    """The one gate; every clause and every question passes it."""

    def __init__(
        self, settings: SafetySettings, words: WordList, phrases: Phrases, help_lines: HelpLines
    ) -> None:
        self._enabled = settings.enabled
        self._country = settings.country
        self._words = words
        self._phrases = phrases
        self._help_lines = help_lines
        self._mild_words = _any_of(words.profanity)

    @classmethod
    def load(cls, settings: SafetySettings, folder: Path = SAFETY_DIRECTORY) -> "SafetyFilter":
        """Read word lists, phrases and help lines; ConfigurationError names a bad file."""
        return cls(settings, WordList.load(folder), load_phrases(), HelpLines.load(folder))

    def screen(self, text: str, language: str, said_before: str = "") -> Verdict:
        """Judge `text`, which follows `said_before` in the same reply.

        Despair has the action `crisis` and is answered with a help line, mild swearing is left
        out of the text (`soften`), everything else that hurts is replaced.
        """
        if not self._enabled:
            return passed(text)
        hits = self._new_hits(text, language, said_before)
        if not hits:
            return passed(text)
        found = {hit.category for hit in hits}
        categories = tuple(category for category in CATEGORIES if category in found)
        action, spoken = self._instead(text, language, categories)
        return Verdict(
            allowed=False,
            categories=categories,
            score=max(_SCORES[category] for category in categories),
            action=action,
            reason=f"word_list:{categories[0]}",
            spoken=spoken,
        )

    def _new_hits(self, text: str, language: str, said_before: str) -> Iterable[Hit]:
        """Terms in `text`, and those that its words complete."""
        hits = self._words.hits(text, language)
        if hits or not (tail := said_before[-_SEAM_CHARACTERS:].strip()):
            return hits
        seam = text if len(text) <= _SEAM_CHARACTERS else text[:_SEAM_CHARACTERS] + _MORE
        together = self._words.hits(f"{tail} {seam}", language)
        if not together:
            return ()
        return (Counter(together) - Counter(self._words.hits(tail, language))).keys()

    def _instead(
        self, text: str, language: str, categories: tuple[Category, ...]
    ) -> tuple[Action, str]:
        if "despair" in categories:
            return "crisis", self._help_lines.sentence(
                self._phrases, language, about=text, country=self._country
            )
        if categories == ("profanity",):
            milder = spoken_reply(self._mild_words.sub(" ", text))
            if milder and not self._words.hits(milder, language):
                return "soften", milder
        return "replace", self._phrases.say("gentle", language, about=text)


def passed(text: str) -> Verdict:
    """The verdict on words that need no judging, such as Sori's own phrases."""
    return Verdict(True, (), 0.0, "pass", None, text)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    either = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in longest_first)
    return re.compile(rf"\b(?:{either})\b[,!]?" if either else r"(?!)", re.IGNORECASE)
