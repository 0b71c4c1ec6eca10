"""Which parts of a live conversation work: told by many threads, as events and as a list."""

import threading
from collections.abc import Callable, Mapping

from audio.device_changes import DeviceChange, DeviceFound, DeviceLost
from nlu.chat_supervisor import WorkerBack, WorkerChange, WorkerLost
from robot.live.events import EventHub, PartFailed, PartRecovered

LANGUAGE_MODEL = "language model"


class Parts:
    """What fails now, with a sentence for people. Safe from any thread."""

    def __init__(self, events: EventHub) -> None:
        self._events = events
        self._lock = threading.Lock()
        self._failed: dict[str, str] = {}
        self._devices: Callable[[], Mapping[str, str | None]] = dict
        self._restarts = 0

    @property
    def failed(self) -> Mapping[str, str]:
        """Part -> what happened and what to do; parts that work are not in it."""
        with self._lock:
            return dict(self._failed)

    @property
    def devices(self) -> Mapping[str, str]:
        """`microphone` and `speaker` -> the name of what is open now."""
        return {part: name for part, name in self._devices().items() if name is not None}

    def watch(self, devices: Callable[[], Mapping[str, str | None]]) -> None:
        """Ask `devices` from now on what is open; None: nothing."""
        self._devices = devices

    @property
    def restarts(self) -> int:
        """How often a language model's process was started again."""
        return self._restarts

    def fail(self, part: str, message: str) -> None:
        """`part` does not work; told once until it does again."""
        with self._lock:
            if part in self._failed:
                return
            self._failed[part] = message
        self._events.publish(PartFailed(part, message))

    def recover(self, part: str) -> None:
        """`part` works; told only if it did not."""
        with self._lock:
            if self._failed.pop(part, None) is None:
                return
        self._events.publish(PartRecovered(part))

    def note_device(self, change: DeviceChange) -> None:
        """A device was lost or found."""
        match change:
            case DeviceLost(part, reason):
                self.fail(part, reason)
            case DeviceFound(part):
                self.recover(part)

    def note_worker(self, change: WorkerChange) -> None:
        """The process of a language model was lost or is back."""
        match change:
            case WorkerLost(message):
                self.fail(LANGUAGE_MODEL, message)
            case WorkerBack():
                self._restarts += 1
                self.recover(LANGUAGE_MODEL)
