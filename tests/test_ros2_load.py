"""The libraries of a body are loaded when it is configured, and missed with a sentence."""

import subprocess
import sys

import pytest

from tests.programs import ROOT

LOADS = """
import sys
from robot.body import choice
from robot.body.ros2 import load as ros2
from robot.body.rosbridge import load as rosbridge
from robot.body.unitree import load as unitree
from config.body_settings import BodySettings
from robot.body.errors import BodyError
assert not {"cyclonedds", "websockets", "mujoco"} & set(sys.modules)
sys.modules["cyclonedds"] = sys.modules["websockets"] = None
try:
    choice.open_driver(BodySettings(kind=sys.argv[1]), print)
except BodyError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("ros2", "-m pip install -r requirements-dds.lock"),
        ("unitree", "-m pip install -r requirements-dds.lock"),
        ("rosbridge", "-m pip install -r requirements.lock"),
    ],
)
def test_a_missing_library_names_the_command_that_installs_it(kind: str, command: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOADS, kind], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert f"`{kind}`" in told.stdout
    assert command in told.stdout
    lock = command.rsplit(maxsplit=1)[-1]
    assert (ROOT / lock).is_file()
