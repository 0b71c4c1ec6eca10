"""What numbers and names the form of one body allows."""

import math
from dataclasses import dataclass
from typing import Self

from nlu.abilities import Abilities
from nlu.form.number_range import NumberRange
from nlu.form.written import Way

LEAST_M = 0.05
LEAST_MPS = 0.05
REPEATS = NumberRange(1, 5)
DANCE_S = NumberRange(1, 60)
PERCENT = NumberRange(0, 100)
CHANGE_PERCENT = NumberRange(1, 100)
LIGHT = NumberRange(0, 255)
"""These no body publishes; its rules lower them before anything moves."""
_SLACK_RAD = 1e-3
"""A cap of 6.283 rad means 360 degrees."""
_MOST_RAD = 4 * math.pi
"""Of a body that publishes no end."""


@dataclass(frozen=True, slots=True)
class FormLimits:
    """The ways this body can go, with metres and speed for each, and how far it can turn."""

    abilities: Abilities
    walks: dict[Way, tuple[NumberRange, NumberRange]]
    degrees: NumberRange

    @classmethod
    def of(cls, abilities: Abilities) -> Self:
        """Those of a body; a way, or a turn, with a cap of 0 is left out."""
        caps = abilities.caps
        published: dict[Way, tuple[float, float]] = {
            "forward": (caps.max_forward_m, caps.max_forward_mps),
            "back": (caps.max_back_m, caps.max_back_mps),
            "left": (caps.max_side_m, caps.max_side_mps),
            "right": (caps.max_side_m, caps.max_side_mps),
        }
        walks = {
            way: (NumberRange(LEAST_M, most_m, 2), NumberRange(LEAST_MPS, most_mps, 2))
            for way, (most_m, most_mps) in published.items()
            if abilities.walks and most_m >= LEAST_M and most_mps >= LEAST_MPS
        }
        can_turn = abilities.turns and caps.max_turn_radps > 0
        most_rad = min(caps.max_turn_rad + _SLACK_RAD, _MOST_RAD) if can_turn else 0.0
        return cls(abilities, walks, NumberRange(1, math.floor(math.degrees(most_rad))))
