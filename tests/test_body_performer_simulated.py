"""The performer on the real physics: the bars of the design, and stops."""

import math

import pytest

from config.body_settings import SimulatedSettings
from nlu.actions import Action, Gesture, Posture, Sequence, Turn, Walk
from robot.body.performer import Performer
from robot.body.rules import load_rules
from robot.body.simulated.driver import SimulatedBody, load
from robot.body.writer import Writer
from tests.kinematic_robot import WITHIN, WITHIN_RAD, of, place

RULES = load_rules()


@pytest.fixture(scope="module")
def body() -> SimulatedBody:
    return load(SimulatedSettings())


@pytest.fixture
def performer(body: SimulatedBody) -> Performer:
    return Performer(Writer(body, latch_s=1.0), RULES)


@pytest.mark.parametrize(
    "walk", [Walk(0.3), Walk(2.0), Walk(-1.0), Walk(0.0, 0.5), Walk(0.8, -0.6), Walk(1.0, 0.0, 0.5)]
)
def test_walks(performer: Performer, walk: Walk) -> None:
    performed = performer.perform(walk)
    assert performed.outcome == "done"
    x_m, y_m, yaw_rad = place(of(performed))
    length_m = math.hypot(walk.dx_m, walk.dy_m)
    assert math.hypot(x_m - walk.dx_m, y_m - walk.dy_m) < WITHIN * length_m
    assert abs(yaw_rad) < WITHIN_RAD


@pytest.mark.parametrize("angle", [math.pi / 2, -0.26, -math.pi, 2 * math.pi])
def test_turns(performer: Performer, angle: float) -> None:
    performed = performer.perform(Turn(angle))
    assert performed.outcome == "done"
    assert place(of(performed))[2] == pytest.approx(angle, abs=WITHIN_RAD)


@pytest.mark.parametrize(
    "action",
    [
        Gesture("wave"),
        Gesture("bow"),
        Sequence((Posture("sit"), Gesture("wave"), Posture("stand"))),
    ],
)
def test_what_it_does_by_itself(performer: Performer, action: Action) -> None:
    assert performer.perform(action).outcome == "done"


def test_a_stop_at_speed_is_short_and_the_next_command_is_done(body: SimulatedBody) -> None:
    writer = Writer(body, latch_s=1.0)
    performer = Performer(writer, RULES)
    began_s = body.observe().time_s
    at_stop: list[tuple[float, float, float]] = []

    def watch(body_time_s: float) -> None:
        if body_time_s - began_s >= 3.0 and not at_stop:
            pose = body.observe().pose
            at_stop.append((body_time_s, pose.x_m, pose.y_m))
            writer.stop()

    performed = performer.perform(Walk(3.0, speed_mps=0.4), watch)
    assert (performed.outcome, performed.reason) == ("stopped", "stop")
    stopped_s, x_m, y_m = at_stop[0]
    seconds = of(performed).seconds
    assert seconds is not None
    assert began_s + seconds - stopped_s <= 0.3 + 1e-6
    pose = body.observe().pose
    assert math.hypot(pose.x_m - x_m, pose.y_m - y_m) <= 0.10
    assert not writer.is_moving
    assert performer.perform(Walk(0.3)).outcome == "done"
    assert body.observe().time_s > stopped_s + 1.0


def test_a_box_in_the_way_is_told_and_left() -> None:
    body = load(SimulatedSettings(obstacles=True))
    performer = Performer(Writer(body, latch_s=1.0), RULES)
    performed = performer.perform(Walk(3.0))
    assert (performed.outcome, performed.reason) == ("stopped", "blocked")
    assert 0.5 < place(of(performed))[0] < 1.6
    assert performer.perform(Walk(-0.5)).outcome == "done"
