"""Where a body is, relative to where it began: from its odometry, or reckoned from commands."""

import math

from robot.body.errors import BadOdometry
from robot.body.state import BodyState, Pose, Velocity

_MAX_LEAP_M = 0.5
_FASTEST_MPS = 3.0
"""An odometry that says that a body went farther in a period than this was reset or is broken."""


def wrapped(angle_rad: float) -> float:
    """The same direction, within half a turn of 0."""
    return math.remainder(angle_rad, math.tau)


def relative(pose: Pose, start: Pose) -> Pose:
    """`pose` in the frame of `start`."""
    dx_m, dy_m = pose.x_m - start.x_m, pose.y_m - start.y_m
    cos, sin = math.cos(start.yaw_rad), math.sin(start.yaw_rad)
    return Pose(
        x_m=cos * dx_m + sin * dy_m,
        y_m=cos * dy_m - sin * dx_m,
        yaw_rad=wrapped(pose.yaw_rad - start.yaw_rad),
    )


def joined(pose: Pose, onward: Pose) -> Pose:
    """Where one is who went to `pose` and from there to `onward`, which is in its frame."""
    cos, sin = math.cos(pose.yaw_rad), math.sin(pose.yaw_rad)
    return Pose(
        x_m=pose.x_m + cos * onward.x_m - sin * onward.y_m,
        y_m=pose.y_m + sin * onward.x_m + cos * onward.y_m,
        yaw_rad=pose.yaw_rad + onward.yaw_rad,
    )


def moved(pose: Pose, velocity: Velocity, seconds: float) -> Pose:
    """Where `pose` is after moving so long at `velocity`, which is in the body's own frame."""
    heading = pose.yaw_rad + 0.5 * seconds * velocity.yaw_radps
    cos, sin = math.cos(heading), math.sin(heading)
    return Pose(
        x_m=pose.x_m + seconds * (cos * velocity.x_mps - sin * velocity.y_mps),
        y_m=pose.y_m + seconds * (sin * velocity.x_mps + cos * velocity.y_mps),
        yaw_rad=pose.yaw_rad + seconds * velocity.yaw_radps,
    )


class Track:
    """Follows a body from a state on; whole turns count."""

    def __init__(self, start: BodyState) -> None:
        _raise_if_not_numbers(start.pose)
        self._start = start
        self._newest = start
        self._here = Pose()

    @property
    def here(self) -> Pose:
        """Where the body is, in the frame of where it began; the yaw is not wrapped."""
        return self._here

    @property
    def seconds(self) -> float:
        """Body time since the beginning."""
        return self._newest.time_s - self._start.time_s

    def follow(self, state: BodyState, commanded: Velocity) -> Pose:
        """Take the next state; `commanded` was in force since the one before.

        Raises BadOdometry for what is not a number, and for a leap.
        """
        elapsed_s = state.time_s - self._newest.time_s
        if state.has_odometry and self._newest.has_odometry:
            _raise_if_not_numbers(state.pose)
            step = relative(state.pose, self._newest.pose)
            if math.hypot(step.x_m, step.y_m) > _MAX_LEAP_M + _FASTEST_MPS * elapsed_s:
                raise BadOdometry(
                    "The body's odometry leapt; it was halted. Check its localisation."
                )
            self._here = joined(self._here, step)
        else:
            self._here = moved(self._here, commanded, elapsed_s)
        self._newest = state
        return self._here


def _raise_if_not_numbers(pose: Pose) -> None:
    if not all(map(math.isfinite, (pose.x_m, pose.y_m, pose.yaw_rad))):
        raise BadOdometry("The body does not know where it is. Check its odometry.")
