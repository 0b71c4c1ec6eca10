"""Where the base was told to go and where it went, kept for a picture; the oldest is forgotten."""

import math
from collections import deque
from dataclasses import dataclass, field

from robot.body.state import Pose, Velocity

_EVERY_S = 0.1
_MOST_POINTS = 3_000
"""Five minutes of walking."""
_STEP_M = 0.005


@dataclass(frozen=True, slots=True)
class PathPoint:
    """One moment of the path."""

    time_s: float
    commanded: Pose
    """Where a base would be that follows every command exactly."""
    measured: Pose


@dataclass(slots=True)
class PathLog:
    """Commanded and measured path. Points are kept only while one of them moves."""

    _commanded: Pose = field(default_factory=Pose)
    _points: deque[PathPoint] = field(default_factory=lambda: deque(maxlen=_MOST_POINTS))
    _next_s: float = 0.0

    @property
    def points(self) -> tuple[PathPoint, ...]:
        """Oldest first."""
        return tuple(self._points)

    def follow(self, command: Velocity, measured: Pose, at_s: float, period_s: float) -> None:
        """One period later."""
        self._commanded = _moved(self._commanded, command, period_s)
        if at_s < self._next_s:
            return
        self._next_s = at_s + _EVERY_S
        point = PathPoint(at_s, self._commanded, measured)
        if not self._points or _has_moved(self._points[-1], point):
            self._points.append(point)


def _moved(pose: Pose, velocity: Velocity, period_s: float) -> Pose:
    yaw = pose.yaw_rad + velocity.yaw_radps * period_s / 2
    cos, sin = math.cos(yaw), math.sin(yaw)
    return Pose(
        pose.x_m + (cos * velocity.x_mps - sin * velocity.y_mps) * period_s,
        pose.y_m + (sin * velocity.x_mps + cos * velocity.y_mps) * period_s,
        pose.yaw_rad + velocity.yaw_radps * period_s,
    )


def _has_moved(before: PathPoint, after: PathPoint) -> bool:
    pairs = ((before.commanded, after.commanded), (before.measured, after.measured))
    return any(math.hypot(b.x_m - a.x_m, b.y_m - a.y_m) >= _STEP_M for a, b in pairs)
