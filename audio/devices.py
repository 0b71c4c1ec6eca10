"""Sound devices through PortAudio: what there is, which one is meant, opening with a deadline."""

import importlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Literal, Protocol

from audio.errors import DeviceError

OPEN_DEADLINE_S = 5.0
"""PortAudio can hang in opening or starting (PortAudio/portaudio#535)."""

Direction = Literal["input", "output"]
_PEOPLE_SAY = {"input": "microphone", "output": "speaker"}


class Stream(Protocol):
    """The part of sounddevice's streams that Sori uses."""

    @property
    def latency(self) -> float:
        """Seconds between the callback and the air."""

    def start(self) -> None:
        """Begin to call the callback."""

    def abort(self) -> None:
        """Stop at once."""

    def close(self) -> None:
        """Let the device go."""


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device as PortAudio lists it."""

    index: int
    name: str
    input_channels: int
    output_channels: int
    rate_hz: int
    """Its own default."""
    default_input: bool
    default_output: bool

    def channels(self, direction: Direction) -> int:
        """Channels in one direction; 0 when it has none."""
        return self.input_channels if direction == "input" else self.output_channels


def load_sounddevice() -> ModuleType:
    """The `sounddevice` module; DeviceError when it or PortAudio is not installed.

    Imported on first use: everything but a live conversation works without PortAudio.
    """
    try:
        return importlib.import_module("sounddevice")
    except ImportError as error:
        raise DeviceError(
            "The Python package sounddevice is missing: run `./sori` again to install it."
        ) from error
    except OSError as error:
        raise DeviceError(
            "The PortAudio library is missing: install it with `apt-get install libportaudio2`."
        ) from error


def list_devices() -> tuple[Device, ...]:
    """All sound devices, perhaps none; DeviceError when PortAudio is missing or fails."""
    sounddevice = load_sounddevice()
    try:
        entries = sounddevice.query_devices()
        default_input, default_output = sounddevice.default.device
    except sounddevice.PortAudioError as error:
        raise DeviceError(f"The sound devices cannot be listed ({error}).") from error
    return tuple(
        Device(
            index=index,
            name=str(entry["name"]),
            input_channels=int(entry["max_input_channels"]),
            output_channels=int(entry["max_output_channels"]),
            rate_hz=int(entry["default_samplerate"]),
            default_input=index == default_input,
            default_output=index == default_output,
        )
        for index, entry in enumerate(entries)
    )


def choose_device(devices: tuple[Device, ...], name: str, direction: Direction) -> Device:
    """The device called `name`, else the only one whose name contains it; empty: the default.

    Raises DeviceError when there is none, or more than one fits.
    """
    what = _PEOPLE_SAY[direction]
    able = [device for device in devices if device.channels(direction)]
    if not able:
        raise DeviceError(
            f"No {what} was found: plug one in, or check that the sound server runs and that this "
            "user is in the group `audio`."
        )
    if not name:
        defaults = [d for d in able if d.default_input and direction == "input"]
        defaults += [d for d in able if d.default_output and direction == "output"]
        return (defaults or able)[0]
    fitting = [device for device in able if device.name == name] or [
        device for device in able if name.casefold() in device.name.casefold()
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(f"'{device.name}'" for device in fitting or able)
    problem = "is not there" if not fitting else "is not unique"
    raise DeviceError(
        f"The {what} '{name}' {problem} ({names}): set `device.{what}` to one of these names."
    )


def find_device(name: str, direction: Direction) -> Device:
    """`choose_device` among the devices of this machine."""
    return choose_device(list_devices(), name, direction)


def rescan() -> None:
    """Make PortAudio look for devices again: it lists only what was there when it started.

    Close every stream first. Each call leaks some 13 kB in PortAudio, so rescan only when a
    device that was lost cannot be opened by its name any more.
    """
    sounddevice = load_sounddevice()
    try:  # sounddevice has no public way
        sounddevice._terminate()
        sounddevice._initialize()
    except (AttributeError, sounddevice.PortAudioError) as error:
        raise DeviceError(
            f"PortAudio cannot look for devices again ({error}): restart Sori."
        ) from error


def start_stream(make: Callable[[], Stream], what: str) -> Stream:
    """Make and start a stream within OPEN_DEADLINE_S; DeviceError when that fails or takes longer.

    A stream that comes after the deadline is closed by the thread that waited for it.
    """
    started: list[Stream] = []
    failures: list[Exception] = []
    lock = threading.Lock()
    late = False

    def open_and_start() -> None:
        try:
            stream = make()
            stream.start()
        except Exception as error:  # noqa: BLE001 - PortAudioError, ValueError, whatever: reported
            failures.append(error)
            return
        with lock:
            if not late:
                started.append(stream)
                return
        stream.close()

    opener = threading.Thread(target=open_and_start, name=f"open {what}", daemon=True)
    opener.start()
    opener.join(OPEN_DEADLINE_S)
    with lock:
        late = not started
    if started:
        return started[0]
    if failures:
        raise DeviceError(
            f"The {what} cannot be opened ({failures[0]}): another program may hold it, or it is "
            "unplugged; `sori devices` lists what there is."
        ) from failures[0]
    raise DeviceError(
        f"The {what} did not open within {OPEN_DEADLINE_S:.0f} s: its driver hangs; unplug it and "
        "plug it in again, then restart Sori."
    )
