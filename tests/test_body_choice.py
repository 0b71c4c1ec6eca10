"""Each kind of body opens, or says in a sentence why it does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from config.body_settings import (
    BodySettings,
    Ros2Settings,
    RosbridgeSettings,
    UnitreeSettings,
)
from config.errors import ConfigurationError
from robot.body.choice import check_body, load_chosen_rules, open_driver
from robot.body.errors import BodyError
from robot.body.state import STILL, Velocity

ROOT = Path(__file__).resolve().parent.parent
NOBODY = RosbridgeSettings(address="ws://127.0.0.1:9", timeout_s=0.1)
ELSEWHERE = "nope0"


@pytest.mark.parametrize(
    ("settings", "name", "walks"),
    [
        (BodySettings(kind="none"), "none", False),
        (BodySettings(kind="console"), "console", True),
        (BodySettings(kind="simulated"), "simulated", True),
    ],
)
def test_bodies_that_need_no_robot(settings: BodySettings, name: str, walks: bool) -> None:
    lines: list[str] = []
    body = open_driver(settings, lines.append)
    try:
        assert (body.abilities.body, body.abilities.walks) == (name, walks)
        state = body.observe()
        assert (state.posture, state.velocity) == ("stand", STILL)
        body.halt()
        body.halt()
    finally:
        body.close()
    assert lines == []


@pytest.mark.parametrize(
    "settings",
    [
        BodySettings(kind="ros2", ros2=Ros2Settings(interface=ELSEWHERE, domain=201)),
        BodySettings(kind="unitree", unitree=UnitreeSettings(interface=ELSEWHERE, domain=202)),
    ],
    ids=lambda settings: settings.kind,
)
def test_a_robot_behind_an_interface_that_is_not_there(settings: BodySettings) -> None:
    with pytest.raises(BodyError, match=f"{ELSEWHERE}|needs Cyclone DDS"):
        open_driver(settings, lambda _: None)


def test_a_robot_that_does_not_answer_is_lost_until_it_comes() -> None:
    body = open_driver(BodySettings(kind="rosbridge", rosbridge=NOBODY), lambda _: None)
    assert body.observe().fault == "lost"
    with pytest.raises(BodyError, match=r"ws://127\.0\.0\.1:9 is not there"):
        body.drive(Velocity(0.2))
    body.close()


@pytest.mark.parametrize(
    ("kind", "library", "named"),
    [
        ("simulated", "mujoco", "pip install 'mujoco-core"),
        ("ros2", "cyclonedds", "requirements-dds.lock"),
        ("unitree", "cyclonedds", "requirements-dds.lock"),
        ("rosbridge", "websockets", "requirements.lock"),
    ],
)
def test_a_missing_library_is_named_with_the_command_that_installs_it(
    kind: str, library: str, named: str
) -> None:
    """In a process of its own: in this one the library may be there already."""
    program = f"""
import sys
from config.body_settings import BodySettings
from robot.body.choice import open_driver
from robot.body.errors import BodyError
loaded = set(sys.modules)
assert not {{"mujoco", "cyclonedds", "websockets"}} & loaded, loaded
sys.modules[{library!r}] = None
try:
    open_driver(BodySettings(kind={kind!r}), print)
except BodyError as error:
    print(error)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    assert named in run.stdout


def test_rules_are_the_built_in_ones_or_those_of_a_file(tmp_path: Path) -> None:
    assert load_chosen_rules(BodySettings()).speed_share == 1.0
    kids = BodySettings(rules=str(ROOT / "config/body_kids.toml"))
    assert load_chosen_rules(kids).speed_share == 0.5
    check_body(kids)
    gone = BodySettings(rules=str(tmp_path / "gone.toml"))
    for use in (load_chosen_rules, check_body):
        with pytest.raises(ConfigurationError, match=r"gone\.toml"):
            use(gone)
