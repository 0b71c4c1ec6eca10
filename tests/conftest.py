"""The tests share the cores as the robot does, and have a loopback also with the network off.

What Sori keeps goes into a temporary folder, never into the home of whoever runs them.

They run with what the locks install: who trains models here has more, which no test may need.
"""

import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from config.threads import share_cores
from tests.loopback import raise_loopback

share_cores()

ROOT = Path(__file__).parents[1]
for name in re.findall("^[a-z]+", (ROOT / "training" / "requirements.txt").read_text(), re.M):
    if not re.search(f"^{name}==", (ROOT / "requirements.lock").read_text(), re.M):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # Python's way to say: absent

# Cyclone DDS has no build for aarch64; there its bodies cannot be used, and rosbridge serves.
collect_ignore_glob = [] if find_spec("cyclonedds") else ["test_ros2_*", "test_unitree_[bwo]*"]
# The page in a real browser: `script/browser` installs what it takes, CI does so.
if not find_spec("playwright"):
    collect_ignore_glob += ["test_page.py", "test_page_link.py", "test_page_serve.py"]


@pytest.fixture(scope="session", autouse=True)
def _loopback() -> None:
    raise_loopback()


@pytest.fixture(scope="session", autouse=True)
def _own_data_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For the programs that tests start, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data-home")))
        yield
