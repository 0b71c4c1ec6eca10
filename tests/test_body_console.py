"""The body of a laptop with nothing, and no body at all."""

import pytest

from nlu.actions import (
    Express,
    Gesture,
    Led,
    Look,
    Posture,
    Query,
    Sequence,
    Stop,
    Turn,
    Volume,
    Walk,
)
from robot.body.console import NO_ABILITIES, ConsoleBody
from robot.body.performer import Performer
from robot.body.rules import load_rules
from robot.body.state import VELOCITY_LIFE_S, Velocity
from robot.body.writer import Writer

RULES = load_rules()


def test_it_tells_each_thing_once() -> None:
    lines: list[str] = []
    performer = Performer(Writer(ConsoleBody(lines.append), 1.0), RULES)
    steps = (
        Walk(1.0),
        Turn(-1.0),
        Gesture("wave", side="left", repeat=2),
        Look(direction="up"),
        Express("happy"),
        Led(1, 2, 3),
        Volume(40),
        Posture("sit"),
    )
    assert performer.perform(Sequence(steps)).outcome == "done"
    assert lines == [
        "body: begins to move",
        "body: stands still at x 1.00 m, y 0.00 m, heading 0.00 rad",
        "body: begins to move",
        "body: stands still at x 1.00 m, y 0.00 m, heading -0.99 rad",
        "body: gesture wave, side left, repeat 2",
        "body: look, direction up",
        "body: express, emotion happy",
        "body: led, r 1, g 2, b 3",
        "body: volume, percent 40, relative False",
        "body: posture sit",
    ]


def test_it_reckons_where_it_would_be_and_says_that_it_reckons() -> None:
    body = ConsoleBody(lambda _line: None)
    performed = Performer(Writer(body, 1.0), RULES).perform(Sequence((Turn(1.0), Walk(1.0))))
    assert performed.measured is not None
    assert performed.measured.yaw_rad == pytest.approx(1.0, abs=0.02)
    assert body.observe().pose.x_m == pytest.approx(0.54, abs=0.03)
    assert body.observe().pose.y_m == pytest.approx(0.84, abs=0.03)
    assert not body.observe().has_odometry


def test_an_old_velocity_dies() -> None:
    body = ConsoleBody(lambda _line: None)
    body.drive(Velocity(0.2))
    for _ in range(100):
        body.wait(0.05)
    assert body.observe().is_still
    assert body.observe().pose.x_m == pytest.approx(0.2 * VELOCITY_LIFE_S)


def test_a_stop_breaks_off_what_it_does() -> None:
    lines: list[str] = []
    writer = Writer(ConsoleBody(lines.append), 1.0)
    performer = Performer(writer, RULES)

    def watch(body_time_s: float) -> None:
        if 1.0 <= body_time_s < 1.04:
            writer.stop()

    assert performer.perform(Gesture("wave", repeat=3), watch).outcome == "stopped"
    assert lines == ["body: gesture wave, repeat 3", "body: breaks off"]
    assert performer.perform(Posture("sit")).outcome == "done"
    assert performer.perform(Walk(1.0)).reason == "wrong_posture"


def test_its_time_takes_as_long_as_it_is_told_to() -> None:
    slept: list[float] = []
    body = ConsoleBody(lambda _line: None, sleep=slept.append)
    Performer(Writer(body, 1.0), RULES).perform(Gesture("nod"))
    assert sum(slept) == pytest.approx(2.0, abs=0.06)


@pytest.mark.parametrize(
    "action", [Walk(1.0), Turn(1.0), Gesture("wave"), Posture("sit"), Express("sad"), Volume(3)]
)
def test_no_body_can_do_nothing_and_says_so(action: Walk) -> None:
    lines: list[str] = []
    body = ConsoleBody(lines.append, NO_ABILITIES)
    performer = Performer(Writer(body, 1.0), RULES)
    performed = performer.perform(action)
    assert (performed.outcome, performed.reason) == ("refused", "not_able")
    assert performer.perform(Stop()).outcome == "done"
    assert performer.perform(Query("battery")).reason == "not_able"
    assert performer.perform(Query("can_do")).outcome == "done"
    assert lines == []
