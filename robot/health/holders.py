"""Who holds the sound cards: a device that is busy does not say."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROCESSES = Path("/proc")
CARDS = "/dev/snd/pcm"


@dataclass(frozen=True, slots=True)
class Holder:
    """A program that has a sound card open."""

    pid: int
    program: str
    device: str
    """Such as `pcmC1D0c`: card 1, device 0, capture (`p`: playback)."""


def holders(processes: Path = PROCESSES) -> tuple[Holder, ...]:
    """The programs that hold a sound card, as far as this user may know; never our own."""
    found: set[tuple[int, str]] = set()
    for folder in processes.glob("[0-9]*"):
        pid = int(folder.name)
        if pid != os.getpid():
            found |= {(pid, device) for device in _devices(folder / "fd")}
    return tuple(Holder(pid, _program(processes, pid), device) for pid, device in sorted(found))


def named(holding: Iterable[Holder]) -> str:
    """A list for people; empty where nobody holds one."""
    return ", ".join(f"{h.device} by {h.program} (process {h.pid})" for h in holding)


def _devices(open_files: Path) -> Iterator[str]:
    try:
        files = list(open_files.iterdir())
    except OSError:  # gone meanwhile, or another user's
        return
    for file in files:
        try:
            target = os.readlink(file)
        except OSError:
            continue
        if target.startswith(CARDS):
            yield Path(target).name


def _program(processes: Path, pid: int) -> str:
    try:
        return (processes / str(pid) / "comm").read_text("utf-8", errors="replace").strip()
    except OSError:
        return "a program"
