"""The pitch of a voice, and whether it falls or rises at the end of what was said.

The tracker follows Boersma (1993), "Accurate short-term analysis of the fundamental frequency": the
autocorrelation of a windowed frame divided by that of the window.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from audio.sound import Samples

WINDOW_S, HOP_S = 0.04, 0.01
LOWEST_HZ, HIGHEST_HZ = 65.0, 450.0
_VOICED = 0.5
"""Share of a frame's energy that repeats with the pitch, from which on it counts as voiced."""
_FIRST_PEAK = 0.85
"""The shortest period this close to the strongest is taken, against octaves too low."""
_TINY = 1e-10

END_S = 0.3
"""Of the voice: the melody of an end lies in its last syllables."""
_LOOK_BACK_S = 0.8
"""The end of the voice is looked for in the last of what was said: silence may follow it."""
_LEAST_VOICED = 8
"""Frames of HOP_S; in less voice there is no melody."""
_BELOW_PEAK_DB = 25.0
_JUMP_SEMITONES = 6.0
"""From one frame to the next nobody's voice moves so far: an octave was mistaken."""
RISING_SEMITONES, FALLING_SEMITONES = 1.5, -1.0
"""Between them it stays level. Over END_S, by the line through the frames."""

Melody = Literal["falling", "level", "rising", "unknown"]


def pitch_hz(frames: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """Hz of each frame (n, size), 0 where it is not voiced; shape (n,)."""
    size = frames.shape[1]
    window = np.hanning(size).astype(np.float32)
    shortest, longest = int(rate_hz / HIGHEST_HZ), int(rate_hz / LOWEST_HZ)
    length = 1 << (size + longest).bit_length()
    repeats = np.fft.irfft(np.abs(np.fft.rfft(frames * window, length)) ** 2, length)
    of_window = np.fft.irfft(np.abs(np.fft.rfft(window, length)) ** 2, length)[: longest + 1]
    lags = repeats[:, : longest + 1] / (repeats[:, :1] + _TINY) * (of_window[0] / of_window)
    inside = lags[:, shortest : longest + 1].astype(np.float32)
    strongest = inside.max(axis=1)
    is_peak = np.zeros(inside.shape, np.bool_)
    middle = inside[:, 1:-1]
    is_peak[:, 1:-1] = (middle >= inside[:, :-2]) & (middle > inside[:, 2:])
    candidate = is_peak & (inside >= _FIRST_PEAK * strongest[:, None])
    periods = candidate.argmax(axis=1) + shortest
    voiced = candidate.any(axis=1) & (strongest >= _VOICED)
    return np.where(voiced, np.float32(rate_hz) / periods.astype(np.float32), np.float32(0))


def voiced_s(samples: Samples, rate_hz: int) -> float:
    """Seconds of `samples`, mono (n,), in which a voice sounds: coughs and knocks have hardly any.

    What is far quieter than the loudest moment does not count.
    """
    return HOP_S * int(np.count_nonzero(_voiced_hz(samples, rate_hz)))


def melody_at_end(samples: Samples, rate_hz: int) -> Melody:
    """How the pitch moves over the last END_S of voice in `samples`, mono (n,).

    Silence may follow the voice.
    """
    hz = _voiced_hz(samples[-round((_LOOK_BACK_S + END_S) * rate_hz) :], rate_hz)
    voiced = np.flatnonzero(hz)
    if len(voiced) < _LEAST_VOICED:
        return "unknown"
    last = voiced[voiced > voiced[-1] - round(END_S / HOP_S)]
    semitones = 12 * np.log2(hz[last])
    sure = np.abs(semitones - np.median(semitones)) < _JUMP_SEMITONES
    if sure.sum() < _LEAST_VOICED:
        return "unknown"
    slope, _ = np.polyfit(last[sure], semitones[sure], 1)
    moved = float(slope) * END_S / HOP_S
    if moved >= RISING_SEMITONES:
        return "rising"
    return "falling" if moved <= FALLING_SEMITONES else "level"


def _voiced_hz(samples: Samples, rate_hz: int) -> NDArray[np.float32]:
    """Pitch (n,) of every HOP_S, 0 where there is none or it is too quiet to matter."""
    size, hop = round(WINDOW_S * rate_hz), round(HOP_S * rate_hz)
    if len(samples) < size:
        return np.zeros(0, np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float32), size)[::hop]
    frames = frames - frames.mean(axis=1, keepdims=True)
    level_db = 10 * np.log10((frames**2).mean(axis=1) + _TINY)
    hz = pitch_hz(frames, rate_hz)
    return np.where(level_db > float(level_db.max()) - _BELOW_PEAK_DB, hz, np.float32(0))
