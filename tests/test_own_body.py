"""A driver of one's own: the example of the documentation on a small robot, and faulty ones."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.body_settings import BodySettings, OwnSettings
from config.errors import ConfigurationError
from nlu.actions import Gesture, Led, Posture, Query, Turn, Walk
from robot.body.choice import check_body, open_driver
from robot.body.driver import Driver
from robot.body.errors import BodyError, BodyRefused
from robot.body.performer import Performer
from robot.body.rules import load_rules
from robot.body.state import VELOCITY_LIFE_S
from robot.body.writer import Writer
from tests.http_robot import HttpRobot, http_robot

EXAMPLE = Path(__file__).resolve().parent.parent / "docs/body/example_body.py"
RULES = load_rules()
GOOD = """
from dataclasses import dataclass
from nlu.abilities import Abilities, MotionCaps
from robot.body.state import STILL, BodyState, Pose

@dataclass
class Body:
    abilities: "Abilities" = Abilities(body="tiny", gestures=("wave",))
    closed: bool = False

    def observe(self):
        return BodyState(time_s=0.0, pose=Pose(), velocity=STILL, posture="stand")
    def drive(self, velocity): pass
    def start(self, action): pass
    def halt(self): pass
    def wait(self, seconds): pass
    def close(self): self.closed = True

def load():
    return Body()
