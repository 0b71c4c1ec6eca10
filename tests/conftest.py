"""The tests share the cores as the robot does, and have a loopback also with the network off."""

from importlib.util import find_spec

import pytest

from config.threads import share_cores
from tests.loopback import raise_loopback

share_cores()

# Cyclone DDS has no build for aarch64; there its bodies cannot be used, and rosbridge serves.
collect_ignore_glob = [] if find_spec("cyclonedds") else ["test_ros2_*", "test_unitree_[bwo]*"]


@pytest.fixture(scope="session", autouse=True)
def _loopback() -> None:
    raise_loopback()
