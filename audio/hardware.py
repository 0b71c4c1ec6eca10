"""Whether sound hardware or sound servers came, went or became free, seen without opening any."""

import glob
import os
from dataclasses import dataclass
from pathlib import Path

from audio.devices import Direction
from audio.sound_server import SoundServer, socket_path

CARDS = Path("/dev/snd")
USES = {
    "input": "/proc/asound/card*/pcm*c/sub*/status",
    "output": "/proc/asound/card*/pcm*p/sub*/status",
}
"""`closed` or what its user does."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """What can be seen of it; equal as long as nothing changed."""

    cards: tuple[int, int] | None
    """When something was plugged in or out."""
    server: tuple[int, int] | None
    """Which sound server listens."""
    offered: tuple[str, ...] | None
    """The names of its sources or sinks; None while it does not answer."""
    awake: tuple[str, ...]
    """Those of them that are not suspended."""
    uses: tuple[str, ...]
    """What is done with the cards. Ours too, so that a change may mean nothing."""

    def is_other(self, before: "Hardware") -> bool:
        """Whether something came or went."""
        mine = (self.cards, self.server, self.offered)
        return mine != (before.cards, before.server, before.offered)

    def may_be_free(self, before: "Hardware") -> bool:
        """Whether something was let go or woke up."""
        return (self.awake, self.uses) != (before.awake, before.uses)


def look(direction: Direction, server: SoundServer) -> Hardware:
    """What is there now."""
    devices = server.devices(direction)
    return Hardware(
        cards=_state(CARDS),
        server=_state(socket_path()),
        offered=None if devices is None else tuple(device.name for device in devices),
        awake=tuple(device.name for device in devices or () if device.is_awake),
        uses=tuple(_use(Path(file)) for file in sorted(glob.glob(USES[direction]))),
    )


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _use(status: Path) -> str:
    try:
        return status.read_text("ascii").partition("\n")[0]
    except OSError:
        return ""
