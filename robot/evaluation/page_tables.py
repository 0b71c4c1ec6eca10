"""The tables of the report page."""

from collections.abc import Sequence
from html import escape

from robot.evaluation.comparison import Comparison, Difference, GroupComparison
from robot.evaluation.latency import STAGES
from robot.evaluation.summary import NOTHING, GroupScores, SystemScores
from robot.evaluation.wording import (
    ABSENT,
    duration,
    interval,
    milliseconds,
    percent,
    points,
)

GROUP_HEADERS = (
    "clips", "sound", "WER", "95 %", "CER", "replaced", "missed", "invented", "exact", "language",
)  # fmt: skip
MODEL, MODEL_CLASS = "model", ' class="model"'
Cells = Sequence[str]


def languages_table(systems: Sequence[SystemScores], comparison: Comparison | None) -> str:
    """Scores by language and overall, with the differences of a comparison."""
    groups = [[*one.by_language, one.overall] for one in systems]
    if len(groups[0]) == 2:  # of one language: overall says the same
        groups = [[one.by_language[0]] for one in systems]
    differences = {}
    if comparison is not None:
        compared = (*comparison.by_language, comparison.overall)
        differences = {group.name: group for group in compared}
    return groups_table("language", systems, groups, differences)


def groups_table(
    key: str,
    systems: Sequence[SystemScores],
    groups: Sequence[Sequence[GroupScores]],
    differences: dict[str, GroupComparison] | None = None,
) -> str:
    """A row for each group and system; `groups` has the same names for every system."""
    several = len(systems) > 1
    body = []
    for row in zip(*groups, strict=True):
        difference = (differences or {}).get(row[0].name)
        span = len(row) + (difference is not None)
        name = f'<th scope="rowgroup" rowspan="{span}">{escape(row[0].name)}</th>'
        lines = []
        for number, (system, group) in enumerate(zip(systems, row, strict=True)):
            model = _model_cell(system.label, number) if several else ""
            lines.append(model + _cells(_group_cells(group)))
        if difference is not None:
            lines.append(_difference_cells(difference))
        rows = "".join(f"<tr>{name if not at else ''}{line}</tr>" for at, line in enumerate(lines))
        kind = ' class="all"' if row[0].name == "all" else ""
        body.append(f"<tbody{kind}>{rows}</tbody>")
    headers = [key, *([MODEL] if several else []), *GROUP_HEADERS]
    return _table(headers, "".join(body), "groups")


def confusion_table(scores: SystemScores) -> str:
    """Languages said, down; languages heard, across; darker is more."""
    said = sorted({cell.said for cell in scores.confusion}, key=_nothing_last)
    heard = sorted({cell.heard for cell in scores.confusion} | set(said), key=_nothing_last)
    clips = {(cell.said, cell.heard): cell.clips for cell in scores.confusion}
    rows = []
    for language in said:
        total = sum(clips.get((language, other), 0) for other in heard)
        cells = []
        for other in heard:
            number = clips.get((language, other), 0)
            kind = "right" if language == other else "wrong"
            shade = f' class="{kind}" style="--share:{number / total:.3f}"' if number else ""
            cells.append(f"<td{shade}>{number or '·'}</td>")
        rows.append(f'<tr><th scope="row">{escape(language)}</th>{"".join(cells)}</tr>')
    return _table(["said \\ heard", *heard], f"<tbody>{''.join(rows)}</tbody>", "confusion")


def silence_table(systems: Sequence[SystemScores]) -> str:
    """Clips in which nothing is said."""
    rows = "".join(
        f"<tr>{_model_cell(one.label, number)}"
        f"{_cells([str(one.silent.clips), str(one.silent.gave_text), percent(one.silent.share)])}"
        "</tr>"
        for number, one in enumerate(systems)
    )
    return _table([MODEL, "clips", "gave text", "share"], f"<tbody>{rows}</tbody>")


