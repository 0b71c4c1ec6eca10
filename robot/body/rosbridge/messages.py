"""Messages of ROS as rosbridge writes them in JSON; what we do not look at is left out."""

from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from robot.body.newest_odometry import NewestOdometry
from robot.body.rosbridge.client import Json
from robot.body.state import Velocity

TWIST = "geometry_msgs/msg/Twist"
TWIST_STAMPED = "geometry_msgs/msg/TwistStamped"
ODOMETRY = "nav_msgs/msg/Odometry"
BATTERY_STATE = "sensor_msgs/msg/BatteryState"
BASE_FRAME = "base_link"

_StructT = TypeVar("_StructT")


class Vector(msgspec.Struct):
    """Three numbers; also a place."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0


class Rotation(msgspec.Struct):
    """A quaternion."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    w: float = 1.0


class Pose(msgspec.Struct):
    """A place and a rotation."""

    position: Vector
    orientation: Rotation


class Twist(msgspec.Struct):
    """Velocities."""

    linear: Vector
    angular: Vector


class PoseInside(msgspec.Struct):
    """A pose with its covariance, which we leave out."""

    pose: Pose


class TwistInside(msgspec.Struct):
    """Velocities with their covariance, which we leave out."""

    twist: Twist


class Odometry(msgspec.Struct):
    """nav_msgs/Odometry."""

    pose: PoseInside
    twist: TwistInside


class Battery(msgspec.Struct):
    """sensor_msgs/BatteryState."""

    percentage: float | None = None
    """0..1; rosbridge writes what is not known as null."""


class Subscribers(msgspec.Struct):
    """The answer of rosapi's service of that name."""

    subscribers: list[str]


def parsed(kind: type[_StructT], text: bytes) -> _StructT | None:
    """`text` as `kind`; None for what is none."""
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError:
        return None


def twist_of(velocity: Velocity) -> Json:
    """`velocity` as a Twist."""
    return {
        "linear": {"x": velocity.x_mps, "y": velocity.y_mps, "z": 0.0},
        "angular": {"x": 0.0, "y": 0.0, "z": velocity.yaw_radps},
    }


def stamped_twist_of(velocity: Velocity) -> Json:
    """The same as a TwistStamped; without a stamp, which the server then fills in."""
    return {"header": {"frame_id": BASE_FRAME}, "twist": twist_of(velocity)}


@dataclass(slots=True)
class Told:
    """What the robot told last, written by the reader's thread."""

    odometry: NewestOdometry = field(default_factory=NewestOdometry)
    battery_share: float | None = None

    def take_odometry(self, text: bytes, now_s: float) -> None:
        """A message of the odometry topic."""
        message = parsed(Odometry, text)
        if message is None:
            return
        pose, twist = message.pose.pose, message.twist.twist
        turned = pose.orientation
        self.odometry.take(
            pose.position.x,
            pose.position.y,
            (turned.x, turned.y, turned.z, turned.w),
            Velocity(twist.linear.x, twist.linear.y, twist.angular.z),
            now_s,
        )

    def take_battery(self, text: bytes) -> None:
        """A message of the battery topic."""
        message = parsed(Battery, text)
        share = None if message is None else message.percentage
        self.battery_share = None if share is None else min(max(share, 0.0), 1.0)
