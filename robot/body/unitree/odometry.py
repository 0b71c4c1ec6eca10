"""Where a Unitree robot says it is: an H1 is asked by its sport service, a G1 tells on a topic.

Speeds are taken from how the pose changes, because sources disagree on the frame of those told.
"""

import math

import msgspec

from robot.body.dds.link import Inlet, Link
from robot.body.dds.messages.unitree_go import SportModeState
from robot.body.state import STILL, Pose, Velocity
from robot.body.unitree.service import Answer, Service
from robot.body.unitree.table import OdometryCalls, Table

STALE_S = 0.5
"""Odometry that is older than this tells nothing of now."""
_PERIOD_S = 0.05
_SPEED_WINDOW_S = 0.1
"""Speeds are told from poses this far apart at least."""


class OdometryTrail:
    """The newest pose and a speed, of poses as they come; of robots that tell none, none come."""

    def __init__(self) -> None:
        self._came_s: float | None = None
        self._from: tuple[float, Pose] | None = None
        self.pose = Pose()
        self.velocity = STILL

    @property
    def was_ever(self) -> bool:
        """Whether the robot has told any."""
        return self._came_s is not None

    def update(self, now_s: float) -> None:
        """Ask for more, or take what came."""

    def take(self, answer: Answer, now_s: float) -> None:
        """An answer of the sport service: perhaps a pose."""

    def is_fresh(self, now_s: float) -> bool:
        """Whether the pose is of now."""
        return self._came_s is not None and now_s - self._came_s <= STALE_S

    def add(self, x_m: float, y_m: float, yaw_rad: float, now_s: float) -> None:
        """A pose came."""
        if not all(map(math.isfinite, (x_m, y_m, yaw_rad))):
            return
        turned_rad = math.remainder(yaw_rad - self.pose.yaw_rad, math.tau)
        self.pose = Pose(x_m, y_m, self.pose.yaw_rad + turned_rad)
        if self._from is None or not self.is_fresh(now_s):
            self._from, self.velocity = (now_s, self.pose), STILL
        elif now_s - self._from[0] >= _SPEED_WINDOW_S:
            self.velocity = _speed(self._from[1], self.pose, now_s - self._from[0])
            self._from = now_s, self.pose
        self._came_s = now_s


class OdometryPoll(OdometryTrail):
    """Asks the sport service again and again."""

    def __init__(self, service: Service, numbers: OdometryCalls) -> None:
        super().__init__()
        self._service = service
        self._numbers = numbers
        self._asked_s: float | None = None

    def update(self, now_s: float) -> None:
        """Ask for the pose if it is time to; until one came, have it enabled, too."""
        if self._asked_s is None or now_s - self._asked_s >= _PERIOD_S:
            if not self.was_ever:
                self._service.send(self._numbers.enable, {})
            self._service.send(self._numbers.get, {})
            self._asked_s = now_s

    def take(self, answer: Answer, now_s: float) -> None:
        """A pose, if it is one."""
        if answer.api != self._numbers.get or answer.code != 0:
            return
        try:
            place = msgspec.json.decode(answer.data, type=_Place)
        except msgspec.MsgspecError:
            return
        self.add(place.x, place.y, place.z, now_s)


class OdometryTopic(OdometryTrail):
    """Listens."""

    def __init__(self, inlet: Inlet[SportModeState]) -> None:
        super().__init__()
        self._inlet = inlet

    def update(self, now_s: float) -> None:
        """Take what came."""
        for state in self._inlet.take():
            self.add(state.position[0], state.position[1], state.imu_state.rpy[2], now_s)


class _Place(msgspec.Struct):
    x: float
    y: float
    z: float
    """The yaw."""


def odometry_of(table: Table, link: Link, sport: Service) -> OdometryTrail:
    """As the robot's table has it."""
    if table.odometry is not None:
        return OdometryPoll(sport, table.odometry)
    if table.odometry_topic is not None:
        return OdometryTopic(link.inlet(table.odometry_topic, SportModeState, reliable=False))
    return OdometryTrail()


def _speed(before: Pose, after: Pose, seconds: float) -> Velocity:
    cos, sin = math.cos(before.yaw_rad), math.sin(before.yaw_rad)
    dx_m, dy_m = after.x_m - before.x_m, after.y_m - before.y_m
    return Velocity(
        (cos * dx_m + sin * dy_m) / seconds,
        (cos * dy_m - sin * dx_m) / seconds,
        (after.yaw_rad - before.yaw_rad) / seconds,
    )
