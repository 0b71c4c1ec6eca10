"""What Sori says after an action, from what was measured and what became of it, nothing else.

A number that was asked for is said only where nothing was done: then it names what was not done.
"""

import math
from collections.abc import Sequence

from config.body_phrases import BodyBook, BodyPhrases
from nlu import actions
from nlu.abilities import Abilities
from nlu.actions import Action, Posture, Query, Single, Stop, Turn, Walk, action_name
from robot.acting.places import place_words
from robot.acting.sentences import listed, narrowest, sentence
from robot.acting.wording import Wording
from robot.body.state import REST_MPS, REST_RADPS, Measured, Performed
from robot.body.verdict import Refused

MOVED_M = 0.02
MOVED_RAD = math.radians(1.0)
"""Less than this nobody would call a motion."""
_TURNED_RAD = math.radians(10.0)
"""Facing this far from the start is told."""
NO_BODY = "none"
"""The name of a body that is not there."""
_MOST_ABILITIES = 8
"""More than a person would listen to."""


class Reporter:
    """Reports of one body, in any language."""

    def __init__(self, phrases: BodyPhrases, abilities: Abilities) -> None:
        self._phrases = phrases
        self._abilities = abilities

    def report(
        self,
        performed: Performed,
        language: str,
        refused: Refused | None = None,
        reckoned: bool = False,
    ) -> str:
        """The sentences about `performed`; `refused` knows more of a refusal than its reason.

        `reckoned`: the body measures nothing of its place, its numbers are those it was told.
        """
        book = self._phrases.book(language)
        return _Report(book, self._abilities, reckoned).of(performed, refused)


class _Report:
    """Reports in one language."""

    def __init__(self, book: BodyBook, abilities: Abilities, reckoned: bool) -> None:
        self._book = book
        self._wording = Wording(book)
        self._abilities = abilities
        self._reckoned = reckoned

    def of(self, performed: Performed, refused: Refused | None = None) -> str:
        action = performed.action
        if isinstance(action, actions.Sequence) and performed.steps:
            return self._steps(action, performed.steps, refused)
        if isinstance(action, Query):
            return self._answer(action, performed)
        match performed.outcome:
            case "done":
                said = self._done(performed)
            case "stopped":
                said = self._stopped(performed)
            case "refused":
                said = self._refused(performed, refused)
            case "failed":
                said = self._failed(performed)
            case "needs_confirmation":
                said = sentence(self._book.ask["any"], do=self._wording.planned(action).do)
        return said

    # --- outcomes -------------------------------------------------------------------------------

    def _done(self, performed: Performed) -> str:
        action, measured, done = performed.action, performed.measured, self._book.done
        match action:
            case Stop():
                return done["stop" if _moved(measured) else "still"]
            case Walk() if not _went(measured):
                return done["walk_nothing"]
            case Turn() if not _turned(measured):
                return done["turn_nothing"]
            case Posture(name=name) if performed.reason == "already":
                return sentence(done["already"], now=self._now(measured, name))
            case actions.Sequence(steps=steps):  # without its parts nothing was measured
                return self._failed(performed) if steps else done["still"]
        return self._did([action], self._wording.performed(action, measured).did)

    def _did(self, done: Sequence[Action], did: str) -> str:
        reckoned = self._reckoned and any(isinstance(action, Walk | Turn) for action in done)
        return sentence(self._book.done["reckoned" if reckoned else "any"], did=did)

    def _stopped(self, performed: Performed) -> str:
        action, measured = performed.action, performed.measured
        reason = performed.reason or "any"
        do = self._wording.planned(action).do
        if measured is None or isinstance(action, actions.Sequence | Stop | Query):
            return sentence(narrowest(self._book.stopped_before, reason), do=do)
        if _has_numbers(action, measured):
            did = self._wording.performed(action, measured, about=True).did
            return sentence(narrowest(self._book.stopped, reason), did=did, do=do)
        began = not isinstance(action, Walk | Turn)  # these are measured: they did not even begin
        sentences = self._book.stopped_within if began else self._book.stopped_before
        return sentence(narrowest(sentences, reason), do=do)

    def _refused(self, performed: Performed, refused: Refused | None) -> str:
        action = performed.action
        reason = refused.reason if refused is not None else performed.reason or "any"
        keys, cap = [f"{reason}.{action_name(action)}", reason], ""
        if reason == "not_able" and self._abilities.body == NO_BODY:
            return self._book.refused["no_body"]
        if refused is not None:
            keys.insert(0, f"{reason}.{refused.detail}")
            cap = self._cap(refused)
            if isinstance(action, actions.Sequence) and refused.step is not None:
                action = action.steps[refused.step]
        template = narrowest(self._book.refused, *keys)
        if "{cap}" in template and not cap:
            template = self._book.refused.get(reason, self._book.refused["any"])
        return sentence(template, do=self._wording.planned(action).do, cap=cap, count=cap)

    def _failed(self, performed: Performed) -> str:
        template = narrowest(self._book.failed, performed.reason or "any")
        if "{now}" in template and (performed.measured is None or not performed.measured.posture):
            template = self._book.failed["any"]
        do = self._wording.planned(performed.action).do
        return sentence(template, do=do, now=self._now(performed.measured))

    def _steps(
        self, action: actions.Sequence, steps: Sequence[Performed], refused: Refused | None
    ) -> str:
        """Everything done in one sentence, then the step that was not, then what was left."""
        said: list[str] = []
        deeds = [step for step in steps if step.outcome == "done" and _is_deed(step)]
        if len(deeds) == 1:
            said.append(self.of(deeds[0]))
        elif deeds:
            words = self._wording.joined([self._wording.performed(*_told(step)) for step in deeds])
            said.append(self._did([step.action for step in deeds], words.did))
        questions = [step for step in steps[:-1] if isinstance(step.action, Query)]
        said += map(self.of, questions)
        if steps[-1].outcome != "done" or isinstance(steps[-1].action, Query):
            said.append(self.of(steps[-1], refused))
        if len(steps) < len(action.steps):
            said.append(self._book.steps["rest_left"])
        return " ".join(said) or self._book.done["still"]

    # --- answers --------------------------------------------------------------------------------

    def _answer(self, query: Query, performed: Performed) -> str:
        answers, measured = self._book.answers, performed.measured
        if query.about == "can_do":
            return self._can_do()
        if performed.outcome == "failed":
            return self._failed(performed)
        known = performed.outcome == "done" and measured is not None
        if query.about == "battery":
            share = measured.battery_share if known and measured is not None else None
            if share is None:
                return answers["battery_unknown"]
            return sentence(answers["battery"], percent=self._wording.measures.percent(100 * share))
        return self._pose(measured) if known and measured is not None else answers["pose_untold"]

    def _pose(self, measured: Measured) -> str:
        answers, now = self._book.answers, self._now(measured)
        if measured.x_m is None or measured.y_m is None:
            return sentence(answers["pose_unknown"], now=now) if now else answers["pose_untold"]
        place = place_words(measured.x_m, measured.y_m, self._wording, answers)
        yaw_rad = math.remainder(measured.yaw_rad or 0.0, math.tau)
        key = "pose" if abs(yaw_rad) < _TURNED_RAD else "pose_turned"
        angle, way = self._wording.measures.angle(yaw_rad), self._wording.turning_way(yaw_rad)
        return sentence(answers[key], now=now, place=place, angle=angle, way=way)

    def _can_do(self) -> str:
        names = able_names(self._abilities)
        if not names:
            return self._book.answers["can_do_nothing"]
        words = [self._book.abilities[name] for name in names[:_MOST_ABILITIES]]
        if len(names) <= _MOST_ABILITIES:
            return sentence(self._book.answers["can_do"], list=listed(words, self._book))
        many = self._book.lists["comma"].join(words)
        return sentence(self._book.answers["can_do_more"], list=many)

    # --- parts ----------------------------------------------------------------------------------

    def _now(self, measured: Measured | None, otherwise: actions.PostureName = "stand") -> str:
        posture = measured.posture if measured is not None and measured.posture else otherwise
        return self._book.postures[posture].now

    def _cap(self, refused: Refused) -> str:
        measures, cap = self._wording.measures, refused.cap
        if cap is None:
            return ""
        if refused.detail.endswith("_m"):
            return measures.distance(cap)
        if refused.detail.endswith("_rad"):
            return measures.angle(cap)
        return measures.count(round(cap))


