"""Where the body stands, in words relative to where it started."""

import math

from config.body_phrases import Texts
from robot.acting.wording import Wording

AT_START_M = 0.1
"""Nearer than this is still where it started."""


def place_words(x_m: float, y_m: float, wording: Wording, texts: Texts) -> str:
    """The place with `at_start` and `from_start` of `texts`."""
    if math.hypot(x_m, y_m) < AT_START_M:
        return texts["at_start"]
    return texts["from_start"].format(path=wording.path(x_m, y_m, place=True))
