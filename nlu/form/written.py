"""Actions as a language model writes them: a JSON form that is strict and closed.

Angles are in degrees, and left and back are words: models know no radians and turn signs around.
The tag `name` of each is its action's; keys that are not here are refused.
"""

from typing import Literal

import msgspec

from nlu.actions import Direction, Emotion, GestureName, PostureName, Question, Side

Way = Literal["forward", "back", "left", "right"]
TurnWay = Literal["left", "right"]
VolumeWay = Literal["up", "down"]


class _Written(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag=str.lower
):
    """What all have in common."""


class Stop(_Written, frozen=True):
    """Stand still."""


class Walk(_Written, frozen=True):
    """So far, this way; `mps` is the speed."""

    way: Way
    metres: float
    mps: float | None = None


class Turn(_Written, frozen=True):
    """On the spot."""

    way: TurnWay
    degrees: int


class Look(_Written, frozen=True):
    """Only to directions: angles of the head are nothing that a model would know."""

    direction: Direction


class Gesture(_Written, frozen=True):
    """`direction` is for pointing."""

    gesture: GestureName
    side: Side | None = None
    direction: Direction | None = None
    repeat: int = 1


class Posture(_Written, frozen=True):
    """How the body rests."""

    posture: PostureName


class Express(_Written, frozen=True):
    """A feeling."""

    emotion: Emotion


class Led(_Written, frozen=True):
    """A colour."""

    r: int
    g: int
    b: int


class Volume(_Written, frozen=True):
    """To so many percent; with `way` by so many."""

    percent: int
    way: VolumeWay | None = None


class Dance(_Written, frozen=True):
    """A dance that the body publishes, or `any`."""

    dance: str
    seconds: int


class Query(_Written, frozen=True):
    """What the body's own state answers."""

    about: Question


Step = Stop | Walk | Turn | Look | Gesture | Posture | Express | Led | Volume | Dance | Query


class Sequence(_Written, frozen=True):
    """Steps are never sequences."""

    steps: tuple[Step, ...]


class Filled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole form; null: the sentence asks nothing of the body."""

    action: Step | Sequence | None
