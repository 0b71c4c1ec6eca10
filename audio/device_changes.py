"""What is told when a device goes and comes back."""

from dataclasses import dataclass
from typing import Literal

Part = Literal["microphone", "speaker"]


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """It cannot be used from now on."""

    part: Part
    reason: str
    """A sentence for people that says what to do."""


@dataclass(frozen=True, slots=True)
class DeviceFound:
    """It can be used again."""

    part: Part
    name: str
    """Which device it is now."""


DeviceChange = DeviceLost | DeviceFound
