"""A Unitree humanoid by its own services: sport for states and walking, arm, voice.

Every velocity is sent with a duration of at most half a second, so that the robot itself ends it.
"""

import time
from collections.abc import Callable
from typing import Self

from config.body_settings import UnitreeSettings
from nlu.abilities import Abilities
from nlu.actions import (
    EMOTIONS,
    GESTURES,
    POSTURES,
    Express,
    Gesture,
    Led,
    Posture,
    PostureName,
    Volume,
    action_name,
)
from robot.body.dds.link import Link, open_link
from robot.body.driver import Discrete
from robot.body.errors import BodyError, BodyLost, BodyRefused
from robot.body.reckoning import Reckoning
from robot.body.state import STILL, VELOCITY_LIFE_S, BodyState, Velocity
from robot.body.unitree.odometry import odometry_of
from robot.body.unitree.service import Answer, Service, raise_if_refused
from robot.body.unitree.table import StateRow, Table, load_table
from robot.body.unitree.tasks import GestureCalls, GestureTask, PostureTask, Task
from robot.body.unitree.voice import VoiceCalls

STATE_PERIOD_S = 0.2
STATE_STALE_S = 1.0
"""A robot that did not tell its state for so long is lost."""
FAILED = "failed"
_FAILED_S = 0.5
"""What failed on its way is told for so long, as busy, and then forgotten."""
_LOOK_S = 0.05
_NO_WORDS = StateRow(fsm=-1, source="told")
"""A state that the table does not know."""


