"""A base that follows velocities on a ROS 2 topic, and tells odometry and battery on others."""

import math
import time
from collections.abc import Callable
from typing import Self

from config.body_settings import Ros2Settings
from nlu.abilities import Abilities
from nlu.actions import action_name
from robot.body.dds.link import Inlet, Link, Outlet, open_link
from robot.body.dds.messages.builtin_interfaces import stamp
from robot.body.dds.messages.diagnostic_msgs import DiagnosticArray
from robot.body.dds.messages.geometry_msgs import Twist, TwistStamped, Vector3
from robot.body.dds.messages.nav_msgs import Odometry
from robot.body.dds.messages.sensor_msgs import BatteryState
from robot.body.dds.messages.std_msgs import Header, String
from robot.body.driver import Discrete
from robot.body.errors import BodyError, BodyLost, BodyRefused
from robot.body.reckoning import Reckoning
from robot.body.ros2.odometry import OdometryTopic
from robot.body.ros2.topics import DiagnosticsTopic, StatusTopic
from robot.body.state import STILL, BodyState, Performed, Velocity

BASE_FRAME = "base_link"
_FLUSH_S = 0.3
"""How long a last zero velocity may take to arrive before the link is closed."""
_LOOK_S = 0.05
"""How often it is looked for the robot."""


class Ros2Body:
    """Drives what listens on the velocity topic. It has no gestures: a topic names none."""

    def __init__(
        self, link: Link, settings: Ros2Settings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._link = link
        self._clock = clock
        self._began_s = clock()
        self._velocity = VelocityTopic(link, settings.velocity_topic, stamped=settings.stamped)
        self._odometry = OdometryTopic(
            link.inlet(settings.odometry_topic, Odometry, reliable=False)
        )
        self._battery: Inlet[BatteryState] | None = None
        if settings.battery_topic:
            self._battery = link.inlet(settings.battery_topic, BatteryState, reliable=False)
        self._battery_share: float | None = None
        self._reckoning = Reckoning(0.0)
        self._status = StatusTopic(link.outlet(settings.status_topic, String))
        self._diagnostics = DiagnosticsTopic(
            link.outlet(settings.diagnostics_topic, DiagnosticArray)
        )

    @classmethod
    def open(cls, settings: Ros2Settings) -> Self:
        """Join the robot's domain. Raises BodyError when DDS cannot be used here."""
        return cls(open_link(settings.domain, settings.interface), settings)

    @property
    def abilities(self) -> Abilities:
        """Walking and turning; its battery where that has a topic."""
        return Abilities(
            body="ros2",
            walks=True,
            turns=True,
            queries=("can_do", "pose") if self._battery is None else ("can_do", "pose", "battery"),
        )

    def find(self, seconds: float) -> bool:
        """Look for the robot for up to `seconds`; whether it listens and tells odometry."""
        ends_s = self._clock() + seconds
        while True:
            self._odometry.update(self._now_s())
            if self._velocity.listeners and self._odometry.was_ever:
                return True
            if self._clock() >= ends_s:
                return False
            self._odometry.wait(_LOOK_S)

    def observe(self) -> BodyState:
        """By odometry where there is any; `lost` when nobody listens or odometry ended."""
        now_s = self._now_s()
        self._odometry.update(now_s)
        self._update_battery()
        state = self._state(now_s)
        try:
            self._status.state(state)
            self._diagnostics.tell(state)
        except BodyError:  # what others are told must never keep the body from being watched
            return state
        return state

    def drive(self, velocity: Velocity) -> None:
        """Publish `velocity`. Raises BodyLost when there is nobody to follow it."""
        if velocity != STILL and not self._velocity.listeners:
            raise BodyLost(
                f"No robot listens on `{self._velocity.topic}`. Is it on, on the same network and"
                " DDS domain, and does it take the same kind of message (`stamped`)?"
            )
        self._velocity.publish(velocity)
        self._reckoning.command(velocity, self._now_s())

    def start(self, action: Discrete) -> None:
        """Refuse: there is no topic for it."""
        raise BodyRefused(
            "not_able",
            f"This robot takes velocities only; it has no `{action_name(action)}`.",
        )

    def halt(self) -> None:
        """Zero velocity."""
        self._velocity.publish(STILL)
        self._reckoning.command(STILL, self._now_s())

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(max(seconds, 0.0))

    def close(self) -> None:
        """Zero velocity, and leave the domain."""
        try:
            self.halt()
            self._velocity.flush(_FLUSH_S)
        finally:
            self._link.close()

    def tell(self, performed: Performed) -> None:
        """Tell other programs what was done."""
        self._status.performed(performed)

    def _now_s(self) -> float:
        return self._clock() - self._began_s

    def _state(self, now_s: float) -> BodyState:
        fresh = self._odometry.is_fresh(now_s)
        gone = not self._velocity.listeners or (self._odometry.was_ever and not fresh)
        return BodyState(
            time_s=now_s,
            pose=self._odometry.pose if self._odometry.was_ever else self._reckoning.pose(now_s),
            velocity=self._odometry.velocity if fresh else self._reckoning.velocity(now_s),
            posture="stand",
            battery_share=self._battery_share,
            fault="lost" if gone else None,
            has_odometry=fresh,
        )

    def _update_battery(self) -> None:
        if self._battery is None:
            return
        for message in self._battery.take():
            share = message.percentage
            self._battery_share = min(max(share, 0.0), 1.0) if math.isfinite(share) else None


class VelocityTopic:
    """Velocities, as Twist or as TwistStamped."""

    def __init__(self, link: Link, topic: str, *, stamped: bool) -> None:
        self.topic = topic
        self._plain: Outlet[Twist] | None = None
        self._stamped: Outlet[TwistStamped] | None = None
        if stamped:
            self._stamped = link.outlet(topic, TwistStamped)
        else:
            self._plain = link.outlet(topic, Twist)

    @property
    def listeners(self) -> int:
        """How many follow."""
        if self._stamped is not None:
            return self._stamped.listeners
        return 0 if self._plain is None else self._plain.listeners

    def publish(self, velocity: Velocity) -> None:
        """Send `velocity`."""
        twist = twist_of(velocity)
        if self._stamped is not None:
            self._stamped.write(TwistStamped(Header(stamp(time.time()), BASE_FRAME), twist))
        elif self._plain is not None:
            self._plain.write(twist)

    def flush(self, seconds: float) -> None:
        """Wait for up to `seconds` until what was sent has arrived."""
        for outlet in (self._stamped, self._plain):
            if outlet is not None:
                outlet.flush(seconds)


def twist_of(velocity: Velocity) -> Twist:
    """`velocity` as a message."""
    return Twist(
        linear=Vector3(x=velocity.x_mps, y=velocity.y_mps), angular=Vector3(z=velocity.yaw_radps)
    )
