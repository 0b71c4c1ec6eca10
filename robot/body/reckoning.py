"""Where a body that tells no odometry should be by now: reckoned from what it was told.

It knows nothing of ramps, slips and obstacles; whoever reports it says that it was reckoned.
"""

from robot.body.odometry import moved
from robot.body.state import STILL, VELOCITY_LIFE_S, Pose, Velocity


class Reckoning:
    """Adds up commanded velocities, each for as long as it lives at the consumer."""

    def __init__(self, now_s: float) -> None:
        self._pose = Pose()
        self._velocity = STILL
        self._until_s = now_s
        """The end of the time that is in the pose already."""
        self._ends_s = now_s
        """When the velocity dies."""

    def command(self, velocity: Velocity, now_s: float) -> None:
        """`velocity` was sent at `now_s`."""
        self._advance(now_s)
        self._velocity = velocity
        self._ends_s = now_s + VELOCITY_LIFE_S

    def pose(self, now_s: float) -> Pose:
        """Where the body should be."""
        self._advance(now_s)
        return self._pose

    def velocity(self, now_s: float) -> Velocity:
        """What it should be doing."""
        self._advance(now_s)
        return self._velocity

    def _advance(self, now_s: float) -> None:
        until_s = min(now_s, self._ends_s)
        seconds = until_s - self._until_s
        if seconds > 0:
            self._pose = moved(self._pose, self._velocity, seconds)
        self._until_s = now_s
        if now_s >= self._ends_s:
            self._velocity = STILL
