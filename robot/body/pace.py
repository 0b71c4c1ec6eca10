"""Lets a body whose time is computed take as long as a real one."""

import time
from collections.abc import Callable

from nlu.abilities import Abilities
from robot.body.driver import Discrete, Driver
from robot.body.state import BodyState, Velocity


class InRealTime:
    """The same body, but a second of its time takes a second."""

    def __init__(self, driver: Driver, sleep: Callable[[float], None] = time.sleep) -> None:
        self._driver = driver
        self._sleep = sleep

    @property
    def abilities(self) -> Abilities:
        """What the body can do."""
        return self._driver.abilities

    def observe(self) -> BodyState:
        """The newest state."""
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
        began_s = time.monotonic()
        self._driver.wait(seconds)
        self._sleep(max(0.0, began_s + seconds - time.monotonic()))

    def close(self) -> None:
        """Let it go."""
        self._driver.close()
