"""The newest odometry of a ROS robot, and when it is too old to be believed."""

import math

from robot.body.state import STILL, Pose, Velocity

STALE_S = 0.5
"""Odometry that is older than this tells nothing of now."""

Rotation = tuple[float, float, float, float]
"""A quaternion: x, y, z, w."""


class NewestOdometry:
    """Counts by the time it arrived, because a robot's clock may be any; whole turns count."""

    def __init__(self) -> None:
        self._came_s: float | None = None
        self.pose = Pose()
        self.velocity = STILL

    @property
    def was_ever(self) -> bool:
        """Whether the robot has told any."""
        return self._came_s is not None

    def take(
        self, x_m: float, y_m: float, rotation: Rotation, velocity: Velocity, now_s: float
    ) -> None:
        """A message arrived at `now_s`; one with something that is no number is passed over."""
        speeds = velocity.x_mps, velocity.y_mps, velocity.yaw_radps
        if not all(map(math.isfinite, (x_m, y_m, *rotation, *speeds))):
            return
        self._came_s = now_s
        self.pose = Pose(x_m, y_m, unwrapped(yaw_of(rotation), self.pose.yaw_rad))
        self.velocity = velocity

    def is_fresh(self, now_s: float) -> bool:
        """Whether it tells of now."""
        return self._came_s is not None and now_s - self._came_s <= STALE_S


def yaw_of(rotation: Rotation) -> float:
    """Its turn about the vertical, -pi..pi."""
    x, y, z, w = rotation
    return math.atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y**2 + z**2))


def unwrapped(yaw_rad: float, before_rad: float) -> float:
    """`yaw_rad` plus as many whole turns as bring it nearest to `before_rad`."""
    return before_rad + math.remainder(yaw_rad - before_rad, math.tau)
