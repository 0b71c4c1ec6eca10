"""Numbers and charts of the report of `sori eval`."""

import pytest

from robot.evaluation.comparison import Difference
from robot.evaluation.plots import Axis, Bar, Row, bar_chart, changes_chart, nice_ticks, scatter
from robot.evaluation.wording import count, duration, milliseconds, percent, points


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (percent(0.1234), "12.3\u00a0%"),
        (percent(None), "–"),
        (points(Difference(-0.031)), "−3.1"),
        (points(Difference(0.0001)), "±0.0"),
        (milliseconds(3.21), "3.2 ms"),
        (milliseconds(1_240), "1.24 s"),
        (duration(48), "48 s"),
        (duration(900), "15 min"),
        (count(1, "clip"), "1 clip"),
        (count(2_000, "clip"), "2\u202f000 clips"),
    ],
)
def test_numbers_as_people_read_them(told: str, words: str) -> None:
    assert told == words


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (37, [0, 10, 20, 30, 40]),
        (0.0, None),
        (52_000, [0, 20_000, 40_000, 60_000]),
    ],
)
def test_ticks_are_round(top: float, ticks: list[float] | None) -> None:
    found = nice_ticks(top)
    assert ticks is None or found == ticks
    assert found[0] == 0
    assert found[-1] >= top


def test_charts_of_nothing_and_of_odd_names() -> None:
    bars = bar_chart([Row("<b>", [Bar(0.0, "0 %")])], Axis("a & b"))
    assert "&lt;b&gt;" in bars
    assert "a &amp; b" in bars
    assert scatter([[]], Axis("x"), Axis("y")).endswith("</svg>")
    assert changes_chart([], Axis("x")).endswith("</svg>")
    assert changes_chart([-3, 0, 2], Axis("x")).count("<rect") == 2
