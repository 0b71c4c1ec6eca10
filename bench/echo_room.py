"""A simulated room between Sori's loudspeaker and its microphone."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from audio.sound import SAMPLE_RATE_HZ, Samples

MINUS_60_DB = float(np.log(1e-3))
"""What the amplitude has fallen by, as a natural logarithm, after the reverberation time."""
DIRECT_TO_REVERBERANT_DB = 3.0
"""A microphone some 20 cm from the loudspeaker."""


@dataclass(frozen=True, slots=True)
class Room:
    """Direct path and a tail of noise that decays exponentially (Polack's model of late reverb)."""

    response: Samples
    """From the loudspeaker to the microphone, energy 1, shape (n,) at SAMPLE_RATE_HZ."""
    drift_ppm: float
    """How much faster the loudspeaker's clock runs than the microphone's."""

    @classmethod
    def draw(
        cls, random: np.random.Generator, rt60_s: float, delay_s: float, drift_ppm: float = 50.0
    ) -> Self:
        """A room with this reverberation time and this delay before the direct sound."""
        tail = random.standard_normal(round(rt60_s * SAMPLE_RATE_HZ)).astype(np.float32)
        tail *= np.exp(np.linspace(0.0, MINUS_60_DB, len(tail), dtype=np.float32))
        tail *= 10 ** (-DIRECT_TO_REVERBERANT_DB / 20) / np.linalg.norm(tail)
        tail[0] += 1.0
        before = np.zeros(round(delay_s * SAMPLE_RATE_HZ), np.float32)
        return cls(np.concatenate((before, tail / np.linalg.norm(tail))), drift_ppm)

    def echo(self, played: Samples, gain_db: float) -> Samples:
        """What the microphone gets of `played` (n,), as long as it; `gain_db` in energy."""
        size = len(played) + len(self.response) - 1
        fft = 1 << (size - 1).bit_length()
        spectrum = np.fft.rfft(played, fft) * np.fft.rfft(self.response, fft)
        heard = np.fft.irfft(spectrum, fft)[: len(played)]
        at = np.arange(len(played)) * (1.0 + self.drift_ppm * 1e-6)
        drifted = np.interp(at, np.arange(len(played)), heard, right=0.0)
        echo: Samples = (drifted * 10 ** (gain_db / 20)).astype(np.float32)
        return echo
