"""How lively a voice is beside its own usual self: calm or excited, and nothing else.

Loudness, pitch, pace, pauses and brightness of an utterance are set against the running average of
the same speaker. Whether liveliness is joy or anger cannot be heard this way, and is not guessed.
Only numbers of the average are kept, never sound.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from audio.pitch import HOP_S, WINDOW_S, pitch_hz
from audio.sound import Samples

UTTERANCES_TO_KNOW: Final = 3
"""Before this many, nothing is said about a speaker."""

_SPEECH_BELOW_PEAK_DB = 30.0
_LEAST_VOICED_S = 0.3
_LONGEST_S = 15.0
"""What comes after it is not looked at, so that the time is bounded."""
_DIP_DB = 2.0
_EDGE_HZ = 1_000.0
_TINY = 1e-10
_SLOWEST_CHANGE = 0.1
"""Weight of a new utterance once the speaker is known: a day's mood does not become usual."""
_MOST_SPREADS = 2.5
"""One measure alone cannot decide, and one odd utterance cannot move the average far."""
_STEEPNESS = 1.3

Frames = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VoiceMeasures:
    """What is measured of one utterance."""

    loudness_db: float
    """Mean of the voiced frames, against full scale."""
    pitch_semitones: float
    """Median, above 1 Hz."""
    pitch_spread_semitones: float
    """Between the 10th and the 90th percentile of the voiced frames."""
    pace_hz: float
    """Peaks of loudness a second of speech: about the syllables."""
    pauses: float
    """Share of the time between first and last sound that is silent, 0..1."""
    brightness_db: float
    """Energy above 1 kHz against that below."""

    def values(self) -> dict[str, float]:
        """The measures by name."""
        return {name: float(getattr(self, name)) for name in _WEIGHTS}


_WEIGHTS: Mapping[str, float] = {
    "loudness_db": 1.0,
    "pitch_semitones": 1.0,
    "pitch_spread_semitones": 0.4,
    "pace_hz": 0.6,
    "pauses": -0.3,
    "brightness_db": 0.5,
}
"""Higher, louder, faster and brighter is livelier; more pauses are calmer."""
_USUAL_SPREADS: Mapping[str, float] = {
    "loudness_db": 3.0,
    "pitch_semitones": 1.5,
    "pitch_spread_semitones": 2.0,
    "pace_hz": 0.7,
    "pauses": 0.1,
    "brightness_db": 2.5,
}
"""How much a calm speaker varies from one utterance to the next."""


def measure(samples: Samples, rate_hz: int) -> VoiceMeasures | None:
    """Measures of one utterance, mono (n,) at `rate_hz`; None where too little is voiced."""
    samples = samples[: round(_LONGEST_S * rate_hz)]
    size, hop = round(WINDOW_S * rate_hz), round(HOP_S * rate_hz)
    if len(samples) < size:
        return None
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float32), size)[::hop]
    frames = frames - frames.mean(axis=1, keepdims=True)
    level_db = 10 * np.log10((frames**2).mean(axis=1) + _TINY)
    speech = level_db > max(float(level_db.max()) - _SPEECH_BELOW_PEAK_DB, -70.0)
    hz = pitch_hz(frames, rate_hz)
    voiced = speech & (hz > 0)
    if voiced.sum() * HOP_S < _LEAST_VOICED_S:
        return None
    semitones = 12 * np.log2(hz[voiced])
    low, middle, high = np.percentile(semitones, (10, 50, 90))
    at = np.flatnonzero(speech)
    return VoiceMeasures(
        loudness_db=float(level_db[voiced].mean()),
        pitch_semitones=float(middle),
        pitch_spread_semitones=float(high - low),
        pace_hz=_peaks(level_db, speech) / (len(at) * HOP_S),
        pauses=1 - len(at) / float(at[-1] - at[0] + 1),
        brightness_db=_brightness(frames[voiced], rate_hz),
    )


def _peaks(level_db: NDArray[np.float32], speech: NDArray[np.bool_]) -> int:
    """Tops of the smoothed loudness between dips of _DIP_DB: about one a syllable."""
    smooth = np.convolve(level_db, np.hanning(9) / np.hanning(9).sum(), mode="same")
    count, extreme, rising = 0, -np.inf, True
    for level, is_speech in zip(smooth.tolist(), speech.tolist(), strict=True):
        if rising:
            extreme = max(extreme, level)
            if extreme - level >= _DIP_DB:
                count, extreme, rising = count + 1, level, False
        else:
            extreme = min(extreme, level)
            if level - extreme >= _DIP_DB and is_speech:
                extreme, rising = level, True
    return count


def _brightness(frames: Frames, rate_hz: int) -> float:
    """dB of the energy above _EDGE_HZ against that below, over all frames (n, size)."""
    power = (np.abs(np.fft.rfft(frames * np.hanning(frames.shape[1]), axis=1)) ** 2).sum(axis=0)
    edge = round(_EDGE_HZ * frames.shape[1] / rate_hz)
    return float(10 * np.log10((power[edge:].sum() + _TINY) / (power[:edge].sum() + _TINY)))


class Arousal:
    """One speaker's average, and how lively the next utterance is beside it."""

    def __init__(self) -> None:
        self._mean: dict[str, float] = {}
        self._n_heard = 0

    def hear(self, samples: Samples, rate_hz: int) -> float | None:
        """How lively an utterance is: 0 calm, 0.5 as usual, 1 excited.

        `samples` is mono, (n,), full scale -1..1. None while the speaker is not known yet, and
        for sounds with too little voice, which teach nothing either.
        """
        measures = measure(samples, rate_hz)
        if measures is None:
            return None
        found = measures.values()
        lively = self._beside_usual(found) if self._n_heard >= UTTERANCES_TO_KNOW else None
        self._learn(found)
        return lively

    def forget(self) -> None:
        """Begin with a new speaker."""
        self._mean.clear()
        self._n_heard = 0

    def _beside_usual(self, found: Mapping[str, float]) -> float:
        total = sum(weight * self._spreads(name, found) for name, weight in _WEIGHTS.items())
        mean = total / sum(abs(weight) for weight in _WEIGHTS.values())
        return 1 / (1 + math.exp(-_STEEPNESS * mean))

    def _spreads(self, name: str, found: Mapping[str, float]) -> float:
        """How many usual spreads a measure is away from the average, bounded."""
        away = (found[name] - self._mean[name]) / _USUAL_SPREADS[name]
        return min(_MOST_SPREADS, max(-_MOST_SPREADS, away))

    def _learn(self, found: Mapping[str, float]) -> None:
        self._n_heard += 1
        if self._n_heard <= UTTERANCES_TO_KNOW:
            share = 1 / self._n_heard
            self._mean = {
                name: (1 - share) * self._mean.get(name, value) + share * value
                for name, value in found.items()
            }
            return
        share = max(_SLOWEST_CHANGE, 1 / self._n_heard)
        for name in found:
            self._mean[name] += share * self._spreads(name, found) * _USUAL_SPREADS[name]
