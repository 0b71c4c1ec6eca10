"""The result as a short table in the terminal."""

from collections.abc import Sequence

from robot.evaluation.report import Report
from robot.evaluation.summary import GroupScores, SystemScores
from robot.evaluation.wording import headline, interval, milliseconds, notes, percent, points

WIDTHS = (22, 6, 9, 16, 9, 10)


def summary_text(report: Report) -> str:
    """Error rates by language, language and silence, latency; then what to bear in mind."""
    lines = [headline(report), ""]
    for scores in report.systems:
        lines += [*_system(scores), ""]
    if report.comparison is not None:
        lines.append(f"{report.comparison.second} against {report.comparison.first}")
        for group in (*report.comparison.by_language, report.comparison.overall):
            lines.append(
                f"  {group.name:<6} WER {points(group.word_errors)} points,"
                f" CER {points(group.character_errors)} points; clips better {group.fewer_errors},"
                f" same {group.same_errors}, worse {group.more_errors}"
            )
        lines.append("")
    lines += [f"  {note}" for note in notes(report)]
    return "\n".join([*lines, f"Report: {report.page}"])


def _system(scores: SystemScores) -> list[str]:
    lines = [_row((scores.label, "clips", "WER", "95 %", "CER", "language"))]
    groups = scores.by_language if len(scores.by_language) > 1 else ()
    lines += [_row(_cells(group)) for group in (*groups, scores.overall)]
    if scores.silent.clips:
        lines.append(
            f"  nothing said: {scores.silent.clips} clips,"
            f" {percent(scores.silent.share)} gave text all the same"
        )
    whisper, words = scores.latency.of("recognise"), scores.latency.of("words")
    if whisper and words and whisper.values:
        lines.append(
            f"  Whisper p50 {milliseconds(whisper.p50_ms)}, p95 {milliseconds(whisper.p95_ms)};"
            f" last word to text p50 {milliseconds(words.p50_ms)};"
            f" real-time factor {scores.latency.real_time_factor:.3f}"
        )
    return lines


def _cells(group: GroupScores) -> tuple[str, ...]:
    return (
        f"  {group.name}",
        str(group.clips),
        percent(group.word_errors.rate),
        interval(group.word_errors),
        percent(group.character_errors.rate),
        percent(group.language.rate),
    )


def _row(cells: Sequence[str]) -> str:
    first, *others = (
        f"{cell:<{width}}" if place == 0 else f"{cell:>{width}}"
        for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )
    return "".join([first, *others]).rstrip()
