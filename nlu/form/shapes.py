"""The shapes in which actions may be written for one body: as GBNF, and as lines to be read."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from nlu.actions import DIRECTIONS, MAX_STEPS, Side
from nlu.form.limits import CHANGE_PERCENT, DANCE_S, LIGHT, PERCENT, REPEATS, FormLimits
from nlu.form.number_range import NumberRange
from nlu.form.written import TurnWay, VolumeWay, Way

LEAST_STEPS = 2
"""Of a sequence."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a shape."""

    key: str
    values: NumberRange | Sequence[str]
    may_lack: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to write an action."""

    name: str
    fields: tuple[Field, ...] = ()


ALWAYS = Shape("stop")


def shapes(limits: FormLimits) -> tuple[Shape, ...]:
    """All that the body can be asked for, but to stop."""
    return (*_motions(limits), *_poses(limits), *_signs(limits))


def grammar(choices: Sequence[Shape]) -> str:
    """GBNF of the whole form: one of `choices`, a sequence of them, or null."""
    names = [f"shape{number}" for number, _ in enumerate(choices)]
    begin, end = _text('{"action": '), _text("}")
    many, last = _text('{"name": "sequence", "steps": ['), _text("]}")
    more = f"({_text(', ')} step){{{LEAST_STEPS - 1},{MAX_STEPS - 1}}}"
    rules = [
        # Vocabularies of the Llama kind like to begin with a space.
        f'root ::= " "? {begin} ("null" | step | sequence) {end}',
        f"sequence ::= {many} step {more} {last}",
        f"step ::= {' | '.join(names)}",
        *(f"{name} ::= {_rule(shape)}" for name, shape in zip(names, choices, strict=True)),
    ]
    return "\n".join(rules) + "\n"


def shown(choices: Sequence[Shape]) -> str:
    """What there is, in as few tokens as can be: the model reads it before every sentence."""
    lines: dict[str, list[str]] = {}
    for shape in choices:
        fields = " ".join(map(_shown, shape.fields))
        lines.setdefault(shape.name, []).append(fields)
    return "\n".join(f"{name} {' or '.join(ways)}".strip() for name, ways in lines.items())


def _shown(field: Field) -> str:
    values = field.values
    if isinstance(values, NumberRange):
        told = f"{values.least:g}..{values.most:g}"
    else:
        told = "|".join(values)
    return f"{field.key}={told}" if not field.may_lack else f"[{field.key}={told}]"


def _motions(limits: FormLimits) -> Iterator[Shape]:
    alike: dict[tuple[NumberRange, NumberRange], list[Way]] = {}
    for way, ranges in limits.walks.items():
        alike.setdefault(ranges, []).append(way)
    for (metres, speed), ways in alike.items():
        yield Shape(
            "walk", (Field("way", ways), Field("metres", metres), Field("mps", speed, True))
        )
    if not limits.degrees.is_empty:
        yield Shape("turn", (Field("way", get_args(TurnWay)), Field("degrees", limits.degrees)))
    if limits.abilities.looks:
        yield Shape("look", (Field("direction", DIRECTIONS),))


def _poses(limits: FormLimits) -> Iterator[Shape]:
    able = limits.abilities
    repeat = Field("repeat", REPEATS, may_lack=True)
    if others := [name for name in able.gestures if name != "point"]:
        side = Field("side", get_args(Side), may_lack=True)
        yield Shape("gesture", (Field("gesture", others), side, repeat))
    if "point" in able.gestures:
        pointing = Field("gesture", ("point",)), Field("direction", DIRECTIONS)
        yield Shape("gesture", (*pointing, repeat))
    if able.postures:
        yield Shape("posture", (Field("posture", able.postures),))
    if able.dances:
        names = tuple(dict.fromkeys(("any", *able.dances)))
        yield Shape("dance", (Field("dance", names), Field("seconds", DANCE_S)))


def _signs(limits: FormLimits) -> Iterator[Shape]:
    able = limits.abilities
    if able.emotions:
        yield Shape("express", (Field("emotion", able.emotions),))
    if able.led:
        yield Shape("led", tuple(Field(colour, LIGHT) for colour in "rgb"))
    if able.volume:
        yield Shape("volume", (Field("percent", PERCENT),))
        by = Field("way", get_args(VolumeWay)), Field("percent", CHANGE_PERCENT)
        yield Shape("volume", by)
    if able.queries:
        yield Shape("query", (Field("about", able.queries),))


def _rule(shape: Shape) -> str:
    parts = [_text(f'{{"name": "{shape.name}"')]
    for field in shape.fields:
        key = _text(f', "{field.key}": ')
        part = f"{key} {_values(field.values)}"
        parts.append(f"({part})?" if field.may_lack else part)
    return " ".join([*parts, _text("}")])


def _values(values: NumberRange | Sequence[str]) -> str:
    if isinstance(values, NumberRange):
        return values.grammar()
    return f"({' | '.join(_text(_quoted(value)) for value in values)})"


def _quoted(value: str) -> str:
    """As JSON: a robot team may give its dances any name."""
    return json.dumps(value, ensure_ascii=False)


def _text(text: str) -> str:
    """A GBNF literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
