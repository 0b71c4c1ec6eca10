"""How sure an error rate is: bootstrap over clips (Bisani and Ney 2004), pure."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000
DRAWS_AT_ONCE = 50
"""Bounds the memory: 4 MB for 10 000 clips."""
COVERAGE = 0.95
MIN_CLIPS = 10
"""Fewer say nothing about the next clip."""

Interval = tuple[float, float]


def rate_interval(errors: Sequence[int], totals: Sequence[int]) -> Interval | None:
    """Where the pooled rate `sum(errors) / sum(totals)` of other such clips would lie.

    Holds 95 % of rates over clips drawn again. None for too few clips, and where not one error
    was seen: drawing again cannot invent one.
    """
    if len(errors) < MIN_CLIPS or not any(errors):
        return None
    rates = [_pooled(counts, errors, totals) for counts in _draws(len(errors))]
    return _middle(np.concatenate(rates))


def difference_interval(
    first: Sequence[int], second: Sequence[int], totals: Sequence[int]
) -> Interval | None:
    """The same for the second pooled rate minus the first, clip by clip on the same clips.

    Paired: what makes a clip hard for both cancels out.
    """
    if len(totals) < MIN_CLIPS or list(first) == list(second):
        return None
    change = [b - a for a, b in zip(first, second, strict=True)]
    rates = [_pooled(counts, change, totals) for counts in _draws(len(totals))]
    return _middle(np.concatenate(rates))


def _draws(clips: int) -> Iterator[NDArray[np.int64]]:
    """How often each clip is drawn, shape (DRAWS_AT_ONCE, clips) each; the same every time."""
    random = np.random.default_rng(7)
    even = np.full(clips, 1.0 / clips)
    for _ in range(DRAWS // DRAWS_AT_ONCE):
        yield random.multinomial(clips, even, size=DRAWS_AT_ONCE)


def _pooled(
    counts: NDArray[np.int64], errors: Sequence[int], totals: Sequence[int]
) -> NDArray[np.float64]:
    pooled: NDArray[np.float64] = (counts @ np.asarray(errors)) / np.maximum(
        1, counts @ np.asarray(totals)
    )
    return pooled


def _middle(rates: NDArray[np.float64]) -> Interval:
    tail = 100 * (1 - COVERAGE) / 2
    low, high = np.percentile(rates, (tail, 100 - tail))
    return float(low), float(high)
