"""The form of a language model, without one: what can be written, and what is made of it."""

import json
import math
import re
from dataclasses import replace

import pytest

from nlu.abilities import Abilities, MotionCaps
from nlu.actions import (
    Action,
    Dance,
    Express,
    Gesture,
    Led,
    Look,
    Posture,
    Query,
    Sequence,
    Stop,
    Turn,
    Volume,
    Walk,
)
from nlu.commands.reading import Command, NotACommand
from nlu.form.action_form import ActionForm
from robot.body.console import NO_ABILITIES
from tests.kinematic_body import EVERYTHING

FORM = ActionForm(EVERYTHING)
REFUSED = NotACommand("not_sensible")
WAVE = '{"name": "gesture", "gesture": "wave"}'


def filled(action: str) -> str:
    return f'{{"action": {action}}}'


def many(*steps: str) -> str:
    return filled(f'{{"name": "sequence", "steps": [{", ".join(steps)}]}}')


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('{"name": "walk", "way": "forward", "metres": 1.5}', Walk(1.5, 0.0)),
        ('{"name": "walk", "way": "back", "metres": 1, "mps": 0.2}', Walk(-1.0, 0.0, 0.2)),
        ('{"name": "walk", "way": "left", "metres": 0.05}', Walk(0.0, 0.05)),
        ('{"name": "walk", "way": "right", "metres": 5, "mps": 0.3}', Walk(0.0, -5.0, 0.3)),
        ('{"name": "turn", "way": "left", "degrees": 90}', Turn(math.pi / 2)),
        ('{"name": "turn", "way": "right", "degrees": 180}', Turn(-math.pi)),
        ('{"name": "look", "direction": "at_speaker"}', Look(direction="at_speaker")),
        (WAVE, Gesture("wave")),
        (
            '{"name": "gesture", "gesture": "wave", "side": "left", "repeat": 5}',
            Gesture("wave", "left", 5),
        ),
        (
            '{"name": "gesture", "gesture": "point", "direction": "up"}',
            Gesture("point", direction="up"),
        ),
        ('{"name": "posture", "posture": "sit"}', Posture("sit")),
        ('{"name": "express", "emotion": "sad"}', Express("sad")),
        ('{"name": "led", "r": 255, "g": 0, "b": 7}', Led(255, 0, 7)),
        ('{"name": "volume", "percent": 0}', Volume(0)),
        ('{"name": "volume", "way": "down", "percent": 20}', Volume(-20, relative=True)),
        ('{"name": "dance", "dance": "twist", "seconds": 10}', Dance("twist", 10.0)),
        ('{"name": "query", "about": "battery"}', Query("battery")),
        ('{"name": "stop"}', Stop()),
    ],
)
def test_what_is_written_becomes_an_action_in_doubt(written: str, meant: Action) -> None:
    reading = FORM.parse(f" {filled(written)}\n")
    assert isinstance(reading, Command)
    assert reading.doubts == ("misheard",)
    if isinstance(meant, Turn):
        assert isinstance(reading.action, Turn)
        assert reading.action.angle_rad == pytest.approx(meant.angle_rad)
    else:
        assert reading.action == meant


def test_a_full_turn_is_never_over_the_cap() -> None:
    body = replace(EVERYTHING, caps=MotionCaps(max_turn_rad=6.283))
    reading = ActionForm(body).parse(filled('{"name": "turn", "way": "right", "degrees": 360}'))
    assert reading == Command(Turn(-6.283), ("misheard",))


def test_a_sequence_of_two_to_eight() -> None:
    assert FORM.parse(many(WAVE, '{"name": "stop"}')) == Command(
        Sequence((Gesture("wave"), Stop())), ("misheard",)
    )
    assert isinstance(FORM.parse(many(*[WAVE] * 8)), Command)


def test_null_is_no_wish() -> None:
    assert FORM.parse(filled("null")) == NotACommand("no_command")


