"""A robot on ROS 2 topics in a process of its own: `python -m tests.dds_robot DOMAIN`.

It follows /cmd_vel within its ramps, with the watchdog of half a second, publishes /odom at 50 Hz
and /battery_state, and writes what it was told to a file. Its
clock counts ticks, so that a busy machine does not slow it down. A line with the file's name
starts it anew, and each time it is told `ready`. `stamped` after the name makes it take
TwistStamped; `mute` keeps its odometry to itself.
"""

import itertools
import json
import math
import sys
import time
from pathlib import Path

from robot.body.dds.link import Inlet, Link, open_link
from robot.body.dds.messages.geometry_msgs import (
    Point,
    Pose,
    PoseWithCovariance,
    Quaternion,
    Twist,
    TwistStamped,
    TwistWithCovariance,
    Vector3,
)
from robot.body.dds.messages.nav_msgs import Odometry
from robot.body.dds.messages.sensor_msgs import BatteryState
from robot.body.state import Velocity
from tests.dds_domains import LOOPBACK
from tests.planar_base import TICK_S, PlanarBase, Reporter
from tests.programs import asked, tell


def velocities(inlet: "Inlet[Twist] | Inlet[TwistStamped]") -> list[Velocity]:
    twists = [
        message.twist if isinstance(message, TwistStamped) else message for message in inlet.take()
    ]
    return [Velocity(twist.linear.x, twist.linear.y, twist.angular.z) for twist in twists]


def odometry(base: PlanarBase) -> Odometry:
    half_rad = 0.5 * base.pose.yaw_rad
    rotation = Quaternion(z=math.sin(half_rad), w=math.cos(half_rad))
    return Odometry(
        child_frame_id="base_link",
        pose=PoseWithCovariance(Pose(Point(base.pose.x_m, base.pose.y_m), rotation)),
        twist=TwistWithCovariance(
            Twist(
                Vector3(base.velocity.x_mps, base.velocity.y_mps),
                Vector3(z=base.velocity.yaw_radps),
            )
        ),
    )


class Robot:
    """The base on its topics."""

    def __init__(self, link: Link, record: Path, options: list[str]) -> None:
        self._commands: Inlet[Twist] | Inlet[TwistStamped] = (
            link.inlet("/cmd_vel", TwistStamped)
            if "stamped" in options
            else link.inlet("/cmd_vel", Twist)
        )
        self._odometry = None if "mute" in options else link.outlet("/odom", Odometry)
        self._battery = link.outlet("/battery_state", BatteryState)
        self._base = PlanarBase()
        self._reporter = Reporter(self._base)
        self._record = record
        record.write_text("")

    def live(self) -> list[str]:
        """Until a line comes; its words."""
        tell(event="ready")
        began_s = time.monotonic()
        for tick in itertools.count(1):
            due_s = tick * TICK_S
            while (left_s := began_s + due_s - time.monotonic()) > 0:
                self._commands.wait(left_s)
                self._obey(due_s)
            self._base.step(due_s)
            self._publish()
            self._reporter.tell(due_s)
            if (words := asked()) is not None:
                return words
        raise AssertionError

    def _obey(self, now_s: float) -> None:
        for wish in velocities(self._commands):
            self._base.command(wish, now_s)
            self._reporter.wished(wish, now_s)
            with self._record.open("a", encoding="utf-8") as record:
                record.write(json.dumps({"t": now_s, "wish_mps": wish.x_mps}) + "\n")

    def _publish(self) -> None:
        if self._odometry is not None:
            self._odometry.write(odometry(self._base))
        self._battery.write(BatteryState(percentage=0.75, present=True))


if __name__ == "__main__":
    words = sys.stdin.readline().split()
    while words:
        words = Robot(open_link(int(sys.argv[1]), LOOPBACK), Path(words[0]), words[1:]).live()
