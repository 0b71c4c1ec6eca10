"""The pages about the body say what the data says."""

import re
import tomllib
from pathlib import Path

import pytest

from config.load import CONFIG_DIRECTORY
from nlu.actions import EMOTIONS, GESTURES, MAX_STEPS, POSTURES
from robot.body.rules import GOVERNED_NAMES, Rules, load_rules

PAGES = sorted((CONFIG_DIRECTORY.parent / "docs/body").glob("*.md"))
ENTRY = CONFIG_DIRECTORY.parent / "docs/body/README.md"
RULES = load_rules()


def rows(page: Path) -> dict[str, list[str]]:
    """The rows of the action table, by the action's name."""
    lines = [line.split("|")[1:-1] for line in page.read_text("utf-8").splitlines()]
    return {cells[0].strip(" `"): cells for cells in lines if len(cells) == 6}


@pytest.mark.parametrize("name", GOVERNED_NAMES)
def test_the_action_table_is_that_of_the_rules(name: str) -> None:
    _, _, risk, postures, caps, read_back = rows(ENTRY)[name]
    rules = RULES.of(next(governed for governed in GOVERNED_NAMES if governed == name))
    assert int(risk) == rules.risk
    if set(rules.postures) == set(POSTURES):
        assert "any" in postures
    else:
        assert set(re.findall(r"`(\w+)`", postures)) >= set(rules.postures)
    assert f"{rules.max_s:g} s" in caps
    assert ("battery" in caps) == rules.needs_battery
    assert read_back.strip().startswith("always") == (rules.risk >= RULES.confirm.from_risk)


def test_the_numbers_of_the_entry_page_are_those_of_the_rules() -> None:
    table, text = rows(ENTRY), ENTRY.read_text("utf-8")
    assert f"over {RULES.confirm.walk_over_m:g} m" in table["walk"][5]
    assert f"over {RULES.confirm.back_over_m:g} m backward" in table["walk"][5]
    assert f"{RULES.caps.max_total_m:g} m in one sequence" in table["walk"][4]
    assert f"battery over {100 * RULES.battery.low_share:.0f} %" in table["walk"][4]
    assert f"{RULES.caps.max_gesture_repeats} times" in table["gesture"][4]
    assert f"{RULES.caps.max_dance_s:g} s" in table["dance"][4]
    assert f"{MAX_STEPS} steps" in table["sequence"][4]
    for names in (GESTURES, POSTURES, EMOTIONS):
        assert " ".join(names) in " ".join(text.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def rules_in(page: Path) -> list[str]:
    blocks = re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    return [block for block in blocks if "[caps]" in block]


def test_the_rules_of_the_page_on_own_bodies_can_be_used(tmp_path: Path) -> None:
    (text,) = rules_in(ENTRY.with_name("own-body.md"))
    file = tmp_path / "my-rules.toml"
    file.write_text(text, "utf-8")
    assert tomllib.loads(text)
    rules: Rules = load_rules(file)
    assert rules.speed_share == 0.5
    assert rules.action.gesture.postures == ("stand",)


def test_every_page_has_the_sentence_about_the_emergency_stop() -> None:
    for page in PAGES:
        if page.name != "simulated.md":
            assert "emergency stop" in page.read_text("utf-8"), page.name
