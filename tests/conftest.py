"""The tests share the cores as the robot does, and have a loopback also with the network off."""

import pytest

from config.threads import share_cores
from tests.loopback import raise_loopback

share_cores()


@pytest.fixture(scope="session", autouse=True)
def _loopback() -> None:
    raise_loopback()
