"""Orders to the base and the head: walking, turning, looking."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast, get_args

from nlu.actions import Direction, Look, Single, Turn, Walk
from nlu.commands.grammar_file import Amounts
from nlu.commands.lexicon import Value
from nlu.commands.reading import AskedBack

Slots = Mapping[str, tuple[Value, ...]]
"""What was said beside the head, by slot."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The order can be taken in several ways."""

    question: AskedBack
    ways: tuple[Single, ...]


Order = tuple[Single, ...] | Choice


class NotSensible(Exception):
    """A number that no body can do anything with. Never leaves this package."""


def number(slots: Slots, name: str, limit: float) -> float | None:
    """The value of a measure, if it was said. Raises NotSensible."""
    if name not in slots:
        return None
    value = float(slots[name][0])
    if not 0 < value <= limit:
        raise NotSensible
    return value


def directions(slots: Slots) -> frozenset[str]:
    """The ways that were named."""
    return frozenset(str(value) for value in slots.get("direction", ()))


def is_little(slots: Slots) -> bool:
    """Whether "a little" was said."""
    return "little" in slots.get("amount", ())


def one_of(names: Iterable[str]) -> str:
    """The only one; empty when there are none or several."""
    found = list(names)
    return found[0] if len(found) == 1 else ""


def walk(_name: str, slots: Slots, amounts: Amounts) -> Order | None:
    """Walk, as far as was said."""
    return _walks(slots, amounts, amounts.usual.walk_m)


def go(_name: str, slots: Slots, amounts: Amounts) -> Order | None:
    """ "Go" alone may also mean "leave", or be an answer: it takes a way or an amount."""
    if not slots.keys() & {"direction", "distance", "seconds", "amount"}:
        return None
    return _walks(slots, amounts, amounts.usual.walk_m)


def step(_name: str, slots: Slots, amounts: Amounts) -> Order | None:
    """Step, which without a distance is one step."""
    times = number(slots, "count", amounts.sense.max_count) or 1.0
    return _walks(slots, amounts, amounts.usual.step_m * times)


def come(_name: str, slots: Slots, amounts: Amounts) -> Order | None:
    """Come closer: how far, Sori cannot know by itself."""
    if not directions(slots) <= {"front", "left", "right"}:
        return None
    if slots.keys() & {"distance", "amount"}:
        return _walks(slots, amounts, amounts.usual.walk_m)
    return Choice("how_far", (Walk(amounts.little.walk_m), Walk(amounts.usual.walk_m)))


def _walks(slots: Slots, amounts: Amounts, usual_m: float) -> Order | None:
    distance_m = _distance_m(slots, amounts, usual_m)
    speed = slots.get("speed")
    mps = amounts.speeds[str(speed[0])] if speed else None
    ways: dict[str, tuple[float, float]] = {
        "front": (distance_m, 0.0),
        "back": (-distance_m, 0.0),
        "left": (0.0, distance_m),
        "right": (0.0, -distance_m),
    }
    way = one_of(directions(slots) or {"front"})
    if way in ("side", "there"):
        names = ("left", "right") if way == "side" else tuple(ways)
        return Choice("which_way", tuple(Walk(*ways[name], mps) for name in names))
    return (Walk(*ways[way], mps),) if way in ways else None


def _distance_m(slots: Slots, amounts: Amounts, usual_m: float) -> float:
    limit = amounts.sense.max_distance_m
    said = sum(float(value) for value in slots.get("distance", ()))
    if "distance" in slots and not 0 < said <= limit:
        raise NotSensible
    if said:
        return said
    if seconds := number(slots, "seconds", amounts.sense.max_seconds):
        return seconds * amounts.usual.walk_mps
    return amounts.little.walk_m if is_little(slots) else usual_m


def turn(_name: str, slots: Slots, amounts: Amounts) -> Order | None:
    """Turn on the spot."""
    said = directions(slots)
    whole = said & {"back", "around"}
    sides = said - whole
    if len(whole) > 1 or not sides <= {"left", "right", "side"} or len(sides) > 1:
        return None
    limit = amounts.sense.max_angle_deg
    degrees = number(slots, "angle", limit) or (180.0 if whole else None)
    times = number(slots, "count", amounts.sense.max_count) or 1.0
    if degrees is not None and degrees * times > limit:
        raise NotSensible
    if not sides <= {"left", "right"} or (not sides and not _is_whole(degrees)):
        angle = degrees or _usual_angle(slots, amounts)
        return Choice("which_way", (_turned(angle), _turned(-angle)))
    sign = -1.0 if "right" in sides else 1.0
    if degrees is not None and _is_whole(degrees):
        return (_turned(sign * degrees * times),)
    step = _turned(sign * (degrees or _usual_angle(slots, amounts)))
    return (step,) * int(times) if times.is_integer() else None


def _usual_angle(slots: Slots, amounts: Amounts) -> float:
    return amounts.little.turn_deg if is_little(slots) else amounts.usual.turn_deg


def _is_whole(degrees: float | None) -> bool:
    """Whether it ends the same whichever way one turns."""
    return degrees is not None and degrees % 180 == 0


def _turned(degrees: float) -> Turn:
    return Turn(math.radians(degrees))


def look(_name: str, slots: Slots, amounts: Amounts) -> Order | None:
    """Turn the head."""
    way = one_of(directions(slots))
    if way in ("there", "side"):
        names: tuple[Direction, ...] = (
            ("left", "right") if way == "side" else ("left", "right", "front")
        )
        return Choice("which_way", tuple(Look(direction=name) for name in names))
    degrees = number(slots, "angle", 180.0)
    if degrees is None and is_little(slots):
        degrees = amounts.little.turn_deg
    if degrees is None:
        return (Look(direction=cast(Direction, way)),) if way in get_args(Direction) else None
    angles = {"left": (1, 0), "right": (-1, 0), "up": (0, -1), "down": (0, 1)}
    if way not in angles:
        return None
    yaw, pitch = angles[way]
    angle = math.radians(degrees)
    return (Look(yaw_rad=yaw * angle) if yaw else Look(pitch_rad=pitch * angle),)


def look_around(_name: str, _slots: Slots, _amounts: Amounts) -> Order:
    """Look to both sides."""
    return (Look(direction="left"), Look(direction="right"), Look(direction="front"))
