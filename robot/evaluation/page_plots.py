"""Which charts the report page shows."""

from collections.abc import Sequence
from html import escape

from robot.evaluation.plots import Axis, Bar, Row, bar_chart, changes_chart, scatter
from robot.evaluation.report import Evaluation
from robot.evaluation.scoring import ScoredClip
from robot.evaluation.summary import GroupScores, SystemScores
from robot.evaluation.wording import milliseconds, percent

ERRORS = (("none", 0, 0), ("1", 1, 1), ("2", 2, 2), ("3 to 5", 3, 5), ("over 5", 6, 1_000_000))
"""Name, fewest and most word errors of a clip."""
MAX_DOTS = 2_000
"""More make the page slow and the picture no clearer."""


def figures(evaluation: Evaluation) -> str:
    """All charts, one after the other."""
    systems = evaluation.report.systems
    spoken = [[clip for clip in row if not clip.is_silent] for row in evaluation.scored]
    parts = []
    if spoken[0]:
        by_language = [[*one.by_language, one.overall] for one in systems]
        parts.append(_rates("Word errors by language", by_language))
        for number, grouping in enumerate(systems[0].groupings):
            groups = [one.groupings[number].groups for one in systems]
            parts.append(_rates(f"Word errors by {grouping.key}", groups))
        parts.append(_errors_a_clip(spoken))
    if len(spoken) == 2 and spoken[0]:
        parts.append(_changes(spoken[0], spoken[1]))
    parts += [_time_by_length(systems), _time_of_utterances(evaluation.scored)]
    return "\n".join(parts)


def _rates(title: str, groups: Sequence[Sequence[GroupScores]]) -> str:
    rows = [
        Row(row[0].name, [_rate_bar(group) for group in row]) for row in zip(*groups, strict=True)
    ]
    sure = any(bar.low is not None for row in rows for bar in row.bars)
    caption = "The thin line holds 95 % of what other such clips would give." if sure else ""
    return _figure(title, bar_chart(rows, Axis(title, " %")), caption)


def _rate_bar(group: GroupScores) -> Bar:
    rate = group.word_errors
    return Bar(
        100 * (rate.rate or 0.0),
        percent(rate.rate),
        None if rate.low is None else 100 * rate.low,
        None if rate.high is None else 100 * rate.high,
    )


def _errors_a_clip(spoken: Sequence[Sequence[ScoredClip]]) -> str:
    rows = []
    for name, fewest, most in ERRORS:
        counts = [sum(fewest <= clip.words.errors <= most for clip in row) for row in spoken]
        rows.append(Row(name, [Bar(number, str(number)) for number in counts]))
    title = "Clips by their word errors"
    return _figure(title, bar_chart(rows, Axis(title)))


def _changes(first: Sequence[ScoredClip], second: Sequence[ScoredClip]) -> str:
    changes = [b.words.errors - a.words.errors for a, b in zip(first, second, strict=True)]
    title = "Word errors more or fewer, clip by clip"
    return _figure(
        title, changes_chart(changes, Axis(title)), "Below the line the second is better."
    )


def _time_by_length(systems: Sequence[SystemScores]) -> str:
    rows = []
    for band in systems[0].latency.bands:
        cells = [one.latency.of("recognise", band) for one in systems]
        bars = [
            Bar(cell.p50_ms or 0.0, milliseconds(cell.p50_ms), cell.p50_ms, cell.p95_ms)
            for cell in cells
            if cell is not None and cell.values
        ]
        if len(bars) == len(systems):
            rows.append(Row(band, bars))
    title = "Whisper's time by length of the clip"
    caption = "Half of the clips took no longer than the bar, 95 of 100 no longer than the line."
    return _figure(title, bar_chart(rows, Axis(title, " ms")), caption)


def _time_of_utterances(rows: Sequence[Sequence[ScoredClip]]) -> str:
    series = []
    for row in rows:
        utterances = [one for clip in row for one in clip.heard.utterances]
        every = 1 + len(utterances) // MAX_DOTS
        series.append([(u.end_s - u.start_s, float(u.recognise_ms)) for u in utterances[::every]])
    title = "Whisper's time for each utterance by its length"
    return _figure(title, scatter(series, Axis("length", " s"), Axis("time", " ms")))


def _figure(title: str, chart: str, caption: str = "") -> str:
    below = f"<p>{escape(caption)}</p>" if caption else ""
    return f"<figure><figcaption>{escape(title)}</figcaption>{chart}{below}</figure>"
