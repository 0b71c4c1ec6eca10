"""The base of the robots that tests drive: ramps, odometry and the watchdog of a real one."""

import math
from dataclasses import dataclass, field

from robot.body.odometry import moved
from robot.body.state import STILL, VELOCITY_LIFE_S, Pose, Velocity
from tests.programs import tell

SPEED_UP_MPS2 = 0.5
SLOW_DOWN_MPS2 = 1.5
TURN_UP_RADPS2 = 2.0
TICK_S = 0.02
CRUISE_MPS = 0.25
"""Told as `cruising` when it is reached."""


@dataclass(slots=True)
class PlanarBase:
    """Follows the newest wish within its ramps; a wish that is too old is zero."""

    pose: Pose = field(default_factory=Pose)
    velocity: Velocity = STILL
    wish: Velocity = STILL
    wish_ends_s: float = 0.0
    path_m: float = 0.0
    """Distance covered, in any direction."""

    def command(self, wish: Velocity, now_s: float, life_s: float = VELOCITY_LIFE_S) -> None:
        self.wish, self.wish_ends_s = wish, now_s + life_s

    @property
    def is_still(self) -> bool:
        return self.velocity == STILL

    def step(self, now_s: float, seconds: float = TICK_S) -> None:
        wish = self.wish if now_s < self.wish_ends_s else STILL
        self.velocity = Velocity(
            _ramped(self.velocity.x_mps, wish.x_mps, SPEED_UP_MPS2, SLOW_DOWN_MPS2, seconds),
            _ramped(self.velocity.y_mps, wish.y_mps, SPEED_UP_MPS2, SLOW_DOWN_MPS2, seconds),
            _ramped(
                self.velocity.yaw_radps, wish.yaw_radps, TURN_UP_RADPS2, TURN_UP_RADPS2, seconds
            ),
        )
        self.path_m += math.hypot(self.velocity.x_mps, self.velocity.y_mps) * seconds
        self.pose = moved(self.pose, self.velocity, seconds)


class Reporter:
    """Tells the test when the base cruises and when it has come to rest, by the robot's clock."""

    def __init__(self, base: PlanarBase) -> None:
        self._base = base
        self._last_wish_s = 0.0
        self._was_still = True
        self._cruised = False

    def wished(self, wish: Velocity, now_s: float) -> None:
        if wish != STILL:
            self._last_wish_s = now_s

    def tell(self, now_s: float) -> None:
        base = self._base
        if not self._cruised and base.velocity.x_mps >= CRUISE_MPS:
            self._cruised = True
            tell(event="cruising", t=now_s)
        if base.is_still and not self._was_still:
            self._cruised = False
            tell(
                event="still",
                by="watchdog" if now_s >= base.wish_ends_s else "command",
                after_last_wish_s=now_s - self._last_wish_s,
                x_m=base.pose.x_m,
                y_m=base.pose.y_m,
                yaw_rad=base.pose.yaw_rad,
            )
        self._was_still = base.is_still


def _ramped(now: float, wish: float, up: float, down: float, seconds: float) -> float:
    step = (up if abs(wish) > abs(now) and wish * now >= 0 else down) * seconds
    return min(max(wish, now - step), now + step)