class UnitreeBody:
    """One robot. What it can do comes from its table."""

    def __init__(
        self, link: Link, table: Table, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._link = link
        self._table = table
        self._clock = clock
        self._began_s = clock()
        self._sport = Service(link, table.sport.service)
        arm = None if table.arm is None else Service(link, table.arm.service)
        self._arm = arm
        self._gestures = GestureCalls(table, self._sport, arm)
        self._voice = (
            None
            if table.voice is None
            else VoiceCalls(Service(link, table.voice.service), table.voice)
        )
        self._odometry = odometry_of(table, link, self._sport)
        self._reckoning = Reckoning(0.0)
        self._fsm: int | None = None
        self._fsm_came_s = 0.0
        self._fsm_asked_s: float | None = None
        self._told_posture: PostureName | None = None
        """What it was last brought into; it counts while the state itself does not say."""
        self._walking_since: int | None = None
        """The first call of the velocities that are not zero and came without a pause."""
        self._refused: Answer | None = None
        """The newest of those that the robot did not take."""
        self._task: Task | None = None
        self._failed_until_s = 0.0

    @classmethod
    def open(cls, settings: UnitreeSettings) -> Self:
        """Join the robot's domain. Raises BodyError when DDS cannot be used here."""
        table = load_table(settings.model)
        return cls(open_link(settings.domain, settings.interface), table)

    @property
    def abilities(self) -> Abilities:
        """What the table offers."""
        table = self._table
        offered = {row.name for row in table.posture if row.offered}
        return Abilities(
            body="unitree",
            walks=True,
            turns=True,
            gestures=tuple(name for name in GESTURES if table.gesture_of(name)),
            postures=tuple(name for name in POSTURES if name in offered),
            emotions=tuple(name for name in EMOTIONS if self._voice and name in table.colours),
            led=self._voice is not None,
            volume=self._voice is not None,
            queries=("can_do", "pose"),
        )

    def find(self, seconds: float) -> bool:
        """Look for the robot for up to `seconds`; whether it tells its state."""
        ends_s = self._clock() + seconds
        while self._clock() < ends_s:
            if self._sport.is_there and self.observe().fault != BodyLost.code:
                return True
            self.wait(_LOOK_S)
        return False

    def observe(self) -> BodyState:
        """By its state machine; pose and speed by odometry where it tells any, else reckoned."""
        now_s = self._now_s()
        self._take_answers(now_s)
        self._ask_state(now_s)
        if self._voice is not None:
            self._voice.advance(now_s)
        self._advance_task(now_s)
        row = self._row()
        fresh = self._odometry.is_fresh(now_s)
        return BodyState(
            time_s=now_s,
            pose=self._odometry.pose if self._odometry.was_ever else self._reckoning.pose(now_s),
            velocity=self._odometry.velocity if fresh else self._reckoning.velocity(now_s),
            posture=row.posture or self._told_posture or "rest",
            busy=self._task is not None or now_s < self._failed_until_s,
            fault=self._fault_now(row, now_s),
            has_odometry=fresh,
        )

    def drive(self, velocity: Velocity) -> None:
        """Send `velocity`. Raises BodyRefused in a state that does not walk, BodyLost if gone."""
        if velocity != STILL:
            self._raise_if_cannot_walk()
        self._move(velocity)

    def start(self, action: Discrete) -> None:
        """Begin `action`. Raises BodyRefused with the robot's own reason."""
        now_s = self._now_s()
        match action:
            case Gesture():
                self._start_gesture(action, now_s)
            case Posture(name=name):
                self._start_posture(name, now_s)
            case Led() if self._voice is not None:
                self._voice.light(action, now_s)
            case Express(emotion=emotion) if self._voice and emotion in self._table.colours:
                self._voice.light(Led(*self._table.colours[emotion]), now_s)
            case Volume() if self._voice is not None:
                self._voice.volume(action)
            case _:
                raise _not_able(action_name(action))

    def halt(self) -> None:
        """Zero velocity; arms back where a gesture held them. Balance is the robot's own."""
        self._move(STILL)
        if self._task is not None:
            self._task.cut(self._now_s())

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(max(seconds, 0.0))

    def close(self) -> None:
        """Halt, and leave the domain."""
        try:
            self.halt()
        finally:
            self._link.close()

    def _now_s(self) -> float:
        return self._clock() - self._began_s

    def _move(self, velocity: Velocity) -> None:
        wish = [velocity.x_mps, velocity.y_mps, velocity.yaw_radps]
        call = self._sport.send(
            self._table.sport.move, {"velocity": wish, "duration": VELOCITY_LIFE_S}
        )
        if velocity == STILL:
            self._walking_since = self._refused = None
        elif self._walking_since is None:
            self._walking_since = call
        self._reckoning.command(velocity, self._now_s())

    def _raise_if_cannot_walk(self) -> None:
        now_s = self._now_s()
        self._take_answers(now_s)
        if self._is_stale(now_s):
            raise BodyLost("The robot does not tell its state. Check that it is on.")
        refused, self._refused = self._refused, None
        if refused is not None:
            raise_if_refused(refused)
        self._raise_if_busy()
        if not self._row().walks:
            raise BodyRefused(
                "wrong_posture",
                f"It does not walk in state {self._fsm}. Let it stand first.",
            )

    def _start_gesture(self, gesture: Gesture, now_s: float) -> None:
        row = self._table.gesture_of(gesture.name)
        if row is None:
            raise _not_able(gesture.name)
        self._raise_if_busy()
        self._read_state()
        if not self._row().arms:
            raise BodyRefused(
                "wrong_posture", f"Its arms do not move in state {self._fsm}. Let it stand first."
            )
        self._task = GestureTask(self._gestures, row, gesture.repeat, now_s)

    def _start_posture(self, name: PostureName, now_s: float) -> None:
        self._raise_if_busy()
        fsm = self._read_state()  # one number both squats and stands up: never without reading
        posture = self._row().posture or self._told_posture
        way = self._table.way_to(name, fsm, posture)
        if way is None and posture == name:
            return
        if way is None:
            raise BodyRefused(
                "wrong_posture",
                f"There is no safe way to `{name}` from its state {fsm}. Use its remote control.",
            )
        self._task = PostureTask(self._table, self._sport, way, now_s)
        self._told_posture = None  # on the way it is neither

    def _raise_if_busy(self) -> None:
        if self._task is not None:
            raise BodyRefused("occupied", "It is still busy with what it was told before.")

    def _advance_task(self, now_s: float) -> None:
        task = self._task
        if task is None:
            return
        try:
            if task.advance(now_s):
                return
            if isinstance(task, PostureTask):
                self._told_posture = task.leads_to
        except BodyError:  # of a later step: start has long returned, so the state tells it
            self._failed_until_s = now_s + _FAILED_S
        self._task = None

    def _read_state(self) -> int:
        """The state as it is now, not as it was told last."""
        answer = self._sport.ask(self._table.sport.get_fsm, {})
        self._take_state(answer, self._now_s())
        if self._fsm is None:
            raise BodyLost("The robot does not tell its state. Check its firmware.")
        return self._fsm

    def _ask_state(self, now_s: float) -> None:
        if self._fsm_asked_s is None or now_s - self._fsm_asked_s >= STATE_PERIOD_S:
            self._sport.send(self._table.sport.get_fsm, {})
            self._fsm_asked_s = now_s
        self._odometry.update(now_s)

    def _take_answers(self, now_s: float) -> None:
        for answer in self._sport.answers():
            if answer.api == self._table.sport.get_fsm:
                self._take_state(answer, now_s)
            elif answer.api == self._table.sport.move:
                self._take_move(answer, now_s)
            else:
                self._odometry.take(answer, now_s)
        if self._arm is not None:
            self._arm.answers()

    def _take_move(self, answer: Answer, now_s: float) -> None:
        """A zero that is not taken (lying, squatting) says nothing; a walk that is not, does."""
        walked = self._walking_since is not None and answer.call >= self._walking_since
        if walked and answer.code != 0:
            self._refused = answer
            self._reckoning.command(STILL, now_s)

    def _take_state(self, answer: Answer, now_s: float) -> None:
        fsm = answer.number() if answer.code == 0 else None
        if fsm is not None:
            self._fsm, self._fsm_came_s = fsm, now_s
            if self._row().posture is not None:
                self._told_posture = None  # the robot says so itself, so an older word is void

    def _row(self) -> StateRow:
        known = None if self._fsm is None else self._table.state_of(self._fsm)
        return known or _NO_WORDS

    def _is_stale(self, now_s: float) -> bool:
        return self._fsm is None or now_s - self._fsm_came_s > STATE_STALE_S

    def _fault_now(self, row: StateRow, now_s: float) -> str | None:
        if self._is_stale(now_s):
            return BodyLost.code
        if now_s < self._failed_until_s:
            return FAILED
        unknown = row.posture is None and self._told_posture is None and self._task is None
        return row.fault or ("unknown_state" if unknown else None)


def _not_able(what: str) -> BodyRefused:
    return BodyRefused("not_able", f"This robot has no `{what}`.")
