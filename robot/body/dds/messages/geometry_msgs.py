"""geometry_msgs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from cyclonedds.idl import IdlStruct, annotations, types

from robot.body.dds.messages.std_msgs import Header

Covariance = Annotated[Sequence[types.float64], types.array(types.float64, 36)]
"""6 by 6, row by row."""
UNKNOWN: Covariance = (0.0,) * 36
"""All zeros: nothing is said about it."""


@dataclass
@annotations.final
@annotations.autoid("sequential")
class Vector3(IdlStruct, typename="geometry_msgs.msg.dds_.Vector3_"):
    """Three numbers along x, y and z."""

    x: types.float64 = 0.0
    y: types.float64 = 0.0
    z: types.float64 = 0.0


@dataclass
@annotations.final
@annotations.autoid("sequential")
class Point(IdlStruct, typename="geometry_msgs.msg.dds_.Point_"):
    """A place."""

    x: types.float64 = 0.0
    y: types.float64 = 0.0
    z: types.float64 = 0.0


@dataclass
@annotations.final
@annotations.autoid("sequential")
class Quaternion(IdlStruct, typename="geometry_msgs.msg.dds_.Quaternion_"):
    """A rotation."""

    x: types.float64 = 0.0
    y: types.float64 = 0.0
    z: types.float64 = 0.0
    w: types.float64 = 1.0


@dataclass
@annotations.final
@annotations.autoid("sequential")
class Twist(IdlStruct, typename="geometry_msgs.msg.dds_.Twist_"):
    """Velocities, m/s and rad/s."""

    linear: Vector3 = field(default_factory=Vector3)
    angular: Vector3 = field(default_factory=Vector3)


@dataclass
@annotations.final
@annotations.autoid("sequential")
class TwistStamped(IdlStruct, typename="geometry_msgs.msg.dds_.TwistStamped_"):
    """Velocities with their time and frame."""

    header: Header = field(default_factory=Header)
    twist: Twist = field(default_factory=Twist)


@dataclass
@annotations.final
@annotations.autoid("sequential")
class TwistWithCovariance(IdlStruct, typename="geometry_msgs.msg.dds_.TwistWithCovariance_"):
    """Velocities and how sure they are."""

    twist: Twist = field(default_factory=Twist)
    covariance: Covariance = UNKNOWN


@dataclass
@annotations.final
@annotations.autoid("sequential")
class Pose(IdlStruct, typename="geometry_msgs.msg.dds_.Pose_"):
    """A place and a rotation."""

    position: Point = field(default_factory=Point)
    orientation: Quaternion = field(default_factory=Quaternion)


@dataclass
@annotations.final
@annotations.autoid("sequential")
class PoseWithCovariance(IdlStruct, typename="geometry_msgs.msg.dds_.PoseWithCovariance_"):
    """A pose and how sure it is."""

    pose: Pose = field(default_factory=Pose)
    covariance: Covariance = UNKNOWN
