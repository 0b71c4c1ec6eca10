"""A picture of where the time of each turn went, as SVG."""

from collections.abc import Sequence
from html import escape

from robot.turn_record import TurnRecord

STAGES = (
    ("endpoint", "waiting for the end of speech", "#c9cdd4"),
    ("recognise", "Whisper", "#4c78a8"),
    ("first_token", "Llama 2, first word", "#f2a541"),
    ("first_sound", "first clause, filter and voice", "#59a14f"),
)
"""Field of Timings, its legend, its colour."""

WIDTH_PX, LEFT_PX, RIGHT_PX = 860, 230, 90
ROW_PX, BAR_PX, TOP_PX = 34, 20, 64
TICKS_MS = (50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000)
MAX_TICKS = 8
LABEL_CHARACTERS = 24


def timing_chart(records: Sequence[TurnRecord]) -> str:
    """One stacked bar a turn, from the end of speech to the first sound of the reply."""
    records = [record for record in records if record.timings_ms.total is not None]
    longest_ms = max([record.timings_ms.total or 0 for record in records], default=1) or 1
    tick_ms = next((t for t in TICKS_MS if longest_ms / t <= MAX_TICKS), TICKS_MS[-1])
    scale = (WIDTH_PX - LEFT_PX - RIGHT_PX) / longest_ms
    height = TOP_PX + ROW_PX * len(records) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {height}" role="img"'
        ' aria-label="Milliseconds from the end of speech to the first sound of each reply"'
        ' font-family="sans-serif" font-size="13" fill="#333">',
        f'<rect width="{WIDTH_PX}" height="{height}" fill="#fff"/>',
        *_legend(),
        *_grid(longest_ms, tick_ms, scale, height),
    ]
    for row, record in enumerate(records):
        parts += _row(record, TOP_PX + ROW_PX * row, scale)
    return "\n".join([*parts, "</svg>", ""])


def _legend() -> list[str]:
    parts, x = [], 12.0
    for _, legend, colour in STAGES:
        parts.append(f'<rect x="{x}" y="14" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{x + 17}" y="24.5">{legend}</text>')
        x += 36 + 6.9 * len(legend)
    return parts


def _grid(longest_ms: int, tick_ms: int, scale: float, height: int) -> list[str]:
    parts = []
    for ms in range(0, longest_ms + 1, tick_ms):
        x = LEFT_PX + ms * scale
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP_PX - 14}" y2="{height - 32}"'
            ' stroke="#e4e6ea"/>'
        )
        parts.append(
            f'<text x="{x:.1f}" y="{height - 14}" text-anchor="middle" fill="#777">{ms} ms</text>'
        )
    return parts


def _row(record: TurnRecord, y: float, scale: float) -> list[str]:
    words = record.transcript or "(not understood)"
    label = words if len(words) <= LABEL_CHARACTERS else f"{words[: LABEL_CHARACTERS - 1]}…"
    middle = y + BAR_PX / 2 + 4.5
    parts = [
        f'<text x="{LEFT_PX - 10}" y="{middle}" text-anchor="end">'
        f"{record.turn}. {escape(label)}</text>"
    ]
    x = float(LEFT_PX)
    for stage, legend, colour in STAGES:
        ms: int = getattr(record.timings_ms, stage) or 0
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{ms * scale:.1f}" height="{BAR_PX}" fill="{colour}">'
            f"<title>{legend}: {ms} ms</title></rect>"
        )
        x += ms * scale
    total = record.timings_ms.total
    parts.append(f'<text x="{x + 8:.1f}" y="{middle}" font-weight="bold">{total} ms</text>')
    return parts
