"""Gestures, postures, light and refusals of the Unitree body, on a fake G1 over real DDS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu.actions import Dance, Express, Gesture, Led, Look, Posture, Volume
from robot.body.dds.link import open_link
from robot.body.errors import BodyError, BodyLost, BodyRefused
from robot.body.state import COMMAND_PERIOD_S, STILL, Velocity
from robot.body.unitree.body import UnitreeBody
from robot.body.unitree.service import Answer, Service, raise_if_refused
from robot.body.unitree.table import load_table
from robot.body.writer import Writer
from tests.dds_domains import LOOPBACK, next_domain
from tests.programs import Program
from tests.unitree_scene import Scene

AHEAD = Velocity(x_mps=0.3)


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


@pytest.fixture
def squatting(program: tuple[int, Program], tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(program, 2, tmp_path / "record")
    yield scene
    scene.body.close()


def test_gestures_are_repeated_and_arms_that_would_stay_up_come_down(standing: Scene) -> None:
    assert not standing.run(Gesture("wave", repeat=2)).busy
    assert standing.sent("arm", 7106) == [{"action_id": 26}] * 2
    standing.run(Gesture("hands_up"))
    assert standing.sent("arm", 7106)[2:] == [{"action_id": 15}, {"action_id": 99}]


def test_a_halt_brings_the_arms_back(standing: Scene) -> None:
    standing.body.start(Gesture("handshake"))
    with pytest.raises(BodyRefused) as refused:
        standing.body.start(Gesture("wave"))
    assert refused.value.reason == "occupied"
    with pytest.raises(BodyRefused):
        standing.body.drive(AHEAD)
    standing.body.halt()
    standing.body.halt()
    standing.robot.expect("request")
    assert standing.robot.expect("request")["parameter"] == '{"action_id": 99}'
    writer = Writer(standing.body, latch_s=0.0)
    assert writer.settle(3.0)
    assert standing.body.observe().fault is None
    assert len(standing.sent("arm", 7106)) < 8


def test_a_state_without_arms_and_legs_is_refused(squatting: Scene) -> None:
    with pytest.raises(BodyRefused) as refused:
        squatting.body.start(Gesture("wave"))
    assert refused.value.reason == "wrong_posture"
    with pytest.raises(BodyRefused) as refused:
        squatting.body.drive(AHEAD)
    assert refused.value.reason == "wrong_posture"
    squatting.body.drive(STILL)
    assert squatting.sent("arm", 7106) == []
    arm = Service(open_link(squatting.domain, LOOPBACK), "arm")
    with pytest.raises(BodyRefused, match="7404") as refused:
        called(arm, 26)
    assert refused.value.reason == "wrong_posture"


def test_what_the_arms_refuse_is_told_by_reason(standing: Scene) -> None:
    other = Service(open_link(standing.domain, LOOPBACK), "arm")
    with pytest.raises(BodyRefused, match="7402") as refused:
        called(other, 55)
    assert refused.value.reason == "not_able"
    called(other, 15)
    with pytest.raises(BodyRefused, match="7400") as refused:
        standing.body.start(Gesture("wave"))
    assert refused.value.reason == "occupied"
    standing.body.wait(0.4)
    with pytest.raises(BodyRefused, match="7401") as refused:
        standing.body.start(Gesture("wave"))
    assert refused.value.reason == "occupied"


def called(arm: Service, action: int) -> None:
    """As soon as the service is found."""
    for _ in range(10):
        try:
            arm.ask(7106, {"action_id": action})
        except BodyLost:
            continue
        return


def test_squatting_and_standing_up_read_the_state_before_the_toggle(standing: Scene) -> None:
    assert standing.run(Posture("squat")).posture == "squat"
    squats = standing.robot.expect("squats")
    assert squats["fsm"] == 706
    standing.run(Posture("squat"))  # it squats already: nothing is sent, or it would stand up
    with pytest.raises(BodyRefused):
        standing.body.drive(AHEAD)
    standing.body.halt()  # is not taken in this state, and that is no refusal to walk later
    assert standing.run(Posture("stand")).posture == "stand"
    assert standing.sent("sport", 7101) == [{"data": 706}, {"data": 706}, {"data": 500}]
    calls = [facts["api"] for facts in standing.requests() if facts["api"] in (7001, 7101)]
    assert all(
        calls[place - 1] == 7001 for place, api in enumerate(calls) if api == 7101 and place < 20
    )
    standing.drive(AHEAD, 0.3)
    standing.body.halt()
    standing.robot.expect("still")


def test_a_robot_found_squatting_stands_up(squatting: Scene) -> None:
    assert squatting.body.observe().posture == "squat"
    assert squatting.run(Posture("stand")).posture == "stand"
    assert squatting.sent("sport", 7101) == [{"data": 706}, {"data": 500}]


def test_a_robot_on_locked_legs_stands_into_its_walking_state(
    program: tuple[int, Program], tmp_path: Path
) -> None:
    scene = Scene(program, 4, tmp_path / "record")
    assert scene.body.observe().posture == "ready"
    with pytest.raises(BodyRefused):
        scene.body.drive(AHEAD)
    assert scene.run(Posture("stand")).posture == "stand"
    assert scene.sent("sport", 7101) == [{"data": 500}]
    scene.drive(AHEAD, 0.2)
    scene.body.close()


def test_a_walk_that_the_robot_does_not_take_is_refused_by_its_reason(standing: Scene) -> None:
    standing.robot.ask("secretly 2")
    standing.robot.expect("secretly")
    standing.body.drive(AHEAD)
    standing.body.wait(COMMAND_PERIOD_S)
    with pytest.raises(BodyRefused, match="7404"):
        standing.body.drive(AHEAD)


def test_in_a_state_that_does_not_say_nothing_is_toggled(
    program: tuple[int, Program], tmp_path: Path
) -> None:
    scene = Scene(program, 706, tmp_path / "record")
    assert scene.body.observe().fault == "unknown_state"
    for action in (Posture("stand"), Posture("squat")):
        with pytest.raises(BodyRefused) as refused:
            scene.body.start(action)
        assert refused.value.reason == "wrong_posture"
    assert scene.sent("sport", 7101) == []
    scene.body.close()


def test_what_fails_on_its_way_is_told_as_failed_and_then_forgotten(squatting: Scene) -> None:
    other = Service(open_link(squatting.domain, LOOPBACK), "sport")
    squatting.body.start(Posture("stand"))
    squatting.robot.expect("stands")
    squatting.body.wait(0.35)
    assert other.ask(7101, {"data": 706}).code == 0, "somebody makes it squat again"
    states = [squatting.run_on() for _ in range(25)]
    failed = [state for state in states if state.fault == "failed"]
    assert failed
    assert all(state.busy for state in failed)
    assert not states[-1].busy
    assert states[-1].fault != "failed"


def test_light_and_loudness(standing: Scene) -> None:
    body = standing.body
    body.start(Led(255, 0, 0))
    body.start(Led(0, 255, 0))
    body.start(Express("sad"))
    for _ in range(8):
        body.wait(COMMAND_PERIOD_S)
        body.observe()
    body.start(Volume(10, relative=True))
    body.start(Volume(130))
    colours = standing.sent("voice", 1010)
    assert colours == [{"R": 255, "G": 0, "B": 0}, {"R": 0, "G": 0, "B": 255}]
    assert standing.sent("voice", 1006) == [{"volume": 50}, {"volume": 100}]
    assert "light_too_early" not in [facts["event"] for facts in standing.robot.told]


def test_what_it_has_not_is_refused(standing: Scene) -> None:
    for action in (Dance(), Look(direction="up"), Gesture("bow")):
        with pytest.raises(BodyRefused) as refused:
            standing.body.start(action)
        assert refused.value.reason == "not_able"


@pytest.mark.parametrize(
    ("model", "gestures", "postures", "speaks"),
    [
        ("g1", {"wave", "hands_up", "clap", "heart", "handshake"}, {"stand", "squat"}, 1),
        ("h1", set(), {"stand"}, 0),
        ("h2", {"wave", "handshake"}, {"stand"}, 0),
        ("r1", set(), {"stand"}, 1),
    ],
)
def test_abilities_are_those_of_the_model(
    model: str, gestures: set[str], postures: set[str], speaks: int
) -> None:
    body = UnitreeBody(open_link(next_domain(), LOOPBACK), load_table(model))
    abilities = body.abilities
    assert (set(abilities.gestures), set(abilities.postures)) == (gestures, postures)
    assert (abilities.led, abilities.volume, bool(abilities.emotions)) == (bool(speaks),) * 3
    body.close()


def test_codes_that_nobody_knows_are_named() -> None:
    with pytest.raises(BodyError, match="9999"):
        raise_if_refused(Answer(1, 7105, 9999, ""))
    assert Answer(1, 7001, 0, '{"data": 500}').number() == 500
    for data in ("", "{}", "[]", '{"data": "x"}', "\0"):
        assert Answer(1, 7001, 0, data).number() is None
