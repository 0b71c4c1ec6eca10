"""Takes the speaker's own sound out of the microphone's: AEC3 of WebRTC, through livekit.

AEC3 (modules/audio_processing/aec3 in WebRTC's sources) finds the delay, models the room with a
partitioned-block adaptive filter and suppresses what is left. It runs here without any network.
"""

import importlib
from typing import Protocol, Self

import numpy as np

from audio.echo.steps import Steps
from audio.errors import AudioError
from audio.sound import SAMPLE_RATE_HZ, Samples

STEP = SAMPLE_RATE_HZ // 100
"""AEC3 takes 10 ms at a time."""


class _Frame(Protocol):
    @property
    def data(self) -> memoryview: ...


class _MakeFrame(Protocol):
    def __call__(
        self, data: bytearray, sample_rate: int, num_channels: int, samples_per_channel: int
    ) -> _Frame: ...


class _Processing(Protocol):
    def process_stream(self, data: _Frame) -> None: ...

    def process_reverse_stream(self, data: _Frame) -> None: ...


class EchoCanceller:
    """One stream of sound; it learns the room while something plays. For one thread."""

    def __init__(self, processing: _Processing, make_frame: _MakeFrame) -> None:
        self._processing = processing
        self._make_frame = make_frame
        self._steps = Steps(STEP, self._step)

    @classmethod
    def load(cls) -> Self:
        """Raises AudioError where the library is missing or does not run on this board."""
        try:
            processing = importlib.import_module("livekit.rtc.apm").AudioProcessingModule
            make_frame: _MakeFrame = importlib.import_module("livekit.rtc.audio_frame").AudioFrame
            return cls(processing(echo_cancellation=True), make_frame)
        except (ImportError, OSError, RuntimeError) as error:
            raise AudioError(
                f"The echo canceller cannot be loaded ({error}): run `./sori` again to install"
                " `livekit`. Until then people are not heard well while Sori speaks."
            ) from error

    def clean(self, near: Samples, far: Samples) -> Samples:
        """`near` (n,) without the echo of `far` (n,), both at SAMPLE_RATE_HZ; (n,), any n.

        `far` must be no later than its echo in `near`, and at most about 0.5 s earlier. Blocks that
        are no multiples of 10 ms delay the result by less than 10 ms, others not at all. AudioError
        when the library fails.
        """
        return self._steps.feed(near, far)

    def _step(self, near: Samples, far: Samples) -> Samples:
        cleaned = self._frame(near)
        try:
            self._processing.process_reverse_stream(self._frame(far))
            self._processing.process_stream(cleaned)
        except RuntimeError as error:
            raise AudioError(f"The echo canceller failed ({error}).") from error
        return np.frombuffer(cleaned.data, np.int16).astype(np.float32) / np.float32(32_768)

    def _frame(self, samples: Samples) -> _Frame:
        pcm = (np.clip(samples, -1.0, 1.0) * 32_767).astype(np.int16)
        return self._make_frame(bytearray(pcm.tobytes()), SAMPLE_RATE_HZ, 1, STEP)
