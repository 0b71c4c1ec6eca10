"""Hears every clip with every system; what was heard before is not heard again."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from tqdm import tqdm

from config.model_files import sha256_of
from robot.console import Console
from robot.evaluation.heard import ClipHeard
from robot.evaluation.manifest import Clip
from robot.evaluation.recognition import Task
from robot.evaluation.results import ResultsFile
from robot.evaluation.systems import System
from robot.evaluation.workers import hear_clips


@dataclass(frozen=True, slots=True)
class Run:
    """What each system heard in each clip."""

    heard: tuple[tuple[ClipHeard, ...], ...]
    """One row a system, in it one result a clip, both in the order asked for."""
    recognised: int
    """Clips heard in this run; the others were known."""


def hear_all(
    clips: Sequence[Clip],
    systems: Sequence[System],
    results: ResultsFile,
    jobs: int,
    console: Console,
) -> Run:
    """Fill `results` with what is missing in it. Raises ModelError, ConfigurationError."""
    sounds = [_sound_sha256(clip) for clip in clips]
    recognised = 0
    for system in systems:
        tasks = {}
        for clip, sound in zip(clips, sounds, strict=True):
            key = system.key(sound)
            known = results.kept.get(key)
            if known is None or known.error is not None:
                tasks[key] = Task(key, clip.file, clip.path)
        if len(tasks) < len(clips) and tasks:
            console.say(f"{system.label}: going on; {len(tasks)} clips are left.")
        recognised += len(tasks)
        if tasks:
            _hear(list(tasks.values()), system, results, jobs, console)
    heard = tuple(tuple(results.kept[system.key(sound)] for sound in sounds) for system in systems)
    return Run(heard, recognised)


def _hear(
    tasks: Sequence[Task], system: System, results: ResultsFile, jobs: int, console: Console
) -> None:
    bar = tqdm(
        total=len(tasks), unit=" clips", desc=system.label, disable=not console.shows_progress
    )
    # Closed at once also when writing fails or Ctrl-C comes: its processes end with it.
    with bar, closing(hear_clips(tasks, system.settings, jobs)) as heard_clips:
        for heard in heard_clips:
            results.add(heard)
            bar.update()


def _sound_sha256(clip: Clip) -> str:
    """Hash of the sound; of the path where there is none, which recognition then reports."""
    try:
        if clip.path.is_file():
            return sha256_of(clip.path)
    except OSError:
        pass
    return f"unreadable {clip.file}"
