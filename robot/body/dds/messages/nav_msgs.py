"""nav_msgs."""

from dataclasses import dataclass, field

from cyclonedds.idl import IdlStruct, annotations

from robot.body.dds.messages.geometry_msgs import PoseWithCovariance, TwistWithCovariance
from robot.body.dds.messages.std_msgs import Header


@dataclass
@annotations.final
@annotations.autoid("sequential")
class Odometry(IdlStruct, typename="nav_msgs.msg.dds_.Odometry_"):
    """Where a base is (in `header.frame_id`) and how it moves (in `child_frame_id`)."""

    header: Header = field(default_factory=Header)
    child_frame_id: str = ""
    pose: PoseWithCovariance = field(default_factory=PoseWithCovariance)
    twist: TwistWithCovariance = field(default_factory=TwistWithCovariance)
