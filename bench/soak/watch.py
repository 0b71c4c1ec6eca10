"""Takes memory, handles, threads and temporary files of the program and its workers."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.soak.program import Program

EVERY_S = 10.0
WARM_UP_S = 300.0
"""Not counted: caches fill, and the first language of each kind is loaded."""
FEWEST_SAMPLES = 6
ROLES = {"nlu.chat_worker": "language model", "audio.synthesis_worker": "speech"}
"""Module in the command line -> whose worker it is."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the parent and its workers."""

    at_s: float
    """Since the beginning."""
    turns: int
    rss_mb: float
    files: int
    """Open handles of the parent."""
    threads: int
    temporary: int
    """Files in the folder for temporary ones."""
    workers: Mapping[str, tuple[int, float]]
    """Role -> process id and MB."""


def children(pid: int) -> dict[str, int]:
    """The workers of a process: role -> process id; the newest where there are two."""
    found: dict[str, int] = {}
    for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            command = (process / "cmdline").read_bytes().decode().split("\0")
        except (OSError, IndexError):
            continue
        if parent == pid:
            found |= {ROLES[word]: int(process.name) for word in command if word in ROLES}
    return found


class Watch:
    """Looks every ten seconds, in a thread of its own, until closed."""

    def __init__(self, program: Program, turns: Callable[[], int]) -> None:
        self.samples: list[Sample] = []
        self._program = program
        self._turns = turns
        self._began_s = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(EVERY_S) and self._program.is_running:
            self._program.poke()
            try:
                self.samples.append(self._look())
            except (OSError, IndexError):
                return  # the parent has just ended, which is told elsewhere

    def _look(self) -> Sample:
        pid = self._program.pid
        workers = {}
        for role, child in children(pid).items():
            try:
                workers[role] = child, _status(child)["VmRSS"] / 1024
            except (OSError, KeyError):
                continue  # it has just been killed
        status = _status(pid)
        return Sample(
            time.monotonic() - self._began_s,
            self._turns(),
            status["VmRSS"] / 1024,
            len(list(Path(f"/proc/{pid}/fd").iterdir())),
            status["Threads"],
            sum(path.is_file() for path in self._program.temporary.rglob("*")),
            workers,
        )


@dataclass(frozen=True, slots=True)
class Growth:
    """One quantity over the run, after the warm-up."""

    first: float
    last: float
    most: float
    an_hour: float
    """Slope of the straight line through all samples."""
    later_an_hour: float
    """The same through those of the second half: what is still growing then may go on for good."""
    a_hundred_turns: float


def counted(samples: list[Sample]) -> list[Sample]:
    """Those after the warm-up; of a short trial the last two thirds."""
    if not samples:
        return []
    from_s = min(WARM_UP_S, samples[-1].at_s / 3)
    return [sample for sample in samples if sample.at_s >= from_s]


def growth(samples: list[Sample], of: Callable[[Sample], float]) -> Growth | None:
    """How a quantity grew; None where there are too few samples."""
    if len(samples) < FEWEST_SAMPLES:
        return None
    values = [of(sample) for sample in samples]
    hours = [sample.at_s / 3600 for sample in samples]
    turns = [sample.turns / 100 for sample in samples]
    half = len(values) // 2
    by_turns = float(np.polyfit(turns, values, 1)[0]) if turns[-1] > turns[0] else 0.0
    return Growth(
        values[0],
        values[-1],
        max(values),
        float(np.polyfit(hours, values, 1)[0]),
        float(np.polyfit(hours[half:], values[half:], 1)[0]),
        by_turns,
    )


def longest_life(samples: list[Sample], role: str) -> list[Sample]:
    """The samples of the worker that lived longest: every new one begins small."""
    lives: dict[int, list[Sample]] = {}
    for sample in samples:
        if role in sample.workers:
            lives.setdefault(sample.workers[role][0], []).append(sample)
    return max(lives.values(), key=len, default=[])


def _status(pid: int) -> dict[str, int]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    wanted = (line.split() for line in lines if line.startswith(("VmRSS:", "Threads:")))
    return {words[0].rstrip(":"): int(words[1]) for words in wanted}
