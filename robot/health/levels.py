"""How loud a recording is."""

import numpy as np

from audio.sound import SAMPLE_RATE_HZ, Samples
from robot.health.finding import LevelNumbers

SILENCE_DBFS = -120.0
FULL_SCALE = 0.999
WINDOW = SAMPLE_RATE_HZ // 50
QUIETEST_PERCENT = 10.0


def levels(samples: Samples, dropped_blocks: int = 0) -> LevelNumbers:
    """Of `samples` (n,) at SAMPLE_RATE_HZ; at least 20 ms of them."""
    windows = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)
    loudness = np.sqrt(np.mean(windows.astype(np.float64) ** 2, axis=1))
    return LevelNumbers(
        recorded_s=round(len(samples) / SAMPLE_RATE_HZ, 2),
        peak_dbfs=dbfs(float(np.abs(samples).max(initial=0.0))),
        noise_floor_dbfs=dbfs(float(np.percentile(loudness, QUIETEST_PERCENT))),
        clipped_share=round(float(np.mean(np.abs(samples) >= FULL_SCALE)), 6),
        dropped_blocks=dropped_blocks,
    )


def dbfs(amplitude: float) -> float:
    """Decibels below full scale; SILENCE_DBFS and not less for digital silence."""
    return round(max(SILENCE_DBFS, 20.0 * float(np.log10(max(amplitude, 1e-9)))), 1)
