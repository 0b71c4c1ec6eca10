"""The filter over the rows that were never trained on: counts, no sentences."""

import statistics
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.safety.evasions import EVASIONS
from config.safety_settings import SafetySettings
from nlu.safety.classifier import Classifier
from nlu.safety.screen import SafetyFilter
from training.safety.neutral import own_rows
from training.safety.rows import UNCLEAR, Row, said, shared_rows

Layer = Literal["words", "classifier", "whole"]
LAYERS: tuple[Layer, ...] = ("words", "classifier", "whole")
LANGUAGES = ("ko", "en")
MANY = ("ko_chat_benign", "ko_hatescore", "en_hatecheck", "multi_chatterbot_benign")
N_EVADING = 150
N_TIMED = 1_000
_CUT = 0.5


class Judges:
    """The whole filter, and its layers alone."""

    def __init__(self) -> None:
        self._whole = SafetyFilter.load(SafetySettings())
        self._words = SafetyFilter.load(SafetySettings(), classified=False)
        self._classifier = Classifier.load()

    def flagged(self, text: str, language: str) -> dict[Layer, bool]:
        """Which layers hold `text` back."""
        scores = self._classifier.scores(text, language)
        return {
            "words": not self._words.screen(text, language).allowed,
            "classifier": max(scores.values(), default=0.0) >= _CUT,
            "whole": self.holds_back(text, language),
        }

    def holds_back(self, text: str, language: str) -> bool:
        """Whether the whole filter does."""
        return not self._whole.screen(text, language).allowed


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what each layer did with it."""

    row: Row
    flagged: dict[Layer, bool]


def kept_rows(language: str, most: int) -> list[Row]:
    """Rows never trained on; at most `most` safe and `most` unsafe ones of a set, by hash.

    Of the sets of the aims that ask for small shares there are ten times as many.
    """
    rows = shared_rows(language) + own_rows(language)
    groups: dict[tuple[str, str, bool], list[Row]] = {}
    for row in rows:
        if row.is_kept:
            origin = row.upstream if row.source == "ko_hatescore" else ""
            groups.setdefault((row.source, origin, row.is_unsafe), []).append(row)
    return [
        row
        for group in groups.values()
        for row in _some(group, most * (10 if group[0].source in MANY else 1))
    ]


def _some(rows: Sequence[Row], most: int) -> Sequence[Row]:
    return sorted(rows, key=lambda row: zlib.crc32(said(row.text).encode()))[:most]


def judge(rows: Iterable[Row], judges: Judges) -> list[Judged]:
    """What every layer does with every row."""
    return [Judged(row, judges.flagged(row.text, row.language)) for row in rows]


def share(judged: Iterable[Judged], layer: Layer = "whole") -> float | None:
    """Share of `judged` that `layer` holds back; None of none."""
    flags = [each.flagged[layer] for each in judged]
    return sum(flags) / len(flags) if flags else None


def of(
    judged: Iterable[Judged], *sources: str, unsafe: bool, upstream: Sequence[str] = ()
) -> list[Judged]:
    """The rows of some sets that are unsafe, or safe; of some upstream labels where given."""
    return [
        each
        for each in judged
        if each.row.source in sources
        and each.row.label != UNCLEAR
        and each.row.is_unsafe == unsafe
        and (not upstream or each.row.upstream in upstream)
    ]


def kept_under_disguise(judged: Sequence[Judged], judges: Judges) -> float | None:
    """Recall of obfuscated sentences over the recall of the same sentences before."""
    pairs = [
        (each.flagged["whole"], judges.holds_back(each.row.base, each.row.language))
        for each in judged
        if each.row.is_unsafe and each.row.base
    ]
    plain = sum(before for _, before in pairs)
    return sum(after for after, _ in pairs) / plain if plain else None


@dataclass(frozen=True, slots=True)
class Evaded:
    """What one way of disguise does."""

    language: str
    name: str
    still_caught: float
    """Of hurtful sentences that are caught as they are."""
    harmless_flagged: float
    """Of harmless sentences under the same disguise."""


def evasions(judged: Sequence[Judged], judges: Judges) -> Iterator[Evaded]:
    """Every disguise over sentences that are caught plain, and over harmless ones."""
    sets = {
        "ko": (("ko_curse", "ko_malicious_own"), ("ko_chat_benign", "own_texts")),
        "en": (
            ("en_hatecheck", "en_surge_toxicity"),
            ("multi_chatterbot_benign", "own_texts"),
        ),
    }
    for language, (hurtful, harmless) in sets.items():
        mine = [each for each in judged if each.row.language == language]
        bad = [each for each in of(mine, *hurtful, unsafe=True) if each.flagged["whole"]]
        good = of(mine, *harmless, unsafe=False)
        for name, evasion in EVASIONS[language].items():
            yield Evaded(
                language,
                name,
                _held_back(bad[:: max(1, len(bad) // N_EVADING)], evasion, judges),
                _held_back(good[:: max(1, len(good) // N_EVADING)], evasion, judges),
            )


def _held_back(judged: Sequence[Judged], evasion: Callable[[str], str], judges: Judges) -> float:
    held = [judges.holds_back(evasion(each.row.text), each.row.language) for each in judged]
    return sum(held) / max(1, len(held))


@dataclass(frozen=True, slots=True)
class Times:
    """Processor time of one screening, in milliseconds; of one core."""

    median_ms: float
    p99_ms: float
    characters: float
    """Of the median clause."""


def times(rows: Sequence[Row], judges: Judges) -> Times:
    """How long clauses take; processor time, so that other programs do not count."""
    clauses = [row for row in rows if 20 <= len(row.text) <= 120]
    clauses = clauses[:: max(1, len(clauses) // N_TIMED)]
    taken = []
    for row in clauses:
        start = time.thread_time()
        judges.holds_back(row.text, row.language)
        taken.append((time.thread_time() - start) * 1e3)
    return Times(
        statistics.median(taken),
        statistics.quantiles(taken, n=100)[98],
        statistics.median(len(row.text) for row in clauses),
    )
