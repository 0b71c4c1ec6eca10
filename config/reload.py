"""Settings read again while Sori runs: what counts at once, and what at the next start.

The parts of Sori hold the settings they were loaded with. The few that ask anew each time are
listed here; everything else (models, devices, ports, the body) would have to be opened again.
"""

from dataclasses import dataclass
from pathlib import Path

from config.errors import ConfigurationError
from config.leaves import leaves, with_leaf
from config.load import load
from config.settings import Settings

WHILE_RUNNING = (
    "manner",
    "attention.mode",
    "attention.wake",
    "attention.follow_up_s",
    "attention.longest_turn_s",
    "attention.sleep",
    "log.level",
)
"""Sections or single settings that may change while Sori runs.

`safety.enabled` and `emotion.from_voice` are not among them: people are told of both aloud, at the
start.
"""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """A settings file that was read again; names are dotted (`manner.tone`)."""

    settings: Settings
    """The ones in force now: the old ones, with what may change while Sori runs."""
    changed: tuple[str, ...] = ()
    """In force now."""
    needs_restart: tuple[str, ...] = ()
    """Different in the file; in force from the next start on."""

    def told(self) -> str:
        """One sentence for the log."""
        if not self.changed and not self.needs_restart:
            return "The settings were read again; nothing is different."
        parts = []
        if self.changed:
            parts.append(f"In force now: {', '.join(self.changed)}.")
        if self.needs_restart:
            parts.append(f"In force from the next start on: {', '.join(self.needs_restart)}.")
        return " ".join(["The settings were read again.", *parts])


@dataclass(frozen=True, slots=True)
class NotReloaded:
    """The file has a fault; everything stays as it was."""

    settings: Settings
    """The old ones."""
    fault: str
    """With file and line."""

    def told(self) -> str:
        """One sentence for the log."""
        return f"{self.fault} The settings stay as they were."


def reload(path: Path | None, old: Settings) -> Reloaded | NotReloaded:
    """Read `path` again (the built-in file when None) over the settings in force; never raises."""
    try:
        return compare(old, load(path))
    except ConfigurationError as error:
        return NotReloaded(old, error.message)


def compare(old: Settings, new: Settings) -> Reloaded:
    """What of `new` counts at once over `old`, and what has to wait."""
    before, after = leaves(old), leaves(new)
    different = [name for name in after if before[name] != after[name]]
    changed = tuple(name for name in different if _may_change(name))
    settings = old
    for name in changed:
        settings = with_leaf(settings, name, after[name])
    return Reloaded(settings, changed, tuple(name for name in different if name not in changed))


def _may_change(name: str) -> bool:
    return any(name == known or name.startswith(f"{known}.") for known in WHILE_RUNNING)