HOSTILE = [
    "",
    "null",
    "[]",
    '"walk"',
    "walk forward",
    "{}",
    "{" * 5_000,
    "[" * 100_000,
    '{"action": ' * 300 + "null" + "}" * 300,
    '{"action": null',
    '{"action": null} walk',
    '{"action": null, "also": 1}',
    '{"Action": null}',
    filled("false"),
    filled("[]"),
    filled("{}"),
    filled('"walk"'),
    filled('{"name": null}'),
    filled('{"name": "damp"}'),
    filled('{"name": "fly", "metres": 1}'),
    filled('{"name": "motor", "index": 3, "torque": 40}'),
    filled('{"name": "walk"}'),
    filled('{"name": "walk", "way": "up", "metres": 1}'),
    filled('{"name": "walk", "way": "forward", "metres": 5.01}'),
    filled('{"name": "walk", "way": "forward", "metres": 0.01}'),
    filled('{"name": "walk", "way": "forward", "metres": 0}'),
    filled('{"name": "walk", "way": "forward", "metres": -1}'),
    filled('{"name": "walk", "way": "forward", "metres": 1e9}'),
    filled('{"name": "walk", "way": "forward", "metres": 1e999}'),
    filled('{"name": "walk", "way": "forward", "metres": NaN}'),
    filled('{"name": "walk", "way": "forward", "metres": Infinity}'),
    filled('{"name": "walk", "way": "forward", "metres": "1"}'),
    filled('{"name": "walk", "way": "forward", "metres": true}'),
    filled('{"name": "walk", "way": "forward", "metres": [1]}'),
    filled('{"name": "walk", "way": "forward", "metres": 1, "mps": 0.51}'),
    filled('{"name": "walk", "way": "back", "metres": 1, "mps": 0.4}'),
    filled('{"name": "walk", "way": "forward", "metres": 1, "mps": 0}'),
    filled('{"name": "walk", "way": "forward", "metres": 1, "mps": -0.2}'),
    filled('{"name": "walk", "way": "forward", "metres": 1, "force": true}'),
    filled('{"name": "walk", "dx_m": 1.0, "dy_m": 0.0}'),
    filled('{"name": "turn", "way": "left", "degrees": 361}'),
    filled('{"name": "turn", "way": "left", "degrees": 0}'),
    filled('{"name": "turn", "way": "left", "degrees": -90}'),
    filled('{"name": "turn", "way": "left", "degrees": 90.5}'),
    filled('{"name": "turn", "way": "around", "degrees": 90}'),
    filled('{"name": "look", "direction": "inside"}'),
    filled('{"name": "look", "yaw_rad": 9.0}'),
    filled('{"name": "gesture", "gesture": "punch"}'),
    filled('{"name": "gesture", "gesture": "wave", "repeat": 6}'),
    filled('{"name": "gesture", "gesture": "wave", "repeat": 0}'),
    filled('{"name": "gesture", "gesture": "wave", "side": "upper"}'),
    filled('{"name": "gesture", "gesture": "wave", "direction": "up"}'),
    filled('{"name": "gesture", "gesture": "point"}'),
    filled('{"name": "gesture", "gesture": "point", "direction": "up", "side": "left"}'),
    filled('{"name": "posture", "posture": "damp"}'),
    filled('{"name": "posture", "posture": "fall"}'),
    filled('{"name": "express", "emotion": "hungry"}'),
    filled('{"name": "led", "r": 256, "g": 0, "b": 0}'),
    filled('{"name": "led", "r": 1, "g": 2}'),
    filled('{"name": "volume", "percent": 101}'),
    filled('{"name": "volume", "percent": -1}'),
    filled('{"name": "volume", "way": "down", "percent": 0}'),
    filled('{"name": "dance", "dance": "tango", "seconds": 5}'),
    filled('{"name": "dance", "dance": "twist", "seconds": 600}'),
    filled('{"name": "query", "about": "password"}'),
    filled('{"name": "stop", "not": true}'),
    many(),
    many(WAVE),
    many(*[WAVE] * 9),
    many(WAVE, '{"name": "damp"}'),
    many(WAVE, '{"name": "walk", "way": "forward", "metres": 50}'),
    many(WAVE, '{"name": "sequence", "steps": []}'),
    filled('{"name": "sequence", "steps": null}'),
    '{"action": null}' + " " * 5_000,
    filled('{"name": "\ud800"}'),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_everything_else_is_refused(text: str) -> None:
    assert FORM.parse(text) == REFUSED


ALL_SHAPES = [
    ("walk", '{"name": "walk", "way": "back", "metres": 1}', replace(EVERYTHING, walks=False)),
    ("turn", '{"name": "turn", "way": "left", "degrees": 9}', replace(EVERYTHING, turns=False)),
    ("look", '{"name": "look", "direction": "up"}', replace(EVERYTHING, looks=False)),
    ("gesture", WAVE, replace(EVERYTHING, gestures=())),
    ("wave", WAVE, replace(EVERYTHING, gestures=("bow",))),
    ("sit", '{"name": "posture", "posture": "sit"}', replace(EVERYTHING, postures=("stand",))),
    ("posture", '{"name": "posture", "posture": "sit"}', replace(EVERYTHING, postures=())),
    ("sad", '{"name": "express", "emotion": "sad"}', replace(EVERYTHING, emotions=("happy",))),
    ("led", '{"name": "led", "r": 1, "g": 2, "b": 3}', replace(EVERYTHING, led=False)),
    ("volume", '{"name": "volume", "percent": 30}', replace(EVERYTHING, volume=False)),
    ("volume", '{"name": "volume", "way": "up", "percent": 3}', replace(EVERYTHING, volume=False)),
    ("dance", '{"name": "dance", "dance": "any", "seconds": 3}', replace(EVERYTHING, dances=())),
    ("battery", '{"name": "query", "about": "battery"}', replace(EVERYTHING, queries=("pose",))),
]


@pytest.mark.parametrize(("word", "written", "body"), ALL_SHAPES)
def test_what_a_body_lacks_has_no_words(word: str, written: str, body: Abilities) -> None:
    form = ActionForm(body)
    assert isinstance(FORM.parse(filled(written)), Command)
    assert form.parse(filled(written)) == REFUSED
    quoted = f'\\"{word}\\"'
    assert quoted in FORM.grammar
    assert quoted not in form.grammar
    assert not re.search(rf"\b{word}\b", form.shown)


def test_a_way_with_a_cap_of_nothing_is_left_out() -> None:
    stiff = replace(EVERYTHING, caps=MotionCaps(max_side_m=0.0, max_back_mps=0.0, max_turn_rad=0.0))
    form = ActionForm(stiff)
    assert form.shown.splitlines()[0] == "walk way=forward metres=0.05..5 [mps=0.05..0.5]"
    assert '\\"turn\\"' not in form.grammar
    for way in ("back", "left", "right"):
        assert form.parse(filled(f'{{"name": "walk", "way": "{way}", "metres": 1}}')) == REFUSED


def test_no_body_has_nothing_to_be_asked_for() -> None:
    assert ActionForm(NO_ABILITIES).is_empty
    assert not FORM.is_empty
    assert not ActionForm(replace(NO_ABILITIES, volume=True)).is_empty


def test_names_of_dances_cannot_break_out_of_the_grammar() -> None:
    name = 'x" | root ::= "\\\n강남'
    form = ActionForm(replace(NO_ABILITIES, dances=(name,)))
    assert len(form.grammar.splitlines()) == 6
    written = json.dumps({"action": {"name": "dance", "dance": name, "seconds": 3}})
    assert form.parse(written) == Command(Dance(name, 3.0), ("misheard",))
