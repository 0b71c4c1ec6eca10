"""How careful a body is with words: caps, risks, states. Data that a robot team can edit."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY, read_text
from config.section import Positive, Seconds, Section, Share
from nlu.abilities import MotionCaps
from nlu.actions import GestureName, PostureName

RULES_FILE = CONFIG_DIRECTORY / "body.toml"
NEVER_BY_WORDS = 4
"""The risk class of what nobody may ask for."""

GovernedName = Literal[
    "walk", "turn", "look", "gesture", "posture", "express", "led", "volume", "dance"
]
"""Actions that rules can forbid; stop and query are always allowed."""
GOVERNED_NAMES: tuple[GovernedName, ...] = get_args(GovernedName)

Cap = Annotated[float, Meta(ge=0.0)]
Positives = Annotated[float, Meta(gt=0.0)]
PostureNames = tuple[PostureName, ...]

_DISTANCES = ("max_forward_m", "max_back_m", "max_side_m")
_SPEEDS = (
    "max_forward_mps",
    "max_back_mps",
    "max_side_mps",
    "usual_mps",
    "max_turn_radps",
    "usual_turn_radps",
)


class CapRules(Section, frozen=True):
    """Caps below the body's own (None: the body's own), and those that no body publishes."""

    min_mps: Positives
    max_total_m: Cap
    max_gesture_repeats: Positive
    max_dance_s: Cap
    max_forward_m: Cap | None = None
    max_back_m: Cap | None = None
    max_side_m: Cap | None = None
    max_forward_mps: Cap | None = None
    max_back_mps: Cap | None = None
    max_side_mps: Cap | None = None
    usual_mps: Cap | None = None
    max_turn_rad: Cap | None = None
    max_turn_radps: Cap | None = None
    usual_turn_radps: Cap | None = None
    max_yaw_look_rad: Cap | None = None
    max_pitch_look_rad: Cap | None = None


class BatteryRules(Section, frozen=True):
    """When the battery forbids."""

    low_share: Share


class FaultRules(Section, frozen=True):
    """When a fault forbids."""

    may_move_with: tuple[str, ...]


class ConfirmRules(Section, frozen=True):
    """What is read back first."""

    walk_over_m: Cap
    back_over_m: Cap
    from_risk: Annotated[int, Meta(ge=0, le=NEVER_BY_WORDS)]


class ActionRules(Section, frozen=True):
    """One action: its risk and the states it may begin in."""

    risk: Annotated[int, Meta(ge=0, le=NEVER_BY_WORDS)]
    postures: PostureNames
    needs_battery: bool
    while_moving: bool
    while_busy: bool
    max_s: Seconds


class ActionTable(Section, frozen=True):
    """The closed set; an action that is not here cannot be written into the file."""

    walk: ActionRules
    turn: ActionRules
    look: ActionRules
    gesture: ActionRules
    posture: ActionRules
    express: ActionRules
    led: ActionRules
    volume: ActionRules
    dance: ActionRules


class Rules(Section, frozen=True):
    """All of `config/body.toml`."""

    speed_share: Annotated[float, Meta(gt=0.0, le=1.0)]
    distance_share: Annotated[float, Meta(gt=0.0, le=1.0)]
    caps: CapRules
    battery: BatteryRules
    faults: FaultRules
    confirm: ConfirmRules
    action: ActionTable
    gesture_postures: Mapping[GestureName, PostureNames]
    posture_from: Mapping[PostureName, PostureNames]

    def of(self, name: GovernedName) -> ActionRules:
        """The rules of one action."""
        rules: ActionRules = getattr(self.action, name)
        return rules

    @property
    def max_total_m(self) -> float:
        """The cap of all walks of one sequence together."""
        return self.distance_share * self.caps.max_total_m

    def caps_of(self, body: MotionCaps) -> MotionCaps:
        """The caps that hold: the body's, lowered by the rules, never raised."""
        lowered: dict[str, float] = {}
        for name in (field.name for field in fields(MotionCaps)):
            own: float = getattr(body, name)
            ours: float | None = getattr(self.caps, name, None)
            lowered[name] = self._share_of(name) * (own if ours is None else min(own, ours))
        # "usual" over the cap would be slowed at every walk, and told as a change each time.
        lowered["usual_mps"] = min(lowered["usual_mps"], lowered["max_forward_mps"])
        lowered["usual_turn_radps"] = min(lowered["usual_turn_radps"], lowered["max_turn_radps"])
        return replace(body, **lowered)

    def _share_of(self, cap: str) -> float:
        if cap in _SPEEDS:
            return self.speed_share
        return self.distance_share if cap in _DISTANCES else 1.0


def load_rules(file: Path | None = None) -> Rules:
    """The rules of `config/body.toml`, with those of `file` in their place where it has some.

    Raises ConfigurationError with the file and the key of a fault.
    """
    values = _read(RULES_FILE)
    if file is not None and file != RULES_FILE:
        values = _merged(values, _read(file))
    try:
        return msgspec.convert(values, Rules)
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"{file or RULES_FILE}: these rules of the body cannot be used: {error}."
            f" {RULES_FILE.name} in {CONFIG_DIRECTORY} shows every key."
        ) from error


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(read_text(file, "file of body rules"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: this is not valid TOML: {error}.") from error


def _merged(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """`below` with every value of `above`, table by table."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both_tables = isinstance(value, dict) and isinstance(under, dict)
        merged[key] = _merged(under, value) if both_tables else value  # type: ignore[arg-type]  # both are tables
    return merged
