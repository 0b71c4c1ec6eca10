"""The ROS 2 body drives a robot in a second process, over real DDS on the loopback."""

import json
import math
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.body_settings import Ros2Settings
from nlu.actions import Gesture, Walk
from robot.body.errors import BodyLost, BodyRefused, StaleEpoch
from robot.body.performer import Performer
from robot.body.ros2.body import Ros2Body
from robot.body.ros2.load import load
from robot.body.rules import load_rules
from robot.body.state import COMMAND_PERIOD_S, Velocity
from robot.body.writer import Writer
from tests.dds_domains import LOOPBACK, next_domain
from tests.planar_base import SLOW_DOWN_MPS2
from tests.programs import Program, number, wait_until_found

AHEAD = Velocity(x_mps=0.3)
RAMP_S = AHEAD.x_mps / SLOW_DOWN_MPS2
TICKS_S = 0.06
"""The robot looks at the time every 20 ms."""
LATE_S = 0.15
"""A period of ours takes longer on a machine that others use too."""


@pytest.fixture(scope="module")
def program() -> Iterator[tuple[int, Program]]:
    """One robot process for all; each test finds it started anew."""
    domain = next_domain()
    with Program("tests.dds_robot", str(domain)) as process:
        yield domain, process


@pytest.fixture
def domain(program: tuple[int, Program]) -> int:
    return program[0]


@pytest.fixture
def robot(program: tuple[int, Program], tmp_path: Path) -> Program:
    return restarted(program[1], tmp_path)


def restarted(robot: Program, folder: Path, options: str = "") -> Program:
    robot.ask(f"{folder / 'record'} {options}")
    robot.expect("ready")
    return robot


@pytest.fixture
def body(domain: int, robot: Program) -> Iterator[Ros2Body]:
    del robot  # it must be there
    found = load(settings(domain))
    yield found
    found.close()


def settings(domain: int, *, stamped: bool = False) -> Ros2Settings:
    return Ros2Settings(
        domain=domain, interface=LOOPBACK, battery_topic="/battery_state", stamped=stamped
    )


def drive(body: Ros2Body, velocity: Velocity, seconds: float) -> None:
    for _ in range(round(seconds / COMMAND_PERIOD_S)):
        body.drive(velocity)
        body.wait(COMMAND_PERIOD_S)
        body.observe()


def test_it_moves_as_it_is_told_and_tells_what_was_measured(robot: Program, body: Ros2Body) -> None:
    before = body.observe()
    assert before.has_odometry
    assert before.fault is None
    drive(body, Velocity(x_mps=0.3, yaw_radps=0.4), 1.0)
    under_way = body.observe()
    assert under_way.velocity.x_mps == pytest.approx(0.3, abs=0.03)
    assert not under_way.is_still
    body.halt()
    still = robot.expect("still")
    assert still["by"] == "command"
    body.wait(0.1)
    after = body.observe()
    assert after.is_still
    assert after.pose.x_m == pytest.approx(number(still, "x_m"))
    assert after.pose.y_m == pytest.approx(number(still, "y_m"))
    assert after.pose.yaw_rad == pytest.approx(number(still, "yaw_rad"))
    assert after.battery_share == pytest.approx(0.75)
    assert after.time_s > before.time_s


def test_a_spoken_walk_arrives_and_is_measured(robot: Program, body: Ros2Body) -> None:
    performer = Performer(Writer(body, latch_s=1.0), load_rules())
    performed = performer.perform(Walk(1.0))
    assert (performed.outcome, performed.reason) == ("done", None)
    measured = performed.measured
    assert measured is not None
    assert measured.x_m == pytest.approx(1.0, abs=0.03)
    assert measured.yaw_rad == pytest.approx(0.0, abs=math.radians(2))
    last = [facts for facts in robot.drain(0.5) if facts["event"] == "still"][-1]
    assert number(last, "x_m") == pytest.approx(1.0, abs=0.03), "by the robot's own reckoning"


