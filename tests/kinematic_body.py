"""A small body of plain kinematics: ramps, a lag, walls, faults; it records what it was told."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from nlu.abilities import Abilities, MotionCaps
from nlu.actions import EMOTIONS, GESTURES, POSTURES, Dance, Gesture, Posture, PostureName
from robot.body.driver import Discrete
from robot.body.errors import BodyError, BodyRefused
from robot.body.odometry import moved
from robot.body.state import STILL, VELOCITY_LIFE_S, BodyState, Pose, Velocity

STEP_S = 0.01
EVERYTHING = Abilities(
    body="kinematic",
    walks=True,
    turns=True,
    looks=True,
    gestures=GESTURES,
    postures=POSTURES,
    emotions=EMOTIONS,
    dances=("twist",),
    led=True,
    volume=True,
    queries=("battery", "pose", "can_do"),
)


@dataclass(slots=True)
class Quirks:
    """What is wrong with this body."""

    gain: float = 1.0
    """Of the speed that it reaches; 0.9 falls short of every command."""
    drift_radps: float = 0.0
    """It turns by itself while it walks."""
    slip_mps: float = 0.0
    """It slides to the left while it walks."""
    least_mps: float = 0.0
    """It does not move at all below this."""
    wall_x_m: float = math.inf
    odometry: Callable[[Pose], Pose] = field(default=lambda pose: pose, repr=False)
    clock_runs: bool = True
    lost: bool = False
    turn_up_radps2: float = 2.0
    has_odometry: bool = True
    wrong_posture_after: PostureName | None = None


@dataclass(slots=True)
class KinematicBody:
    abilities: Abilities = EVERYTHING
    quirks: Quirks = field(default_factory=Quirks)
    battery_share: float | None = 0.8
    posture: PostureName = "stand"
    fault: str | None = None
    pose: Pose = field(default_factory=Pose)
    """The truth."""
    velocity: Velocity = STILL
    time_s: float = 0.0
    sent: list[Velocity | Discrete | str] = field(default_factory=list)
    speeds: list[Velocity] = field(default_factory=list)
    on_drive: Callable[[], None] = lambda: None
    """Called in the middle of a command, before it is recorded."""
    on_wait: Callable[[], None] = lambda: None
    """Called before time passes."""
    _commanded: Velocity = STILL
    _commanded_at_s: float = 0.0
    _running: Discrete | None = None
    _over_at_s: float = 0.0
    _inside: threading.Lock = field(default_factory=threading.Lock)

    @property
    def caps(self) -> MotionCaps:
        return self.abilities.caps

    def observe(self) -> BodyState:
        if self.quirks.lost:
            raise BodyError("The body is gone. Switch it on.")
        known = self.quirks.has_odometry
        return BodyState(
            time_s=self.time_s,
            pose=self.quirks.odometry(self.pose) if known else Pose(),
            velocity=self.velocity if known else self._commanded,
            posture=self.posture,
            busy=self._running is not None,
            battery_share=self.battery_share,
            fault=self.fault,
            has_odometry=known,
        )

    def drive(self, velocity: Velocity) -> None:
        assert self._inside.acquire(blocking=False), "two commands at a time"
        try:
            self.on_drive()
            self.sent.append(velocity)
            self._commanded, self._commanded_at_s = velocity, self.time_s
        finally:
            self._inside.release()

    def start(self, action: Discrete) -> None:
        if isinstance(action, Gesture) and self.posture == "lie":
            raise BodyRefused("wrong_posture", "It lies.")
        self.sent.append(action)
        match action:
            case Gesture(repeat=repeat):
                seconds = 1.5 * repeat
            case Posture():
                seconds = 2.0
            case Dance(seconds=dance_s):
                seconds = dance_s
            case _:
                return
        self._running, self._over_at_s = action, self.time_s + seconds

    def halt(self) -> None:
        self.sent.append("halt")
        self._commanded = STILL
        self._running = None

    def wait(self, seconds: float) -> None:
        self.on_wait()
        if not self.quirks.clock_runs:
            return
        for _ in range(round(seconds / STEP_S)):
            self._step()

    def close(self) -> None:
        self.sent.append("close")

    def _step(self) -> None:
        self.time_s += STEP_S
        if self.time_s - self._commanded_at_s > VELOCITY_LIFE_S:
            self._commanded = STILL
        self.velocity = self._ramped(self._reachable(self._commanded))
        self.speeds.append(self.velocity)
        there = moved(self.pose, self._slipping(), STEP_S)
        if there.x_m > self.quirks.wall_x_m:
            there = replace(there, x_m=self.pose.x_m)
            self.velocity = replace(self.velocity, x_mps=0.0)
        self.pose = there
        if self._running is not None and self.time_s >= self._over_at_s:
            if isinstance(self._running, Posture):
                self.posture = self.quirks.wrong_posture_after or self._running.name
            self._running = None

    def _reachable(self, wanted: Velocity) -> Velocity:
        if math.hypot(wanted.x_mps, wanted.y_mps) < self.quirks.least_mps:
            wanted = replace(wanted, x_mps=0.0, y_mps=0.0)
        gain = self.quirks.gain
        return Velocity(gain * wanted.x_mps, gain * wanted.y_mps, gain * wanted.yaw_radps)

    def _ramped(self, wanted: Velocity) -> Velocity:
        up, down = self.caps.speed_up_mps2, self.caps.slow_down_mps2
        now = self.velocity
        return Velocity(
            _towards(now.x_mps, wanted.x_mps, up, down),
            _towards(now.y_mps, wanted.y_mps, up, down),
            _towards(now.yaw_radps, wanted.yaw_radps, self.quirks.turn_up_radps2, 4.0),
        )

    def _slipping(self) -> Velocity:
        walks = math.hypot(self.velocity.x_mps, self.velocity.y_mps) > 0.05
        if not walks:
            return self.velocity
        return replace(
            self.velocity,
            y_mps=self.velocity.y_mps + self.quirks.slip_mps,
            yaw_radps=self.velocity.yaw_radps + self.quirks.drift_radps,
        )


def velocities(body: KinematicBody) -> list[Velocity]:
    """What the base was told."""
    return [sent for sent in body.sent if isinstance(sent, Velocity)]


def _towards(now: float, wanted: float, up: float, down: float) -> float:
    slower = abs(wanted) < abs(now) or wanted * now < 0
    most = (down if slower else up) * STEP_S
    return now + min(max(wanted - now, -most), most)
