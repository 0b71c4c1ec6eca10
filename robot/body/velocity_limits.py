"""The last look at a velocity before it is sent: never over a cap, whatever was computed."""

from nlu.abilities import MotionCaps
from robot.body.state import Velocity


def within_caps(velocity: Velocity, caps: MotionCaps) -> Velocity:
    """The same direction, slowed until no axis is over its cap; an axis without a cap rests."""
    ahead_cap = caps.max_forward_mps if velocity.x_mps >= 0 else caps.max_back_mps
    slowed = min(
        1.0,
        _share(velocity.x_mps, ahead_cap),
        _share(velocity.y_mps, caps.max_side_mps),
    )
    return Velocity(
        _clamped(slowed * velocity.x_mps, ahead_cap),
        _clamped(slowed * velocity.y_mps, caps.max_side_mps),
        _clamped(velocity.yaw_radps, caps.max_turn_radps),
    )


def _share(value: float, cap: float) -> float:
    """How much of `value` may be kept for the sake of this axis."""
    return cap / abs(value) if value and cap > 0 else 1.0


def _clamped(value: float, cap: float) -> float:
    return min(max(value, -cap), cap)
