"""Gestures, postures and dances from their tables: what is asked for becomes keyframes."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from config.errors import ConfigurationError
from config.load import read_text
from nlu.actions import GESTURES, POSTURES, Direction, Gesture, GestureName, PostureName, Side
from robot.body.simulated.joints import ALL, on_sides
from robot.body.simulated.keyframes import Keyframe, Movement, movement

_TABLES = Path(__file__).resolve().parent
_DANCE_HOME_S = 0.8
_Frame = dict[str, float]
"""`s` and short-named joints."""


class _Aim(msgspec.Struct, forbid_unknown_fields=True):
    joints: dict[str, float]
    side: Literal["left", "right"] | None = None


class _GestureTable(msgspec.Struct, forbid_unknown_fields=True):
    uses: Literal["one", "both", "none"]
    again: list[_Frame]
    home_s: float
    begin: list[_Frame] = []
    usual: Side = "both"
    standing: bool = False
    direction: dict[Direction, _Aim] = {}


class _DanceTable(msgspec.Struct, forbid_unknown_fields=True):
    loop: list[_Frame]
    begin: list[_Frame] = []


class _PostureTable(msgspec.Struct, forbid_unknown_fields=True):
    level: int
    seconds: float
    joints: dict[str, float]


@dataclass(frozen=True, slots=True)
class Stance:
    """A posture."""

    name: PostureName
    level: int
    """0 stands, then lower and lower."""
    seconds: float
    """To come here from a neighbouring level."""
    joints: dict[str, float]
    """All of them."""


@dataclass(frozen=True, slots=True)
class Repertoire:
    """Everything the body has been taught."""

    gestures: dict[GestureName, _GestureTable]
    postures: dict[PostureName, Stance]
    dances: dict[str, _DanceTable]

    def gesture(self, asked: Gesture) -> Movement:
        """The whole gesture with its side, direction and repetitions."""
        table = self.gestures[asked.name]
        aim = table.direction.get(asked.direction or "front", _Aim({}))
        side = _side(table, asked, aim)
        frames = [*table.begin, *(table.again * max(1, asked.repeat))]
        return movement(_timed(frames, side, aim.joints), table.home_s)

    def needs_standing(self, name: GestureName) -> bool:
        """Whether the whole body takes part in it."""
        return self.gestures[name].standing

    def dance(self, name: str, seconds: float) -> Movement:
        """As many whole loops as come closest to `seconds`, at least one."""
        table = self.dances[name]
        loop_s = sum(frame["s"] for frame in table.loop)
        spare_s = seconds - _DANCE_HOME_S - sum(frame["s"] for frame in table.begin)
        frames = [*table.begin, *(table.loop * max(1, round(spare_s / loop_s)))]
        return movement(_timed(frames, "both", {}), _DANCE_HOME_S)

    def way(self, start: Stance, goal: Stance) -> tuple[Stance, ...]:
        """The postures passed on the way from `start` to `goal`, the goal last."""
        step = 1 if goal.level > start.level else -1
        between = [
            next(stance for stance in self.postures.values() if stance.level == level)
            for level in range(start.level + step, goal.level, step)
        ]
        return (*between, goal)


def load() -> Repertoire:
    """The tables beside this file. Raises ConfigurationError that names the file and the fault."""
    gestures = _read("gestures.toml", dict[GestureName, _GestureTable])
    postures = _read("postures.toml", dict[PostureName, _PostureTable])
    for file, missing in (
        ("gestures.toml", set(GESTURES) - set(gestures)),
        ("postures.toml", set(POSTURES) - set(postures)),
    ):
        if missing:
            raise ConfigurationError(f"{_TABLES / file}: there is no {', '.join(sorted(missing))}.")
    return Repertoire(
        gestures=gestures,
        postures={name: _stance(name, table) for name, table in postures.items()},
        dances=_read("dances.toml", dict[str, _DanceTable]),
    )


def _stance(name: PostureName, table: _PostureTable) -> Stance:
    joints = dict.fromkeys(ALL, 0.0) | on_sides(table.joints, "both")
    return Stance(name, table.level, table.seconds, joints)


def _side(table: _GestureTable, asked: Gesture, aim: _Aim) -> Side:
    return asked.side or aim.side or table.usual


def _timed(frames: Iterable[_Frame], side: Side, always: dict[str, float]) -> Iterator[Keyframe]:
    at_s = 0.0
    for frame in frames:
        at_s += frame["s"]
        short = {name: value for name, value in frame.items() if name != "s"} | always
        yield Keyframe(at_s, on_sides(short, side))


_Table = TypeVar("_Table")


def _read(file: str, kind: type[_Table]) -> _Table:
    path = _TABLES / file
    try:
        return msgspec.convert(tomllib.loads(read_text(path, "table of movements")), kind)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"{path}: {error}.") from error
