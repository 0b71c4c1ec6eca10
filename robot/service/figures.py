"""Times and counts of the last turns, for charts: numbers only, no words."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import msgspec
import numpy as np

from robot.turn_record import TurnRecord

Verdict = Literal["pass", "soften", "replace", "crisis"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
STAGES = ("endpoint", "recognise", "first_token", "first_sound")
MOST_TURNS = 50

Row = tuple[int | None, ...]
"""Milliseconds in the order of STAGES; null: the turn had no such stage."""


class Latencies(msgspec.Struct, frozen=True):
    """Stage times of the last turns that were answered, the newest last."""

    stages: tuple[str, ...]
    turns: list[Row]
    p50: dict[str, float | None]
    p95: dict[str, float | None]


class Figures(msgspec.Struct, frozen=True):
    """What the charts show."""

    latency_ms: Latencies
    verdicts: dict[Verdict, int]
    counters: dict[str, int]


def verdict_of(record: TurnRecord) -> Verdict | None:
    """What the filter did in a turn at most; None where it had nothing to look at."""
    said, reply = record.safety.input, record.safety.reply
    if said is None and reply is None:
        return None
    if said is not None and "despair" in said.categories and not said.allowed:
        return "crisis"
    if reply is None or not reply.replaced:
        return "pass"
    return "soften" if reply.categories == ("profanity",) else "replace"


def row_of(record: TurnRecord) -> Row:
    """The stage times of a turn."""
    times = record.timings_ms
    return (times.endpoint, times.recognise, times.first_token, times.first_sound)


class Tally:
    """Counts turns. One thread at a time."""

    def __init__(self) -> None:
        self._rows: deque[Row] = deque(maxlen=MOST_TURNS)
        self._verdicts: Counter[Verdict] = Counter()
        self._counters: Counter[str] = Counter()

    def note_turn(self, record: TurnRecord) -> None:
        """A turn has ended."""
        self.count("no_speech" if record.no_speech else "turns")
        if (verdict := verdict_of(record)) is not None:
            self._verdicts[verdict] += 1
        if record.action is not None and record.action.outcome == "refused":
            self.count("refused_actions")
        if record.reply is not None and any(value is not None for value in row_of(record)):
            self._rows.append(row_of(record))

    def count(self, what: str) -> None:
        """One more of these."""
        self._counters[what] += 1

    def figures(self, more: Mapping[str, int]) -> Figures:
        """All of it; `more` counters are kept elsewhere."""
        rows = list(self._rows)
        named = ("turns", "no_speech", "refused_actions", "stops", "failures", "recoveries")
        return Figures(
            Latencies(STAGES, rows, _percentiles(rows, 50), _percentiles(rows, 95)),
            {verdict: self._verdicts[verdict] for verdict in VERDICTS},
            {name: self._counters[name] for name in named} | dict(more),
        )


def _percentiles(rows: Sequence[Row], percent: int) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for at, stage in enumerate(STAGES):
        values = [value for row in rows if (value := row[at]) is not None]
        found[stage] = round(float(np.percentile(values, percent)), 1) if values else None
    return found
