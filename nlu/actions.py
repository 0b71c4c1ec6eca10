"""What a body can be asked to do: the closed set of actions, in SI units and REP-103 frames.

x points forward, y left, angles turn counter-clockwise. Whatever a sentence or a language model
asks for becomes one of these or is refused; there is no way from words to a joint, a motor or a
power state. `arguments` gives the form that other programs read (DESIGN.md).
"""

from dataclasses import dataclass, fields
from typing import Literal, get_args

Direction = Literal["left", "right", "up", "down", "front", "back", "at_speaker"]
GestureName = Literal[
    "wave",
    "bow",
    "nod",
    "shake_head",
    "point",
    "shrug",
    "clap",
    "hands_up",
    "handshake",
    "heart",
    "thumbs_up",
]
PostureName = Literal["stand", "sit", "squat", "lie", "rest", "ready"]
Emotion = Literal["neutral", "happy", "sad", "surprised", "angry", "curious", "tired"]
Side = Literal["left", "right", "both"]
Question = Literal["battery", "pose", "can_do"]
Value = str | int | float | bool | None
Arguments = dict[str, "Value | list[Arguments]"]

GESTURES: tuple[GestureName, ...] = get_args(GestureName)
POSTURES: tuple[PostureName, ...] = get_args(PostureName)
EMOTIONS: tuple[Emotion, ...] = get_args(Emotion)
QUESTIONS: tuple[Question, ...] = get_args(Question)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
MAX_STEPS = 8
"""Actions of one sequence."""
_DECIMALS = 4
"""A tenth of a millimetre, and of a milliradian: finer than any body moves."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Stand still at once. Always allowed."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Go to a place relative to where the body stands now."""

    dx_m: float
    dy_m: float = 0.0
    speed_mps: float | None = None
    """None: the body's usual speed."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Turn on the spot."""

    angle_rad: float
    """Counter-clockwise: left is positive."""


@dataclass(frozen=True, slots=True)
class Look:
    """Turn the head: to a direction, or to angles."""

    yaw_rad: float | None = None
    pitch_rad: float | None = None
    """Positive looks down, as REP-103 rotates about y."""
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Gesture:
    """A movement of arms, head or torso that has a name."""

    name: GestureName
    side: Side | None = None
    """None: the body's own choice."""
    repeat: int = 1
    direction: Direction | None = None
    """Where to point."""


@dataclass(frozen=True, slots=True)
class Posture:
    """Change how the whole body rests."""

    name: PostureName


@dataclass(frozen=True, slots=True)
class Express:
    """Show a feeling on face or lights."""

    emotion: Emotion


@dataclass(frozen=True, slots=True)
class Led:
    """Colour of the lights, 0..255 each."""

    r: int
    g: int
    b: int


@dataclass(frozen=True, slots=True)
class Volume:
    """Loudness of the voice, 0..100; `relative` adds to what it is now (and may be negative)."""

    percent: int
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Dance:
    """A dance for some time."""

    name: str = "any"
    """"any": the body's own choice."""
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Query:
    """A question that the body's own state answers."""

    about: Question


Single = Stop | Walk | Turn | Look | Gesture | Posture | Express | Led | Volume | Dance | Query


@dataclass(frozen=True, slots=True)
class Sequence:
    """One action after the other; each is checked before the first begins."""

    steps: tuple[Single, ...]


Action = Single | Sequence


def action_name(action: Action) -> str:
    """The name of DESIGN.md: `walk`, `gesture`, `sequence`."""
    return type(action).__name__.lower()


def arguments(action: Action) -> Arguments:
    """The parameters by their names in DESIGN.md; what was left to the body is left out."""
    if isinstance(action, Sequence):
        return {"steps": [flat(step) for step in action.steps]}
    given = {field.name: getattr(action, field.name) for field in fields(action)}
    return {name: _rounded(value) for name, value in given.items() if value is not None}


def flat(action: Action) -> Arguments:
    """The `requested` form of the turn object: the action's name beside its parameters.

    A parameter that is itself called `name` is given the action's name as its key:
    {"name": "gesture", "gesture": "wave"}.
    """
    given = arguments(action)
    own = {action_name(action): given.pop("name")} if "name" in given else {}
    return {"name": action_name(action), **own, **given}


def _rounded(value: Value) -> Value:
    """Floats without a negative zero."""
    return round(value, _DECIMALS) + 0.0 if isinstance(value, float) else value
