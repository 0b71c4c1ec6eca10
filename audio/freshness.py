"""Tells sound from now from sound that was kept somewhere while this program did not run.

A process that was stopped for 30 s gets all of that sound at once from the sound server when it
goes on, with nothing that marks it as old. A command from then is not obeyed any more.
"""

import time
from collections import deque

STALE_S = 5.0
"""Older sound is dropped, and counted: a command from 5 s ago is not obeyed any more."""

GAP_S = 1.0
"""Less than this between two blocks is a busy machine, not a stopped one."""
PACE_S = 0.3
"""How long blocks must have come no faster than time passes, to be believed to be from now."""
PACE_SLACK_S = 0.15
"""Sound servers hand over up to so much at once."""


def now_s() -> float:
    """Seconds that pass also while the process or the whole board sleeps; never set by anybody."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Freshness:
    """Judges the blocks of one stream as they arrive; told the time, so it needs no clock."""

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._since_s = 0.0
        """When the gap began, while what came after it is still being caught up with."""
        self._came_s = 0.0
        """Seconds of sound since then."""
        self._is_behind = False
        self._recent: deque[tuple[float, float]] = deque()
        self._recent_s = 0.0
        """Seconds of sound in it."""

    def is_fresh(self, at_s: float, duration_s: float) -> bool:
        """Whether a block that arrives at `at_s` holds sound of the last STALE_S."""
        if self._last_s is not None and at_s - self._last_s > GAP_S:
            if not self._is_behind:
                self._is_behind, self._since_s, self._came_s = True, self._last_s, 0.0
            self._recent.clear()
            self._recent_s = 0.0
        self._last_s = at_s
        if not self._is_behind:
            return True
        self._came_s += duration_s
        # At least this old, unless the sound server itself lost some; then the pace tells.
        age_s = at_s - self._since_s - self._came_s
        self._is_behind = age_s > PACE_SLACK_S and not self._keeps_pace(at_s, duration_s)
        return not self._is_behind or age_s <= STALE_S

    def _keeps_pace(self, at_s: float, duration_s: float) -> bool:
        """Whether the blocks of the last PACE_S came no faster than time passed."""
        self._recent.append((at_s, duration_s))
        self._recent_s += duration_s
        while len(self._recent) > 1 and at_s - self._recent[1][0] >= PACE_S:
            self._recent_s -= self._recent.popleft()[1]
        passed_s = at_s - self._recent[0][0]
        came_s = self._recent_s - self._recent[0][1]
        return passed_s >= PACE_S and came_s <= passed_s + PACE_SLACK_S
