"""Stops and faults: how an action ends that does not end well, and what is told of it."""

import math
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from nlu.abilities import MotionCaps
from nlu.actions import (
    Action,
    Express,
    Gesture,
    Posture,
    Query,
    Stop,
    Turn,
    Walk,
)
from robot.body.errors import BodyRefused
from robot.body.state import COMMAND_PERIOD_S, STILL, Performed, Pose, Velocity
from tests.kinematic_body import EVERYTHING, KinematicBody, Quirks, velocities
from tests.kinematic_robot import Robot, broken, of, place


def test_a_stop_in_mid_walk_is_measured_and_soon() -> None:
    robot = Robot()
    performed = robot.stops_after(Walk(5.0, speed_mps=0.4), seconds=3.0)
    assert (performed.outcome, performed.reason) == ("stopped", "stop")
    x_m, y_m, _ = place(of(performed))
    assert (x_m, y_m) == pytest.approx((robot.body.pose.x_m, robot.body.pose.y_m))
    assert 0.5 < x_m < 1.2
    assert robot.body.observe().is_still
    after = robot.body.sent[robot.body.sent.index("halt") :]
    assert set(after) == {"halt"}
    seconds = of(performed).seconds
    assert seconds is not None
    assert seconds - 3.0 < 0.3 + COMMAND_PERIOD_S


@pytest.mark.parametrize("action", [Walk(0.5), Turn(1.0), Gesture("wave"), Posture("sit")])
def test_what_follows_a_stop_waits_for_the_latch_and_is_done(action: Action) -> None:
    robot = Robot()
    stopped_at_s: list[float] = []

    def watch(body_time_s: float) -> None:
        if body_time_s >= 2.0 and not stopped_at_s:
            stopped_at_s.append(body_time_s)
            robot.writer.stop()

    assert robot.performer.perform(Walk(2.0), watch).outcome == "stopped"
    sent = len(robot.body.sent)
    assert not robot.writer.is_moving
    performed = robot.does(action)
    assert performed.outcome == "done"
    assert robot.body.time_s > stopped_at_s[0] + 1.0
    first = next(told for told in robot.body.sent[sent:] if told != "halt")
    assert first != STILL


def test_a_body_that_coasts_for_longer_than_the_latch_is_waited_for() -> None:
    heavy = replace(EVERYTHING, caps=MotionCaps(slow_down_mps2=0.2))
    robot = Robot(KinematicBody(abilities=heavy))
    for _ in range(20):
        robot.writer.drive(Velocity(0.4), robot.writer.begin())
        robot.writer.wait(COMMAND_PERIOD_S)
    robot.writer.stop()
    assert robot.does(Posture("sit")).outcome == "done"


def test_a_stop_while_the_latch_is_waited_out_drops_the_action() -> None:
    robot = Robot()
    robot.writer.stop()
    stops = iter([True])

    def watch(_body_time_s: float) -> None:
        if next(stops, False):
            robot.writer.stop()

    performed = robot.performer.perform(Walk(1.0), watch)
    assert (performed.outcome, performed.measured) == ("stopped", None)
    assert not velocities(robot.body)


def test_an_action_said_before_a_stop_is_dropped_after_it() -> None:
    robot = Robot()
    said_in = robot.writer.epoch
    robot.writer.stop()
    assert robot.performer.perform(Walk(1.0), epoch=said_in).outcome == "stopped"
    assert robot.performer.perform(Walk(1.0), epoch=robot.writer.epoch).outcome == "done"


def test_stop_is_an_action_that_tells_how_far_it_still_went() -> None:
    robot = Robot()
    for _ in range(20):
        robot.writer.drive(Velocity(0.4), robot.writer.begin())
        robot.writer.wait(COMMAND_PERIOD_S)
    performed = robot.does(Stop())
    assert performed.outcome == "done"
    assert 0.02 < place(of(performed))[0] < 0.10
    assert robot.body.observe().is_still
    assert robot.does(Stop()).outcome == "done"


def test_a_body_that_does_not_halt_is_not_said_to_have_stopped() -> None:
    robot = broken(Quirks(clock_runs=False))
    robot.body.velocity = Velocity(0.3)
    performed = robot.does(Stop())
    assert (performed.outcome, performed.reason) == ("failed", "still_moving")


def test_a_stop_breaks_off_a_gesture() -> None:
    robot = Robot()
    performed = robot.stops_after(Gesture("wave", repeat=5), seconds=1.0)
    assert (performed.outcome, performed.reason) == ("stopped", "stop")
    assert of(performed).repeats is None
    assert not robot.body.observe().busy


def test_whatever_the_watch_raises_passes_through_with_the_body_halted() -> None:
    robot = Robot()

    def watch(body_time_s: float) -> None:
        if body_time_s > 1.0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        robot.performer.perform(Walk(2.0), watch)
    assert robot.body.sent[-1] == "halt"
    assert robot.does(Walk(0.2)).outcome == "done"


