"""The only writer to a body: epochs, the stop and its latch.

Every command carries the epoch it was begun in. A stop raises the epoch, so whatever is older and
still on its way is discarded here and never sent, and holds a latch in which nothing new may move.
Commands go to the driver under one lock. Time passes outside of it: a stop never waits for a wait.
"""

import math
import threading
from collections.abc import Callable
from contextlib import suppress

from nlu.abilities import Abilities
from robot.body.driver import Discrete, Driver
from robot.body.errors import BodyError, Latched, StaleEpoch
from robot.body.state import COMMAND_PERIOD_S, STILL, VELOCITY_LIFE_S, BodyState, Velocity
from robot.body.velocity_limits import within_caps

Watch = Callable[[float], None]
"""Told the body's time while something moves; may call `Writer.stop`."""


def nothing(_body_time_s: float) -> None:
    """Watch over nothing."""


class Writer:
    """Drives one body. Safe to use from any thread; `stop` most of all."""

    def __init__(self, driver: Driver, latch_s: float) -> None:
        self._driver = driver
        self._latch_s = latch_s
        # Re-entrant: a signal's handler may stop the body in the thread that is just driving it.
        self._lock = threading.RLock()
        self._time_passes = threading.Lock()
        """Two threads that wait do so one after the other."""
        self._epoch = 0
        self._latched = False
        self._stopped_at_s: float | None = None
        """Body time of the last stop; None while the body has not told its time since."""
        self._commanded_at_s: float | None = None
        """Body time of the newest velocity that was not zero; None after a halt."""
        self._closed = False

    @property
    def abilities(self) -> Abilities:
        """What the body can do."""
        return self._driver.abilities

    @property
    def epoch(self) -> int:
        """The current epoch; each stop raises it."""
        return self._epoch

    @property
    def is_latched(self) -> bool:
        """Whether a stop still holds the body. Raises BodyError when the body is gone."""
        with self._lock:
            return self._latch_holds()

    @property
    def is_moving(self) -> bool:
        """Whether the body moves, is busy, or was told to move and may not have begun yet."""
        with self._lock:
            try:
                state = self._driver.observe()
            except BodyError:  # gone: all that is known is what it was told last
                return self._commanded_at_s is not None
            return state.busy or not state.is_still or self._velocity_lives(state.time_s)

    def observe(self) -> BodyState:
        """The newest state. Raises BodyError when the body is gone."""
        with self._lock:
            return self._driver.observe()

    def begin(self) -> int:
        """The epoch for a new action. Raises Latched while a stop holds the body."""
        with self._lock:
            self._raise_if_closed()
            if self._latch_holds():
                raise Latched
            return self._epoch

    def drive(self, velocity: Velocity, epoch: int) -> None:
        """Move like this for at most VELOCITY_LIFE_S, within the caps that the body publishes.

        Raises StaleEpoch, and sends nothing, when a stop came after `epoch` was begun.
        """
        if not all(map(math.isfinite, (velocity.x_mps, velocity.y_mps, velocity.yaw_radps))):
            self.halt()
            raise BodyError("A velocity was not a number; the body was halted instead.")
        with self._lock:
            self._raise_if_stale(epoch)
            if velocity == STILL:
                self._commanded_at_s = None
            else:
                self._commanded_at_s = self._driver.observe().time_s
            self._driver.drive(within_caps(velocity, self._driver.abilities.caps))
            self._halt_if_stopped_meanwhile(epoch)

    def start(self, action: Discrete, epoch: int) -> None:
        """Begin `action`. Raises StaleEpoch like `drive`, BodyRefused when the body will not."""
        with self._lock:
            self._raise_if_stale(epoch)
            self._driver.start(action)
            self._halt_if_stopped_meanwhile(epoch)

    def raise_if_stale(self, epoch: int) -> None:
        """Raise StaleEpoch when a stop came after `epoch` was begun."""
        with self._lock:
            self._raise_if_stale(epoch)

    def stop(self) -> None:
        """Stand still now: halt in this very thread, drop everything older, hold the latch.

        Raises BodyError when the body could not be told; older commands are dropped even then.
        """
        with self._lock:
            self._epoch += 1
            self._latched = True
            self._stopped_at_s = None
            self._commanded_at_s = None
            if not self._closed:
                self._driver.halt()
                self._begin_latch()

    def halt(self) -> None:
        """Zero velocity and an end to what was started; the epoch goes on."""
        with self._lock:
            self._commanded_at_s = None
            self._driver.halt()

    def settle(self, max_s: float, watch: Watch = nothing) -> bool:
        """Halt again and again until the body stands still; whether it does within `max_s`."""
        for _ in range(math.ceil(max_s / COMMAND_PERIOD_S)):
            self.halt()
            if self._is_at_rest():
                return True
            self.wait(COMMAND_PERIOD_S)
            watch(self.observe().time_s)
        self.halt()
        return self._is_at_rest()

    def wait(self, seconds: float) -> None:
        """Let the body's time pass. Others may command and stop meanwhile."""
        with self._time_passes:
            self._driver.wait(seconds)

    def close(self) -> None:
        """Halt and let the body go; nothing is sent to it any more."""
        with self._lock:
            if self._closed:
                return
            self._epoch += 1
            self._closed = True
            self._commanded_at_s = None
            self._driver.close()

    def _is_at_rest(self) -> bool:
        state = self.observe()
        return state.is_still and not state.busy

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise BodyError("The body was let go. Start Sori again to move it.")

    def _raise_if_stale(self, epoch: int) -> None:
        self._raise_if_closed()
        if epoch != self._epoch:
            raise StaleEpoch
        if self._latch_holds():
            raise Latched

    def _halt_if_stopped_meanwhile(self, epoch: int) -> None:
        """A stop from a signal's handler may have come between the check and the command."""
        if epoch != self._epoch:
            self._commanded_at_s = None
            self._driver.halt()
            raise StaleEpoch

    def _latch_holds(self) -> bool:
        if not self._latched:
            return False
        now_s = self._driver.observe().time_s
        if self._stopped_at_s is None:
            self._stopped_at_s = now_s
        self._latched = now_s - self._stopped_at_s < self._latch_s
        return self._latched

    def _begin_latch(self) -> None:
        """Count from now; for a body that is gone, from when it is seen again."""
        with suppress(BodyError):
            self._stopped_at_s = self._driver.observe().time_s

    def _velocity_lives(self, now_s: float) -> bool:
        return self._commanded_at_s is not None and now_s - self._commanded_at_s < VELOCITY_LIFE_S
