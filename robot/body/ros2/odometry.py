"""Odometry of a ROS 2 topic."""

from robot.body.dds.link import Inlet
from robot.body.dds.messages.nav_msgs import Odometry
from robot.body.newest_odometry import NewestOdometry
from robot.body.state import Velocity


class OdometryTopic(NewestOdometry):
    """The newest message of the topic."""

    def __init__(self, inlet: Inlet[Odometry]) -> None:
        super().__init__()
        self._inlet = inlet

    def update(self, now_s: float) -> None:
        """Take what came."""
        for message in self._inlet.take():
            place, turned = message.pose.pose.position, message.pose.pose.orientation
            ahead, turning = message.twist.twist.linear, message.twist.twist.angular
            rotation = turned.x, turned.y, turned.z, turned.w
            self.take(place.x, place.y, rotation, Velocity(ahead.x, ahead.y, turning.z), now_s)

    def wait(self, seconds: float) -> None:
        """Return when there is more of it, or after `seconds`."""
        self._inlet.wait(seconds)
