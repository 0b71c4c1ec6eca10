"""An action in words: as something done, to be done, or done before something else."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from config.body_phrases import BodyBook, Deed
from nlu import actions
from nlu.actions import (
    Action,
    Dance,
    Express,
    Gesture,
    Led,
    Look,
    Posture,
    Query,
    Single,
    Stop,
    Turn,
    Volume,
    Walk,
)
from robot.acting.sentences import fitted, listed
from robot.acting.spoken_measures import SpokenMeasures, finite
from robot.body.state import Measured

_STRAIGHT_SHARE = 0.15
"""A sideways part smaller than this share of the way is drift, and not told."""


@dataclass(frozen=True, slots=True)
class Words:
    """The forms of one deed; see `config.body_phrases.Deed`."""

    did: str
    do: str
    then: str


class Wording:
    """The actions of one language."""

    def __init__(self, book: BodyBook) -> None:
        self._book = book
        self.measures = SpokenMeasures(book)

    def planned(self, action: Action) -> Words:
        """The words for `action` with the numbers it has; `do` is what they are good for."""
        if isinstance(action, actions.Sequence):
            return self.joined([self._planned(step) for step in action.steps])
        return self._planned(action)

    def performed(self, action: Single, measured: Measured | None, about: bool = False) -> Words:
        """The words for `action` with the numbers that were measured.

        `about`: the action ended before its end, so that its numbers are nobody's wish.
        """
        match action:
            case Walk():
                words = self._walked(measured, about)
            case Turn():
                words = self._turned(measured, about)
            case Gesture() if measured is not None and measured.repeats is not None:
                words = self._gesture(action, measured.repeats)
            case Volume() if measured is not None and measured.volume_percent is not None:
                percent = self.measures.percent(measured.volume_percent)
                words = self._words("volume", percent=percent)
            case Dance() if measured is not None and measured.seconds is not None:
                words = self._words("dance", time=self.measures.time(measured.seconds))
            case Dance():
                words = self._words("dance_unmeasured")
            case Posture() if measured is not None and measured.posture is not None:
                words = self._filled(self._book.postures[measured.posture])
            case _:
                words = self._planned(action)
        return words

    def joined(self, deeds: Sequence[Words]) -> Words:
        """Several deeds one after the other."""
        before = [deed.then for deed in deeds[:-1]]
        last = deeds[-1]
        to_do = before if self._links else [deed.do for deed in deeds[:-1]]
        return Words(
            did=listed([*before, last.did], self._book),
            do=listed([*to_do, last.do], self._book),
            then=listed([*before, last.then], self._book),
        )

    def path(self, x_m: float, y_m: float, place: bool = False, **how: bool) -> str:
        """A way along the floor: its parts forward and sideways, the longer one first."""
        ways = self._book.ways
        x_m, y_m = finite(x_m), finite(y_m)
        prefix = "place_" if place else ""
        parts = [
            (abs(x_m), ways[prefix + ("forward" if x_m >= 0 else "backward")]),
            (abs(y_m), ways[prefix + ("left" if y_m >= 0 else "right")]),
        ]
        parts.sort(key=lambda part: part[0], reverse=True)
        least_m = _STRAIGHT_SHARE * math.hypot(x_m, y_m)
        said = [
            ways["path"].format(distance=self.measures.distance(part_m, **how), way=way)
            for part_m, way in parts
            if part_m > least_m or part_m == parts[0][0]
        ]
        return ways["both"].format(first=said[0], second=said[1]) if said[1:] else said[0]

    def turning_way(self, angle_rad: float) -> str:
        """To the left or to the right."""
        return self._book.ways["turn_left" if angle_rad >= 0 else "turn_right"]

    @property
    def _links(self) -> bool:
        """Whether a deed before another has a form of its own, done or not (Korean)."""
        return bool(self._book.deeds["walk"].then)

    def _planned(self, action: Single) -> Words:
        match action:
            case Walk(dx_m=dx_m, dy_m=dy_m):
                words = self._words("walk", path=self.path(dx_m, dy_m, exact=True))
            case Turn(angle_rad=angle_rad):
                angle = self.measures.angle(angle_rad, exact=True)
                words = self._words("turn", angle=angle, way=self.turning_way(angle_rad))
            case Look(direction=None):
                words = self._words("look_angles")
            case Look(direction=direction):
                words = self._words("look", where=self._book.look[str(direction)])
            case Gesture(repeat=repeat):
                words = self._gesture(action, repeat)
            case Posture(name=name):
                words = self._filled(self._book.postures[name])
            case Express(emotion=emotion):
                words = self._words(f"express_{emotion}")
            case _:
                words = self._planned_device(action)
        return words

    def _planned_device(self, action: Led | Volume | Dance | Stop | Query) -> Words:
        match action:
            case Led(r=0, g=0, b=0):
                words = self._words("led_off")
            case Led(r=r, g=g, b=b):
                words = self._words("led", colour=self._colour(r, g, b))
            case Volume(percent=percent, relative=False):
                words = self._words("volume", percent=self.measures.percent(percent))
            case Volume(percent=percent):
                words = self._words("volume_up" if percent >= 0 else "volume_down")
            case Dance(seconds=seconds):
                words = self._words("dance", time=self.measures.time(seconds))
            case Stop():
                words = self._words("stop")
            case Query():
                words = self._words("query")
        return words

    def _walked(self, measured: Measured | None, about: bool) -> Words:
        if measured is None or measured.x_m is None or measured.y_m is None:
            return self._words("walk_unmeasured")
        return self._words("walk", path=self.path(measured.x_m, measured.y_m, about=about))

    def _turned(self, measured: Measured | None, about: bool) -> Words:
        if measured is None or measured.yaw_rad is None:
            return self._words("turn_unmeasured")
        angle = self.measures.angle(measured.yaw_rad, about=about)
        return self._words("turn", angle=angle, way=self.turning_way(measured.yaw_rad))

    def _gesture(self, gesture: Gesture, repeats: int) -> Words:
        deed = self._book.gestures[gesture.name]
        side = gesture.side or "none"
        where = "" if gesture.direction is None else self._book.point[gesture.direction]
        return self._filled(
            deed,
            side=deed.sides.get(side, self._book.sides[side]),
            times=self.measures.times(repeats) if repeats != 1 else "",
            where=where,
        )

    def _colour(self, *rgb: int) -> str:
        """The nearest colour that has a name; brightness does not matter."""
        brightest = max(rgb)
        pure = [255 * part / brightest for part in rgb]
        return min(self._book.colours.values(), key=lambda colour: math.dist(colour.rgb, pure)).word

    def _words(self, deed: str, **slots: str) -> Words:
        return self._filled(self._book.deeds[deed], **slots)

    def _filled(self, deed: Deed, **slots: str) -> Words:
        texts = (deed.did, deed.do, deed.then or deed.did)
        return Words(*(fitted(text.format(**slots)) for text in texts))
