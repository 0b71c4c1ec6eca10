"""The kinematic body with its writer and performer."""

import math

from nlu.actions import Action
from robot.body.performer import Performer
from robot.body.rules import load_rules
from robot.body.state import Measured, Performed
from robot.body.writer import Writer
from tests.kinematic_body import KinematicBody, Quirks

RULES = load_rules()
WITHIN = 0.03
"""Of a distance."""
WITHIN_RAD = math.radians(2)


class Robot:
    """A body with its writer and performer."""

    def __init__(self, body: KinematicBody | None = None, max_motion_s: float = 60.0) -> None:
        self.body = body or KinematicBody()
        self.writer = Writer(self.body, latch_s=1.0)
        self.performer = Performer(self.writer, RULES, max_motion_s)

    def does(self, action: Action) -> Performed:
        return self.performer.perform(action)

    def stops_after(self, action: Action, seconds: float) -> Performed:
        """`action` with a stop from its own watch."""

        def watch(body_time_s: float) -> None:
            if body_time_s >= seconds and self.writer.epoch == 0:
                self.writer.stop()

        return self.performer.perform(action, watch)


def broken(quirks: Quirks) -> Robot:
    return Robot(KinematicBody(quirks=quirks))


def of(performed: Performed) -> Measured:
    assert performed.measured is not None
    return performed.measured


def place(measured: Measured) -> tuple[float, float, float]:
    assert measured.x_m is not None
    assert measured.y_m is not None
    assert measured.yaw_rad is not None
    return measured.x_m, measured.y_m, measured.yaw_rad
