"""The rules of the body: data that is checked on load and can only make a body more careful."""

from pathlib import Path

import pytest

from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY
from nlu.abilities import MotionCaps
from nlu.actions import GESTURES, POSTURES
from robot.body.rules import GOVERNED_NAMES, load_rules

BODY = MotionCaps()


def load_text(folder: Path, text: str) -> str:
    """The fault of a file with `text`."""
    file = folder / "my-body.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as error:
        load_rules(file)
    assert str(file) in str(error.value)
    return str(error.value)


def test_the_built_in_rules_keep_the_caps_that_a_body_publishes() -> None:
    assert load_rules().caps_of(BODY) == BODY


def test_every_posture_can_be_left_for_standing() -> None:
    rules = load_rules()
    assert set(rules.posture_from["stand"]) == set(POSTURES)
    assert set(rules.gesture_postures) <= set(GESTURES)


def test_risks_are_those_of_the_design() -> None:
    rules = load_rules()
    risks = {name: rules.of(name).risk for name in GOVERNED_NAMES}
    assert {name for name, risk in risks.items() if risk >= rules.confirm.from_risk} == {
        "posture",
        "dance",
    }
    assert risks["walk"] == 2
    assert risks["look"] == risks["express"] == risks["led"] == risks["volume"] == 0
    assert {name for name in GOVERNED_NAMES if rules.of(name).needs_battery} == {
        "walk",
        "turn",
        "dance",
    }


def test_among_children_everything_is_half() -> None:
    rules = load_rules(CONFIG_DIRECTORY / "body_kids.toml")
    caps = rules.caps_of(BODY)
    assert caps.max_forward_m == BODY.max_forward_m / 2
    assert caps.max_forward_mps == BODY.max_forward_mps / 2
    assert caps.usual_mps == BODY.usual_mps / 2
    assert caps.max_turn_radps == BODY.max_turn_radps / 2
    assert caps.max_turn_rad == BODY.max_turn_rad
    assert caps.slow_down_mps2 == BODY.slow_down_mps2, "it must not stop more slowly"
    assert rules.confirm.walk_over_m == 1.0
    assert rules.max_total_m == 5.0


def test_a_team_lowers_caps_and_cannot_raise_them(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[caps]\nmax_forward_m = 99.0\nmax_forward_mps = 0.2\n", "utf-8")
    caps = load_rules(file).caps_of(BODY)
    assert caps.max_forward_m == BODY.max_forward_m
    assert caps.max_forward_mps == 0.2
    assert caps.usual_mps == 0.2, "the usual speed is not over the cap"


def test_what_a_file_leaves_out_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[action.gesture]\nrisk = 4\n", "utf-8")
    rules = load_rules(file)
    assert rules.of("gesture").risk == 4
    assert rules.of("gesture").postures == load_rules().of("gesture").postures
    assert rules.confirm == load_rules().confirm


@pytest.mark.parametrize("action", ["damp", "relax", "zero_torque", "power_off", "stop", "joint"])
def test_no_file_can_add_an_action(tmp_path: Path, action: str) -> None:
    fault = load_text(tmp_path, f"[action.{action}]\nrisk = 0\n")
    assert f"`{action}`" in fault
    assert "action" in fault


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[action.walk]\nrisk = 7\n", "action.walk.risk"),
        ('[action.walk]\npostures = ["fly"]\n', "action.walk.postures"),
        ("[action.walk]\nspeed = 1\n", "speed"),
        ("speed_share = 1.5\n", "speed_share"),
        ("speed_share = 0.0\n", "speed_share"),
        ("distance_share = nan\n", "distance_share"),
        ("[caps]\nmax_forward_m = -1.0\n", "caps.max_forward_m"),
        ("[caps]\nmax_forward_m = nan\n", "caps.max_forward_m"),
        ("[caps]\nslow_down_mps2 = 0.1\n", "slow_down_mps2"),
        ('[battery]\nlow_share = "low"\n', "battery.low_share"),
        ("[battery]\nlow_share = 20\n", "battery.low_share"),
        ('[gesture_postures]\nkick = ["stand"]\n', "gesture_postures"),
        ('[posture_from]\nfly = ["stand"]\n', "posture_from"),
        ("battery = 3\n", "battery"),
        ("[caps\n", "TOML"),
    ],
)
def test_faults_are_named_with_file_and_key(tmp_path: Path, text: str, named: str) -> None:
    assert named in load_text(tmp_path, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml"):
        load_rules(tmp_path / "nowhere.toml")
