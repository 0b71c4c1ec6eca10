"""The simulated body as a driver: what it accepts, and what time does to it."""

import threading
from collections.abc import Callable

from config.body_settings import SimulatedSettings
from nlu.abilities import Abilities, MotionCaps
from nlu.actions import EMOTIONS, GESTURES, POSTURES, QUESTIONS
from robot.body.driver import Discrete
from robot.body.simulated import movements, physics
from robot.body.simulated.beginning import Readiness, is_instant, plan
from robot.body.simulated.drive import BaseDrive
from robot.body.simulated.face import Lights
from robot.body.simulated.figure import Figure
from robot.body.simulated.movements import Repertoire
from robot.body.simulated.path import PathLog, PathPoint
from robot.body.simulated.physics import TICK_S, Physics
from robot.body.state import STILL, BodyState, Velocity

_IDLE_PER_S = 1 / 28_800
_MOVING_PER_S = 1 / 7_200
"""The battery lasts eight hours of standing, or two of moving."""


class SimulatedBody:
    """A humanoid in MuJoCo. Any thread may call any method, also while another one waits."""

    def __init__(self, world: Physics, repertoire: Repertoire, battery_share: float) -> None:
        self.world = world
        """For pictures; whoever moves it does not test this body."""
        self._repertoire = repertoire
        self._lock = threading.RLock()
        self._caps = MotionCaps()
        self._first_battery = battery_share
        self._ticks = 0
        self._owed_s = 0.0
        self._watchers: list[Callable[[], None]] = []
        self.begin_anew()

    def begin_anew(self) -> None:
        """Stand at the origin, with the battery of the beginning; time goes on."""
        with self._lock:
            self.lights = Lights()
            self._figure = Figure(self._repertoire.postures["stand"])
            self._base = BaseDrive(self._caps)
            self._battery = self._first_battery
            self._path = PathLog()
            self.world.settle(self._figure.home)

    @property
    def abilities(self) -> Abilities:
        """Everything there is."""
        return Abilities(
            body="simulated",
            walks=True,
            turns=True,
            looks=True,
            gestures=GESTURES,
            postures=POSTURES,
            emotions=EMOTIONS,
            dances=tuple(self._repertoire.dances),
            led=True,
            volume=True,
            queries=QUESTIONS,
            caps=self._caps,
        )

    @property
    def path(self) -> tuple[PathPoint, ...]:
        """Where it was told to go and where it went."""
        with self._lock:
            return self._path.points

    def positions(self) -> tuple[float, ...]:
        """Everything that a picture of this moment needs."""
        with self._lock:
            return self.world.positions()

    def observe(self) -> BodyState:
        """The state as the physics has it."""
        with self._lock:
            return BodyState(
                time_s=self._time_s,
                pose=self.world.pose(),
                velocity=self.world.velocity(),
                posture=self._figure.posture,
                busy=self._figure.activity is not None,
                battery_share=self._battery,
                fault="blocked" if self._base.is_blocked else None,
            )

    def drive(self, velocity: Velocity) -> None:
        """Move like this for at most VELOCITY_LIFE_S. Raises BodyRefused unless it stands."""
        with self._lock:
            if velocity != STILL:
                self._readiness().raise_unless_it_walks()
            self._base.tell(velocity, self._time_s)

    def start(self, action: Discrete) -> None:
        """Begin `action`. Raises BodyRefused when the posture or another action forbids it."""
        with self._lock:
            if is_instant(action):
                self.lights.show(action)
                return
            self._figure.begin(plan(action, self._readiness(), self._repertoire))

    def halt(self) -> None:
        """Ramp down to stand; gestures go home, changes of posture end where they are."""
        with self._lock:
            self._base.stand()
            if self._figure.activity is not None:
                self._figure.activity.stop()

    def wait(self, seconds: float) -> None:
        """Compute that much of simulated time."""
        with self._lock:
            self._owed_s += max(0.0, seconds)
            ticks = round(self._owed_s / TICK_S)
            self._owed_s -= ticks * TICK_S
        for _ in range(ticks):
            with self._lock:  # anew for each tick, so that a halt of another thread comes through
                self._tick()
            for watcher in tuple(self._watchers):
                watcher()

    def close(self) -> None:
        """Halt."""
        self.halt()

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call `watcher` after every tick; what is returned ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    @property
    def _time_s(self) -> float:
        return self._ticks * TICK_S

    def _readiness(self) -> Readiness:
        return Readiness(self._figure, self._base.now != STILL, self._battery)

    def _tick(self) -> None:
        self._base.pass_time(self._time_s, TICK_S)
        self._base.meet(self.world.obstructions(), self.world.pose())
        self.world.hold(self._figure.pass_time(self._base.now, TICK_S))
        self.world.move(self._base.now)
        self.world.tick()
        self._ticks += 1
        is_moving = self._base.now != STILL or self._figure.activity is not None
        self._battery = max(
            0.0, self._battery - TICK_S * (_MOVING_PER_S if is_moving else _IDLE_PER_S)
        )
        command = self._base.wish if self._base.is_blocked else self._base.now
        self._path.follow(command, self.world.pose(), self._time_s, TICK_S)


def load(settings: SimulatedSettings) -> SimulatedBody:
    """The humanoid, standing at the origin."""
    return SimulatedBody(
        physics.load(settings.obstacles), movements.load(), settings.battery_percent / 100
    )
