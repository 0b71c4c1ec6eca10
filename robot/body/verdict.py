"""What the limits say of an action: allowed, refused, or to be read back first."""

from dataclasses import dataclass
from typing import Literal

from nlu.actions import (
    Action,
    Dance,
    Express,
    Gesture,
    Led,
    Look,
    Posture,
    Turn,
    Volume,
    Walk,
)

RefusalReason = Literal[
    "not_able",
    "not_allowed",
    "not_sensible",
    "too_far",
    "too_many",
    "wrong_posture",
    "occupied",
    "moving",
    "low_battery",
    "fault",
]
AskReason = Literal["far", "backward", "posture", "dance", "risk"]
Governed = Walk | Turn | Look | Gesture | Posture | Express | Led | Volume | Dance
"""Actions that limits can refuse; a stop and a question are always allowed."""


@dataclass(frozen=True, slots=True)
class Change:
    """A number that was lowered to its cap, or raised to its least."""

    name: str
    """The parameter: `speed_mps`, `yaw_rad`, `repeat`, `seconds`."""
    asked: float
    given: float


@dataclass(frozen=True, slots=True)
class Allowed:
    """`action` may be done as it is."""

    action: Action
    """Every number within its cap; a walk has its speed."""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing of it is done."""

    reason: RefusalReason
    detail: str = ""
    """What it is about: the cap that was passed (`forward_m`, `back_m`, `side_m`, `total_m`,
    `turn_rad`, `steps`), the ability or name that is lacking (`walk`, `wave`), the posture the
    body is in, the fault."""
    cap: float | None = None
    """The number that would still be allowed, in the unit of `detail`."""
    step: int | None = None
    """Of a sequence: which step, from 0."""


@dataclass(frozen=True, slots=True)
class Ask:
    """`action` may be done after it was read back and a person said yes."""

    action: Action
    why: AskReason
    changes: tuple[Change, ...] = ()


Verdict = Allowed | Refused | Ask
