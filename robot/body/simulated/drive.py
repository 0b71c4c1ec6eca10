"""The base: what it was last told, for how long that counts, and how fast it may change."""

import math
from dataclasses import dataclass

from nlu.abilities import MotionCaps
from robot.body.simulated.physics import Direction
from robot.body.state import STILL, VELOCITY_LIFE_S, Pose, Velocity

_TURN_UP_RADPS2 = 2.0
_TURN_DOWN_RADPS2 = 4.0
_PUSHING_MPS = 0.01


@dataclass(slots=True)
class BaseDrive:
    """Ramps from the present velocity to the wished one; an old wish is a wish to stand."""

    caps: MotionCaps
    wish: Velocity = STILL
    now: Velocity = STILL
    """What the servos are told."""
    is_blocked: bool = False
    """The wish leads into something; it stays so until the wish changes."""
    _told_at_s: float = -math.inf

    def tell(self, velocity: Velocity, at_s: float) -> None:
        """A new wish, within the caps of this body."""
        self.wish = self._capped(velocity)
        self._told_at_s = at_s

    def stand(self) -> None:
        """Wish to stand still."""
        self.wish = STILL
        self.is_blocked = False

    def pass_time(self, at_s: float, period_s: float) -> None:
        """One period later."""
        if at_s - self._told_at_s >= VELOCITY_LIFE_S:
            self.wish = STILL
        if self.is_blocked:
            self.now = STILL
            return
        x, y = self._towards(period_s)
        up, down = _TURN_UP_RADPS2 * period_s, _TURN_DOWN_RADPS2 * period_s
        turning = _ramp(self.now.yaw_radps, self.wish.yaw_radps, up, down)
        self.now = Velocity(x, y, turning)

    def meet(self, obstructions: list[Direction], pose: Pose) -> None:
        """Stop at once where the wish leads into an obstruction."""
        if self.wish == STILL:
            return
        cos, sin = math.cos(pose.yaw_rad), math.sin(pose.yaw_rad)
        x = cos * self.wish.x_mps - sin * self.wish.y_mps
        y = sin * self.wish.x_mps + cos * self.wish.y_mps
        if any(x * way.x + y * way.y > _PUSHING_MPS for way in obstructions):
            self.is_blocked = True
            self.now = STILL

    def _towards(self, period_s: float) -> tuple[float, float]:
        gap_x = self.wish.x_mps - self.now.x_mps
        gap_y = self.wish.y_mps - self.now.y_mps
        gap = math.hypot(gap_x, gap_y)
        ahead = self.now.x_mps * gap_x + self.now.y_mps * gap_y
        slower = ahead < 0
        change = (self.caps.slow_down_mps2 if slower else self.caps.speed_up_mps2) * period_s
        if gap <= change:
            return self.wish.x_mps, self.wish.y_mps
        return self.now.x_mps + gap_x / gap * change, self.now.y_mps + gap_y / gap * change

    def _capped(self, velocity: Velocity) -> Velocity:
        caps = self.caps
        return Velocity(
            max(-caps.max_back_mps, min(caps.max_forward_mps, velocity.x_mps)),
            max(-caps.max_side_mps, min(caps.max_side_mps, velocity.y_mps)),
            max(-caps.max_turn_radps, min(caps.max_turn_radps, velocity.yaw_radps)),
        )


def _ramp(now: float, wish: float, up: float, down: float) -> float:
    step = down if now * (wish - now) < 0 else up
    return wish if abs(wish - now) <= step else now + math.copysign(step, wish - now)
