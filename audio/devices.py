"""Sound devices through PortAudio: what there is, which one is meant."""

import importlib
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from audio.errors import DeviceError

Direction = Literal["input", "output"]
_PEOPLE_SAY = {"input": "microphone", "output": "speaker"}


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
