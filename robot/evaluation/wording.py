"""Numbers and results as people read them; shared by the page and the terminal."""

from collections.abc import Sequence

from robot.evaluation.comparison import Comparison, Difference
from robot.evaluation.report import Report
from robot.evaluation.summary import Rate, SystemScores

ABSENT = "–"


def percent(share: float | None) -> str:
    """`12.3 %`; a dash where there is nothing to tell."""
    return ABSENT if share is None else f"{100 * share:.1f}\u00a0%"


def interval(rate: Rate) -> str:
    """`9.1–15.8 %`, or nothing."""
    if rate.low is None or rate.high is None:
        return ""
    return f"{100 * rate.low:.1f}–{100 * rate.high:.1f}\u00a0%"


def points(difference: Difference) -> str:
    """`−3.1` percentage points, with a true minus sign."""
    if difference.rate is None:
        return ABSENT
    value = round(100 * difference.rate, 1)
    return "±0.0" if value == 0 else f"{value:+.1f}".replace("-", "−")


def milliseconds(ms: float | None) -> str:
    """`85 ms`, `1.24 s`."""
    if ms is None:
        return ABSENT
    if ms >= 1_000:
        return f"{ms / 1_000:.2f} s"
    return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms"


def duration(seconds: float) -> str:
    """`48 s`, `14 min`, `2.5 h`."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"


def count(number: int, what: str) -> str:
    """`1 clip`, `20 clips`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}".replace(",", "\u202f")


def headline(report: Report) -> str:
    """The result in one sentence."""
    if not report.systems[0].latency.percentiles[0].values:
        return "None of the clips could be heard."
    if report.comparison is not None:
        return _which_is_better(report.comparison, report.systems)
    return _how_good(report.systems[0])


def _how_good(scores: SystemScores) -> str:
    overall, silent = scores.overall, scores.silent
    if not overall.clips:
        return (
            f"{scores.label} heard words in {silent.gave_text} of"
            f" {count(silent.clips, 'clip')} in which nothing is said."
        )
    wrong = overall.word_errors.rate or 0.0
    how = f"gets {percent(wrong)} of the words wrong" if wrong else "gets every word right"
    language = overall.language
    right = f"{percent(language.rate)} of them" if language.errors else "all of them"
    clips = count(overall.clips, "clip")
    return f"{scores.label} {how} in {clips}, and the language right in {right}."


def _which_is_better(comparison: Comparison, systems: Sequence[SystemScores]) -> str:
    difference = comparison.overall.word_errors
    first, second = comparison.first, comparison.second
    if difference.rate is None:
        return f"{second} and {first} were compared on clips in which nothing is said."
    if difference.rate == 0:
        better = f"{second} makes as many word errors as {first}"
    else:
        way = "fewer" if difference.rate < 0 else "more"
        before, after = (percent(one.overall.word_errors.rate) for one in systems)
        better = f"{second} makes {way} word errors than {first} ({after} against {before})"
        if not difference.is_sure:
            better += ", which may be chance"
    ratio = comparison.recognise_ratio
    if ratio is None:
        return f"{better}."
    if ratio > 1.05:
        return f"{better}, and takes {ratio:.1f} times as long."
    if ratio < 0.95:
        return f"{better}, and is {1 / ratio:.1f} times as fast."
    return f"{better}, and is as fast."


def notes(report: Report) -> list[str]:
    """What a reader must know before believing the numbers."""
    said = []
    if report.failed:
        said.append(f"{count(len(report.failed), 'file')} could not be used and count nowhere.")
    if report.damaged:
        said.append(
            f"{count(len(report.damaged), 'file')} were clipped or cut short, and used as they are."
        )
    for scores in report.systems:
        intent = scores.intent
        if intent.clips:
            told = f"{intent.right} of {count(intent.clips, 'clip')} with one"
            said.append(
                f"{scores.label} understands the intent right in {told}"
                f" ({percent(intent.accuracy)})."
            )
    processes = sorted({number for one in report.systems for number in one.latency.processes})
    if processes and processes != [1]:
        told = " and ".join(map(str, processes))
        said.append(
            f"Times were measured with {told} processes at once, on one thread each."
            " For the times of a robot that hears alone, run with --jobs 1 --fresh."
        )
    rates = [one.overall.word_errors for one in report.systems]
    if any(rate.low is None and rate.errors for rate in rates):
        said.append("Too few clips to say how sure the error rates are.")
    return said
