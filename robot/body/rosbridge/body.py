"""A ROS robot behind a rosbridge server: velocities, odometry, and motions by name.

Nothing here outlives the connection: when it is cut, the robot's own watchdog must stop it.
"""

import time
from collections.abc import Callable
from typing import Self

from config.body_settings import RosbridgeSettings
from nlu.abilities import Abilities
from nlu.actions import Gesture, Posture, PostureName, action_name
from robot.body.driver import Discrete
from robot.body.errors import BodyError, BodyLost, BodyRefused
from robot.body.reckoning import Reckoning
from robot.body.rosbridge.client import Pending, RosbridgeClient
from robot.body.rosbridge.messages import (
    BATTERY_STATE,
    ODOMETRY,
    TWIST,
    TWIST_STAMPED,
    Subscribers,
    Told,
    parsed,
    stamped_twist_of,
    twist_of,
)
from robot.body.rosbridge.motions import MotionTask, Repertoire, load_repertoire
from robot.body.state import STILL, BodyState, Velocity

FAILED = "failed"
_FAILED_S = 0.5
"""What failed on its way is told for so long, as busy, and then forgotten."""
_LOOK_S = 0.05
_ASK_PERIOD_S = 2.0
_SUBSCRIBERS = "/rosapi/subscribers"


class RosbridgeBody:
    """One robot."""

    def __init__(
        self,
        client: RosbridgeClient,
        settings: RosbridgeSettings,
        repertoire: Repertoire,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._settings = settings
        self._repertoire = repertoire
        self._clock = clock
        self._began_s = clock()
        self._told = Told()
        self._reckoning = Reckoning(0.0)
        self._followers = FollowerCheck(client, settings.velocity_topic)
        self._task: MotionTask | None = None
        self._task_posture: PostureName | None = None
        self._posture: PostureName = "stand"
        self._failed_until_s = 0.0
        client.advertise(settings.velocity_topic, TWIST_STAMPED if settings.stamped else TWIST)
        client.subscribe(
            settings.odometry_topic,
            ODOMETRY,
            lambda text: self._told.take_odometry(text, self._now_s()),
        )
        if settings.battery_topic:
            client.subscribe(settings.battery_topic, BATTERY_STATE, self._told.take_battery)

    @classmethod
    def open(cls, settings: RosbridgeSettings) -> Self:
        """Begin to connect. Raises ConfigurationError for settings that cannot be."""
        repertoire = load_repertoire(settings)
        client = RosbridgeClient(settings.address, settings.timeout_s)
        client.open()
        return cls(client, settings, repertoire)

    @property
    def abilities(self) -> Abilities:
        """Walking and turning, and the motions that the settings name."""
        battery = bool(self._settings.battery_topic)
        return Abilities(
            body="rosbridge",
            walks=True,
            turns=True,
            gestures=self._repertoire.gestures,
            postures=self._repertoire.postures,
            queries=("can_do", "pose", "battery") if battery else ("can_do", "pose"),
        )

    def find(self, seconds: float) -> bool:
        """Wait for up to `seconds` for the server and odometry; whether both are there."""
        ends_s = self._clock() + seconds
        self._client.wait_connected(seconds)
        while not self._told.odometry.was_ever:
            if self._clock() >= ends_s:
                return False
            self.wait(_LOOK_S)
        return self._client.is_connected

    def observe(self) -> BodyState:
        """By odometry where there is any; `lost` when the connection is, or odometry ended."""
        now_s = self._now_s()
        self._advance_task(now_s)
        odometry = self._told.odometry
        fresh = odometry.is_fresh(now_s) and self._client.is_connected
        if not odometry.was_ever:
            self._followers.ask(now_s)
        return BodyState(
            time_s=now_s,
            pose=odometry.pose if odometry.was_ever else self._reckoning.pose(now_s),
            velocity=odometry.velocity if fresh else self._reckoning.velocity(now_s),
            posture=self._posture,
            busy=self._task is not None or now_s < self._failed_until_s,
            battery_share=self._told.battery_share,
            fault=self._fault(now_s, is_fresh=fresh),
            has_odometry=fresh,
        )

    def drive(self, velocity: Velocity) -> None:
        """Publish `velocity`. Raises BodyLost when the server is gone or nobody follows."""
        if velocity != STILL and self._nobody_follows:
            raise BodyLost(
                f"Nobody on the robot listens on `{self._settings.velocity_topic}`. Start its"
                " controller, or name its topic in the settings."
            )
        message = stamped_twist_of(velocity) if self._settings.stamped else twist_of(velocity)
        self._client.publish(self._settings.velocity_topic, message)
        self._reckoning.command(velocity, self._now_s())

    def start(self, action: Discrete) -> None:
        """Play the motion of a gesture or a posture. Raises BodyRefused for all else."""
        if self._task is not None:
            raise BodyRefused("occupied", "It is still busy with what it was told before.")
        motion = self._motion_of(action)
        if motion is None:
            raise BodyRefused("not_able", f"This robot has no such `{action_name(action)}`.")
        repeat = action.repeat if isinstance(action, Gesture) else 1
        self._task = MotionTask(self._client, self._settings, motion, repeat)
        self._task_posture = action.name if isinstance(action, Posture) else None

    def halt(self) -> None:
        """Zero velocity, and the motion cancelled."""
        try:
            self.drive(STILL)
        finally:
            self._reckoning.command(STILL, self._now_s())
            if self._task is not None:
                self._task.cut(self._now_s())

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(max(seconds, 0.0))

    def close(self) -> None:
        """Halt, and leave."""
        try:
            self.halt()
        except BodyLost:  # then its own watchdog halts it
            pass
        finally:
            self._client.close()

    @property
    def _nobody_follows(self) -> bool:
        return self._followers.are_none and not self._told.odometry.was_ever

    def _now_s(self) -> float:
        return self._clock() - self._began_s

    def _motion_of(self, action: Discrete) -> str | None:
        match action:
            case Gesture(name=name) | Posture(name=name):
                return self._repertoire.names.get(name)
        return None

    def _advance_task(self, now_s: float) -> None:
        task = self._task
        if task is None:
            return
        try:
            if task.advance(now_s):
                return
            failed = task.has_failed and not task.was_cut
        except BodyError:  # the server went between two repetitions
            failed = True
        if failed:
            self._failed_until_s = now_s + _FAILED_S
        elif self._task_posture is not None and not task.was_cut:
            self._posture = self._task_posture
        self._task = None

    def _fault(self, now_s: float, *, is_fresh: bool) -> str | None:
        gone = self._told.odometry.was_ever and not is_fresh
        if gone or not self._client.is_connected or self._nobody_follows:
            return BodyLost.code
        return FAILED if now_s < self._failed_until_s else None


class FollowerCheck:
    """Whether anybody follows the velocities, for robots that tell no odometry to see it by.

    rosapi knows; where it does not run, nothing is known and nothing is claimed.
    """

    def __init__(self, client: RosbridgeClient, topic: str) -> None:
        self._client = client
        self._topic = topic
        self._asked_s: float | None = None
        self._question: Pending | None = None
        self.are_none = False

    def ask(self, now_s: float) -> None:
        """Take an answer, and ask again from time to time."""
        question = self._question
        if question is not None and question.is_done:
            answer = parsed(Subscribers, question.values) if question.succeeded else None
            self.are_none = answer is not None and not answer.subscribers
            self._question = question = None
        due = self._asked_s is None or now_s - self._asked_s >= _ASK_PERIOD_S
        if question is None and due and self._client.is_connected:
            self._asked_s = now_s
            try:
                self._question = self._client.call(_SUBSCRIBERS, {"topic": self._topic})
            except BodyLost:  # the connection's own fault tells it
                self._question = None
