"""What the sound server does with our streams behind PortAudio's back, where there is one.

When the source of a record stream vanishes, PulseAudio moves the stream to another source without
a word. That may be the monitor of the robot's own speaker: then Sori hears itself. So it is asked.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audio.devices import Direction
from audio.pulse_connection import (
    NO_INDEX,
    PLAYING,
    RECORDING,
    SERVER_INFO,
    SINKS,
    SOURCES,
    PulseConnection,
    Value,
    properties,
)

NOWHERE = "auto_null"
"""The sink that PulseAudio makes up when there is no other: nobody hears it."""

_DEVICE_VALUES = 19
"""How many values tell of one sink or source."""
_RECORDING_VALUES, _PLAYING_VALUES = 12, 14
_RECORDING_PROPERTIES, _PLAYING_PROPERTIES = 11, 13


@dataclass(frozen=True, slots=True)
class ServerDevice:
    """A source or a sink of the sound server."""

    name: str
    is_monitor: bool
    """A source that gives what a sink plays."""
    is_awake: bool
    """False while it is suspended."""


@dataclass(frozen=True, slots=True)
class Route:
    """How our newest stream of one direction runs, and how it would run anew."""

    device: ServerDevice | None
    """Where our stream is; None when we have none at this server."""
    default: ServerDevice | None
    """Where a stream would go that names no device."""


def socket_path() -> Path:
    """Where the sound server of this user listens, if there is one."""
    if named := os.environ.get("PULSE_SERVER"):
        return Path(named.removeprefix("unix:"))
    if folder := os.environ.get("PULSE_RUNTIME_PATH"):
        return Path(folder, "native")
    return Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}", "pulse", "native")


class SoundServer:
    """Asks the sound server; for one thread. No server is no answer, never an error."""

    def __init__(self) -> None:
        self._connection: PulseConnection | None = None

    def devices(self, direction: Direction) -> tuple[ServerDevice, ...] | None:
        """Sources, or sinks; None when there is no server that answers."""
        found = self._answered(direction)
        return None if found is None else tuple(found[0].values())

    def route(self, direction: Direction) -> Route | None:
        """See `Route`; None when there is no server that answers."""
        found = self._answered(direction)
        if found is None:
            return None
        devices, default, streams = found
        mine = devices.get(streams[-1]) if streams else None
        by_name = {device.name: device for device in devices.values()}
        return Route(mine, by_name.get(default))

    def close(self) -> None:
        """Hang up; asking again connects again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _answered(
        self, direction: Direction
    ) -> tuple[dict[int, ServerDevice], str, list[int]] | None:
        """Devices by number, the name of the default one, and on which our streams are."""
        hears = direction == "input"
        try:
            if self._connection is None:
                self._connection = PulseConnection.open(socket_path())
            ask = self._connection.ask
            devices = dict(_devices(ask(SOURCES if hears else SINKS), hears))
            default = str(ask(SERVER_INFO)[6 if hears else 5])
            streams = list(_ours(ask(RECORDING if hears else PLAYING), hears))
        except (OSError, IndexError):
            self.close()
            return None
        return devices, default, streams


def _devices(values: list[Value], hears: bool) -> Iterator[tuple[int, ServerDevice]]:
    for entry in _entries(values, _DEVICE_VALUES):
        index, name, monitor_of, state = entry[0], entry[1], entry[8], entry[16]
        yield (
            int(index or 0),
            ServerDevice(str(name), hears and monitor_of != NO_INDEX, state in (0, 1)),
        )


def _ours(values: list[Value], hears: bool) -> Iterator[int]:
    """The device of each stream of this process, oldest first."""
    size = _RECORDING_VALUES if hears else _PLAYING_VALUES
    place = _RECORDING_PROPERTIES if hears else _PLAYING_PROPERTIES
    for entry in sorted(_entries(values, size), key=lambda entry: int(entry[0] or 0)):
        if properties(entry[place]).get("application.process.id") == str(os.getpid()):
            yield int(entry[4] or 0)


def _entries(values: list[Value], size: int) -> Iterator[list[Value]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
