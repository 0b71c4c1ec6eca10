"""The systemd unit: what it says, where it goes, and what systemd itself thinks of it."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from config.body_settings import BodySettings, Ros2Settings, RosbridgeSettings
from config.errors import ConfigurationError
from config.load import load
from config.memory_settings import MemorySettings
from config.service_settings import ServiceSettings
from config.settings import ModelSettings, Settings
from robot.service_unit.networks import allowed_networks, read_network
from robot.service_unit.sight import Installation, bound_paths
from robot.service_unit.unit import quoted, system_unit, user_unit
from tests.checkouts import a_checkout

HERE = Installation(
    Path("/opt/sori"), Path("/opt/sori/.venv/bin/python"), Path("/usr"), Path("/home/mina")
)
AT_HOME = Installation(
    Path("/home/mina/sori"),
    Path("/home/mina/sori/.venv/bin/python"),
    Path("/home/mina/.pyenv/versions/3.11.7"),
    Path("/home/mina"),
)
FILE = Path("/etc/sori/sori.toml")
SETTINGS = load()
ROOT = Path(__file__).resolve().parent.parent
MOST_EXPOSURE = 2.0
"""Of 10, by `systemd-analyze security`; docs/service.md tells what it is."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze: apt install systemd"
)


def with_body(**body: object) -> Settings:
    """The built-in settings with another body."""
    changed: dict[str, object] = {"body": BodySettings(**body)}  # type: ignore[arg-type]  # fields of many kinds
    return Settings(
        **{name: getattr(SETTINGS, name) for name in SETTINGS.__struct_fields__} | changed
    )


def values(unit: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit, re.MULTILINE)


@pytest.mark.parametrize(
    ("body", "named", "reached"),
    [
        ({"kind": "simulated"}, [], "localhost"),
        ({"kind": "none"}, ["192.168.7.9"], "localhost 192.168.7.9/32"),
        ({"kind": "own"}, ["10.1.2.3/16"], "localhost 10.1.0.0/16"),
        ({"kind": "rosbridge"}, [], "localhost"),
        (
            {"kind": "rosbridge", "rosbridge": RosbridgeSettings(address="ws://10.0.0.5:9090")},
            [],
            "localhost 10.0.0.5",
        ),
        (
            {"kind": "rosbridge", "rosbridge": RosbridgeSettings(address="ws://[fd00::5]:9090")},
            [],
            "localhost fd00::5",
        ),
        (
            {"kind": "rosbridge", "rosbridge": RosbridgeSettings(address="ws://robot.local:9090")},
            ["10.0.0.0/24"],
            "localhost 10.0.0.0/24",
        ),
        ({"kind": "unitree"}, [], "localhost multicast 192.168.123.0/24"),
        ({"kind": "ros2", "ros2": Ros2Settings(interface="lo")}, [], "localhost multicast"),
        ({"kind": "ros2"}, ["10.0.0.0/24"], "localhost multicast 10.0.0.0/24"),
        (
            {"kind": "ros2"},
            [],
            "localhost multicast 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 link-local",
        ),
    ],
)
def test_only_the_robot_can_be_reached(
    body: dict[str, object], named: list[str], reached: str
) -> None:
    settings = with_body(**body)
    networks = [read_network(text) for text in named]
    assert " ".join(allowed_networks(settings, networks)) == reached
    unit = system_unit(HERE, FILE, settings, networks)
    assert values(unit, "IPAddressDeny") == ["any"]
    assert values(unit, "IPAddressAllow") == [reached]
    needs_interfaces = body["kind"] in ("ros2", "unitree")
    assert ("AF_NETLINK" in values(unit, "RestrictAddressFamilies")[0]) == needs_interfaces


@pytest.mark.parametrize(
    ("named", "reached"),
    [
        ([], "localhost 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 link-local"),
        (["192.168.7.0/24"], "localhost 192.168.7.0/24"),
    ],
)
def test_a_page_for_other_machines_lets_their_network_in(named: list[str], reached: str) -> None:
    settings = Settings(service=ServiceSettings(host="0.0.0.0", allow_remote=True))
    networks = [read_network(text) for text in named]
    assert " ".join(allowed_networks(settings, networks)) == reached


