"""unitree_go: what a Unitree robot tells of its movement; on a G1 the odometry comes in it.

Read in the vendor's SDK, and not compared with the bytes of a robot: one that declares it
otherwise is not heard, and its way is reckoned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from cyclonedds.idl import IdlStruct, annotations, types

Three = Annotated[Sequence[types.float32], types.array(types.float32, 3)]
Four = Annotated[Sequence[types.float32], types.array(types.float32, 4)]
FourForces = Annotated[Sequence[types.int16], types.array(types.int16, 4)]
Twelve = Annotated[Sequence[types.float32], types.array(types.float32, 12)]
_NO_THREE: Three = (0.0,) * 3
_NO_FOUR: Four = (0.0,) * 4
_NO_TWELVE: Twelve = (0.0,) * 12
_POINTS = 10


@dataclass
@annotations.final
@annotations.autoid("sequential")
class TimeSpec(IdlStruct, typename="unitree_go.msg.dds_.TimeSpec_"):
    """A moment."""

    sec: types.int32 = 0
    nanosec: types.uint32 = 0


@dataclass
@annotations.final
@annotations.autoid("sequential")
class IMUState(IdlStruct, typename="unitree_go.msg.dds_.IMUState_"):
    """How the body is turned."""

    quaternion: Four = (1.0, 0.0, 0.0, 0.0)
    """w, x, y, z."""
    gyroscope: Three = _NO_THREE
    accelerometer: Three = _NO_THREE
    rpy: Three = _NO_THREE
    """Roll, pitch, yaw in radians."""
    temperature: types.byte = 0


@dataclass
@annotations.final
@annotations.autoid("sequential")
class PathPoint(IdlStruct, typename="unitree_go.msg.dds_.PathPoint_"):
    """A point of a planned way."""

    t_from_start: types.float32 = 0.0
    x: types.float32 = 0.0
    y: types.float32 = 0.0
    yaw: types.float32 = 0.0
    vx: types.float32 = 0.0
    vy: types.float32 = 0.0
    vyaw: types.float32 = 0.0


@dataclass
@annotations.final
@annotations.autoid("sequential")
class SportModeState(IdlStruct, typename="unitree_go.msg.dds_.SportModeState_"):
    """Where the robot is and how it moves; we look at `position` and `imu_state.rpy` alone."""

    stamp: TimeSpec = field(default_factory=TimeSpec)
    error_code: types.uint32 = 0
    imu_state: IMUState = field(default_factory=IMUState)
    mode: types.byte = 0
    progress: types.float32 = 0.0
    gait_type: types.byte = 0
    foot_raise_height: types.float32 = 0.0
    position: Three = _NO_THREE
    body_height: types.float32 = 0.0
    velocity: Three = _NO_THREE
    yaw_speed: types.float32 = 0.0
    range_obstacle: Four = _NO_FOUR
    foot_force: FourForces = (0,) * 4
    foot_position_body: Twelve = _NO_TWELVE
    foot_speed_body: Twelve = _NO_TWELVE
    path_point: Annotated[Sequence[PathPoint], types.array(PathPoint, _POINTS)] = field(
        default_factory=lambda: [PathPoint() for _ in range(_POINTS)]
    )
