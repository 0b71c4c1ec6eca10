"""The tables of sentences in `command_tables/`, and the short notation of what they ask for."""

import math
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec

from nlu.actions import (
    Action,
    Dance,
    Direction,
    Emotion,
    Express,
    Gesture,
    GestureName,
    Led,
    Look,
    Posture,
    PostureName,
    Query,
    Question,
    Sequence,
    Side,
    Single,
    Stop,
    Turn,
    Volume,
    Walk,
)
from nlu.commands.reader import CommandReader

FOLDER = Path(__file__).parent / "command_tables"
LANGUAGES = ("en", "ko", "es", "fr", "de")
READER = CommandReader.load(LANGUAGES)


class CommandTable(msgspec.Struct, forbid_unknown_fields=True):
    commands: tuple[tuple[str, str], ...]


class StillGroup(msgspec.Struct, forbid_unknown_fields=True):
    why: str
    en: tuple[str, ...] = ()
    ko: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    fr: tuple[str, ...] = ()
    de: tuple[str, ...] = ()


class StillTable(msgspec.Struct, forbid_unknown_fields=True):
    group: tuple[StillGroup, ...]


def commands(language: str) -> tuple[tuple[str, Action], ...]:
    """Sentences and what they ask for."""
    file = FOLDER / f"commands_{language}.toml"
    table = msgspec.convert(tomllib.loads(file.read_text("utf-8")), CommandTable)
    return tuple((text, action(wanted)) for text, wanted in table.commands)


def stills() -> list[tuple[str, str, str]]:
    """Sentences after which nothing moves: group, language, text."""
    file = FOLDER / "still.toml"
    table = msgspec.convert(tomllib.loads(file.read_text("utf-8")), StillTable)
    return [
        (group.why, language, text)
        for group in table.group
        for language in LANGUAGES
        for text in getattr(group, language)
    ]


def action(notation: str) -> Action:
    """`walk 2 0 @0.15`, `turn 90`, `gesture wave right x3`; several with `;` between them."""
    steps = tuple(single(part.split()) for part in notation.split(";"))
    return steps[0] if len(steps) == 1 else Sequence(steps)


def single(words: list[str]) -> Single:
    name, *rest = words
    return MAKERS[name](rest)


def walk(words: list[str]) -> Walk:
    speeds = [float(word[1:]) for word in words if word.startswith("@")]
    dx_m, dy_m = [*(float(word) for word in words if not word.startswith("@")), 0.0][:2]
    return Walk(dx_m, dy_m, speeds[0] if speeds else None)


def look(words: list[str]) -> Look:
    name, _, degrees = words[0].partition("=")
    match name:
        case "yaw":
            return Look(yaw_rad=math.radians(float(degrees)))
        case "pitch":
            return Look(pitch_rad=math.radians(float(degrees)))
    return Look(direction=cast(Direction, name))


def gesture(words: list[str]) -> Gesture:
    sides = [cast(Side, word) for word in words[1:] if word in ("left", "right", "both")]
    repeats = [int(word[1:]) for word in words[1:] if word[0] == "x"]
    ways = [cast(Direction, word[1:]) for word in words[1:] if word[0] == "@"]
    return Gesture(
        cast(GestureName, words[0]),
        side=sides[0] if sides else None,
        repeat=repeats[0] if repeats else 1,
        direction=ways[0] if ways else None,
    )


MAKERS: dict[str, Callable[[list[str]], Single]] = {
    "stop": lambda _: Stop(),
    "walk": walk,
    "turn": lambda words: Turn(math.radians(float(words[0]))),
    "look": look,
    "gesture": gesture,
    "posture": lambda words: Posture(cast(PostureName, words[0])),
    "express": lambda words: Express(cast(Emotion, words[0])),
    "led": lambda words: Led(*map(int, words)),
    "volume": lambda words: Volume(int(words[0]), relative=words[0][0] in "+-"),
    "dance": lambda words: Dance(seconds=float(words[0])),
    "query": lambda words: Query(cast(Question, words[0])),
}
