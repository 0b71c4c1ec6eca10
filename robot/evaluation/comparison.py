"""Two systems on the same clips: what the second does better or worse, clip by clip. Pure."""

from collections.abc import Sequence

import msgspec
import numpy as np

from robot.evaluation.confidence import difference_interval
from robot.evaluation.scoring import ScoredClip, Tally


class Difference(msgspec.Struct, frozen=True):
    """The second system's error rate minus the first's; negative is better."""

    rate: float | None
    low: float | None = None
    high: float | None = None
    """95 % interval; None where there are too few clips, or no difference at all."""

    @property
    def is_sure(self) -> bool:
        """Whether chance alone is an unlikely cause."""
        return self.low is not None and self.high is not None and self.low * self.high > 0


class GroupComparison(msgspec.Struct, frozen=True):
    """Clips of one language, or all of them."""

    name: str
    clips: int
    word_errors: Difference
    character_errors: Difference
    fewer_errors: int
    """Clips in which the second makes fewer word errors."""
    same_errors: int
    more_errors: int


class Comparison(msgspec.Struct, frozen=True):
    """The second system against the first."""

    first: str
    second: str
    overall: GroupComparison
    by_language: tuple[GroupComparison, ...]
    recognise_ratio: float | None
    """Median over clips of the second's Whisper time over the first's; under 1 is faster."""


def compare(
    labels: tuple[str, str], first: Sequence[ScoredClip], second: Sequence[ScoredClip]
) -> Comparison:
    """`first` and `second` hold the same clips in the same order, none of which failed."""
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if not a.is_silent]
    languages = sorted({a.clip.language for a, _ in pairs if a.clip.language})
    ratios = [
        b.heard.recognise_ms / a.heard.recognise_ms
        for a, b in pairs
        if a.heard.recognise_ms and b.heard.recognise_ms
    ]
    return Comparison(
        *labels,
        overall=_group("all", pairs),
        by_language=tuple(
            _group(language, [pair for pair in pairs if pair[0].clip.language == language])
            for language in languages
        ),
        recognise_ratio=round(float(np.median(ratios)), 3) if ratios else None,
    )


def _group(name: str, pairs: Sequence[tuple[ScoredClip, ScoredClip]]) -> GroupComparison:
    changes = [b.words.errors - a.words.errors for a, b in pairs]
    return GroupComparison(
        name=name,
        clips=len(pairs),
        word_errors=_difference([(a.words, b.words) for a, b in pairs]),
        character_errors=_difference([(a.characters, b.characters) for a, b in pairs]),
        fewer_errors=sum(change < 0 for change in changes),
        same_errors=sum(change == 0 for change in changes),
        more_errors=sum(change > 0 for change in changes),
    )


def _difference(pairs: Sequence[tuple[Tally, Tally]]) -> Difference:
    first = [a.errors for a, _ in pairs]
    second = [b.errors for _, b in pairs]
    totals = [a.reference for a, _ in pairs]
    if not sum(totals):
        return Difference(None)
    low, high = difference_interval(first, second, totals) or (None, None)
    return Difference((sum(second) - sum(first)) / sum(totals), low, high)
