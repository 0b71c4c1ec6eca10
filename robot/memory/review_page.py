"""What people reported, as one HTML file to look through; it opens from disk and needs no network.

It has the dress of the report page of `sori eval`.
"""

from collections.abc import Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Literal, get_args

import msgspec

from config.data_file import read_data
from robot.evaluation.plots import Axis, Bar, Row, bar_chart
from robot.evaluation.report_page import STYLE_FILE
from robot.memory.feedback import Kind
from robot.memory.lines import UNKNOWN_MOMENT, SharedReport
from robot.memory.periods import Period, periods

WORDS_FILE = Path(__file__).with_name("review_words.toml")
PageLanguage = Literal["en", "ko"]
PAGE_LANGUAGES: tuple[PageLanguage, ...] = get_args(PageLanguage)
KINDS: tuple[Kind, ...] = get_args(Kind)
SENTENCES = frozenset({"headline", "about", "none", "all_looked_at", "how"})
"""Of several languages each stands on a line of its own; words stand side by side."""
_OF_THIS_PAGE = """\
.card { grid-template-columns: 1fr } .card.open { border-left: 3px solid var(--s1) }
"""


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of one language, or of several joined."""

    title: str
    headline: str
    none: str
    about: str
    reports: str
    hurt: str
    wrong: str
    unwanted: str
    open: str
    resolved: str
    avoided: str
    over_time: str
    by_day: str
    by_week: str
    by_month: str
    by_year: str
    what_was_said: str
    looked_at: str
    all_looked_at: str
    said: str
    reply: str
    phrase: str
    note: str
    how: str

    def of_kind(self, kind: Kind) -> str:
        """The name of a kind."""
        return {"hurt": self.hurt, "wrong": self.wrong, "unwanted": self.unwanted}[kind]

    def of_period(self, period: Period) -> str:
        """How long a bar of the chart is."""
        by = {"day": self.by_day, "week": self.by_week, "month": self.by_month}
        return by.get(period, self.by_year)


def review_page(reports: Sequence[SharedReport], languages: Sequence[PageLanguage]) -> str:
    """The whole page, with headings in `languages`."""
    words = _words(languages)
    waiting = [report for report in reports if report.state == "open"]
    headline = words.headline.format(n=len(reports), open=len(waiting))
    parts = [
        f'<header><p class="eyebrow">{escape(words.title)}</p><h1>{_in_lines(headline)}</h1>'
        f'<p class="about">{_in_lines(words.about)}</p>'
    ]
    if reports:
        parts += [_tiles(reports, words), "</header>", _chart(reports, words)]
        parts += [
            _lists(reports, words),
            f'<p class="about"><code>{_in_lines(words.how)}</code></p>',
        ]
    else:
        parts.append(f"</header><section><p>{_in_lines(words.none)}</p></section>")
    body = "\n".join(parts)
    return f"""<!doctype html>
<html lang="{languages[0]}"><head><meta charset="utf-8"><title>{escape(words.title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><style>
{STYLE_FILE.read_text("utf-8")}{_OF_THIS_PAGE}</style></head>
<body><main>
{body}
</main></body></html>
"""


def _words(languages: Sequence[PageLanguage]) -> _Words:
    """Those of the languages, one after the other where there are several."""
    books = read_data(WORDS_FILE, dict[str, _Words], "data file")
    chosen = [msgspec.structs.asdict(books[language]) for language in languages]
    return _Words(
        **{
            key: ("\n" if key in SENTENCES else " · ").join(book[key] for book in chosen)
            for key in chosen[0]
        }
    )


def _in_lines(sentences: str) -> str:
    """As HTML, one language a line."""
    return "<br>".join(map(escape, sentences.split("\n")))


def _tiles(reports: Sequence[SharedReport], words: _Words) -> str:
    counted = [(words.reports, len(reports))]
    counted.append((words.open, sum(report.state == "open" for report in reports)))
    counted += [(words.of_kind(kind), sum(r.kind == kind for r in reports)) for kind in KINDS]
    tiles = (f"<div><p>{escape(name)}</p><strong>{n}</strong></div>" for name, n in counted)
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _chart(reports: Sequence[SharedReport], words: _Words) -> str:
    """Two bars a period: looked at, and not yet."""
    known = [report for report in reports if report.day != UNKNOWN_MOMENT]
    days = [(date.fromisoformat(report.day), report.state) for report in known]
    if not days:
        return ""
    period, spans = periods([day for day, _ in days])
    rows = []
    for span in spans:
        states = [state for day, state in days if span.first <= day <= span.last]
        counts = [states.count("resolved"), states.count("open")]
        rows.append(Row(span.name, [Bar(n, str(n), high=_axis_end(n)) for n in counts]))
    legend = "".join(
        f'<span><i class="key s{number}"></i>{escape(name)}</span>'
        for number, name in enumerate((words.resolved, words.open))
    )
    return (
        f'<section><h2>{escape(words.over_time)}</h2><p class="legend">{legend}</p>'
        f"<figure><figcaption>{escape(words.of_period(period))}</figcaption>"
        f"{bar_chart(rows, Axis(words.over_time))}</figure></section>"
    )


def _axis_end(count: int) -> float:
    """How far the axis reaches at least, so that whole numbers stand on it."""
    return 5.0 if count <= 5 else 15.0 if 10 < count < 15 else float(count)


def _lists(reports: Sequence[SharedReport], words: _Words) -> str:
    """Those that wait first, the newest on top; the others folded away."""
    newest_first = sorted(reports, key=lambda report: -report.id)
    waiting = [_card(report, words) for report in newest_first if report.state == "open"]
    done = [_card(report, words) for report in newest_first if report.state == "resolved"]
    content = "\n".join(waiting) or f"<p>{_in_lines(words.all_looked_at)}</p>"
    if done:
        content += (
            f"<details><summary>{escape(words.looked_at)} ({len(done)})</summary>"
            f"{''.join(done)}</details>"
        )
    return f"<section><h2>{escape(words.what_was_said)}</h2>\n{content}</section>"


def _card(report: SharedReport, words: _Words) -> str:
    state = words.open if report.state == "open" else words.resolved
    tags = [report.day, report.language, state, *([words.avoided] if report.avoided else [])]
    tag_list = "".join(f"<span>{escape(tag)}</span>" for tag in tags)
    language = f' lang="{escape(report.language)}"'
    told = (
        (words.said, report.said, language),
        (words.reply, report.reply, language),
        (words.phrase, report.phrase if report.phrase != report.reply else "", language),
        (words.note, report.note, ""),
    )
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd{of}>{escape(text)}</dd>" for name, text, of in told if text
    )
    return (
        f'<article class="card {report.state}"><h3>{report.id} · '
        f'{escape(words.of_kind(report.kind))}</h3><p class="tags">{tag_list}</p>'
        f"<dl>{rows}</dl></article>"
    )
