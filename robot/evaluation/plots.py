"""Small charts as SVG inside the page: they take its colours, by day and by night. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT = 480, 92, 62
"""Narrow, so that on a phone the letters stay large enough to read."""
ROW, BAR, TOP = 22, 15, 8
FOOT = 34
NICE_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of one system, and its interval where it is known."""

    value: float
    label: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Bars that belong together, one a system."""

    name: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Axis:
    """What is measured, and the unit behind its numbers."""

    title: str
    unit: str = ""


Point = tuple[float, float]


def bar_chart(rows: Sequence[Row], axis: Axis) -> str:
    """Lying bars; a line across the end of a bar is its 95 % interval."""
    bars = [bar for row in rows for bar in row.bars]
    top = max([bar.high or bar.value for bar in bars], default=0.0) or 1.0
    ticks = nice_ticks(top)
    scale = (WIDTH - LEFT - RIGHT) / max(top, ticks[-1])
    row_height = [ROW * len(row.bars) + 12 for row in rows]
    height = TOP + sum(row_height) + FOOT
    parts = _columns(ticks, scale, height, axis)
    y = float(TOP)
    for row, tall in zip(rows, row_height, strict=True):
        middle = y + (tall - 12) / 2 + 4.5
        parts.append(_text(LEFT - 10, middle, row.name, "end"))
        for number, bar in enumerate(row.bars):
            parts += _bar(bar, number, y + ROW * number + 3, scale)
        y += tall
    return _svg(height, axis.title, parts)


def scatter(series: Sequence[Sequence[Point]], x_axis: Axis, y_axis: Axis) -> str:
    """One dot a clip; series are systems."""
    points = [point for one in series for point in one]
    height, bottom = 300, 300 - FOOT
    x_ticks = nice_ticks(max([x for x, _ in points], default=1.0))
    y_ticks = nice_ticks(max([y for _, y in points], default=1.0))
    left, right = 66, 14
    x_scale = (WIDTH - left - right) / x_ticks[-1]
    y_scale = (bottom - TOP) / y_ticks[-1]
    parts = []
    for tick in y_ticks:
        y = bottom - tick * y_scale
        parts.append(_line((left, y), (WIDTH - right, y), "grid"))
        parts.append(_text(left - 8, y + 4.5, f"{tick:g}{y_axis.unit}", "end", "tick"))
    parts += [
        _text(left + tick * x_scale, height - 14, f"{tick:g}{x_axis.unit}", "middle", "tick")
        for tick in x_ticks
    ]
    radius = 3.5 if len(points) < 400 else 2
    for number, one in enumerate(series):
        parts += [
            f'<circle cx="{left + x * x_scale:.1f}" cy="{bottom - y * y_scale:.1f}" r="{radius}"'
            f' class="dot s{number}"/>'
            for x, y in one
        ]
    return _svg(height, f"{y_axis.title} against {x_axis.title}", parts)


def changes_chart(changes: Sequence[int], axis: Axis) -> str:
    """Signed whole numbers, sorted, as thin bars from a middle line: up is worse."""
    ordered = sorted(changes)
    height, bottom = 220, 220 - FOOT
    left, right = 66, 14
    high, low = max([*ordered, 1]), min([*ordered, -1])
    scale = (bottom - TOP) / (high - low)
    zero = TOP + high * scale
    wide = (WIDTH - left - right) / max(1, len(ordered))
    parts = []
    for tick in sorted({low, 0, high}):
        y = zero - tick * scale
        parts.append(_line((left, y), (WIDTH - right, y), "grid"))
        label = f"{tick:+d}".replace("-", "−") if tick else "0"
        parts.append(_text(left - 8, y + 4.5, label, "end", "tick"))
    for number, change in enumerate(ordered):
        if change:
            y = zero - max(0, change) * scale
            kind = "worse" if change > 0 else "better"
            parts.append(
                f'<rect x="{left + number * wide:.2f}" y="{y:.1f}"'
                f' width="{max(wide - 0.5, 0.5):.2f}" height="{abs(change) * scale:.1f}"'
                f' class="{kind}"/>'
            )
    middle = left + (WIDTH - left - right) / 2
    parts.append(
        _text(middle, height - 12, f"{len(ordered)} clips, best change first", "middle", "tick")
    )
    return _svg(height, axis.title, parts)


def nice_ticks(top: float, most: int = 5) -> list[float]:
    """Round numbers from 0 until just over `top`, `most` steps at most."""
    top = max(top, 1e-9)
    magnitude = 10.0 ** _floor_log10(top / most)
    step = next(s * magnitude for s in NICE_STEPS if top / (s * magnitude) <= most + 1e-9)
    count = 1
    while count * step < top - 1e-9:
        count += 1
    return [round(step * number, 10) for number in range(count + 1)]


def _floor_log10(value: float) -> int:
    return int(f"{value:e}".split("e")[1])


def _columns(ticks: Sequence[float], scale: float, height: float, axis: Axis) -> list[str]:
    parts = []
    for tick in ticks:
        x = LEFT + tick * scale
        parts.append(_line((x, TOP - 4), (x, height - FOOT + 2), "grid"))
        parts.append(_text(x, height - 14, f"{tick:g}{axis.unit}", "middle", "tick"))
    return parts


def _bar(bar: Bar, series: int, y: float, scale: float) -> list[str]:
    end = LEFT + bar.value * scale
    parts = [
        f'<rect x="{LEFT}" y="{y:.1f}" width="{max(0.0, end - LEFT):.1f}" height="{BAR}" rx="2"'
        f' class="s{series}"><title>{escape(bar.label)}</title></rect>'
    ]
    furthest = end
    if bar.low is not None and bar.high is not None:
        low, high = LEFT + bar.low * scale, LEFT + bar.high * scale
        middle = y + BAR / 2
        parts.append(_line((low, middle), (high, middle), "whisker"))
        parts += [_line((x, middle - 3), (x, middle + 3), "whisker") for x in (low, high)]
        furthest = max(end, high)
    parts.append(_text(furthest + 6, y + BAR - 3, bar.label, "start", "value"))
    return parts


def _text(x: float, y: float, text: str, anchor: str, kind: str = "name") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'
    )


def _line(start: Point, end: Point, kind: str) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _svg(height: float, label: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
        f' aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )
