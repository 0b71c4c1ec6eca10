"""The form in which a language model writes what a sentence wishes of the body.

Pure: what the connected body publishes becomes a grammar in which nothing else can be written, and
what was written is parsed as if there had been no grammar. It has no words for a joint, a motor or
a power state, none for what this body lacks, and no digits for a number over its caps:

    {"action": null}
    {"action": {"name": "walk", "way": "forward", "metres": 1.5}}
"""

import math

import msgspec

from nlu.abilities import Abilities
from nlu.actions import (
    MAX_STEPS,
    Action,
    Dance,
    Express,
    Gesture,
    Led,
    Look,
    Posture,
    Query,
    Sequence,
    Single,
    Stop,
    Turn,
    Volume,
    Walk,
)
from nlu.commands.reading import Command, NotACommand, Reading
from nlu.form import written
from nlu.form.limits import CHANGE_PERCENT, DANCE_S, LIGHT, PERCENT, REPEATS, FormLimits
from nlu.form.shapes import ALWAYS, LEAST_STEPS, grammar, shapes, shown

_MOST_CHARACTERS = 4_000
"""Eight long steps take a quarter of it."""


class ActionForm:
    """The form of one body. Its caps are those that hold: the rules' where they are lower."""

    def __init__(self, abilities: Abilities) -> None:
        self._abilities = abilities
        self._limits = FormLimits.of(abilities)
        self._shapes = shapes(self._limits)
        self.grammar = grammar((*self._shapes, ALWAYS))
        """GBNF: a model that is held to it writes this form and ends."""

    @property
    def is_empty(self) -> bool:
        """Whether this body does nothing that could be asked for, but tell what it can do."""
        return all(shape.name == "query" for shape in self._shapes)

    @property
    def shown(self) -> str:
        """All that can be asked for, for the instruction."""
        return shown((*self._shapes, ALWAYS))

    def parse(self, text: str) -> Reading:
        """What the form says, as a sentence that was heard with doubt.

        NotACommand with `no_command` where it says that there is no wish, with `not_sensible` for
        whatever is not this form or not for this body.
        """
        if len(text) > _MOST_CHARACTERS:
            return NotACommand("not_sensible")
        try:
            action = msgspec.json.decode(text.strip(), type=written.Filled).action
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return NotACommand("not_sensible")
        if action is None:
            return NotACommand()
        meant: Action | None
        if isinstance(action, written.Sequence):
            meant = self._sequence(action.steps)
        else:
            meant = self._single(action)
        return NotACommand("not_sensible") if meant is None else Command(meant, ("misheard",))

    def _sequence(self, steps: tuple[written.Step, ...]) -> Sequence | None:
        if not LEAST_STEPS <= len(steps) <= MAX_STEPS:
            return None
        meant = [step for given in steps if (step := self._single(given)) is not None]
        return Sequence(tuple(meant)) if len(meant) == len(steps) else None

    def _single(self, step: written.Step) -> Single | None:
        """None: this body cannot, or not so far or so much."""
        meant: Single | None
        match step:
            case written.Walk():
                meant = self._walk(step)
            case written.Turn():
                meant = self._turn(step)
            case written.Gesture():
                meant = self._gesture(step)
            case written.Look() | written.Posture() | written.Dance():
                meant = self._pose(step)
            case written.Express() | written.Led() | written.Volume():
                meant = self._sign(step)
            case written.Query(about=about):
                meant = Query(about) if about in self._abilities.queries else None
            case written.Stop():
                meant = Stop()
        return meant

    def _walk(self, walk: written.Walk) -> Walk | None:
        metres, speed = self._limits.walks.get(walk.way, (None, None))
        if metres is None or speed is None or not metres.has(walk.metres):
            return None
        if walk.mps is not None and not speed.has(walk.mps):
            return None
        x, y = {"forward": (1, 0), "back": (-1, 0), "left": (0, 1), "right": (0, -1)}[walk.way]
        return Walk(x * walk.metres, y * walk.metres, walk.mps)

    def _turn(self, turn: written.Turn) -> Turn | None:
        if not self._limits.degrees.has(turn.degrees):
            return None
        angle_rad = min(math.radians(turn.degrees), self._abilities.caps.max_turn_rad)
        return Turn(angle_rad if turn.way == "left" else -angle_rad)

    def _gesture(self, gesture: written.Gesture) -> Gesture | None:
        points = gesture.gesture == "point"
        able = gesture.gesture in self._abilities.gestures and REPEATS.has(gesture.repeat)
        if not able or points != (gesture.direction is not None):
            return None
        if points and gesture.side is not None:
            return None
        return Gesture(gesture.gesture, gesture.side, gesture.repeat, gesture.direction)

    def _pose(
        self, pose: written.Look | written.Posture | written.Dance
    ) -> Look | Posture | Dance | None:
        able = self._abilities
        match pose:
            case written.Look(direction=direction):
                return Look(direction=direction) if able.looks else None
            case written.Posture(posture=name):
                return Posture(name) if name in able.postures else None
            case written.Dance(dance=dance, seconds=seconds):
                known = bool(able.dances) and dance in ("any", *able.dances)
                return Dance(dance, float(seconds)) if known and DANCE_S.has(seconds) else None

    def _sign(
        self, sign: written.Express | written.Led | written.Volume
    ) -> Express | Led | Volume | None:
        able = self._abilities
        match sign:
            case written.Express(emotion=emotion):
                return Express(emotion) if emotion in able.emotions else None
            case written.Led(r=r, g=g, b=b):
                return Led(r, g, b) if able.led and all(map(LIGHT.has, (r, g, b))) else None
            case written.Volume(percent=percent, way=None):
                return Volume(percent) if able.volume and PERCENT.has(percent) else None
            case written.Volume(percent=percent, way=way):
                if not able.volume or not CHANGE_PERCENT.has(percent):
                    return None
                return Volume(percent if way == "up" else -percent, relative=True)
