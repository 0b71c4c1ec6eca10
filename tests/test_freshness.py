"""Which blocks are from now, on a clock of our own."""

from collections.abc import Iterator

import pytest

from audio.freshness import PACE_S, STALE_S, Freshness

BLOCK_S = 0.02


def live(from_s: float, seconds: float) -> Iterator[float]:
    """When blocks arrive that come as they are heard, two at a time."""
    for number in range(round(seconds / BLOCK_S)):
        yield from_s + (number // 2 + 1) * 2 * BLOCK_S


def fresh(freshness: Freshness, arrivals: Iterator[float]) -> int:
    return sum(freshness.is_fresh(at_s, BLOCK_S) for at_s in arrivals)


def burst(at_s: float, seconds: float) -> Iterator[float]:
    for number in range(round(seconds / BLOCK_S)):
        yield at_s + number * 1e-4


def test_steady_stream_is_fresh_whatever_it_lost_on_the_way() -> None:
    freshness = Freshness()
    arrivals = [at_s for second in range(60) for at_s in live(second * 1.3, 1.0)]
    assert fresh(freshness, iter(arrivals)) == len(arrivals)


@pytest.mark.parametrize("asleep_s", [8.0, 30.0, 60.0])
def test_of_what_was_kept_while_asleep_the_last_seconds_count(asleep_s: float) -> None:
    freshness = Freshness()
    assert fresh(freshness, live(0.0, 1.0)) == 50
    kept = fresh(freshness, burst(1.0 + asleep_s, asleep_s))
    assert kept == pytest.approx(STALE_S / BLOCK_S, abs=30)
    assert fresh(freshness, live(1.2 + asleep_s, 1.0)) == 50


@pytest.mark.parametrize("kept_s", [0.0, 2.0, 20.0])
def test_server_that_kept_the_oldest_only_costs_a_moment(kept_s: float) -> None:
    """Then nothing tells where in the burst the gap is; the pace of what follows does."""
    freshness = Freshness()
    fresh(freshness, live(0.0, 1.0))
    assert fresh(freshness, burst(31.0, kept_s)) == 0
    later = fresh(freshness, live(31.2, 2.0))
    assert 100 - later <= (PACE_S + 0.2) / BLOCK_S


def test_short_hiccup_drops_nothing() -> None:
    freshness = Freshness()
    fresh(freshness, live(0.0, 1.0))
    assert fresh(freshness, burst(1.9, 0.9)) == 45
    assert fresh(freshness, burst(5.9, 3.9)) == 195
