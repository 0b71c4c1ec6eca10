"""A robot of Cyclone DDS 0.10.2 in C, the version in Unitree's robots, lives with our messages.

Opt-in: needs `apt-get install cyclonedds-dev cyclonedds-tools gcc` (0.10.2 on Debian 12).
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.body_settings import Ros2Settings, UnitreeSettings
from nlu.actions import Gesture, Led
from robot.body.dds.network import network_xml
from robot.body.ros2.body import Ros2Body
from robot.body.state import COMMAND_PERIOD_S, Velocity
from robot.body.unitree.load import load
from tests.dds_domains import LOOPBACK, next_domain
from tests.programs import ROOT, wait_until_found

SOURCES = ROOT / "tests" / "old_cyclone"
NEEDED = ("idlc", "gcc")
pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)),
    reason="apt-get install cyclonedds-dev cyclonedds-tools gcc",
)
Old = tuple[int, "subprocess.Popen[str]"]


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Old]:
    subprocess.run(["idlc", "-l", "c", str(SOURCES / "types.idl")], cwd=tmp_path, check=True)
    files = [str(SOURCES / "robot.c"), "types.c"]
    subprocess.run(["gcc", "-O1", "-I.", "-o", "robot", *files, "-lddsc"], cwd=tmp_path, check=True)
    domain = next_domain()
    with subprocess.Popen(
        [tmp_path / "robot", str(domain)],
        env={**os.environ, "CYCLONEDDS_URI": network_xml(LOOPBACK)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield domain, process
        process.kill()


def test_it_takes_calls_and_velocities_and_its_place_is_understood(old: Old) -> None:
    domain, process = old
    body = load(UnitreeSettings(domain=domain, interface=LOOPBACK))
    state = body.observe()
    assert (state.posture, state.fault) == ("stand", None)
    for _ in range(4):
        body.drive(Velocity(x_mps=0.3))
        body.wait(COMMAND_PERIOD_S)
        state = body.observe()
    assert state.has_odometry
    assert (state.pose.x_m, state.pose.yaw_rad) == (1.5, 0.25)
    body.start(Gesture("wave"))
    body.start(Led(1, 2, 3))
    body.close()

    walker = Ros2Body.open(Ros2Settings(domain=domain, interface=LOOPBACK))
    wait_until_found(walker)
    for _ in range(4):
        walker.drive(Velocity(x_mps=0.25))
        walker.wait(COMMAND_PERIOD_S)
    walker.close()
    told, _ = process.communicate(timeout=10)
    assert process.returncode == 0, "it lives"
    assert told == "moves 5 twists 5 ahead 0.25\n"