def latency_table(scores: SystemScores) -> str:
    """Half and 95 of 100 of the values, by stage and by length of the clip."""
    latency = scores.latency
    rows = []
    for stage in STAGES:
        cells = []
        for band in latency.bands:
            found = latency.of(stage.name, band)
            if found is None or not found.values:
                cells.append(ABSENT)
                continue
            cells.append(f"{milliseconds(found.p50_ms)}<small>{milliseconds(found.p95_ms)}</small>")
        rows.append(f'<tr><th scope="row">{escape(stage.about)}</th>{_cells(cells)}</tr>')
    clips = [latency.of("computing", band) for band in latency.bands]
    counts = _cells([str(found.values) if found else ABSENT for found in clips])
    rows.append(f'<tr class="faint"><th scope="row">clips</th>{counts}</tr>')
    headers = ["p50, and p95 below", *("all" if band == "all" else band for band in latency.bands)]
    return _table(headers, f"<tbody>{''.join(rows)}</tbody>")


def models_table(systems: Sequence[SystemScores]) -> str:
    """Exactly what was measured."""
    rows = "".join(
        f"<tr>{_model_cell(one.label, number)}"
        + _cells(
            [
                escape(one.engine),
                f"{one.model_bytes / 1e6:.1f} MB",
                f"<code>{one.model_sha256[:16]}…</code>",
                f"{one.latency.real_time_factor or 0:.3f}",
            ]
        )
        + "</tr>"
        for number, one in enumerate(systems)
    )
    headers = [MODEL, "engine", "size", "SHA-256", "real-time factor"]
    return _table(headers, f"<tbody>{rows}</tbody>")


def _group_cells(group: GroupScores) -> list[str]:
    return [
        str(group.clips),
        duration(group.duration_s),
        f'<b style="--share:{min(1.0, group.word_errors.rate or 0):.3f}">'
        f"{percent(group.word_errors.rate)}</b>",
        interval(group.word_errors) or ABSENT,
        percent(group.character_errors.rate),
        str(group.substitutions),
        str(group.deletions),
        str(group.insertions),
        percent(group.exact.rate),
        percent(group.language.rate),
    ]


def _difference_cells(group: GroupComparison) -> str:
    words, characters = group.word_errors, group.character_errors
    return (
        '<th scope="row" class="difference">change</th><td colspan="2"></td>'
        f'<td class="{_way(words)}">{points(words)}</td><td>{_difference_interval(words)}</td>'
        f'<td class="{_way(characters)}">{points(characters)}</td>'
        f'<td colspan="5" class="difference">fewer in {group.fewer_errors} clips, as many in'
        f" {group.same_errors}, more in {group.more_errors}</td>"
    )


def _difference_interval(difference: Difference) -> str:
    if difference.low is None or difference.high is None:
        return ABSENT
    return f"{100 * difference.low:+.1f} … {100 * difference.high:+.1f}".replace("-", "−")


def _way(difference: Difference) -> str:
    if not difference.rate or not difference.is_sure:
        return "unsure"
    return "better" if difference.rate < 0 else "worse"


def _model_cell(label: str, number: int) -> str:
    name, key = escape(label), f'<i class="key s{number}"></i>'
    return f'<th scope="row"{MODEL_CLASS} title="{name}">{key}<span>{name}</span></th>'


def _cells(cells: Cells) -> str:
    return "".join(f"<td>{cell}</td>" for cell in cells)


def _table(headers: Cells, body: str, kind: str = "") -> str:
    head = "".join(
        f'<th scope="col"{MODEL_CLASS if header == MODEL else ""}>{escape(header)}</th>'
        for header in headers
    )
    table = f'<table class="{kind}"><thead><tr>{head}</tr></thead>{body}</table>'
    return f'<div class="wide">{table}</div>'


def _nothing_last(language: str) -> tuple[bool, str]:
    return language == NOTHING, language
