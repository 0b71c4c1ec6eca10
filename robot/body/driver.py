"""The one interface to every body. A driver tells a body, and what the body told; no more.

A driver does not decide: limits, epochs and the stop belong to the writer and the performer above
it. It never blocks for longer than the step it was given, and every call may come from another
thread than the last one, but never two at a time (the writer sees to that) with one exception:
`wait` runs outside the writer's lock, so that a stop need not wait for it, and every other call
may come while it lasts. A driver whose `wait` computes keeps a lock of its own.
"""

from typing import Protocol

from nlu.abilities import Abilities
from nlu.actions import Dance, Express, Gesture, Led, Look, Posture, Volume
from robot.body.state import BodyState, Velocity

Discrete = Gesture | Posture | Look | Express | Led | Volume | Dance
"""Actions that a body runs by itself once they are started; walking is driven by velocities."""


class Driver(Protocol):
    """A body."""

    @property
    def abilities(self) -> Abilities:
        """What this body can do, and its limits."""
        ...

    def observe(self) -> BodyState:
        """The newest state. Raises BodyError (`lost`) when the body is gone."""
        ...

    def drive(self, velocity: Velocity) -> None:
        """Move like this from now on, for at most VELOCITY_LIFE_S; repeated while it lasts."""
        ...

    def start(self, action: Discrete) -> None:
        """Begin `action`; `observe().busy` tells when it is over.

        Raises BodyRefused, with the body's own reason, when it will not.
        """
        ...

    def halt(self) -> None:
        """Zero velocity and an end to what was started, with balance kept. Safe to repeat."""
        ...

    def wait(self, seconds: float) -> None:
        """Let that much of the body's time pass (simulated bodies compute it, real ones sleep)."""
        ...

    def close(self) -> None:
        """Halt, and let the body go."""
        ...
