"""Changes the sample rate, whole or in a stream, with the soxr library (quality HQ)."""

import numpy as np
import soxr

from audio.sound import Samples

_QUALITY = "HQ"
"""Stop band at -120 dB from 1.0 of the lower Nyquist frequency: nothing audible folds back."""


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Return `samples` (n,) at `to_hz`; about n * to_hz / from_hz samples."""
    if from_hz == to_hz:
        return samples
    resampled: Samples = soxr.resample(samples, from_hz, to_hz, quality=_QUALITY)
    return resampled


class StreamResampler:
    """Resamples a stream block by block; the sum does not depend on how it was cut.

    The filter holds back some milliseconds, which `finish` gives out.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        same = from_hz == to_hz
        self._stream = (
            None
            if same
            else soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality=_QUALITY)
        )

    def feed(self, block: Samples) -> Samples:
        """Return what is ready after `block`; may be empty."""
        if self._stream is None:
            return block
        ready: Samples = self._stream.resample_chunk(block)
        return ready

    def finish(self) -> Samples:
        """Return the rest; nothing may be fed afterwards."""
        rest = np.zeros(0, np.float32)
        if self._stream is not None:
            rest = self._stream.resample_chunk(rest, last=True)
        return rest
