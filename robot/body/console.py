"""A body that only tells what it would do, for a laptop with nothing.

Without abilities (`NO_ABILITIES`) it is no body at all: `kind = "none"`.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from nlu.abilities import Abilities
from nlu.actions import (
    EMOTIONS,
    GESTURES,
    POSTURES,
    QUESTIONS,
    Dance,
    Express,
    Gesture,
    Led,
    Look,
    Posture,
    Volume,
    flat,
)
from robot.body.driver import Discrete
from robot.body.odometry import moved
from robot.body.state import STILL, VELOCITY_LIFE_S, BodyState, Pose, Velocity

Tell = Callable[[str], None]
"""Takes one line for people."""
Sleep = Callable[[float], None]

CONSOLE_ABILITIES = Abilities(
    body="console",
    walks=True,
    turns=True,
    looks=True,
    gestures=GESTURES,
    postures=POSTURES,
    emotions=EMOTIONS,
    dances=("any",),
    led=True,
    volume=True,
    queries=QUESTIONS,
)
NO_ABILITIES = Abilities(body="none")

_GESTURE_S = 2.0
_POSTURE_S = 3.0
_LOOK_S = 0.5
_ROUNDING_S = 1e-6
"""Periods that are added up miss their sum by less."""


@dataclass(frozen=True, slots=True)
class _Running:
    action: Discrete
    until_s: float


class ConsoleBody:
    """Reckons where it would be from what it was told; `tell` gets a line for each thing.

    Its time passes in `wait` alone: with `sleep` as long as it says, without it at once.
    """

    def __init__(
        self, tell: Tell, abilities: Abilities = CONSOLE_ABILITIES, sleep: Sleep | None = None
    ) -> None:
        self._tell = tell
        self._abilities = abilities
        self._sleep = sleep
        self._lock = threading.Lock()
        """`wait` may run while another thread commands."""
        self._state = BodyState(
            time_s=0.0, pose=Pose(), velocity=STILL, posture="stand", has_odometry=False
        )
        self._commanded_at_s = 0.0
        self._running: _Running | None = None

    @property
    def abilities(self) -> Abilities:
        """What it would be able to do."""
        return self._abilities

    def observe(self) -> BodyState:
        """Where it would be."""
        with self._lock:
            return self._state

    def drive(self, velocity: Velocity) -> None:
        """Tell when it begins and ceases to move; in between the repeats say nothing new."""
        with self._lock:
            self._commanded_at_s = self._state.time_s
            self._move(velocity)

    def start(self, action: Discrete) -> None:
        """Tell it, and be busy for as long as it would take."""
        with self._lock:
            self._tell(f"body: {_line(action)}")
            seconds = _seconds(action)
            if seconds > 0:
                self._running = _Running(action, self._state.time_s + seconds)
                self._state = replace(self._state, busy=True)

    def halt(self) -> None:
        """Tell it if there was something to end."""
        with self._lock:
            if self._running is not None:
                self._tell("body: breaks off")
                self._end_running()
            self._move(STILL)

    def wait(self, seconds: float) -> None:
        """Let the time pass, and move on."""
        if self._sleep is not None:
            self._sleep(seconds)
        with self._lock:
            now_s = self._state.time_s + seconds
            pose = moved(self._state.pose, self._state.velocity, seconds)
            self._state = replace(self._state, time_s=now_s, pose=pose)
            if now_s - self._commanded_at_s > VELOCITY_LIFE_S - _ROUNDING_S:
                self._move(STILL)
            if self._running is not None and now_s >= self._running.until_s:
                if isinstance(self._running.action, Posture):
                    self._state = replace(self._state, posture=self._running.action.name)
                self._end_running()

    def begin_anew(self) -> None:
        """Be where it began, standing; time goes on."""
        with self._lock:
            self._running = None
            self._state = replace(
                self._state, pose=Pose(), velocity=STILL, posture="stand", busy=False
            )

    def close(self) -> None:
        """Halt."""
        self.halt()

    def _move(self, velocity: Velocity) -> None:
        before = self._state.velocity
        self._state = replace(self._state, velocity=velocity)
        if before == STILL and velocity != STILL:
            self._tell("body: begins to move")
        elif before != STILL and velocity == STILL:
            pose = self._state.pose
            self._tell(
                f"body: stands still at x {pose.x_m:.2f} m, y {pose.y_m:.2f} m,"
                f" heading {pose.yaw_rad:.2f} rad"
            )

    def _end_running(self) -> None:
        self._running = None
        self._state = replace(self._state, busy=False)


def _line(action: Discrete) -> str:
    """Such as `gesture wave, repeat 2`."""
    given = flat(action)
    name = given.pop("name")
    own = given.pop(str(name), "")
    rest = ", ".join(f"{key} {value}" for key, value in given.items())
    return ", ".join(part for part in (f"{name} {own}".strip(), rest) if part)


def _seconds(action: Discrete) -> float:
    match action:
        case Gesture(repeat=repeat):
            seconds = _GESTURE_S * repeat
        case Posture():
            seconds = _POSTURE_S
        case Dance(seconds=dance_s):
            seconds = dance_s
        case Look():
            seconds = _LOOK_S
        case Express() | Led() | Volume():
            seconds = 0.0
    return seconds
