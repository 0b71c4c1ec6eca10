"""Lets a body whose time is computed take as long as a real one."""

import threading
import time
from collections.abc import Callable

from nlu.abilities import Abilities
from robot.body.driver import Discrete, Driver
from robot.body.state import BodyState, Velocity

LEAST_CAUGHT_UP_S = 0.1
"""Less passes between two commands of a movement, and is none of the body's business."""
MOST_CAUGHT_UP_S = 2.0
"""Of the body's time, when nobody let it pass for longer: by then every body stands still and every
latch is open, and to compute it takes some 25 ms."""


class InRealTime:
    """The same body, but a second of its time takes a second, also while nobody waits for it."""

    def __init__(
        self,
        driver: Driver,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` gives seconds; only differences count."""
        self._driver = driver
        self._sleep = sleep
        self._clock = clock
        self._passing = threading.Lock()
        self._passed_s = clock()

    @property
    def abilities(self) -> Abilities:
        """What the body can do."""
        return self._driver.abilities

    def observe(self) -> BodyState:
        """The newest state, of this moment."""
        if self._passing.acquire(blocking=False):  # else somebody lets its time pass already
            try:
                self._catch_up()
            finally:
                self._passing.release()
        return self._driver.observe()

    def drive(self, velocity: Velocity) -> None:
        """Pass it on."""
        self._driver.drive(velocity)

    def start(self, action: Discrete) -> None:
        """Pass it on."""
        self._driver.start(action)

    def halt(self) -> None:
        """Pass it on."""
        self._driver.halt()

    def wait(self, seconds: float) -> None:
        """Compute it, then sleep for what is left of it."""
        with self._passing:
            self._catch_up()
            began_s = self._clock()
            self._driver.wait(seconds)
            self._sleep(max(0.0, began_s + seconds - self._clock()))
            self._passed_s = self._clock()

    def _catch_up(self) -> None:
        """Let the time pass in which nobody waited."""
        now_s = self._clock()
        behind_s = now_s - self._passed_s
        if behind_s >= LEAST_CAUGHT_UP_S:
            self._driver.wait(min(behind_s, MOST_CAUGHT_UP_S))
            self._passed_s = now_s

    def close(self) -> None:
        """Let it go."""
        self._driver.close()
