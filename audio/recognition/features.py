"""Log-mel spectrogram as Whisper hears it, in numpy."""

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from audio.sound import SAMPLE_RATE_HZ, Samples

Mel = NDArray[np.float32]
"""Log-mel spectrogram, shape (n_mels, n_columns), one column every 10 ms."""

WINDOW_SAMPLES = 400
"""25 ms; `N_FFT` in openai/whisper `audio.py`."""
HOP_SAMPLES = 160
"""10 ms; `HOP_LENGTH` there."""
COLUMNS_PER_FRAME = 2
"""The encoder's second convolution has stride 2: one frame is 20 ms."""
SAMPLES_PER_FRAME = HOP_SAMPLES * COLUMNS_PER_FRAME

_MIN_POWER = 1e-10
_DYNAMIC_RANGE = 8.0
"""In powers of ten under the loudest point."""


def log_mel(samples: Samples, n_mels: int) -> Mel:
    """Log-mel spectrogram of `samples` (at SAMPLE_RATE_HZ, at least 201 of them).

    Equal to `whisper.log_mel_spectrogram` within 1e-4: a periodic Hann window of 400 samples every
    160, the ends reflected, power, `n_mels` Slaney bands, log10 cut 8 under its maximum and moved
    to about -1..1. Returns shape (n_mels, len(samples) // 160).
    """
    padded = np.pad(samples.astype(np.float32, copy=False), WINDOW_SAMPLES // 2, mode="reflect")
    # Whisper drops the last column of the short-time Fourier transform.
    windows = sliding_window_view(padded, WINDOW_SAMPLES)[::HOP_SAMPLES][:-1]
    spectrum = np.fft.rfft(windows * _hann())
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    mel = mel_filters(n_mels) @ power.T
    log_power = np.log10(np.maximum(mel, _MIN_POWER))
    floored = np.maximum(log_power, log_power.max() - _DYNAMIC_RANGE)
    scaled: Mel = ((floored + 4.0) / 4.0).astype(np.float32, copy=False)
    return scaled


@cache
def mel_filters(n_mels: int) -> NDArray[np.float32]:
    """Triangular mel filters of equal area, shape (n_mels, 201).

    Source: M. Slaney, Auditory Toolbox (1998), as `librosa.filters.mel(sr=16000, n_fft=400)` and
    so Whisper's `mel_filters.npz` have it.
    """
    bins_hz = np.fft.rfftfreq(WINDOW_SAMPLES, 1 / SAMPLE_RATE_HZ)
    top_mel = _mel(SAMPLE_RATE_HZ / 2)
    edges_hz = _hz(np.linspace(0.0, top_mel, n_mels + 2))
    low, centre, high = (edges_hz[i : n_mels + i, None] for i in range(3))
    rising = (bins_hz - low) / (centre - low)
    falling = (high - bins_hz) / (high - centre)
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    filters: NDArray[np.float32] = (triangles * 2.0 / (high - low)).astype(np.float32)
    return filters


# Slaney's mel scale: linear to 1 kHz (200/3 Hz a mel), then logarithmic (27 mel to 6.4 kHz).
_HZ_PER_MEL = 200.0 / 3.0
_BREAK_HZ = 1_000.0
_BREAK_MEL = _BREAK_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


def _mel(hz: float) -> float:
    """The mel of a frequency at or over the break."""
    return float(_BREAK_MEL + np.log(hz / _BREAK_HZ) / _LOG_STEP)


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    over_break = np.maximum(mel - _BREAK_MEL, 0.0)
    hz: NDArray[np.float64] = np.where(
        mel < _BREAK_MEL, mel * _HZ_PER_MEL, _BREAK_HZ * np.exp(_LOG_STEP * over_break)
    )
    return hz


@cache
def _hann() -> NDArray[np.float32]:
    phase = np.arange(WINDOW_SAMPLES) * (2 * np.pi / WINDOW_SAMPLES)
    window: NDArray[np.float32] = (0.5 - 0.5 * np.cos(phase)).astype(np.float32)
    return window
