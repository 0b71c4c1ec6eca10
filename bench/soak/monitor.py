"""Listens to a device of the virtual card and remembers when it sounded."""

import itertools
import os
import subprocess
import threading
import time
from collections import deque

import numpy as np

from bench.soak.clips import AUDIBLE
from tests.virtual_card import VirtualCard

RATE_HZ = 16_000
FRAME_S = 0.01
_FRAME_BYTES = 4 * round(FRAME_S * RATE_HZ)
KEPT_FRAMES = 12_000
"""Two minutes."""
LATENCY_MS = 20
DRIFT = 0.001
"""How fast the times of frames may get later: clocks differ."""
LOST_S = 0.3
"""Frames that come so much later than they should follow a gap: a source was away."""


class Monitor:
    """When the monitor source of one sink was loud, by `time.monotonic`; good to some 10 ms.

    The sound comes in lumps; the earliest lumps tell when each frame really sounded.
    """

    def __init__(self, card: VirtualCard, device: str) -> None:
        self._card = card
        self._device = device
        self._lock = threading.Lock()
        self._loud: deque[tuple[float, bool]] = deque(maxlen=KEPT_FRAMES)
        self._recorder: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self.start()

    def start(self) -> None:
        """Listen; again after the sound server was away."""
        self.close()
        self._recorder = subprocess.Popen(
            f"parec --device={self._device}.monitor --format=float32le --channels=1 "
            f"--rate={RATE_HZ} --latency-msec={LATENCY_MS}".split(),
            env=self._card.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._reader = threading.Thread(target=self._read, args=(self._recorder,), daemon=True)
        self._reader.start()

    def close(self) -> None:
        """Listen no more."""
        if self._recorder is not None and self._reader is not None:
            self._recorder.terminate()
            self._recorder.wait()
            self._reader.join()

    def first_after(self, at_s: float) -> float | None:
        """When it was first loud at or after this moment."""
        with self._lock:
            return next((then for then, loud in self._loud if loud and then >= at_s), None)

    def quiet_s(self) -> float:
        """For how long it has been quiet, as far as is remembered."""
        now_s = time.monotonic()
        with self._lock:
            newest = next((then for then, loud in reversed(self._loud) if loud), None)
            oldest = self._loud[0][0] if self._loud else now_s
        return now_s - (oldest if newest is None else newest)

    def _read(self, recorder: subprocess.Popen[bytes]) -> None:
        assert recorder.stdout is not None
        rest, base_s, last_s = b"", float("inf"), time.monotonic()
        frames = itertools.count()
        count = 0
        with recorder.stdout as pipe:
            while block := os.read(pipe.fileno(), 1 << 16):
                now_s = time.monotonic()
                rest += block
                whole = len(rest) // _FRAME_BYTES
                lump = np.frombuffer(rest[: whole * _FRAME_BYTES], np.float32)
                peaks = np.abs(lump.reshape(-1, _FRAME_BYTES // 4)).max(axis=1, initial=0.0)
                rest = rest[whole * _FRAME_BYTES :]
                count += whole
                newest_s = now_s - count * FRAME_S
                base_s = min(base_s + DRIFT * (now_s - last_s), newest_s)
                if newest_s - base_s > LOST_S:
                    base_s = newest_s
                last_s = now_s
                with self._lock:
                    for peak in peaks.tolist():
                        self._loud.append((base_s + next(frames) * FRAME_S, peak >= AUDIBLE))
