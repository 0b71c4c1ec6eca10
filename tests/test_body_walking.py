"""Walks and turns on a small kinematic body: how far it gets, and that no cap is passed."""

import math
from dataclasses import replace

import pytest

from config.load import CONFIG_DIRECTORY
from nlu.abilities import MotionCaps
from nlu.actions import (
    Action,
    Turn,
    Walk,
)
from robot.body.performer import Performer
from robot.body.rules import load_rules
from robot.body.state import COMMAND_PERIOD_S, STILL, Pose
from robot.body.writer import Writer
from tests.kinematic_body import EVERYTHING, KinematicBody, Quirks, velocities
from tests.kinematic_robot import WITHIN, WITHIN_RAD, Robot, of, place

QUARTER = math.pi / 2
KIDS = load_rules(CONFIG_DIRECTORY / "body_kids.toml")
NO_SIDESTEP = replace(EVERYTHING, caps=MotionCaps(max_side_m=0.0, max_side_mps=0.0))
WALKS = [
    Walk(0.2),
    Walk(0.5),
    Walk(2.0),
    Walk(5.0),
    Walk(-1.0),
    Walk(0.0, 0.5),
    Walk(0.0, -1.5),
    Walk(1.0, 1.0),
    Walk(-0.7, 0.4),
    Walk(2.0, speed_mps=0.5),
    Walk(0.5, speed_mps=0.06),
]


@pytest.mark.parametrize("walk", WALKS, ids=repr)
@pytest.mark.parametrize("start", [Pose(), Pose(-3.0, 2.0, 2.5)], ids=["origin", "elsewhere"])
def test_a_walk_ends_where_it_should_and_says_so(walk: Walk, start: Pose) -> None:
    robot = Robot(KinematicBody(pose=start))
    performed = robot.does(walk)
    assert performed.outcome == "done"
    assert performed.requested == walk
    x_m, y_m, yaw_rad = place(of(performed))
    length_m = math.hypot(walk.dx_m, walk.dy_m)
    assert math.hypot(x_m - walk.dx_m, y_m - walk.dy_m) < WITHIN * length_m
    assert abs(yaw_rad) < WITHIN_RAD
    assert robot.body.observe().is_still
    assert velocities(robot.body)[-1] == STILL
    true_m = math.hypot(robot.body.pose.x_m - start.x_m, robot.body.pose.y_m - start.y_m)
    assert true_m == pytest.approx(length_m, rel=WITHIN)


@pytest.mark.parametrize("angle", [0.17, QUARTER, -QUARTER, math.pi, -2.5, 2 * math.pi, -6.0])
def test_a_turn_ends_where_it_should_also_beyond_half_a_turn(angle: float) -> None:
    robot = Robot(KinematicBody(pose=Pose(1.0, 1.0, 3.0)))
    performed = robot.does(Turn(angle))
    assert performed.outcome == "done"
    assert place(of(performed))[2] == pytest.approx(angle, abs=WITHIN_RAD)
    assert robot.body.pose.yaw_rad - 3.0 == pytest.approx(angle, abs=WITHIN_RAD)


@pytest.mark.parametrize(
    "quirks",
    [
        Quirks(gain=0.8),
        Quirks(gain=1.15),
        Quirks(drift_radps=0.1),
        Quirks(drift_radps=-0.2),
        Quirks(slip_mps=0.05),
        Quirks(slip_mps=-0.05),
        Quirks(least_mps=0.1),
        Quirks(has_odometry=False),
    ],
    ids=str,
)
def test_a_crooked_body_is_corrected_by_what_is_measured(quirks: Quirks) -> None:
    robot = Robot(KinematicBody(quirks=quirks))
    performed = robot.does(Walk(2.0))
    assert performed.outcome == "done"
    x_m, y_m, yaw_rad = place(of(performed))
    assert math.hypot(x_m - 2.0, y_m) < WITHIN * 2.0
    assert abs(yaw_rad) < WITHIN_RAD
    assert robot.body.pose.x_m == pytest.approx(2.0, rel=WITHIN)
    assert robot.does(Turn(QUARTER)).outcome == "done"


@pytest.mark.parametrize("walk", [Walk(2.0), Walk(-1.0)])
@pytest.mark.parametrize("quirks", [Quirks(drift_radps=0.1), Quirks(slip_mps=0.03)], ids=repr)
def test_a_body_that_cannot_sidestep_steers_back_to_its_line(walk: Walk, quirks: Quirks) -> None:
    robot = Robot(KinematicBody(abilities=NO_SIDESTEP, quirks=quirks))
    performed = robot.does(walk)
    assert performed.outcome == "done"
    x_m, y_m, yaw_rad = place(of(performed))
    assert x_m == pytest.approx(walk.dx_m, rel=WITHIN)
    assert abs(y_m) < 0.08
    assert abs(yaw_rad) < WITHIN_RAD
    assert all(velocity.y_mps == 0 for velocity in velocities(robot.body))


def test_it_speeds_up_no_faster_than_the_body_can_and_repeats_each_period() -> None:
    robot = Robot()
    seconds = of(robot.does(Walk(2.0))).seconds
    sent = [velocity.x_mps for velocity in velocities(robot.body)]
    caps = robot.body.caps
    rises = [after - before for before, after in zip([0.0, *sent], sent, strict=False)]
    assert max(rises) <= caps.speed_up_mps2 * COMMAND_PERIOD_S + 1e-9
    assert max(sent) == caps.usual_mps
    assert seconds == pytest.approx(len(sent) * COMMAND_PERIOD_S)


@pytest.mark.parametrize("quirks", [Quirks(), Quirks(gain=1.2), Quirks(slip_mps=0.2)], ids=repr)
@pytest.mark.parametrize("action", [*WALKS, Walk(3.0, speed_mps=99.0), Turn(6.0)], ids=repr)
def test_no_velocity_is_ever_over_a_cap(action: Action, quirks: Quirks) -> None:
    body = KinematicBody(quirks=quirks)
    Performer(Writer(body, 1.0), KIDS).perform(action)
    caps = KIDS.caps_of(body.caps)
    for velocity in velocities(body):
        assert -caps.max_back_mps <= velocity.x_mps <= caps.max_forward_mps
        assert abs(velocity.y_mps) <= caps.max_side_mps
        assert abs(velocity.yaw_radps) <= caps.max_turn_radps
