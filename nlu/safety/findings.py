"""The layers of the filter, one after the other: word lists, rules, private data, classifier."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from config.data_file import read_data
from config.errors import ConfigurationError
from config.preferences import Audience
from config.section import Share
from nlu.safety import private_data
from nlu.safety.categories import Category
from nlu.safety.quoting import Quoting
from nlu.safety.rules import RuleHit, Rules, Side
from nlu.safety.sentences import Sentence, sentences
from nlu.safety.word_list import Hit, WordList

_SCORES: dict[Category, float] = {
    "hate": 1.0,
    "threat": 0.95,
    "self_harm": 0.95,
    "despair": 0.95,
    "sexual": 0.9,
    "dangerous": 0.9,
    "private": 0.9,
    "insult": 0.8,
    "demeaning": 0.8,
    "blame": 0.7,
    "profanity": 0.5,
}
"""How sure a listed word or a rule is to hurt, 0..1; the classifier gives finer ones."""

_SEAM_CHARACTERS = 32
"""Of what was said before and of the new text so much is read together, for what only hurts as a
whole."""
_MORE = " 0"
"""Stands for the rest of the new text: what comes at the seam is not the end."""
_PAIR_CHARACTERS = 60
"""Of what was said before so much goes to the classifier together with the new text."""
_PAIR_GAIN = 0.2
"""By so much the pair must score more than each part: else it only carries what was there."""
_NEVER_REPORTED: frozenset[Category] = frozenset({"hate", "sexual", "dangerous", "despair"})
"""In a reply these hurt also where they are quoted."""

Layer = Literal["word_list", "rule", "private", "classifier"]


class Scorer(Protocol):
    """The classifier, as far as it is used here."""

    def scores(self, text: str, language: str) -> Mapping[Category, float]:
        """Calibrated scores, 0..1, by category; empty for languages it does not know."""
        ...


class Strictness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How strict the filter is for one audience."""

    cut: Share
    profanity: Literal["pass", "soften", "replace"]
    topics: bool


class AudiencesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`config/safety/audiences.toml`."""

    firm: frozenset[Category]
    audience: dict[Audience, Strictness]


@dataclass(frozen=True, slots=True)
class Finding:
    """One hurt that was found."""

    category: Category
    score: float
    layer: Layer
    about_other: bool = False
    """Despair of somebody the person worries about."""
    quotable: bool = True


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found in a text, and what the text is."""

    found: tuple[Finding, ...]
    is_report: bool = False
    for_listener: bool = False


