"""Walking as a function of phase and speed: where the feet are, and the joints that put them there.

The base carries the body; the legs follow so that a foot on the floor does not slide.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from robot.body.simulated.joints import ANKLE_M, BOTH, HIP_M, leg_angles
from robot.body.state import Velocity

_CROUCH_M = 0.022
"""Bent knees while walking."""
_LIFT_M = 0.045
_ARM_SWING_RAD_PER_MPS = 1.1
_SLOWEST_HZ = 0.95
_FASTER_HZ_PER_MPS = 0.9
_METRES_PER_RADIAN = 0.25
"""A turn counts like this much walking for the cadence."""
BLEND_S = 0.35
"""From standing into the gait, and back."""


@dataclass(frozen=True, slots=True)
class _Foot:
    """One foot against its place below the hip, in steps (-0.5..0.5), and how high it is."""

    along: float
    lift_m: float


def cadence_hz(velocity: Velocity) -> float:
    """Double steps a second at this speed."""
    speed = math.hypot(velocity.x_mps, velocity.y_mps)
    return _SLOWEST_HZ + _FASTER_HZ_PER_MPS * max(
        speed, _METRES_PER_RADIAN * abs(velocity.yaw_radps)
    )


def stride(phase: float, velocity: Velocity) -> dict[str, float]:
    """Joints of legs, waist and arm swing at `phase` (1 is one double step)."""
    step_s = 0.5 / cadence_hz(velocity)
    joints: dict[str, float] = {}
    for side, foot in _feet(phase):
        outward = 1.0 if side == "left" else -1.0
        leg = leg_angles(
            forward_m=foot.along * velocity.x_mps * step_s,
            outward_m=outward * foot.along * velocity.y_mps * step_s,
            down_m=HIP_M - ANKLE_M - _CROUCH_M - foot.lift_m,
        )
        leg["hip_yaw"] = outward * foot.along * velocity.yaw_radps * step_s
        joints |= {f"{side}_{name}": value for name, value in leg.items()}
    swing = math.cos(2 * math.pi * phase)  # 1: the left foot is in front
    reach = _ARM_SWING_RAD_PER_MPS * max(-0.4, min(0.4, velocity.x_mps))
    joints["left_shoulder_pitch"] = reach * swing
    joints["right_shoulder_pitch"] = -reach * swing
    joints["left_elbow"] = 0.35 - 0.4 * reach * swing
    joints["right_elbow"] = 0.35 + 0.4 * reach * swing
    joints["waist_yaw"] = 0.25 * reach * swing
    joints["waist_roll"] = 0.03 * math.sin(2 * math.pi * phase)
    return joints


def _feet(phase: float) -> Iterator[tuple[str, _Foot]]:
    for side, offset in zip(BOTH, (0.0, 0.5), strict=True):
        part = (phase + offset) % 1.0
        if part < 0.5:  # on the floor: moves back as fast as the body moves on
            yield side, _Foot(0.5 - 2 * part, 0.0)
        else:
            swing = 2 * (part - 0.5)
            lift = _LIFT_M * math.sin(math.pi * swing) ** 2
            yield side, _Foot(-0.5 * math.cos(math.pi * swing), lift)
