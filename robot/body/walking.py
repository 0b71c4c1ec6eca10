"""How fast to go on the way to a place or an angle: pure, one velocity a period.

Speed up, cruise, slow down into the target by what is measured; sideways drift and heading are
corrected on the way. A body that cannot step sideways steers back to its line instead.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from nlu.abilities import MotionCaps
from robot.body.state import COMMAND_PERIOD_S, Pose, Velocity
from robot.body.velocity_limits import within_caps

_LAG_S = 0.06
"""A command takes about this long to become motion: one period and a little inertia."""
_SLOWING_SHARE = 0.6
"""Of the body's own deceleration; the rest is left for correcting."""
_GAIN_PER_S = 4.0
"""The last stretch is closed at this rate."""
_TURN_UP_RADPS2 = 1.5
_TURN_DOWN_RADPS2 = 1.5
_LEAST_MPS = 0.02
_LEAST_RADPS = 0.04
"""Slower than this a body does not move at all."""
_REACHED_M = 0.003
_REACHED_RAD = 0.006
_CLOSE_M = 0.01
_CLOSE_SHARE = 0.01
_CLOSE_RAD = 0.015
_NEAR_M = 0.03
_NEAR_SHARE = 0.025
_NEAR_RAD = 0.03
_SIDE_GAIN_PER_S = 1.5
_SIDE_CORRECTION_MPS = 0.1
_HEADING_GAIN_PER_S = 2.0
_HEADING_CORRECTION_RADPS = 0.4
_STEERING_M = 0.5
"""A body that steers aims at its line this far ahead."""
_STEERING_RAD = 0.3
_LEVER_M = 0.3
"""A radian off counts as much as this many metres off, where progress is judged."""


class Course(Protocol):
    """A way to go. `here` is in the frame of where it began."""

    def velocity(self, here: Pose, before: Velocity) -> Velocity:
        """What to command now; `before` is what was commanded the period before."""
        ...

    def is_reached(self, here: Pose) -> bool:
        """Whether to come to rest now."""
        ...

    def is_close(self, here: Pose) -> bool:
        """Whether, once at rest, this is good enough."""
        ...

    def is_near(self, here: Pose) -> bool:
        """Whether this is an arrival for a body that cannot get any nearer."""
        ...

    def left_m(self, here: Pose) -> float:
        """How much is left, in metres or what counts as such; it shrinks while all goes well."""
        ...