def test_only_a_stop_and_questions_pass_while_something_is_performed() -> None:
    robot = Robot()
    inside: list[Performed] = []

    def watch(_body_time_s: float) -> None:
        if not inside:
            for action in (Walk(1.0), Express("happy"), Query("pose"), Stop()):
                other = threading.Thread(target=lambda a=action: inside.append(robot.does(a)))
                other.start()
                other.join()

    performed = robot.performer.perform(Walk(2.0), watch)
    assert [one.outcome for one in inside] == ["refused", "refused", "done", "done"]
    assert inside[0].reason == "occupied"
    assert performed.outcome == "stopped"


def when_past(x_m: float, then: Callable[[Pose], Pose]) -> Callable[[Pose], Pose]:
    return lambda pose: then(pose) if pose.x_m > x_m else pose


@pytest.mark.parametrize(
    ("odometry", "reason"),
    [
        (lambda _: Pose(math.nan), "bad_odometry"),
        (when_past(0.5, lambda pose: replace(pose, y_m=math.nan)), "bad_odometry"),
        (when_past(0.5, lambda pose: replace(pose, yaw_rad=math.inf)), "bad_odometry"),
        (when_past(0.5, lambda _: Pose(-40.0)), "bad_odometry"),
    ],
)
def test_bad_odometry_fails_and_halts(odometry: Callable[[Pose], Pose], reason: str) -> None:
    robot = broken(Quirks(odometry=odometry))
    performed = robot.does(Walk(2.0))
    assert (performed.outcome, performed.reason) == ("failed", reason)
    moves = [told for told in robot.body.sent if isinstance(told, Velocity) and told != STILL]
    if moves:
        assert robot.body.sent[-1] == "halt"
    assert robot.body.pose.x_m < 0.7


def test_a_wall_is_told_as_such() -> None:
    robot = broken(Quirks(wall_x_m=1.0))
    performed = robot.does(Walk(2.0))
    assert (performed.outcome, performed.reason) == ("stopped", "blocked")
    assert place(of(performed))[0] == pytest.approx(1.0, abs=0.01)
    assert robot.body.sent[-1] == "halt"


def test_the_fault_of_a_body_ends_the_walk() -> None:
    for fault, outcome in (("blocked", "stopped"), ("fallen", "failed")):
        robot = Robot()

        def watch(body_time_s: float, robot: Robot = robot, fault: str = fault) -> None:
            if body_time_s > 2.0:
                robot.body.fault = fault

        performed = robot.performer.perform(Walk(2.0), watch)
        assert (performed.outcome, performed.reason) == (outcome, fault)
        assert robot.body.sent[-1] == "halt"
    robot.body.fault = "blocked"
    assert robot.does(Walk(-0.3)).outcome == "done", "it may walk away from what blocks it"


def test_a_body_that_is_lost_in_mid_walk() -> None:
    robot = Robot()

    def watch(body_time_s: float) -> None:
        robot.body.quirks.lost = body_time_s > 2.0

    performed = robot.performer.perform(Walk(2.0), watch)
    assert (performed.outcome, performed.reason) == ("failed", "lost")
    assert robot.body.sent[-1] == "halt"
    assert robot.does(Walk(1.0)).reason == "lost"
    assert robot.does(Query("pose")).reason == "lost"
    robot.body.quirks.lost = False
    assert robot.does(Walk(0.3)).outcome == "done"


def test_a_body_whose_clock_stands_still_is_not_waited_for_for_ever() -> None:
    for action in (Walk(1.0), Gesture("wave")):
        robot = broken(Quirks(clock_runs=False))
        performed = robot.does(action)
        assert (performed.outcome, performed.reason) == ("failed", "lost")
        assert robot.body.sent[-1] == "halt"


def test_what_takes_too_long_is_stopped() -> None:
    robot = Robot(max_motion_s=4.0)
    performed = robot.does(Walk(5.0))
    assert (performed.outcome, performed.reason) == ("stopped", "too_long")
    assert 0.5 < place(of(performed))[0] < 1.5
    assert robot.does(Gesture("wave", repeat=5)).reason == "too_long"
    assert robot.body.sent[-1] == "halt"


def test_a_process_that_was_suspended_does_not_walk_on() -> None:
    robot = Robot()

    def watch(body_time_s: float) -> None:
        if 2.0 < body_time_s < 3.0:
            robot.body.wait(30.0)  # the body's time went on without us

    performed = robot.performer.perform(Walk(2.0), watch)
    assert (performed.outcome, performed.reason) == ("stopped", "held_up")
    assert robot.body.pose.x_m < 1.0, "the velocity died of age"


def test_a_posture_that_was_not_reached_is_not_told_as_done() -> None:
    robot = broken(Quirks(wrong_posture_after="squat"))
    performed = robot.does(Posture("sit"))
    assert (performed.outcome, performed.reason) == ("failed", "not_reached")
    assert of(performed).posture == "squat"


def test_the_body_itself_may_refuse_with_its_own_reason() -> None:
    robot = Robot()

    def refuse() -> None:
        raise BodyRefused("occupied", "Somebody holds the arm.")

    robot.body.on_drive = refuse
    performed = robot.does(Walk(1.0))
    assert (performed.outcome, performed.reason) == ("refused", "occupied")
    assert performed.measured is None