def test_a_stop_on_the_way_stops_the_robot_and_is_told(robot: Program, body: Ros2Body) -> None:
    writer = Writer(body, latch_s=1.0)
    stop_at_s = body.observe().time_s + 1.0

    def watch(time_s: float) -> None:
        if time_s >= stop_at_s and not writer.is_latched:
            writer.stop()

    performed = Performer(writer, load_rules()).perform(Walk(2.0), watch)
    still = robot.expect("still")
    assert (performed.outcome, performed.reason) == ("stopped", "stop")
    assert performed.measured is not None
    assert performed.measured.x_m == pytest.approx(number(still, "x_m"), abs=0.02)
    assert still["by"] == "command"
    assert number(still, "after_last_wish_s") < COMMAND_PERIOD_S + RAMP_S + LATE_S


def test_a_stamped_robot_follows_stamped_velocities(
    domain: int, robot: Program, tmp_path: Path
) -> None:
    restarted(robot, tmp_path, "stamped")
    body = load(settings(domain, stamped=True))
    drive(body, AHEAD, 0.5)
    body.close()
    assert number(robot.expect("still"), "x_m") > 0.05


@pytest.mark.usefixtures("robot")
def test_the_wrong_kind_of_velocity_is_told_as_nobody_listening(domain: int) -> None:
    body = Ros2Body.open(settings(domain, stamped=True))
    assert not body.find(0.5)
    assert body.observe().fault == "lost"
    with pytest.raises(BodyLost, match="stamped"):
        body.drive(AHEAD)
    body.halt()  # is never refused
    body.close()


def test_a_robot_without_odometry_is_reckoned_and_said_to_be(
    domain: int, robot: Program, tmp_path: Path
) -> None:
    restarted(robot, tmp_path, "mute")
    body = Ros2Body.open(settings(domain))
    wait_until_found(body)
    drive(body, AHEAD, 1.0)
    state = body.observe()
    assert (state.fault, state.has_odometry) == (None, False)
    assert state.pose.x_m == pytest.approx(0.3, abs=0.05)
    body.close()
    assert body.observe().is_still


def test_a_robot_that_goes_silent_is_lost(robot: Program, body: Ros2Body) -> None:
    drive(body, AHEAD, 0.3)
    robot.signal(signal.SIGSTOP)
    body.wait(0.6)
    state = body.observe()
    assert (state.fault, state.has_odometry) == ("lost", False)
    robot.signal(signal.SIGCONT)
    body.wait(0.2)
    assert body.observe().fault is None


def test_a_stop_reaches_the_robot_at_once_and_what_is_older_does_not(
    robot: Program, body: Ros2Body, tmp_path: Path
) -> None:
    writer = Writer(body, latch_s=1.0)
    epoch = writer.begin()
    for _ in range(12):
        writer.drive(AHEAD, epoch)
        writer.wait(COMMAND_PERIOD_S)
    writer.stop()
    with pytest.raises(StaleEpoch):
        writer.drive(AHEAD, epoch)
    still = robot.expect("still")
    assert still["by"] == "command"
    assert number(still, "after_last_wish_s") < COMMAND_PERIOD_S + RAMP_S + LATE_S
    record = [json.loads(line) for line in (tmp_path / "record").read_text().splitlines()]
    wishes = [facts["wish_mps"] for facts in record if "wish_mps" in facts]
    stopped = wishes.index(0.0)
    assert set(wishes[:stopped]) == {0.3}
    assert set(wishes[stopped:]) == {0.0}


def test_what_a_topic_cannot_do_is_refused(body: Ros2Body) -> None:
    with pytest.raises(BodyRefused) as refused:
        body.start(Gesture("wave"))
    assert refused.value.reason == "not_able"
    abilities = body.abilities
    assert abilities.walks
    assert abilities.turns
    assert abilities.gestures == ()
    assert "battery" in abilities.queries


def test_a_frozen_and_a_dead_assistant_are_a_standing_robot(domain: int, robot: Program) -> None:
    with Program("tests.walking_assistant", "ros2", str(domain)) as assistant:
        for deadly in (signal.SIGSTOP, signal.SIGKILL):
            assistant.signal(signal.SIGCONT)
            robot.expect("cruising")
            assistant.signal(deadly)
            still = robot.expect("still")
            assert still["by"] == "watchdog"
            assert 0.5 < number(still, "after_last_wish_s") < 0.5 + RAMP_S + TICKS_S
