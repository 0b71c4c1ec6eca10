"""What is kept, as lines of JSON: for the person it belongs to, and for improving the models."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from config.preferences import Preferences
from robot.memory.feedback import Kind, Report, State
from robot.memory.turns import KeptTurn, Redact
from robot.turn_record import Timings

NAME_MARKS = {"ko": "[이름]"}
NAME_MARK = "[name]"
UNKNOWN_MOMENT = "?"
_HANGUL_ONLY = re.compile("[가-힣]+")


class TurnLine(msgspec.Struct, frozen=True, tag="turn", tag_field="what"):
    """A kept turn."""

    id: int
    conversation: int
    at: str
    transcript: str
    language: str | None
    reply: str | None
    reply_language: str | None
    intent: str | None
    outcome: str | None
    input_categories: tuple[str, ...]
    reply_categories: tuple[str, ...]
    replaced: bool
    timings_ms: Timings


class ReportLine(msgspec.Struct, frozen=True, tag="report", tag_field="what"):
    """A report."""

    id: int
    at: str
    kind: Kind
    state: State
    avoided: bool
    """Whether the robot keeps from saying the phrase again."""
    phrase: str
    said: str
    reply: str
    language: str
    turn: int | None
    note: str
    resolved_at: str | None


class PreferencesLine(msgspec.Struct, frozen=True, tag="preferences", tag_field="what"):
    """What people changed in manner and names."""

    values: Preferences


class SharedReport(msgspec.Struct, frozen=True):
    """A report without personal data: no names, no private data, no time of day, no turn."""

    id: int
    day: str
    kind: Kind
    state: State
    avoided: bool
    phrase: str
    said: str
    reply: str
    language: str
    note: str


def turn_line(turn: KeptTurn) -> TurnLine:
    """The line of `turn`."""
    return TurnLine(
        turn.id,
        turn.conversation,
        moment(turn.at_s),
        turn.transcript,
        turn.language,
        turn.reply,
        turn.reply_language,
        turn.intent,
        turn.outcome,
        turn.input_categories,
        turn.reply_categories,
        turn.replaced,
        turn.timings_ms,
    )


def report_line(report: Report) -> ReportLine:
    """The line of `report`."""
    return ReportLine(
        report.id,
        moment(report.at_s),
        report.kind,
        report.state,
        report.is_avoided,
        report.phrase,
        report.said,
        report.reply,
        report.language,
        report.turn,
        report.note,
        None if report.resolved_at_s is None else moment(report.resolved_at_s),
    )


def shared(report: Report, names: Sequence[str], redact: Redact) -> SharedReport:
    """`report` without `names` and without what `redact` takes out."""

    def clean(text: str) -> str:
        return without_names(redact(text, report.language), names, report.language)

    return SharedReport(
        report.id,
        moment(report.at_s)[:10],
        report.kind,
        report.state,
        report.is_avoided,
        clean(report.phrase),
        clean(report.said),
        clean(report.reply),
        report.language,
        clean(report.note),
    )


def without_names(text: str, names: Sequence[str], language: str) -> str:
    """`text` with a mark in place of each of `names`, also where a Korean particle follows."""
    text = unicodedata.normalize("NFC", text)
    mark = NAME_MARKS.get(language, NAME_MARK)
    for name in sorted(names, key=len, reverse=True):
        text = _pattern(unicodedata.normalize("NFC", name.strip())).sub(mark, text)
    return text


def _pattern(name: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, name.split()))
    if not words:
        return re.compile("(?!)")  # matches nothing
    if _HANGUL_ONLY.fullmatch(name):
        # Surname before, particles behind; of one syllable only at the beginning of a word.
        return re.compile(words if len(name) > 1 else rf"(?<!\w){words}")
    return re.compile(rf"(?<!\w){words}(?![^\W가-힣])", re.IGNORECASE)


def moment(at_s: float) -> str:
    """Local time, to the second: `2026-11-25T17:40:00+09:00`."""
    try:
        return datetime.fromtimestamp(at_s, UTC).astimezone().isoformat(timespec="seconds")
    except (OverflowError, OSError, ValueError):  # edited by hand
        return UNKNOWN_MOMENT