class Layers:
    """Looks for hurt in all ways; made by `load`."""

    def __init__(
        self,
        words: WordList,
        rules: Rules,
        topics: Rules,
        quoting: Quoting,
        audiences: AudiencesFile,
    ) -> None:
        self.words = words
        self._rules = rules
        self._topics = topics
        self._quoting = quoting
        self._audiences = audiences
        self.scorer: Scorer | None = None

    @classmethod
    def load(cls, folder: Path, own_terms: Path | None) -> "Layers":
        """Read all data; ConfigurationError names a bad file."""
        return cls(
            WordList.load(folder, own_terms),
            Rules.load(folder / "rules"),
            Rules.load(folder / "child"),
            Quoting.load(folder),
            _read_audiences(folder / "audiences.toml"),
        )

    def strictness(self, audience: Audience) -> Strictness:
        """How strict the filter is for `audience`."""
        return self._audiences.audience[audience]

    def find(
        self,
        text: str,
        language: str,
        said_before: str,
        side: Side,
        audience: Audience,
        *,
        classified: bool = True,
    ) -> Findings:
        """Everything that `text` adds to `said_before`."""
        read = sentences(text, self.words.long_forms)
        found = [*self._by_words(text, language, said_before)]
        found += self._by_rules(text, read, said_before, side)
        if self.strictness(audience).topics:
            found += map(_of_rule, self._topics.hits(read, side))
        if side == "reply":
            found += self._private(text, said_before)
        if classified and self.scorer is not None and side == "reply":
            # Of people's words it would take one question in forty for an insult.
            found += self._by_scorer(self.scorer, text, language, said_before, audience)
        if not found:
            return Findings(())
        if side == "reply":
            return Findings(tuple(self._hurting_in_reply(found, read)))
        return Findings(
            tuple(found),
            self._quoting.is_report(read, side),
            self._quoting.is_meant_for_listener(read),
        )

    def _hurting_in_reply(
        self, found: list[Finding], read: tuple[Sentence, ...]
    ) -> Iterator[Finding]:
        """What still hurts when Sori tells of words, or says that they are hateful."""
        is_report = self._quoting.is_report(read, "reply")
        counters = self._quoting.is_counter_speech(read)
        for each in found:
            if counters and each.category in ("hate", "insult"):
                continue
            if not is_report or not each.quotable or each.category in _NEVER_REPORTED:
                yield each

    def _by_words(self, text: str, language: str, said_before: str) -> Iterator[Finding]:
        for hit in self._new_hits(text, language, said_before):
            yield Finding(hit.category, _SCORES[hit.category], "word_list", quotable=hit.quotable)

    def _new_hits(self, text: str, language: str, said_before: str) -> Iterable[Hit]:
        """Terms in `text`, and those that its words complete."""
        hits = self.words.hits(text, language)
        if hits or not (seam := _seam(text, said_before)):
            return hits
        tail, together = seam
        both = self.words.hits(together, language)
        return (Counter(both) - Counter(self.words.hits(tail, language))).keys() if both else ()

    def _by_rules(
        self, text: str, read: tuple[Sentence, ...], said_before: str, side: Side
    ) -> Iterator[Finding]:
        hits = self._rules.hits(read, side)
        if not hits and (seam := _seam(text, said_before)):
            tail, together = seam
            if both := self._rules.hits(sentences(together, self.words.long_forms), side):
                before = self._rules.hits(sentences(tail, self.words.long_forms), side)
                hits = [hit for hit in both if hit not in before]
        yield from map(_of_rule, hits)

    def _private(self, text: str, said_before: str) -> Iterator[Finding]:
        found = private_data.find(text)
        if not found and (seam := _seam(text, said_before)):
            tail, together = seam
            if both := private_data.find(together):
                found = both[len(private_data.find(tail)) :]
        if found:
            yield Finding("private", _SCORES["private"], "private", quotable=False)

    def _by_scorer(
        self, scorer: Scorer, text: str, language: str, said_before: str, audience: Audience
    ) -> Iterator[Finding]:
        alone = scorer.scores(text, language)
        for category, score in alone.items():
            if score >= self._cut(category, audience):
                yield Finding(category, score, "classifier")
        before = said_before[-_PAIR_CHARACTERS:].strip()
        pair = scorer.scores(f"{before} {text}", language) if before else {}
        together = {
            category: score
            for category, score in pair.items()
            if score >= self._cut(category, audience) > alone.get(category, 0.0)
            and score - alone.get(category, 0.0) >= _PAIR_GAIN
        }
        # Most clauses end here; only the others are worth a third look.
        earlier = scorer.scores(before, language) if together else {}
        for category, score in together.items():
            former = earlier.get(category, 0.0)
            if former < self._cut(category, audience) and score - former >= _PAIR_GAIN:
                yield Finding(category, score, "classifier")

    def _cut(self, category: Category, audience: Audience) -> float:
        cut = self.strictness(audience).cut
        if category in self._audiences.firm:
            return min(cut, self.strictness("general").cut)
        return cut


def _of_rule(hit: RuleHit) -> Finding:
    return Finding(hit.category, _SCORES[hit.category], "rule", about_other=hit.about == "other")


def _seam(text: str, said_before: str) -> tuple[str, str] | None:
    """The end of what was said before, and it together with the beginning of the new text."""
    tail = said_before[-_SEAM_CHARACTERS:].strip()
    if not tail:
        return None
    begin = text if len(text) <= _SEAM_CHARACTERS else text[:_SEAM_CHARACTERS] + _MORE
    return tail, f"{tail} {begin}"


def _read_audiences(file: Path) -> AudiencesFile:
    content = read_data(file, AudiencesFile, "data file")
    for audience in ("child", "general", "adult"):
        if audience not in content.audience:
            raise ConfigurationError(f"{file}: there is no [audience.{audience}]. Add it.")
    return content