def has_moved(performed: Performed) -> bool:
    """Whether anything happened that Sori may say it has done."""
    if performed.outcome == "done":
        return isinstance(performed.action, Stop) or _is_deed(performed)
    began = performed.outcome in ("stopped", "failed") and performed.measured is not None
    return began and _is_deed(performed)


def able_names(abilities: Abilities) -> list[str]:
    """What a body can do, by the names of `abilities` in the phrase files."""
    can = {
        "walk": abilities.walks,
        "turn": abilities.turns,
        "look": abilities.looks,
    }
    names = [name for name, able in can.items() if able]
    names += [*abilities.gestures, *abilities.postures]
    more = {
        "dance": bool(abilities.dances),
        "express": bool(abilities.emotions),
        "led": abilities.led,
        "volume": abilities.volume,
    }
    return names + [name for name, able in more.items() if able]


def _told(step: Performed) -> tuple[Single, Measured | None]:
    assert not isinstance(step.action, actions.Sequence)
    return step.action, step.measured


def _is_deed(step: Performed) -> bool:
    """Whether something was done that is worth a word among other deeds."""
    match step.action:
        case Stop() | Query() | actions.Sequence():
            return False
        case Walk():
            return _went(step.measured)
        case Turn():
            return _turned(step.measured)
    return step.reason != "already"


def _has_numbers(action: Action, measured: Measured) -> bool:
    """Whether it was measured how far `action` got, and it got somewhere."""
    match action:
        case Walk():
            return measured.x_m is not None and _went(measured)
        case Turn():
            return measured.yaw_rad is not None and _turned(measured)
        case actions.Gesture():
            return bool(measured.repeats)
        case actions.Dance():
            return (measured.seconds or 0.0) >= 1.0
    return False


def _went(measured: Measured | None) -> bool:
    """Whether the body left its place; where that is not measured, it counts as having done so."""
    if measured is None or measured.x_m is None or measured.y_m is None:
        return True
    return math.hypot(measured.x_m, measured.y_m) >= MOVED_M


def _turned(measured: Measured | None) -> bool:
    return measured is None or measured.yaw_rad is None or abs(measured.yaw_rad) >= MOVED_RAD


def _moved(measured: Measured | None) -> bool:
    """Whether a body that was told to stop had been moving."""
    if measured is None:
        return False
    far_m = math.hypot(measured.x_m or 0.0, measured.y_m or 0.0)
    return far_m > REST_MPS or abs(measured.yaw_rad or 0.0) > REST_RADPS or bool(measured.seconds)
