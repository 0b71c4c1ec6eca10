"""Judges the words of people and of the language model, before anything is answered or spoken."""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from config.errors import ModelError
from config.phrases import Occasion, Phrases, load_phrases
from config.preferences import Audience
from config.safety_settings import SafetySettings
from nlu.clauses import spoken_reply
from nlu.safety.avoided import Avoided
from nlu.safety.categories import CATEGORIES, Category
from nlu.safety.classifier import Classifier
from nlu.safety.findings import Finding, Findings, Layers, Scorer
from nlu.safety.help_lines import HelpLines
from nlu.safety.rules import Side
from nlu.safety.word_list import SAFETY_DIRECTORY

Action = Literal["pass", "soften", "replace", "crisis"]

_AT_THE_ROBOT: frozenset[Category] = frozenset(
    {"insult", "hate", "demeaning", "threat", "self_harm"}
)
_log = logging.getLogger(__name__)


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
    """A code such as `word_list:insult`, `reported` or `avoided`; never the words themselves."""
    spoken: str
    """What may be said: the text itself when allowed, else words to put in its place."""


class SafetyFilter:
    """The one gate; every clause and every question passes it."""

    def __init__(
        self, settings: SafetySettings, layers: Layers, phrases: Phrases, help_lines: HelpLines
    ) -> None:
        self._enabled = settings.enabled
        self._country = settings.country
        self._layers = layers
        self._phrases = phrases
        self._help_lines = help_lines
        self._mild_words = _any_of(layers.words.profanity)
        self._avoided = Avoided()
        self.audience: Audience = "general"
        """Who listens; may be set at any time."""

    @classmethod
    def load(
        cls,
        settings: SafetySettings,
        folder: Path = SAFETY_DIRECTORY,
        *,
        classified: bool = True,
    ) -> "SafetyFilter":
        """Read word lists, rules, phrases and help lines; ConfigurationError names a bad file.

        Without the files of the classifier, or not `classified`, words and rules judge alone.
        """
        own_terms = Path(settings.terms).expanduser() if settings.terms else None
        layers = Layers.load(folder, own_terms)
        layers.scorer = _classifier() if classified and settings.enabled else None
        return cls(settings, layers, load_phrases(), HelpLines.load(folder))

    @property
    def enabled(self) -> bool:
        """Off is for developers: then everything passes."""
        return self._enabled

    def avoid(self, phrases: Iterable[str]) -> None:
        """Phrases that people asked not to hear again: they and near copies are held back.

        Takes the place of the phrases given before.
        """
        self._avoided = Avoided(phrases)

    def screen(
        self,
        text: str,
        language: str,
        said_before: str = "",
        *,
        side: Side = "reply",
        composed: bool = False,
    ) -> Verdict:
        """Judge `text`, which follows `said_before` in the same reply.

        Despair has the action `crisis` and is answered with a help line, mild swearing is left
        out of the text (`soften`), everything else that hurts is replaced. What a person says
        hurts less: reports of hurtful words pass, and so does anger at the weather. What Sori has
        `composed` of its own phrases is read by words and rules alone: what is strange in it are
        names, and the classifier knows only the words of models.
        """
        if not self._enabled:
            return passed(text)
        findings = self._layers.find(
            text, language, said_before, side, self.audience, classified=not composed
        )
        if side == "person":
            return self._of_person(text, language, findings)
        verdict = self._of_reply(text, language, findings.found)
        if composed:
            return verdict
        if verdict.action in ("pass", "soften") and self._avoided.is_near(text):
            return Verdict(
                False, (), 1.0, "replace", "avoided", self._say("gentle", language, text)
            )
        return verdict

    def _of_reply(self, text: str, language: str, found: tuple[Finding, ...]) -> Verdict:
        categories = _categories(found)
        manner = self._layers.strictness(self.audience).profanity
        if not categories or (categories == ("profanity",) and manner == "pass"):
            return passed(text)
        if "despair" in categories:
            return self._crisis(text, language, found)
        if categories == ("profanity",) and manner == "soften":
            milder = spoken_reply(self._mild_words.sub(" ", text))
            if milder and not self._layers.words.hits(milder, language):
                return _held_back(found, "soften", milder)
        occasion: Occasion = "private" if categories == ("private",) else "gentle"
        return _held_back(found, "replace", self._say(occasion, language, text))

    def _of_person(self, text: str, language: str, findings: Findings) -> Verdict:
        found, categories = findings.found, _categories(findings.found)
        if "despair" in categories:
            return self._crisis(text, language, found)
        if "dangerous" in categories or "sexual" in categories:
            return _held_back(found, "replace", self._say("declined", language, text))
        if findings.is_report and categories:
            return passed(text, "reported")
        hurting = tuple(each for each in found if each.category in _AT_THE_ROBOT)
        if not hurting:
            return passed(text)
        occasion = _answer_to_anger(categories, findings.for_listener)
        if occasion is None:
            return passed(text, "venting")
        reason = "insulted" if occasion == "insulted" else None
        return _held_back(hurting, "replace", self._say(occasion, language, text), reason)

    def _crisis(self, text: str, language: str, found: tuple[Finding, ...]) -> Verdict:
        despair = [finding for finding in found if finding.category == "despair"]
        spoken = self._help_lines.sentence(
            self._phrases,
            language,
            about=text,
            country=self._country,
            for_other=all(finding.about_other for finding in despair),
        )
        return _held_back(found, "crisis", spoken)

    def _say(self, occasion: Occasion, language: str, about: str) -> str:
        return self._phrases.say(occasion, language, about=about)


def _answer_to_anger(categories: Iterable[Category], for_listener: bool) -> Occasion | None:
    """What is said to a person's angry words; None: the model may answer them."""
    if for_listener:
        return "insulted"
    if "threat" in categories:
        return "calming"
    return "unkind" if "hate" in categories else None


def passed(text: str, reason: str | None = None) -> Verdict:
    """The verdict on words that need no judging, such as Sori's own phrases."""
    return Verdict(True, (), 0.0, "pass", reason, text)


def _held_back(
    found: tuple[Finding, ...], action: Action, spoken: str, reason: str | None = None
) -> Verdict:
    categories = _categories(found)
    gravest = next(finding for finding in found if finding.category == categories[0])
    code = reason or gravest.layer
    score = max(finding.score for finding in found)
    return Verdict(False, categories, score, action, f"{code}:{categories[0]}", spoken)


def _categories(found: Iterable[Finding]) -> tuple[Category, ...]:
    names = {finding.category for finding in found}
    return tuple(category for category in CATEGORIES if category in names)


def _classifier() -> Scorer | None:
    """The classifier; None, with a line in the log, where it cannot be used."""
    try:
        return Classifier.load()
    except ModelError as error:
        _log.warning("The safety filter judges by word lists and rules alone: %s", error)
        return None


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    either = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in longest_first)
    return re.compile(rf"\b(?:{either})\b[,!]?" if either else r"(?!)", re.IGNORECASE)
