"""What a microphone and a speaker that are kept for months have in common."""

from typing import Generic, TypeVar

from audio.device_keeper import DeviceKeeper, Openable

D = TypeVar("D", bound=Openable)


class KeptDevice(Generic[D]):
    """One device in the care of a keeper. Safe from any thread."""

    def __init__(self, keeper: DeviceKeeper[D]) -> None:
        self._keeper = keeper
        self._keeper.start()

    @property
    def device_name(self) -> str | None:
        """What is used now."""
        device = self._keeper.device
        return None if device is None else device.device.name

    @property
    def is_lost(self) -> bool:
        """Whether there is none now: not open yet, or lost."""
        return self._keeper.device is None

    @property
    def reopened(self) -> int:
        """How often it was opened after the first time."""
        return max(0, self._keeper.opened - 1)