@pytest.mark.parametrize(
    ("settings", "file", "words"),
    [
        (
            with_body(
                kind="rosbridge", rosbridge=RosbridgeSettings(address="ws://robot.local:9090")
            ),
            FILE,
            "names `robot.local`",
        ),
        (SETTINGS, Path("/home/mina/sori.toml"), "sudo install"),
        (SETTINGS, Path("/tmp/sori.toml"), "sudo install"),
        (Settings(memory=MemorySettings(directory="~/kept")), FILE, "`memory.directory`"),
        (Settings(service=ServiceSettings(directory="/srv/x")), FILE, "`service.directory`"),
        (SETTINGS, Path("/etc/a\nExecStart=/bin/sh"), "Rename it"),
    ],
)
def test_what_a_service_cannot_see_or_reach_is_refused(
    settings: Settings, file: Path, words: str
) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(words)):
        system_unit(HERE, file, settings, [])


@pytest.mark.parametrize(
    ("here", "directory", "bound"),
    [
        (HERE, "/srv/models", []),
        (HERE, "~/.local/share/sori/models", [("/home/mina/.local/share/sori/models", False)]),
        (
            AT_HOME,
            "/srv/models",
            [("/home/mina/sori", True), ("/home/mina/.pyenv/versions/3.11.7", True)],
        ),
        (
            replace(HERE, checkout=Path("/tmp/sori"), python=Path("/tmp/sori/.venv/bin/python")),
            "mine",
            [("/tmp/sori", True)],
        ),
    ],
)
def test_what_lies_in_a_home_is_put_in_its_place_again(
    here: Installation, directory: str, bound: list[tuple[str, bool]]
) -> None:
    settings = Settings(models=ModelSettings(directory=directory))
    assert [(str(path), must) for path, must in bound_paths(here, settings)] == bound
    unit = system_unit(here, FILE, settings, [])
    wanted = [path if must else f"-{path}" for path, must in bound]
    assert values(unit, "BindReadOnlyPaths") == wanted
    in_home = any(path.startswith("/home") for path, _ in bound)
    assert values(unit, "ProtectHome") == ["tmpfs" if in_home else "yes"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("/opt/sori-1.0", "/opt/sori-1.0"),
        ("/opt/so ri", '"/opt/so ri"'),
        ("/opt/50%", '"/opt/50%%"'),
        ("/opt/$HOME", '"/opt/$$HOME"'),
        ('/opt/"a"\\b', '"/opt/\\"a\\"\\\\b"'),
        ("/opt/소리", '"/opt/소리"'),
    ],
)
def test_odd_names_stay_one_word(text: str, word: str) -> None:
    assert quoted(text, is_argument=True) == word


def test_a_program_with_quotes_in_its_path_is_refused() -> None:
    here = replace(HERE, python=Path('/opt/"sori"/bin/python'))
    with pytest.raises(ConfigurationError, match="quotes"):
        system_unit(here, FILE, SETTINGS, [])


def systemd_says(unit: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    file = folder / "sori.service"
    file.write_text(unit, "utf-8")
    return subprocess.run(
        ["systemd-analyze", *arguments, str(file)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"XDG_RUNTIME_DIR": str(folder)},
    )


@needs_systemd
@pytest.mark.parametrize("name", ["sori", "so ri: 50% $HOME 소리"])
@pytest.mark.parametrize("settings", [SETTINGS, with_body(kind="ros2")])
def test_systemd_has_nothing_to_find_fault_with(
    tmp_path: Path, name: str, settings: Settings
) -> None:
    here = a_checkout(tmp_path / name)
    for unit, whose in (
        (system_unit(here, here.checkout / "my.toml", settings, []), "--system"),
        (user_unit(here, here.checkout / "my.toml", settings), "--user"),
    ):
        done = systemd_says(unit, tmp_path, "verify", whose)
        assert (done.returncode, done.stderr.strip()) == (0, "")


@needs_systemd
def test_the_service_is_hardly_exposed(tmp_path: Path) -> None:
    unit = system_unit(a_checkout(tmp_path / "sori"), FILE, with_body(kind="ros2"), [])
    done = systemd_says(unit, tmp_path, "security", "--offline=true")
    found = re.search(r"exposure level for sori.service: ([\d.]+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found[1]) <= MOST_EXPOSURE
