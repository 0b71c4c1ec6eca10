"""Days, weeks, months or years, so that counts over time fit one chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Period = Literal["day", "week", "month", "year"]

MOST = 12
"""Bars of a chart that one looks at without scrolling."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A period with its name on the chart; both ends belong to it."""

    name: str
    first: date
    last: date


def periods(days: Sequence[date]) -> tuple[Period, list[Span]]:
    """From the first of `days` to the last, without gaps, in the finest period that fits.

    Where even years are too many, the newest `MOST`.
    """
    first, last = min(days), max(days)
    spans: list[Span] = []
    for period in ("day", "week", "month", "year"):
        spans = _spans(period, first, last)
        if len(spans) <= MOST:
            return period, spans
    return "year", spans[-MOST:]


def _spans(period: Period, first: date, last: date) -> list[Span]:
    spans = []
    begins = _beginning(period, first)
    while begins <= last:
        after = _next(period, begins)
        spans.append(Span(_name(period, begins), begins, after - _DAY))
        begins = after
    return spans


def _beginning(period: Period, day: date) -> date:
    match period:
        case "day":
            return day
        case "week":
            return day - day.weekday() * _DAY
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)


def _next(period: Period, begins: date) -> date:
    match period:
        case "day":
            return begins + _DAY
        case "week":
            return begins + 7 * _DAY
        case "month":
            return _beginning("month", begins + 32 * _DAY)
        case "year":
            return _beginning("year", begins + 366 * _DAY)


def _name(period: Period, begins: date) -> str:
    match period:
        case "day" | "week":
            return begins.isoformat()
        case "month":
            return begins.isoformat()[:7]
        case "year":
            return begins.isoformat()[:4]
