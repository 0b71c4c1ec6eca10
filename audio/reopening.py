"""When a lost device is tried again. Told the time, so that it needs no clock.

Each try leaks a little in PortAudio (0.2 kB), and making it look for devices anew leaks 13 kB. So
tries are frequent while it is likely that the device is back, and rare while nothing changes.
"""

FIRST_DELAYS_S = (0.0, 0.25, 0.5)
STEADY_DELAY_S = 1.0
PATIENT_AFTER_S = 60.0
"""From then on the delay doubles, until something changes."""
LONGEST_DELAY_S = 30.0

RESCANS_AFTER_CHANGE = 4
"""A sound server that starts needs a moment until its devices are there."""
BLIND_RESCAN_S = 30.0
"""How soon devices are looked for anew though nothing seems to have changed; doubles each time."""
LONGEST_RESCAN_S = 900.0


class ReopenPlan:
    """Tries at once, then after 0.25, 0.5, 1, 1, ... s; a change of the hardware begins anew."""

    def __init__(self, at_s: float) -> None:
        """Lost at `at_s`: the first try is due."""
        self._since_s = at_s
        self._due_s = at_s
        self._tried_s = at_s
        self._tries = 0
        self._delay_s = STEADY_DELAY_S
        self._rescans_left = 0
        self._rescan_delay_s = BLIND_RESCAN_S
        self._rescan_due_s = at_s + BLIND_RESCAN_S

    def is_due(self, at_s: float) -> bool:
        """Whether to try now."""
        return at_s >= self._due_s

    def failed(self, at_s: float) -> None:
        """A try failed."""
        self._tried_s = at_s
        self._tries += 1
        if self._tries < len(FIRST_DELAYS_S):
            self._due_s = at_s + FIRST_DELAYS_S[self._tries]
            return
        if at_s - self._since_s >= PATIENT_AFTER_S:
            self._delay_s = min(2 * self._delay_s, LONGEST_DELAY_S)
        self._due_s = at_s + self._delay_s

    def hardware_changed(self, at_s: float) -> None:
        """Something was plugged in or out, or a sound server came or went: try now."""
        self._since_s = self._due_s = at_s
        self._tries, self._delay_s = 0, STEADY_DELAY_S
        self._rescans_left = RESCANS_AFTER_CHANGE

    def may_be_free(self, at_s: float) -> None:
        """Somebody let a device go, or it woke up; perhaps it was ours, and perhaps we did it."""
        self._due_s = min(self._due_s, max(at_s, self._tried_s + STEADY_DELAY_S))

    def takes_rescan(self, at_s: float, *, is_listed: bool) -> bool:
        """Whether the next try should look for devices first; counts as done.

        `is_listed`: PortAudio knows the device; then a plain try goes first, for names of ALSA stay
        good when a sound server comes back.
        """
        if self._rescans_left and (self._tries > 0 or not is_listed):
            self._rescans_left -= 1
        elif at_s >= self._rescan_due_s:
            self._rescan_delay_s = min(2 * self._rescan_delay_s, LONGEST_RESCAN_S)
        else:
            return False
        self._rescan_due_s = at_s + self._rescan_delay_s
        return True