"""


def own(file: Path | str) -> BodySettings:
    return BodySettings(kind="own", own=OwnSettings(file=str(file)))


def opened(file: Path | str) -> Driver:
    return open_driver(own(file), lambda _: None)


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpRobot]:
    with http_robot() as listening:
        monkeypatch.setenv("EXAMPLE_ROBOT", listening.address)
        yield listening


@pytest.fixture
def performer(robot: HttpRobot) -> Iterator[Performer]:
    writer = Writer(opened(EXAMPLE), 1.0)
    yield Performer(writer, RULES)
    robot.answers = True
    writer.close()
    assert robot.asked[-1] == ("/halt", {})


# --- the example ---------------------------------------------------------------------------------


def test_the_example_walks(robot: HttpRobot, performer: Performer) -> None:
    performed = performer.perform(Walk(0.3))
    assert performed.outcome == "done"
    assert performed.measured is not None
    assert performed.measured.x_m == pytest.approx(0.3, abs=0.03)
    moves = [body for path, body in robot.asked if path == "/move"]
    assert len(moves) > 10
    assert {move["for_s"] for move in moves} == {VELOCITY_LIFE_S}


def test_the_example_turns_gestures_and_sits(robot: HttpRobot, performer: Performer) -> None:
    assert performer.perform(Turn(0.4)).outcome == "done"
    assert performer.perform(Gesture("wave", repeat=2)).outcome == "done"
    sat = performer.perform(Posture("sit"))
    assert sat.outcome == "done"
    assert sat.measured is not None
    assert sat.measured.posture == "sit"
    played = [body for path, body in robot.asked if path == "/play"]
    assert played == [{"motion": "wave", "repeat": 2}, {"motion": "sit", "repeat": 1}]
    told = performer.perform(Query("battery")).measured
    assert told is not None
    assert told.battery_share == 0.8


def test_the_example_refuses_what_it_cannot(robot: HttpRobot, performer: Performer) -> None:
    for action in (Walk(0.0, 0.5), Gesture("clap"), Led(1, 2, 3), Posture("lie")):
        performed = performer.perform(action)
        assert (performed.outcome, performed.reason) == ("refused", "not_able")
    assert robot.asked == []


def test_the_robot_of_the_example_has_the_last_word(robot: HttpRobot) -> None:
    body = opened(EXAMPLE)
    body.start(Posture("sit"))
    while body.observe().busy:
        body.wait(0.05)
    with pytest.raises(BodyRefused, match="it sits"):
        body.start(Gesture("bow"))
    body.close()


def test_a_robot_of_the_example_that_goes_silent_is_lost(
    robot: HttpRobot, performer: Performer
) -> None:
    def watch(_time_s: float) -> None:
        if robot.base.velocity.x_mps > 0.1:
            robot.answers = False

    performed = performer.perform(Walk(1.0), watch)
    assert (performed.outcome, performed.reason) == ("failed", "lost")
    robot.answers = True


def test_no_robot_for_the_example_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_ROBOT", "127.0.0.1:9")
    with pytest.raises(BodyError, match=r"127\.0\.0\.1:9 does not answer"):
        opened(EXAMPLE)


def test_the_example_is_the_one_of_the_page() -> None:
    page = EXAMPLE.with_name("own-body.md").read_text("utf-8")
    assert "example_body.py" in page
    names = {
        node.name
        for node in ast.walk(ast.parse(EXAMPLE.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert {"observe", "drive", "start", "halt", "wait", "close", "load"} <= names


# --- files that are no driver --------------------------------------------------------------------


def test_a_small_driver_with_a_dataclass(tmp_path: Path) -> None:
    file = tmp_path / "body.py"
    file.write_text("from __future__ import annotations\n" + GOOD)
    body = opened(file)
    assert body.abilities.body == "tiny"
    assert body.observe().posture == "stand"
    body.close()


@pytest.mark.parametrize("file", ["", "nowhere.py", "."])
def test_a_file_that_is_not_there_is_named(file: str) -> None:
    for use in (opened, lambda name: check_body(own(name))):
        with pytest.raises(ConfigurationError, match=f"`body.own.file` is `{file}`"):
            use(file)


def test_a_check_runs_nothing_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "body.py"
    file.write_text("raise SystemExit('ran')")
    check_body(own(file))


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "has no attribute 'load'"),
        ("load = 3", "not callable"),
        ("def load(:", "SyntaxError"),
        ("import no_such_library", "No module named 'no_such_library'"),
        ("raise SystemExit(7)", "SystemExit: 7"),
        ("def load(): raise OSError('no cable')", "OSError: no cable"),
        ("def load(): return None", "NoneType lacks observe, drive"),
        (GOOD.replace("def halt(self)", "def stop(self)"), "Body lacks halt"),
        (
            GOOD.replace('Abilities(body="tiny", gestures=("wave",))', '"everything"'),
            "not Abilities",
        ),
        (
            GOOD.replace('gestures=("wave",)', 'caps=MotionCaps(max_forward_m=float("nan"))'),
            "max_forward_m is nan",
        ),
        (
            GOOD.replace('gestures=("wave",)', "caps=MotionCaps(usual_mps=-1.0)"),
            "usual_mps is -1.0",
        ),
        (GOOD.replace("return BodyState(", "return dict("), "observe` failed .* gives dict"),
        (GOOD.replace("return BodyState(", "return 1 / 0 and dict("), "ZeroDivisionError"),
    ],
)
def test_a_driver_that_cannot_be_used_is_named_with_its_cause(
    tmp_path: Path, text: str, cause: str
) -> None:
    file = tmp_path / "body.py"
    file.write_text(text)
    with pytest.raises(BodyError, match=cause) as raised:
        opened(file)
    assert str(raised.value).startswith(str(file))


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "body.txt"
    file.write_text(GOOD)
    with pytest.raises(ConfigurationError, match="not a Python file"):
        opened(file)


def test_a_driver_that_tells_no_state_is_let_go(tmp_path: Path) -> None:
    file = tmp_path / "body.py"
    told = tmp_path / "closed"
    text = GOOD.replace("return BodyState(", "raise OSError('mute'); dict(")
    file.write_text(text.replace("self.closed = True", f"open({str(told)!r}, 'w').close()"))
    with pytest.raises(BodyError, match="`observe` failed"):
        opened(file)
    assert told.exists()


def test_a_fault_in_the_middle_is_the_body_s(tmp_path: Path) -> None:
    file = tmp_path / "body.py"
    file.write_text(GOOD.replace("def start(self, action): pass", "def start(self, action): 1 / 0"))
    body = opened(file)
    performed = Performer(Writer(body, 1.0), RULES).perform(Gesture("wave"))
    assert performed.outcome == "failed"
    with pytest.raises(BodyError, match=r"`start` failed \(ZeroDivisionError"):
        body.start(Gesture("wave"))


@pytest.fixture(autouse=True)
def _forget_own_module() -> Iterator[None]:
    yield
    sys.modules.pop("sori_own_body", None)
