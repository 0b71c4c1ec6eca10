"""Steps of a fixed length out of two streams that come in blocks of any."""

from collections.abc import Callable

import numpy as np

from audio.sound import Samples


class Steps:
    """Calls `process(near, far)`, both (step,), for each whole step; it returns (step,)."""

    def __init__(self, step: int, process: Callable[[Samples, Samples], Samples]) -> None:
        self._step = step
        self._process = process
        self._waiting = np.zeros((2, 0), np.float32)
        self._ready = np.zeros(0, np.float32)

    def feed(self, near: Samples, far: Samples) -> Samples:
        """Take (n,) of both, any n; return (n,) of what `process` made.

        Blocks that are no multiples of the step delay it by less than one step, others not at all.
        """
        waiting = np.concatenate((self._waiting, np.stack((near, far))), axis=1)
        whole = waiting.shape[1] - waiting.shape[1] % self._step
        self._waiting = waiting[:, whole:]
        pieces = [self._ready]
        for start in range(0, whole, self._step):
            now = waiting[:, start : start + self._step]
            pieces.append(self._process(now[0], now[1]))
        ready = np.concatenate(pieces)
        missing = max(len(near) - len(ready), 0)
        ready = np.concatenate((np.zeros(missing, np.float32), ready))
        self._ready = ready[len(near) :]
        return ready[: len(near)]
