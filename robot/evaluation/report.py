"""The whole result of one evaluation: what `report.json` holds."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from robot.evaluation.comparison import Comparison, compare
from robot.evaluation.manifest import Clip
from robot.evaluation.run import Run
from robot.evaluation.scoring import ScoredClip, score
from robot.evaluation.spelling import Spelling
from robot.evaluation.summary import SystemScores, summarise
from robot.evaluation.systems import System
from robot.evaluation.understanding import Understand, understander


class FailedClip(msgspec.Struct, frozen=True):
    """A sound file that could not be used; it counts nowhere else."""

    file: str
    error: str


class Report(msgspec.Struct, frozen=True):
    """The numbers; with `--json` this is what stdout carries."""

    directory: str
    made_at: str
    """ISO 8601 with the offset from UTC."""
    clips: int
    duration_s: float
    recognised: int
    """Clips heard in this run, over all systems; the others were kept from an earlier one."""
    failed: tuple[FailedClip, ...]
    damaged: tuple[str, ...]
    """What was wrong with files that could yet be read."""
    systems: tuple[SystemScores, ...]
    comparison: Comparison | None
    page: str
    """Where the HTML report lies."""


class HeardText(msgspec.Struct, frozen=True):
    """What one system heard in one clip."""

    system: str
    text: str
    language: str | None
    word_errors: int
    character_errors: int
    recognise_ms: int


class ClipResult(msgspec.Struct, frozen=True):
    """One clip of `report.json`."""

    file: str
    text: str
    language: str | None
    duration_s: float
    words: int
    """In the reference, in one spelling."""
    traits: dict[str, str]
    heard: tuple[HeardText, ...]


class FullReport(Report, frozen=True):
    """The numbers and every clip: what `report.json` holds."""

    results: tuple[ClipResult, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The report, and the scored clips behind it: one row a system, all of the same clips."""

    report: Report
    scored: tuple[tuple[ScoredClip, ...], ...]

    def as_full(self) -> FullReport:
        """With every clip."""
        results = tuple(
            _clip_result(self.report.systems, row) for row in zip(*self.scored, strict=True)
        )
        return FullReport(**msgspec.structs.asdict(self.report), results=results)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which evaluation it was."""

    directory: str
    made_at: str
    page: str


def evaluate(
    clips: Sequence[Clip], systems: Sequence[System], run: Run, occasion: Occasion
) -> Evaluation:
    """Score what was heard. A clip that failed for one system is left out of all."""
    spelling, understand = Spelling.load(), _understanding(clips, systems)
    failed, damaged, usable = [], [], []
    for clip, row in zip(clips, zip(*run.heard, strict=True), strict=True):
        errors = [heard.error for heard in row if heard.error is not None]
        if errors:
            failed.append(FailedClip(clip.file, errors[0]))
            continue
        damaged += row[0].warnings
        usable.append(
            [score(clip, heard, spelling, how) for heard, how in zip(row, understand, strict=True)]
        )
    scored = tuple(zip(*usable, strict=True)) if usable else ((),) * len(systems)
    summaries = tuple(summarise(system, row) for system, row in zip(systems, scored, strict=True))
    comparison = None
    if len(systems) == 2:
        comparison = compare((systems[0].label, systems[1].label), scored[0], scored[1])
    report = Report(
        directory=occasion.directory,
        made_at=occasion.made_at,
        clips=len(clips),
        duration_s=round(sum(one.heard.duration_s for one in scored[0]), 1),
        recognised=run.recognised,
        failed=tuple(failed),
        damaged=tuple(damaged),
        systems=summaries,
        comparison=comparison,
        page=occasion.page,
    )
    return Evaluation(report, scored)


def _understanding(
    clips: Sequence[Clip], systems: Sequence[System]
) -> tuple[Understand | None, ...]:
    """One a system, by the languages it serves; none where no clip names an intent."""
    if not any(clip.intent for clip in clips):
        return (None,) * len(systems)
    served = [system.settings.language.served for system in systems]
    by_languages = {languages: understander(languages) for languages in dict.fromkeys(served)}
    return tuple(by_languages[languages] for languages in served)


def _clip_result(systems: Sequence[SystemScores], row: tuple[ScoredClip, ...]) -> ClipResult:
    first = row[0]
    return ClipResult(
        file=first.clip.file,
        text=first.clip.text,
        language=first.clip.language,
        duration_s=first.heard.duration_s,
        words=first.words.reference,
        traits=dict(first.clip.traits),
        heard=tuple(
            HeardText(
                system=system.label,
                text=one.heard.text,
                language=one.heard.language,
                word_errors=one.words.errors,
                character_errors=one.characters.errors,
                recognise_ms=one.heard.recognise_ms,
            )
            for system, one in zip(systems, row, strict=True)
        ),
    )
