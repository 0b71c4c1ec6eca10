"""The joints by name, and what the legs need: lengths, height of the hips, feet placed by angles.

Joint values are dictionaries from name to radians. Sides mirror each other: the same value does
the same on both, outwards is positive (see humanoid.xml).
"""

import math
from collections.abc import Mapping

from nlu.actions import Side

Joints = Mapping[str, float]

HEAD = ("neck_yaw", "neck_roll", "neck_pitch")
WAIST = ("waist_yaw", "waist_roll", "waist_pitch")
ARM = ("shoulder_pitch", "shoulder_roll", "shoulder_yaw", "elbow", "wrist", "index", "grip")
LEG = ("hip_yaw", "hip_roll", "hip_pitch", "knee", "ankle")
TILT = "base_tilt"
"""The whole body about its hips: only lying uses it."""
BOTH: tuple[str, str] = ("left", "right")
ALL = (
    TILT,
    *HEAD,
    *WAIST,
    *(f"{side}_{joint}" for side in BOTH for joint in (*ARM, *LEG)),
)
_MIRRORED = frozenset({"neck_yaw", "neck_roll", "waist_yaw", "waist_roll"})
"""Joints of the middle that change sign when a movement is done with the other side."""

THIGH_M = 0.30
SHANK_M = 0.30
ANKLE_M = 0.06
"""Above the sole."""
HIP_M = THIGH_M + SHANK_M + ANKLE_M
"""Height of the hips when the legs are straight."""
_HEEL_M = 0.05
_TOE_M = 0.12
_SEAT_M = 0.07
"""From the hips down to the seat."""
_BACK_M = 0.11
"""From the hips back to what lies on the floor."""


def on_sides(joints: Joints, side: Side) -> dict[str, float]:
    """Full names from the short ones of the tables (`elbow`), for one side or both.

    Short names of limbs go to `side`; the middle is mirrored for the right, because the tables
    are written for the left.
    """
    sides = BOTH if side == "both" else (side,)
    full: dict[str, float] = {}
    for name, value in joints.items():
        if name in ARM or name in LEG:
            full |= {f"{one}_{name}": value for one in sides}
        elif name in _MIRRORED and side == "right":
            full[name] = -value
        else:
            full[name] = value
    return full


def hip_height_m(joints: Joints) -> float:
    """How high the hips are when the lowest part of the body touches the floor."""
    tilt = joints[TILT]
    seat = _SEAT_M + (_BACK_M - _SEAT_M) * abs(math.sin(tilt))
    return max(seat, *(_reach_m(joints, side, tilt) for side in BOTH))


def _reach_m(joints: Joints, side: str, tilt: float) -> float:
    """From the hips down to the lowest point of one foot."""
    thigh = tilt + joints[f"{side}_hip_pitch"]
    shank = thigh + joints[f"{side}_knee"]
    sole = shank + joints[f"{side}_ankle"]
    ankle = THIGH_M * math.cos(thigh) + SHANK_M * math.cos(shank)
    along = max(-_HEEL_M * math.sin(sole), _TOE_M * math.sin(sole))
    return (ankle + along) * math.cos(joints[f"{side}_hip_roll"]) + ANKLE_M * max(
        0.0, math.cos(sole)
    )


def leg_angles(forward_m: float, outward_m: float, down_m: float) -> dict[str, float]:
    """Short-named joints that put the ankle there, seen from the hip, with the sole level."""
    roll = math.atan2(outward_m, down_m)
    down = math.hypot(outward_m, down_m)
    reach = min(math.hypot(forward_m, down), THIGH_M + SHANK_M - 1e-6)
    knee = math.pi - math.acos(
        (THIGH_M**2 + SHANK_M**2 - reach**2) / (2 * THIGH_M * SHANK_M)
    )  # law of cosines
    hip = -math.atan2(forward_m, down) - knee / 2  # both bones are of one length
    return {"hip_roll": roll, "hip_pitch": hip, "knee": knee, "ankle": -hip - knee}
