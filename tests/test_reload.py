"""Settings read again while Sori runs, and shown with what differs."""

import tomllib
from pathlib import Path

import msgspec
import pytest

from config.as_toml import as_toml
from config.leaves import leaves
from config.load import DEFAULT_FILE, load
from config.reload import WHILE_RUNNING, NotReloaded, Reloaded, reload
from config.settings import Settings

ROUTE = '[[route]]\nlanguages = ["*"]\nmodel = "m"\npersona = "en"\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "sori.toml"
    file.write_text(ROUTE + text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "changed", "needs_restart"),
    [
        ("", (), ()),
        ("[manner]\ntone = 'formal'\nrate = 1.2\n", ("manner.tone", "manner.rate"), ()),
        ("[log]\nlevel = 'debug'\n", ("log.level",), ()),
        ("[attention]\nmode = 'wake'\n", ("attention.mode",), ()),
        ("[log]\nformat = 'json'\n", (), ("log.format",)),
        ("[speech]\nwords_per_minute = 140\n", (), ("speech.words_per_minute",)),
        ("[safety]\ncountry = 'KR'\nenabled = false\n", (), ("safety.enabled", "safety.country")),
        ("[emotion]\nfrom_voice = true\n", (), ("emotion.from_voice",)),
        ("[body.ros2]\ndomain = 7\n", (), ("body.ros2.domain",)),
        (ROUTE.replace('"*"', '"ko"'), (), ("route",)),
        ("[chat]\ntemperature = 0.5\n[manner]\nlength = 'short'\n",
         ("manner.length",), ("chat.temperature",)),
    ],
)  # fmt: skip
def test_what_counts_at_once_and_what_has_to_wait(
    tmp_path: Path, text: str, changed: tuple[str, ...], needs_restart: tuple[str, ...]
) -> None:
    old = load(written(tmp_path, ""))
    file = written(tmp_path, text)
    read = reload(file, old)
    assert isinstance(read, Reloaded)
    assert (read.changed, read.needs_restart) == (changed, needs_restart)
    wanted, in_force, before = leaves(load(file)), leaves(read.settings), leaves(old)
    for name, value in in_force.items():
        assert value == (wanted if name in changed else before)[name], name
    assert all(name in read.told() for name in (*changed, *needs_restart))


@pytest.mark.parametrize(
    ("text", "words"),
    [("[manner]\ntone = 'angry'\n", "`manner.tone`"), ("[manner\n", "not valid TOML")],
)
def test_a_broken_file_changes_nothing_and_is_told(tmp_path: Path, text: str, words: str) -> None:
    old = load(written(tmp_path, "[manner]\ntone = 'playful'\n"))
    read = reload(written(tmp_path, text), old)
    assert isinstance(read, NotReloaded)
    assert read.settings is old
    assert words in read.told()
    assert "stay as they were" in read.told()


def test_a_file_that_is_gone_changes_nothing(tmp_path: Path) -> None:
    old = load()
    read = reload(tmp_path / "gone.toml", old)
    assert isinstance(read, NotReloaded)
    assert read.settings is old


def test_a_later_reload_is_compared_with_what_is_in_force(tmp_path: Path) -> None:
    """What needs a restart is named each time, until there is one."""
    settings = load(written(tmp_path, ""))
    file = written(tmp_path, "[chat]\ntemperature = 0.5\n[manner]\ntone = 'formal'\n")
    first = reload(file, settings)
    again = reload(file, first.settings)
    assert isinstance(again, Reloaded)
    assert (again.changed, again.needs_restart) == ((), ("chat.temperature",))


@pytest.mark.parametrize("name", WHILE_RUNNING)
def test_every_name_that_may_change_is_a_setting(name: str) -> None:
    assert any(leaf == name or leaf.startswith(f"{name}.") for leaf in leaves(Settings()))


HARD_TEXT = (
    '[manner]\nrobot_name = "보\\u007f리 \\"x\\" \\\\"\n'
    '[body]\nkind = "none"\nros2.domain = 7\n'
    '[body.rosbridge]\nmotions = { wave = "wave_right", "a b" = "c" }\n'
)


@pytest.mark.parametrize("text", [DEFAULT_FILE.read_text("utf-8"), ROUTE + HARD_TEXT])
def test_what_is_shown_is_a_settings_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "sori.toml"
    file.write_text(text, "utf-8")
    settings = load(file)
    assert msgspec.convert(tomllib.loads(as_toml(settings, load())), Settings) == settings


def test_what_differs_is_marked(tmp_path: Path) -> None:
    text = DEFAULT_FILE.read_text("utf-8")
    file = tmp_path / "sori.toml"
    file.write_text(text.replace("[chat]\n", "[chat]\ntemperature = 0.5\n", 1), "utf-8")
    shown = as_toml(load(file), load())
    marked = [line for line in shown.splitlines() if "changed" in line]
    assert marked == ["temperature = 0.5  # changed; delivered as 0.0"]
    assert "changed" not in as_toml(load(), load())
    other_route = as_toml(load(written(tmp_path, "")), load())
    assert "[[route]]  # changed" in other_route
