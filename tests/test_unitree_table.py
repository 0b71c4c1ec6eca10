"""The tables of the Unitree models: what they may hold, and that none can make a robot fall."""

import ast
from pathlib import Path

import pytest

from config.errors import ConfigurationError
from robot.body.unitree.table import NEVER_SENT, TABLES, load_table
from tests.programs import ROOT

MODELS = ("g1", "h1", "h2", "r1")
START = {"g1": 500, "h1": 204, "h2": 601, "r1": 811}


def test_there_is_one_table_a_model() -> None:
    assert sorted(file.stem for file in TABLES.glob("*.toml")) == sorted(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_damping_and_zero_torque_are_in_no_way_to_a_posture(model: str) -> None:
    table = load_table(model)
    sent = {number for row in table.posture for number in row.send}
    assert frozenset({0, 1}) == NEVER_SENT
    assert not sent & NEVER_SENT
    for fsm in NEVER_SENT:  # they can be read, and nothing leads out of them by words either
        row = table.state_of(fsm)
        assert row is not None
        assert row.fault == "limp"
        assert not row.walks
        assert not row.arms
        assert not [way for way in table.posture if fsm in way.from_fsm]


@pytest.mark.parametrize("model", MODELS)
def test_each_model_starts_by_its_own_number(model: str) -> None:
    table = load_table(model)
    assert table.model == model
    on_legs = 2 if model == "h1" else 4
    way = table.way_to("stand", on_legs, "ready")
    assert way is not None
    assert way.send == (START[model],)
    state = table.state_of(START[model])
    assert state is not None
    assert state.walks


def test_states_are_set_in_one_place_of_the_code_that_looks_at_the_number() -> None:
    places = [
        (file.name, node.lineno)
        for file in (ROOT / "robot").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "set_fsm"
    ]
    assert [name for name, _ in places] == ["tasks.py"]


def test_a_toggle_is_sent_only_from_states_that_say_which_way_it_goes() -> None:
    table = load_table("g1")
    toggles = [row for row in table.posture if 706 in row.send]
    assert {(row.name, row.from_fsm, row.after) for row in toggles} == {
        ("squat", (500, 501, 801), None),
        ("stand", (2, 706), "squat"),
    }
    assert table.way_to("stand", 706, "squat") is not None
    assert table.way_to("stand", 706, None) is None
    assert table.way_to("squat", 706, None) is None


def test_what_toppled_a_robot_is_known_and_not_offered() -> None:
    for model in ("g1", "h2"):
        for row in load_table(model).posture:
            if {2, 3, 4} & set(row.send):
                assert not row.offered, (model, row)


def edited(tmp_path: Path, old: str, new: str) -> Path:
    text = (TABLES / "g1.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "g1.toml").write_text(text.replace(old, new, 1), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("send = [706]", "send = [1]", "let the robot fall"),
        ("send = [706]", "send = [706, 0]", "let the robot fall"),
        ("send = [706]", "send = [777]", "no \\[\\[state\\]\\]"),
        ("send = [706]", "send = []", "length"),
        ("[arm]\n", "[arm_of]\n", "arm_of"),
        ('name = "wave"', 'name = "salute"', "salute"),
        ("seconds = 4.0", 'seconds = "long"', "seconds"),
        ("model = ", "model ", "not valid TOML"),
    ],
)
def test_faults_name_the_file(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = edited(tmp_path, old, new)
    with pytest.raises(ConfigurationError, match=said) as fault:
        load_table("g1", folder)
    assert "g1.toml" in fault.value.message
