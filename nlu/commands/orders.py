"""What is asked for, put into actions: the same for all languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast, get_args

from nlu.actions import (
    EMOTIONS,
    GESTURES,
    POSTURES,
    QUESTIONS,
    Dance,
    Direction,
    Express,
    Gesture,
    Led,
    Posture,
    Query,
    Side,
    Volume,
)
from nlu.commands import motions
from nlu.commands.grammar_file import Amounts
from nlu.commands.motions import (
    Choice,
    NotSensible,
    Order,
    Slots,
    directions,
    is_little,
    number,
    one_of,
)

DIRECTIONS = frozenset([*get_args(Direction), "side", "there", "around"])
"""Of the last three Sori asks which way, but for turning around."""
SIDES: frozenset[str] = frozenset(get_args(Side))
AMOUNTS = frozenset(["little", "much"])
_MANNER = frozenset(["speed", "amount"])
"""What many heads bear and the action has no word for: to sit down slowly is to sit down."""


def order(head: str, slots: Slots, amounts: Amounts) -> Order | None:
    """The actions that `head` with `slots` asks for; None when they do not go together."""
    kind, _, name = head.partition(".")
    maker = _MAKERS.get(kind)
    if maker is None or not slots.keys() <= maker.takes or not _single(slots, maker.many):
        return None
    return maker.make(name, slots, amounts)


def is_head(head: str) -> bool:
    """Whether `head` is one that the data files may use."""
    kind, _, name = head.partition(".")
    names: Mapping[str, tuple[str, ...]] = {
        "gesture": GESTURES,
        "posture": POSTURES,
        "query": QUESTIONS,
    }
    return kind in _MAKERS and (name in names[kind] if kind in names else not name)


def is_emotion(name: str) -> bool:
    """Whether `name` is a feeling that can be shown."""
    return name in EMOTIONS


def _single(slots: Slots, many: frozenset[str]) -> bool:
    return all(len(set(values)) == 1 for name, values in slots.items() if name not in many)


def _gesture(name: str, slots: Slots, amounts: Amounts) -> Order | None:
    times = number(slots, "count", amounts.sense.max_count) or 1.0
    if not times.is_integer():
        return None
    said = slots.get("side")
    side = cast(Side, str(said[0])) if said else None
    gesture = next(known for known in GESTURES if known == name)
    ways = directions(slots)
    if name != "point":
        if not ways <= {"at_speaker", "front"}:
            return None
        return (Gesture(gesture, side, int(times)),)
    way = one_of(ways) if ways else None
    if way in ("there", "side"):
        asked: tuple[Direction, ...] = ("left", "right", "front")
        return Choice("which_way", tuple(Gesture(gesture, side, int(times), to) for to in asked))
    if way is not None and way not in get_args(Direction):
        return None
    return (Gesture(gesture, side, int(times), cast("Direction | None", way)),)


def _posture(name: str, _slots: Slots, _amounts: Amounts) -> Order:
    return (Posture(next(known for known in POSTURES if known == name)),)


def _express(_name: str, slots: Slots, _amounts: Amounts) -> Order | None:
    wanted = slots.get("emotion", ("",))[0]
    return next(((Express(known),) for known in EMOTIONS if known == wanted), None)


def _led(_name: str, slots: Slots, amounts: Amounts) -> Order | None:
    colour = str(slots.get("colour", ("",))[0])
    return (Led(*amounts.colours[colour]),) if colour in amounts.colours else None


def _volume(_name: str, slots: Slots, amounts: Amounts) -> Order | None:
    said = slots.get("percent") or slots.get("n")
    if said is None:
        step = round(amounts.usual.volume_percent)
        return Choice("how_much", (Volume(step, relative=True), Volume(-step, relative=True)))
    percent = float(said[0])
    if not 0 <= percent <= 100:
        raise NotSensible
    if 0 < percent < 1:  # "half the volume"
        percent *= 100
    return (Volume(round(percent)),)


def _louder(_name: str, slots: Slots, amounts: Amounts) -> Order | None:
    return (Volume(_volume_step(slots, amounts), relative=True),)


def _quieter(_name: str, slots: Slots, amounts: Amounts) -> Order | None:
    return (Volume(-_volume_step(slots, amounts), relative=True),)


def _volume_step(slots: Slots, amounts: Amounts) -> int:
    step = number(slots, "percent", 100.0) or number(slots, "n", 100.0)
    if step is None and "amount" in slots:
        little = amounts.little
        step = little.volume_percent if is_little(slots) else little.much_volume_percent
    return round(step or amounts.usual.volume_percent)


def _dance(_name: str, slots: Slots, amounts: Amounts) -> Order | None:
    seconds = number(slots, "seconds", amounts.sense.max_seconds)
    return (Dance(seconds=seconds or amounts.usual.dance_s),)


def _query(name: str, _slots: Slots, _amounts: Amounts) -> Order:
    return (Query(next(known for known in QUESTIONS if known == name)),)


@dataclass(frozen=True, slots=True)
class _Maker:
    """How orders with one kind of head are made."""

    make: Callable[[str, Slots, Amounts], Order | None]
    takes: frozenset[str]
    """The slots that may stand beside the head."""
    many: frozenset[str] = frozenset()
    """Of these, the ones that may hold several values."""


_SEVERAL = frozenset(["direction", "distance"])
_MAKERS: Mapping[str, _Maker] = {
    "walk": _Maker(motions.walk, _MANNER | {"direction", "distance", "seconds"}, _SEVERAL),
    "go": _Maker(motions.go, _MANNER | {"direction", "distance", "seconds"}, _SEVERAL),
    "step": _Maker(motions.step, _MANNER | {"direction", "distance", "count"}, _SEVERAL),
    "come": _Maker(motions.come, _MANNER | {"direction", "distance"}, _SEVERAL),
    "turn": _Maker(motions.turn, _MANNER | {"direction", "angle", "count"}, _SEVERAL),
    "look": _Maker(motions.look, _MANNER | {"direction", "angle"}, _SEVERAL),
    "look_around": _Maker(motions.look_around, _MANNER),
    "gesture": _Maker(_gesture, _MANNER | {"direction", "side", "count"}, _SEVERAL),
    "posture": _Maker(_posture, _MANNER),
    "express": _Maker(_express, _MANNER | {"emotion"}),
    "led": _Maker(_led, frozenset(["colour"])),
    "volume": _Maker(_volume, frozenset(["percent", "n"])),
    "louder": _Maker(_louder, frozenset(["percent", "n", "amount"])),
    "quieter": _Maker(_quieter, frozenset(["percent", "n", "amount"])),
    "dance": _Maker(_dance, _MANNER | {"seconds"}),
    "query": _Maker(_query, frozenset()),
}
