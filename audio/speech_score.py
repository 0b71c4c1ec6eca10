"""The frame model: webrtcvad says of 20 ms of sound whether it looks like speech."""

import importlib
from typing import Protocol, Self, cast

import numpy as np

from audio.errors import AudioError
from audio.sound import SAMPLE_RATE_HZ, Samples

_COMFORTABLE_PEAK = 0.25
_MAX_GAIN = 16.0
"""webrtcvad has fixed ideas of loudness: of speech 30 dB down it misses a quarter of the frames and
most of some words. Quiet sound is raised by up to 24 dB; whether it is loud enough over the noise
is not its question."""
_PEAK_DECAY = 0.993
"""The gain comes back by 3 dB a second."""


class _Vad(Protocol):
    def is_speech(self, buf: bytes, sample_rate: int) -> bool: ...


class SpeechScore:
    """webrtcvad behind one method. It adapts to what it hears: one object a stream."""

    def __init__(self, vad: _Vad) -> None:
        self._vad = vad
        self._peak = _COMFORTABLE_PEAK

    @classmethod
    def load(cls, aggressiveness: int) -> Self:
        """Make the model, `aggressiveness` 0..3 (3 drops the most).

        Raises AudioError when webrtcvad is missing: a robot that quietly does without would
        either hear nothing or everything.
        """
        try:
            webrtcvad = importlib.import_module("webrtcvad")
        except ImportError as error:
            raise AudioError(
                "webrtcvad, which finds speech, cannot be imported: run "
                "`pip install webrtcvad-wheels` (the original `webrtcvad` fails on new setuptools)."
            ) from error
        return cls(cast(_Vad, webrtcvad.Vad(aggressiveness)))

    def is_speech(self, frame: Samples) -> bool:
        """Judge one frame (FRAME_SAMPLES,) at SAMPLE_RATE_HZ; what passes full scale is clipped."""
        self._peak = max(float(np.abs(frame).max()), self._peak * _PEAK_DECAY, 1e-9)
        gain = min(max(_COMFORTABLE_PEAK / self._peak, 1.0), _MAX_GAIN)
        pcm = (np.clip(frame * gain, -1.0, 1.0) * 32_767).astype("<i2")
        return bool(self._vad.is_speech(pcm.tobytes(), SAMPLE_RATE_HZ))
