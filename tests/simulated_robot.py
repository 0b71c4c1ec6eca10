"""Drives a simulated body in tests, without the writer and the performer above it."""

from robot.body.driver import Discrete
from robot.body.errors import BodyRefused
from robot.body.simulated.driver import SimulatedBody
from robot.body.state import COMMAND_PERIOD_S, Velocity

AHEAD = Velocity(0.4)
PEAK_WITHIN_RAD = 0.1


def drive(body: SimulatedBody, velocity: Velocity, seconds: float) -> None:
    for _ in range(round(seconds / COMMAND_PERIOD_S)):
        body.drive(velocity)
        body.wait(COMMAND_PERIOD_S)


def finish(body: SimulatedBody) -> None:
    began_s = body.observe().time_s
    while body.observe().busy:
        assert body.observe().time_s - began_s < 60
        body.wait(COMMAND_PERIOD_S)


def do(body: SimulatedBody, action: Discrete) -> None:
    body.start(action)
    finish(body)


def refusal(body: SimulatedBody, action: Discrete | Velocity) -> str:
    try:
        if isinstance(action, Velocity):
            body.drive(action)
        else:
            body.start(action)
    except BodyRefused as error:
        return error.reason
    return ""


class Extremes:
    """The least and the largest of every joint, tick by tick."""

    def __init__(self, body: SimulatedBody) -> None:
        self._body = body
        self.low = dict(body.world.angles())
        self.high = dict(self.low)
        body.watch(self._see)

    def _see(self) -> None:
        for name, value in self._body.world.angles().items():
            self.low[name] = min(self.low[name], value)
            self.high[name] = max(self.high[name], value)

    def assert_within_limits(self) -> None:
        for name, (low, high) in self._body.world.limits().items():
            assert low <= self.low[name] <= self.high[name] <= high, name
