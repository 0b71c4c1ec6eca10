"""When a worker that died is started again: at once, unless it dies again and again."""

from collections import deque

MOST_DEATHS = 5
"""Within the window; then it is left alone for a while."""
WINDOW_S = 60.0
REST_S = 60.0
MOST_FAILED_LOADS = 3
"""In a row; then it is tried after a rest, each twice as long as the one before."""
LONGEST_REST_S = 600.0
"""Somebody may have mended the file meanwhile, and nobody starts a robot again for that."""


class Restarts:
    """The deaths of one model's workers; told the time, in seconds."""

    def __init__(self) -> None:
        self._deaths_s = deque[float](maxlen=MOST_DEATHS)
        self._failed_loads = 0

    def died(self, at_s: float) -> float:
        """A worker died: how many seconds to wait before the next is started."""
        self._deaths_s.append(at_s)
        is_full = len(self._deaths_s) == MOST_DEATHS
        if not is_full or at_s - self._deaths_s[0] > WINDOW_S:
            return 0.0
        self._deaths_s.clear()
        return REST_S

    def loaded(self) -> None:
        """A worker is ready."""
        self._failed_loads = 0

    def load_failed(self) -> float:
        """A worker did not get ready: how many seconds to wait before the next is tried."""
        self._failed_loads += 1
        rests = self._failed_loads - MOST_FAILED_LOADS
        return min(REST_S * 2.0**rests, LONGEST_REST_S) if rests >= 0 else 0.0
