"""One moment of the simulated body, enough to draw it later and elsewhere."""

from dataclasses import dataclass

from robot.body.simulated.face import Face
from robot.body.state import BodyState


@dataclass(frozen=True, slots=True)
class Moment:
    """What a picture shows."""

    positions: tuple[float, ...]
    """Of everything that moves, as MuJoCo counts it."""
    face: Face
    state: BodyState
    notes: tuple[str, ...] = ()
    """Lines over the picture: what was heard, what was done."""
