"""The clips that went wrong, worst first, each to hear, with the words that differ marked."""

import os
from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from robot.evaluation.report import Evaluation, FailedClip
from robot.evaluation.scoring import ScoredClip, worst_first
from robot.evaluation.wording import count, percent

MAX_SHOWN = 100
"""`report.json` has them all."""
OPEN_AT_FIRST = 12

Row = tuple[ScoredClip, ...]
"""One clip, as each system heard it."""


def failures(evaluation: Evaluation, out: Path) -> str:
    """A list of cards; sounds are referred to from `out`, the folder of the page."""
    rows = _rows_worst_first(evaluation)
    if not rows:
        return "<p>Every clip was heard without a word error.</p>"
    labels = [system.label for system in evaluation.report.systems]
    cards = [_card(row, labels, out) for row in rows[:MAX_SHOWN]]
    parts = cards[:OPEN_AT_FIRST]
    if rest := cards[OPEN_AT_FIRST:]:
        parts.append(f"<details><summary>{count(len(rest), 'more clip')}</summary>")
        parts += [*rest, "</details>"]
    if len(rows) > MAX_SHOWN:
        parts.append(f"<p>{count(len(rows) - MAX_SHOWN, 'further clip')}: see report.json.</p>")
    return "\n".join(parts)


def unusable(failed: Sequence[FailedClip]) -> str:
    """Files that gave no result, and why."""
    return "<ul>" + "".join(f"<li>{escape(one.error)}</li>" for one in failed) + "</ul>"


def _rows_worst_first(evaluation: Evaluation) -> list[Row]:
    """By the errors of the system that did worst on the clip."""
    rows = {row[0].clip.file: row for row in zip(*evaluation.scored, strict=True)}
    worst = [max(row, key=lambda one: one.words.badness) for row in rows.values()]
    return [rows[one.clip.file] for one in worst_first(worst)]


def _card(row: Row, labels: Sequence[str], out: Path) -> str:
    first = row[0]
    language = f' lang="{escape(first.clip.language)}"' if first.clip.language else ""
    tags = [first.clip.language or "nothing said", f"{first.heard.duration_s:.1f} s"]
    tags += [f"{key} {value}" for key, value in first.clip.traits.items()]
    tag_list = "".join(f"<span>{escape(tag)}</span>" for tag in tags)
    source = quote(os.path.relpath(first.clip.path, out))
    said = escape(first.clip.text) or "<i>(nothing)</i>"
    heard = "".join(
        _heard(one, labels[number] if len(row) > 1 else "heard", number, language)
        for number, one in enumerate(row)
    )
    return (
        f'<article class="card"><h3>{escape(first.clip.file)}</h3><p class="tags">{tag_list}</p>'
        f"<dl><dt>said</dt><dd{language}>{said}</dd>{heard}</dl>"
        f'<audio controls preload="none" src="{escape(source)}"'
        f' aria-label="{escape(first.clip.file)}"></audio></article>'
    )


def _heard(one: ScoredClip, label: str, number: int, language: str) -> str:
    rate = percent(one.words.badness) if one.words.reference else "invented"
    key = f'<i class="key s{number}"></i>' if label != "heard" else ""
    wrong = ""
    if one.heard.language and one.clip.language and not one.language_is_right:
        wrong = f' <span class="wrong-language">heard as {escape(one.heard.language)}</span>'
    return (
        f"<dt>{key}{escape(label)}</dt><dd{language}>{_marked(one)}"
        f' <b class="rate">{rate if one.words.errors else "right"}</b>{wrong}{_why(one)}</dd>'
    )


def _marked(one: ScoredClip) -> str:
    """The words that were said and heard, in one spelling: missed ones struck, invented marked."""
    if not one.heard_words and not one.said_words:
        return "<i>(nothing)</i>"
    parts = []
    for piece in one.pieces:
        if piece.kind == "equal":
            parts.append(escape(piece.said))
            continue
        if piece.said:
            parts.append(f"<del>{escape(piece.said)}</del>")
        if piece.heard:
            parts.append(f"<ins>{escape(piece.heard)}</ins>")
    return " ".join(parts)


def _why(one: ScoredClip) -> str:
    """Why nothing was heard, where that is so."""
    if one.heard_words or not one.said_words:
        return ""
    reasons = sorted({u.rejected for u in one.heard.utterances if u.rejected})
    why = ", ".join(reasons).replace("_", " ") if reasons else "no speech was found"
    return f" <small>nothing heard: {escape(why)}</small>"
