"""What a body does by itself, limits in the end, questions, and one action after the other."""

import math

import pytest

from nlu.actions import (
    Action,
    Dance,
    Express,
    Gesture,
    Look,
    Posture,
    Query,
    Sequence,
    Stop,
    Turn,
    Volume,
    Walk,
)
from robot.body.state import COMMAND_PERIOD_S, Pose
from tests.kinematic_body import KinematicBody, Quirks
from tests.kinematic_robot import WITHIN_RAD, Robot, broken, of, place

QUARTER = math.pi / 2


@pytest.mark.parametrize(
    ("action", "seconds"),
    [
        (Gesture("wave"), 1.5),
        (Gesture("clap", repeat=3), 4.5),
        (Posture("sit"), 2.0),
        (Dance("twist", seconds=3.0), 3.0),
        (Look(direction="left"), 0.0),
        (Express("happy"), 0.0),
        (Volume(30), 0.0),
    ],
)
def test_it_waits_until_the_body_is_done(action: Action, seconds: float) -> None:
    robot = Robot()
    performed = robot.does(action)
    assert performed.outcome == "done"
    assert robot.body.sent == [action]
    assert of(performed).seconds == pytest.approx(seconds, abs=COMMAND_PERIOD_S)
    match action:
        case Gesture(repeat=repeat):
            assert of(performed).repeats == repeat
        case Posture(name=name):
            assert of(performed).posture == name
        case Volume(percent=percent):
            assert of(performed).volume_percent == percent


def test_a_posture_that_it_has_already_needs_no_movement() -> None:
    robot = Robot()
    performed = robot.does(Posture("stand"))
    assert (performed.outcome, performed.reason) == ("done", "already")
    assert robot.body.sent == []


def test_limits_are_looked_at_once_more_and_what_was_changed_is_told() -> None:
    robot = Robot()
    performed = robot.does(Walk(1.0, speed_mps=9.0))
    assert (performed.outcome, performed.reason) == ("done", "limited")
    assert performed.requested == Walk(1.0, speed_mps=9.0)
    assert performed.action == Walk(1.0, speed_mps=0.5)
    sent = len(robot.body.sent)
    performed = robot.does(Walk(8.0))
    assert (performed.outcome, performed.reason) == ("refused", "too_far")
    assert performed.measured is None
    assert len(robot.body.sent) == sent


def test_questions_are_answered_from_the_state() -> None:
    robot = Robot(KinematicBody(pose=Pose(1.0, 2.0, 0.5), battery_share=0.55))
    measured = of(robot.does(Query("battery")))
    assert measured.battery_share == 0.55
    assert place(measured) == (1.0, 2.0, 0.5)
    robot.body.battery_share = None
    performed = robot.does(Query("battery"))
    assert (performed.outcome, performed.reason) == ("refused", "not_able")


def test_a_sequence_is_measured_in_the_frame_of_its_beginning() -> None:
    robot = Robot(KinematicBody(pose=Pose(5.0, 5.0, 1.0)))
    steps = (Walk(1.0), Turn(QUARTER), Walk(0.5), Gesture("wave"), Posture("sit"))
    performed = robot.does(Sequence(steps))
    assert performed.outcome == "done"
    assert [step.action for step in performed.steps] == [
        Walk(1.0, speed_mps=0.3),
        Turn(QUARTER),
        Walk(0.5, speed_mps=0.3),
        Gesture("wave"),
        Posture("sit"),
    ]
    x_m, y_m, yaw_rad = place(of(performed))
    assert (x_m, y_m) == pytest.approx((1.0, 0.5), abs=0.03)
    assert yaw_rad == pytest.approx(QUARTER, abs=WITHIN_RAD)
    assert of(performed).posture == "sit"


def test_nothing_of_a_sequence_is_done_when_a_step_is_refused() -> None:
    robot = Robot()
    performed = robot.does(Sequence((Walk(0.5), Posture("sit"), Walk(0.5))))
    assert (performed.outcome, performed.reason) == ("refused", "wrong_posture")
    assert performed.steps == ()
    assert robot.body.sent == []


def test_a_sequence_ends_at_the_first_step_that_is_not_done() -> None:
    robot = broken(Quirks(wall_x_m=0.5))
    performed = robot.does(Sequence((Gesture("wave"), Walk(1.0), Gesture("bow"))))
    assert (performed.outcome, performed.reason) == ("stopped", "blocked")
    assert [step.outcome for step in performed.steps] == ["done", "stopped"]
    assert Gesture("bow") not in robot.body.sent


def test_a_stop_ends_a_sequence_between_and_within_its_steps() -> None:
    for seconds in (0.5, 1.5, 1.6, 3.0):  # within the wave, at its end, in the walk
        robot = Robot()
        steps = (Gesture("wave"), Walk(1.0), Gesture("bow"))
        performed = robot.stops_after(Sequence(steps), seconds)
        assert (performed.outcome, performed.reason) == ("stopped", "stop")
        assert Gesture("bow") not in robot.body.sent


def test_a_stop_among_the_steps_is_a_pause() -> None:
    robot = Robot()
    performed = robot.does(Sequence((Walk(0.3), Stop(), Gesture("wave"))))
    assert performed.outcome == "done"
    assert [step.outcome for step in performed.steps] == ["done", "done", "done"]


def test_a_step_that_was_limited_is_told_for_the_whole() -> None:
    performed = Robot().does(Sequence((Gesture("wave", repeat=9), Express("happy"))))
    assert (performed.outcome, performed.reason) == ("done", "limited")
    assert [step.reason for step in performed.steps] == ["limited", None]
