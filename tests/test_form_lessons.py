"""What the form is made of: ranges of numbers as a grammar, and the lessons before a sentence."""

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from config.errors import ConfigurationError
from nlu.commands.reading import NotACommand
from nlu.form.action_form import ActionForm
from nlu.form.lessons import load_lessons
from nlu.form.number_range import NumberRange
from robot.body.console import NO_ABILITIES
from tests.kinematic_body import EVERYTHING

FORM = ActionForm(EVERYTHING)


@pytest.mark.parametrize(
    ("least", "most", "decimals"),
    [
        (0.05, 5.0, 2),
        (0.05, 0.5, 2),
        (0.05, 0.29, 2),
        (0.05, 0.05, 2),
        (0.1, 12.34, 2),
        (1, 360, 0),
        (0, 255, 0),
        (0, 0, 0),
        (7, 1_000, 0),
        (99, 101, 0),
        (0.5, math.inf, 1),
    ],
)
def test_the_grammar_of_a_range_matches_its_numbers_alone(
    least: float, most: float, decimals: int
) -> None:
    numbers = NumberRange(least, most, decimals)
    # Of this part of GBNF a regular expression differs in blanks and quotes only.
    pattern = re.compile(numbers.grammar().replace(" ", "").replace('"."', r"\."))
    for units in range(round(min(most, 999.0) * 100) + 300):
        for places in range(3):
            if units % 10 ** (2 - places):
                continue
            text = f"{units / 100:.{places}f}"
            fits = places <= decimals and numbers.has(float(text))
            assert bool(pattern.fullmatch(text)) == fits, text
    for text in ("", "-1", "01", "1e1", "1.", ".5", "1.000", "9999", "NaN"):
        assert not pattern.fullmatch(text)


@pytest.mark.parametrize("most", [-1.0, 0.0, math.nan])
def test_a_range_without_numbers_is_empty(most: float) -> None:
    assert NumberRange(0.05, most, 2).is_empty
    assert not NumberRange(0.05, most, 2).has(most)


def test_every_lesson_can_be_followed_by_a_body_that_can_everything() -> None:
    lessons = load_lessons(FORM)
    assert set(lessons) == {"en", "ko"}
    for lesson in lessons.values():
        readings = [FORM.parse(example.reply) for example in lesson.examples]
        assert len(readings) == 6
        assert NotACommand("not_sensible") not in readings
        assert readings.count(NotACommand()) == 2
        assert lesson.instruction.endswith(FORM.shown)


def test_a_body_is_taught_no_more_than_it_can() -> None:
    lessons = load_lessons(ActionForm(replace(NO_ABILITIES, volume=True)))
    assert [example.reply for example in lessons["en"].examples] == [
        '{"action": null}',
        '{"action": {"name": "volume", "way": "up", "percent": 20}}',
        '{"action": null}',
    ]


@pytest.mark.parametrize(
    ("name", "text", "cause"),
    [
        ("en", "instruction = 3", "Expected `str`"),
        ("en", "instruction", "lesson cannot be used"),
        ("en", 'instruction = "x"\nexample = []\nmore = 1', "unknown field `more`"),
        ("ko", 'instruction = "x"\nexample = []', "en.toml is missing"),
    ],
)
def test_a_lesson_that_cannot_be_used_is_named(
    tmp_path: Path, name: str, text: str, cause: str
) -> None:
    (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=cause):
        load_lessons(FORM, tmp_path)
