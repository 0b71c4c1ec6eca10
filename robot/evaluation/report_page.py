"""The report page: one HTML file that opens from disk, on a desk or on a phone."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from robot.evaluation.page_failures import failures, unusable
from robot.evaluation.page_plots import figures
from robot.evaluation.page_tables import (
    confusion_table,
    groups_table,
    languages_table,
    latency_table,
    models_table,
    silence_table,
)
from robot.evaluation.report import Evaluation, Report
from robot.evaluation.summary import SystemScores
from robot.evaluation.wording import duration, headline, milliseconds, notes, percent

STYLE_FILE = Path(__file__).with_name("report_page.css")
METHOD = """Each clip was heard as by <code>sori transcribe</code>: voice activity, then Whisper,
its utterances joined. Said and heard were put into one spelling by the normalisers of the Whisper
paper (its English one for English), then aligned by jiwer. Characters of Korean, Japanese, Chinese
and Thai are compared without spaces; Korean words are still told apart by them. Rates are pooled:
errors of all clips over words of all clips; the 95 % columns come from drawing the clips again
1000 times. Clips in which nothing is said are left out of the error rates."""


def report_page(evaluation: Evaluation, out: Path) -> str:
    """A whole page; sounds are referred to relative to `out`, the folder it will lie in."""
    report = evaluation.report
    remarks = "".join(f"<li>{escape(note)}</li>" for note in notes(report))
    parts = [
        f'<header><p class="eyebrow">Sori · {escape(report.directory)} ·'
        f" {escape(report.made_at[:16].replace('T', ' '))}</p><h1>{escape(headline(report))}</h1>",
        _legend(report),
        _tiles(report),
        f'<ul class="notes">{remarks}</ul></header>' if remarks else "</header>",
        *_tables(report),
        f'<section><h2>Pictures</h2>{_legend(report)}<div class="figures">',
        figures(evaluation),
        "</div></section>",
    ]
    if report.failed:
        parts.append(_section("Files that could not be used", unusable(report.failed)))
    parts.append(_section("What went wrong, worst first", failures(evaluation, out)))
    parts.append(_section("How it was measured", models_table(report.systems), METHOD))
    body = "\n".join(parts)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sori: {escape(report.directory)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><style>
{STYLE_FILE.read_text("utf-8")}</style></head>
<body><main>
{body}
</main></body></html>
"""


def _tables(report: Report) -> list[str]:
    systems = report.systems
    parts = []
    if systems[0].overall.clips:
        table = languages_table(systems, report.comparison)
        parts.append(_section("Error rates", table))
    for number, grouping in enumerate(systems[0].groupings):
        groups = [one.groupings[number].groups for one in systems]
        parts.append(_section(f"By {grouping.key}", groups_table(grouping.key, systems, groups)))
    if systems[0].silent.clips:
        about = "Noise and silence should give no text."
        parts.append(_section("Clips in which nothing is said", silence_table(systems), about))
    about = "Clips by the language that was said, and the one most of the speech was heard in."
    tables = "".join(_of_system(one, confusion_table(one), report) for one in systems)
    parts.append(_section("Languages", f'<div class="pair">{tables}</div>', about))
    about = (
        "The upper number held for half of the values, the lower one for 95 of 100."
        " The last two rows count every utterance, and waiting is time of the sound."
    )
    tables = "".join(_of_system(one, latency_table(one), report) for one in systems)
    parts.append(_section("Times", tables, about))
    return parts


def _tiles(report: Report) -> str:
    systems = report.systems
    tiles = [
        ("word errors", [percent(one.overall.word_errors.rate) for one in systems]),
        ("character errors", [percent(one.overall.character_errors.rate) for one in systems]),
        ("right language", [percent(one.overall.language.rate) for one in systems]),
        ("Whisper, median clip", [_half(one) for one in systems]),
        ("clips", [f"{report.clips}"]),
        ("sound", [duration(report.duration_s)]),
    ]
    return (
        '<div class="tiles">'
        + "".join(f"<div><p>{escape(name)}</p>{_values(values)}</div>" for name, values in tiles)
        + "</div>"
    )


def _values(values: Sequence[str]) -> str:
    """One, or one for each of two systems with its colour."""
    if len(values) < 2:
        return f"<strong>{escape(values[0])}</strong>"
    return "".join(
        f'<strong><i class="key s{number}"></i>{escape(value)}</strong>'
        for number, value in enumerate(values)
    )


def _half(scores: SystemScores) -> str:
    found = scores.latency.of("recognise")
    return milliseconds(found.p50_ms if found else None)


def _legend(report: Report) -> str:
    if len(report.systems) < 2:
        return ""
    names = "".join(
        f'<span><i class="key s{number}"></i>{escape(one.label)}</span>'
        for number, one in enumerate(report.systems)
    )
    return f'<p class="legend">{names}</p>'


def _of_system(scores: SystemScores, table: str, report: Report) -> str:
    """The table, under the name of its system where there are two."""
    if len(report.systems) < 2:
        return f"<div>{table}</div>"
    number = report.systems.index(scores)
    return f'<div><h3><i class="key s{number}"></i>{escape(scores.label)}</h3>{table}</div>'


def _section(title: str, content: str, about: str = "") -> str:
    """`about` and `content` are HTML."""
    said = f'<p class="about">{about}</p>' if about else ""
    return f"<section><h2>{escape(title)}</h2>{said}{content}</section>"
