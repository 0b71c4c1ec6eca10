"""Where the sound server has our stream, and whether that is where it should be."""

from audio.devices import Direction
from audio.errors import DeviceError
from audio.sound_server import NOWHERE, ServerDevice, SoundServer

FOLLOWS_DEFAULT = frozenset({"", "default", "sysdefault", "pulse", "pipewire"})
"""Names that mean whatever the sound server has chosen."""

_USELESS: dict[Direction, str] = {
    "input": "The sound server has no microphone, and offers what the speaker plays in its place:"
    " plug one in, or set `device.microphone`.",
    "output": "The sound server has no speaker: plug one in, or set `device.speaker`.",
}


class Placement:
    """Watches one stream; without a sound server there is nothing to watch. For one thread."""

    def __init__(self, name: str, direction: Direction, server: SoundServer) -> None:
        """`name`: of the device, as in the settings."""
        self._follows_default = name in FOLLOWS_DEFAULT
        self._direction: Direction = direction
        self._server = server
        self._place: ServerDevice | None = None
        self._was_well_placed = False

    def check_default(self) -> None:
        """Before opening: a server without a microphone offers the speaker's monitor in its place.

        Raises DeviceError then.
        """
        route = self._server.route(self._direction) if self._follows_default else None
        if route is not None and (route.default is None or _is_useless(route.default)):
            raise DeviceError(_USELESS[self._direction])

    def note_opened(self) -> None:
        """Remember where a new stream is, before it can be moved.

        Raises DeviceError for a place that a device of this name never had.
        """
        route = self._server.route(self._direction)
        self._place = None if route is None else route.device
        if self._place is None:
            return
        if not _is_useless(self._place):
            self._was_well_placed = True
        elif self._was_well_placed:
            raise DeviceError(_USELESS[self._direction])

    def fault(self) -> str:
        """Where the server moved the stream to, in a sentence; empty while all is well."""
        route = self._server.route(self._direction)
        now = None if route is None else route.device
        if now is None:
            return ""
        self._place = before = self._place or now
        if now.name == before.name or (self._follows_default and not _is_useless(now)):
            return ""  # in its place, or somebody chose another default
        return f"The sound server moved us from {before.name} to {now.name}: is it unplugged?"


def _is_useless(device: ServerDevice) -> bool:
    return device.is_monitor or device.name == NOWHERE
