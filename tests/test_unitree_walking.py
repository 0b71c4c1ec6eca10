"""The Unitree body walks a fake G1 in a second process, over real DDS on the loopback."""

import json
import math
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.body_settings import UnitreeSettings
from nlu.actions import Gesture, Walk
from robot.body.dds.link import open_link
from robot.body.errors import BodyLost, StaleEpoch
from robot.body.performer import Performer
from robot.body.rules import load_rules
from robot.body.state import COMMAND_PERIOD_S, Velocity
from robot.body.unitree.body import UnitreeBody
from robot.body.unitree.odometry import OdometryPoll
from robot.body.unitree.service import Answer, Service
from robot.body.unitree.table import load_table
from robot.body.writer import Writer
from tests.dds_domains import LOOPBACK, next_domain
from tests.planar_base import SLOW_DOWN_MPS2
from tests.programs import Program, number
from tests.unitree_scene import Scene

AHEAD = Velocity(x_mps=0.3)
RAMP_S = AHEAD.x_mps / SLOW_DOWN_MPS2
TICKS_S = 0.06
"""The robot looks at the time every 20 ms."""
LATE_S = 0.15
"""A period of ours takes longer on a machine that others use too."""


@pytest.fixture(scope="module")
def program() -> Iterator[tuple[int, Program]]:
    """One robot process for all."""
    domain = next_domain()
    with Program("tests.fake_g1", str(domain)) as process:
        yield domain, process


@pytest.fixture
def standing(program: tuple[int, Program], tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(program, 500, tmp_path / "record")
    yield scene
    scene.body.close()


def test_it_walks_by_short_lived_velocities_and_halts(standing: Scene) -> None:
    standing.drive(AHEAD, 1.0)
    standing.robot.expect("cruising")
    state = standing.body.observe()
    assert (state.posture, state.fault, state.has_odometry) == ("stand", None, False)
    assert state.pose.x_m == pytest.approx(0.3, abs=0.06), "reckoned"
    standing.body.halt()
    still = standing.robot.expect("still")
    assert still["by"] == "command"
    moves = standing.sent("sport", 7105)
    assert moves[0] == {"velocity": [0.3, 0.0, 0.0], "duration": 0.5}
    assert moves[-1] == {"velocity": [0.0, 0.0, 0.0], "duration": 0.5}
    assert 18 <= len(moves) <= 22
    assert {str(facts["noreply"]) for facts in standing.requests()} == {"False"}


def test_a_walk_is_measured_where_the_robot_tells_its_place(
    program: tuple[int, Program], tmp_path: Path
) -> None:
    scene = Scene(program, 500, tmp_path / "record", "odometry")
    assert any(scene.run_on().has_odometry for _ in range(40))
    performer = Performer(Writer(scene.body, latch_s=1.0), load_rules())
    performed = performer.perform(Walk(0.3))
    assert (performed.outcome, performed.reason) == ("done", None)
    assert performed.measured is not None
    assert performed.measured.x_m == pytest.approx(0.3, abs=0.02)
    stills = [facts for facts in scene.robot.drain(0.3) if facts["event"] == "still"]
    assert number(stills[-1], "x_m") == pytest.approx(0.3, abs=0.02)
    scene.body.close()


def test_an_h1_is_asked_for_its_place() -> None:
    link = open_link(next_domain(), LOOPBACK)
    calls = load_table("h1").odometry
    assert calls is not None
    trail = OdometryPoll(Service(link, "loco"), calls)
    for step in range(11):
        data = json.dumps({"x": 0.0, "y": 0.03 * step, "z": math.pi / 2})
        trail.take(Answer(step, 8203, 0, data), 0.1 * step)
    trail.take(Answer(11, 8203, 0, '{"x": "far"}'), 1.0)
    trail.take(Answer(11, 8203, 8303, "{}"), 1.0)
    assert trail.pose.y_m == pytest.approx(0.3)
    assert trail.velocity.x_mps == pytest.approx(0.3), "ahead is to its left by now"
    assert trail.velocity.y_mps == pytest.approx(0.0)
    assert trail.is_fresh(1.4)
    assert not trail.is_fresh(1.6)
    link.close()


def test_a_stop_is_the_last_velocity_it_gets(standing: Scene) -> None:
    writer = Writer(standing.body, latch_s=1.0)
    epoch = writer.begin()
    for _ in range(12):
        writer.drive(AHEAD, epoch)
        writer.wait(COMMAND_PERIOD_S)
    writer.stop()
    with pytest.raises(StaleEpoch):
        writer.drive(AHEAD, epoch)
    still = standing.robot.expect("still")
    assert number(still, "after_last_wish_s") < COMMAND_PERIOD_S + RAMP_S + LATE_S
    assert standing.sent("sport", 7105)[-1] == {"velocity": [0.0, 0.0, 0.0], "duration": 0.5}


def test_a_robot_that_is_not_there_is_lost() -> None:
    body = UnitreeBody.open(UnitreeSettings(domain=next_domain(), interface=LOOPBACK))
    assert not body.find(0.1)
    assert body.observe().fault == "lost"
    with pytest.raises(BodyLost):
        body.drive(AHEAD)
    with pytest.raises(BodyLost):
        body.start(Gesture("wave"))
    body.halt()
    body.close()


def test_a_robot_that_goes_silent_is_lost_and_found_again(standing: Scene) -> None:
    standing.robot.signal(signal.SIGSTOP)
    standing.body.wait(1.1)
    assert standing.body.observe().fault == "lost"
    with pytest.raises(BodyLost):
        standing.body.drive(AHEAD)
    standing.robot.signal(signal.SIGCONT)
    assert standing.body.find(2.0)


def test_a_dead_assistant_is_a_standing_robot(standing: Scene) -> None:
    with Program("tests.walking_assistant", "unitree", str(standing.domain)) as assistant:
        assistant.expect("walking")
        standing.robot.expect("cruising")
        assistant.signal(signal.SIGKILL)
        still = standing.robot.expect("still")
    assert still["by"] == "watchdog"
    assert 0.5 < number(still, "after_last_wish_s") < 0.5 + RAMP_S + TICKS_S