@dataclass(frozen=True, slots=True)
class WalkCourse:
    """To a place, keeping the heading."""

    dx_m: float
    dy_m: float
    speed_mps: float
    caps: MotionCaps

    def velocity(self, here: Pose, before: Velocity) -> Velocity:
        """Along the line, back to it, and back to the heading."""
        along_m, across_m = self._off(here)
        ahead_mps = _approach(
            along_m,
            math.hypot(before.x_mps, before.y_mps),
            _Pace(
                self.speed_mps,
                self.caps.speed_up_mps2,
                self.caps.slow_down_mps2,
                _LEAST_MPS,
                _REACHED_M,
            ),
        )
        side_mps = _clamped(_SIDE_GAIN_PER_S * across_m, _SIDE_CORRECTION_MPS)
        ux, uy = self._direction
        cos, sin = math.cos(here.yaw_rad), math.sin(here.yaw_rad)
        x_mps, y_mps = ahead_mps * ux - side_mps * uy, ahead_mps * uy + side_mps * ux
        heading_off = self._heading(along_m, across_m) - here.yaw_rad
        wanted = Velocity(
            x_mps=cos * x_mps + sin * y_mps,
            y_mps=cos * y_mps - sin * x_mps,
            yaw_radps=_clamped(_HEADING_GAIN_PER_S * heading_off, _HEADING_CORRECTION_RADPS),
        )
        return within_caps(wanted, self.caps)

    def is_reached(self, here: Pose) -> bool:
        """At the place, with the heading it began with."""
        return self._is_within(here, _REACHED_M, _REACHED_RAD)

    def is_close(self, here: Pose) -> bool:
        """Not worth another approach."""
        return self._is_within(here, max(_CLOSE_M, _CLOSE_SHARE * self._length_m), _CLOSE_RAD)

    def is_near(self, here: Pose) -> bool:
        """Near enough to say that it walked there."""
        return self._is_within(here, max(_NEAR_M, _NEAR_SHARE * self._length_m), _NEAR_RAD)

    def left_m(self, here: Pose) -> float:
        """The way left along the line and across it, and the heading."""
        along_m, across_m = self._off(here)
        off_m = math.hypot(along_m, across_m) if self._sidesteps else abs(along_m)
        return off_m + (_LEVER_M * abs(here.yaw_rad) if self._turns else 0.0)

    @property
    def _direction(self) -> tuple[float, float]:
        return self.dx_m / self._length_m, self.dy_m / self._length_m

    @property
    def _length_m(self) -> float:
        return math.hypot(self.dx_m, self.dy_m)

    @property
    def _sidesteps(self) -> bool:
        return self.caps.max_side_mps > 0

    @property
    def _turns(self) -> bool:
        return self.caps.max_turn_radps > 0

    def _off(self, here: Pose) -> tuple[float, float]:
        """What is left along the line, and to its left."""
        ux, uy = self._direction
        dx_m, dy_m = self.dx_m - here.x_m, self.dy_m - here.y_m
        return dx_m * ux + dy_m * uy, dy_m * ux - dx_m * uy

    def _heading(self, along_m: float, across_m: float) -> float:
        """Straight, or towards the line where sidesteps are impossible."""
        if self._sidesteps:
            return 0.0
        fading = min(1.0, abs(along_m) / _STEERING_M)  # it ends as it began
        return fading * _clamped(across_m / _STEERING_M, _STEERING_RAD)

    def _is_within(self, here: Pose, off_m: float, off_rad: float) -> bool:
        along_m, across_m = self._off(here)
        return (
            abs(along_m) <= off_m
            and (abs(across_m) <= 2 * off_m or not self._sidesteps)
            and (abs(here.yaw_rad) <= off_rad or not self._turns)
        )


@dataclass(frozen=True, slots=True)
class TurnCourse:
    """By an angle, on the spot; more than a whole turn is turned in full."""

    angle_rad: float
    caps: MotionCaps

    def velocity(self, here: Pose, before: Velocity) -> Velocity:
        """Round towards the angle."""
        radps = _approach(
            self.angle_rad - here.yaw_rad,
            abs(before.yaw_radps),
            _Pace(
                self.caps.usual_turn_radps,
                _TURN_UP_RADPS2,
                _TURN_DOWN_RADPS2,
                _LEAST_RADPS,
                _REACHED_RAD,
            ),
        )
        return within_caps(Velocity(yaw_radps=radps), self.caps)

    def is_reached(self, here: Pose) -> bool:
        """At the angle."""
        return abs(self.angle_rad - here.yaw_rad) <= _REACHED_RAD

    def is_close(self, here: Pose) -> bool:
        """Not worth another approach."""
        return abs(self.angle_rad - here.yaw_rad) <= _CLOSE_RAD

    def is_near(self, here: Pose) -> bool:
        """Near enough to say that it turned so far."""
        return abs(self.angle_rad - here.yaw_rad) <= _NEAR_RAD

    def left_m(self, here: Pose) -> float:
        """The angle left."""
        return _LEVER_M * abs(self.angle_rad - here.yaw_rad)


@dataclass(frozen=True, slots=True)
class _Pace:
    """Speeds along one axis, in metres or radians."""

    top: float
    up: float
    down: float
    least: float
    reached: float


def _approach(left: float, before: float, pace: _Pace) -> float:
    """The speed towards what is `left`, after `before` (without its sign)."""
    if abs(left) <= pace.reached:
        return 0.0
    gap = max(abs(left) - _LAG_S * before, 0.0)
    speed = min(
        pace.top,
        before + pace.up * COMMAND_PERIOD_S,
        math.sqrt(2 * _SLOWING_SHARE * pace.down * gap),
        _GAIN_PER_S * gap,
    )
    return math.copysign(max(speed, pace.least), left)


def _clamped(value: float, most: float) -> float:
    return min(max(value, -most), most)
