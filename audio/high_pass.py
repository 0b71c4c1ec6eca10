"""Takes the constant offset and rumble below speech out of a stream."""

import math

import numpy as np

from audio.sound import SAMPLE_RATE_HZ, Samples

CUT_OFF_HZ = 20.0
"""Well under the lowest voice (about 70 Hz); 0.35 dB are lost there."""

_STEP = 64
"""The recursion inside a step is one matrix product for all steps, between steps one number."""


class HighPass:
    """One-pole high-pass at SAMPLE_RATE_HZ: y[n] = x[n] - m[n], m[n] = a m[n-1] + (1 - a) x[n].

    The running mean m starts at the first sample, so an offset is gone from the beginning.
    """

    def __init__(self) -> None:
        pole = math.exp(-2 * math.pi * CUT_OFF_HZ / SAMPLE_RATE_HZ)
        lag = np.arange(_STEP)[None, :] - np.arange(_STEP)[:, None]
        response = np.where(lag >= 0, (1 - pole) * pole ** np.maximum(lag, 0), 0.0)
        self._response = response.astype(np.float32)
        self._decay = (pole ** np.arange(1, _STEP + 1)).astype(np.float32)
        self._mean: float | None = None

    def feed(self, block: Samples) -> Samples:
        """Return `block` (n,) without offset, (n,); the state goes on to the next block."""
        if not len(block):
            return block
        if self._mean is None:
            self._mean = float(block[0])
        steps = -(-len(block) // _STEP)
        padded = np.pad(block, (0, steps * _STEP - len(block))).reshape(steps, _STEP)
        means = padded @ self._response
        before = np.empty(steps, np.float32)
        over_a_step = float(self._decay[-1])
        for step, gained in enumerate(means[:, -1].tolist()):
            before[step] = self._mean
            self._mean = self._mean * over_a_step + gained
        means += before[:, None] * self._decay
        mean = means.reshape(-1)[: len(block)]
        self._mean = float(mean[-1])
        filtered: Samples = block - mean
        return filtered
