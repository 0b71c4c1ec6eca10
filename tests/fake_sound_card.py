"""Stands in for the module `sounddevice`: a card with the faults that a real one cannot show."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace

import numpy as np
from numpy.typing import NDArray

BLOCK_S = 0.005


@dataclass(frozen=True)
class Flags:
    """What PortAudio says of a block."""

    input_overflow: bool


Fill = Callable[[NDArray[np.float32], int, None, Flags], None]


class PortAudioError(Exception):
    """As in sounddevice: a text, then PortAudio's code."""


class FakeSoundCard(ModuleType):
    """One microphone, `fake mic`, that takes nothing but its own rate of 48 kHz."""

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self.PortAudioError = PortAudioError
        self.default = SimpleNamespace(device=(0, -1))
        self.failures: list[PortAudioError] = []
        """The next openings fail with these."""
        self.hanging: threading.Event | None = None
        """Openings wait for this, if there is one."""
        self.is_plugged = True
        self.is_listed = True
        """What PortAudio says until devices are looked for again."""
        self.opened: list[FakeStream] = []
        self.closed: list[FakeStream] = []
        self.rescans = 0
        self.overflows = 0
        """So many of the next blocks come after a gap."""

    def query_devices(self) -> list[dict[str, str | int]]:
        entry: dict[str, str | int] = {"name": "fake mic", "default_samplerate": 48_000}
        entry |= {"max_input_channels": 1, "max_output_channels": 0}
        return [entry] if self.is_listed else []

    def InputStream(self, **wanted: object) -> "FakeStream":
        if self.hanging is not None:
            self.hanging.wait()
        if self.failures:
            raise self.failures.pop(0)
        if not self.is_plugged:
            raise PortAudioError("Invalid device", -9996)
        if wanted["samplerate"] != 48_000:
            raise PortAudioError("Invalid sample rate", -9997)
        stream = FakeStream(self, wanted)
        self.opened.append(stream)
        return stream

    def unplug(self) -> None:
        """The stream of the moment ends by itself."""
        self.is_plugged = False
        self.opened[-1].finish()

    def _terminate(self) -> None:
        self.rescans += 1

    def _initialize(self) -> None:
        self.is_listed = self.is_plugged

    def _exit_handler(self) -> None: ...


class FakeStream:
    """Calls the callback with a constant, in a thread, until it is stopped."""

    latency = 0.01

    def __init__(self, card: FakeSoundCard, wanted: dict[str, object]) -> None:
        self._card = card
        self._callback: Fill = wanted["callback"]  # type: ignore[assignment]
        self._on_finished: Callable[[], None] = wanted["finished_callback"]  # type: ignore[assignment]
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def abort(self) -> None:
        self._ends.set()

    def close(self) -> None:
        self.abort()
        self._card.closed.append(self)

    def finish(self) -> None:
        self._ends.set()

    def _run(self) -> None:
        block = np.full((960, 1), 0.1, np.float32)
        while not self._ends.wait(BLOCK_S):
            try:
                self._callback(block, len(block), None, Flags(self._card.overflows > 0))
                self._card.overflows = max(0, self._card.overflows - 1)
            except ValueError:
                break
        self._on_finished()
