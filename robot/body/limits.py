"""What of an action is allowed now: pure, and the same before the read-back and before moving.

Speeds over a cap are lowered, and what was changed is told. A distance is never shortened: who
said eight metres did not mean five, so it is refused with the cap, which Sori then names.
"""

from dataclasses import replace

from nlu.abilities import Abilities
from nlu.actions import (
    MAX_STEPS,
    Action,
    Gesture,
    Posture,
    PostureName,
    Query,
    Sequence,
    Single,
    Stop,
    Walk,
    action_name,
)
from robot.body.number_limits import SLACK, length_m, within_limits
from robot.body.rules import GOVERNED_NAMES, NEVER_BY_WORDS, GovernedName, Rules
from robot.body.state import STILL, BodyState
from robot.body.verdict import Allowed, Ask, AskReason, Change, Governed, Refused, Verdict

__all__ = ["Allowed", "Ask", "Change", "Refused", "Verdict", "check"]


def check(action: Action, abilities: Abilities, rules: Rules, state: BodyState) -> Verdict:
    """Whether `action` may begin in `state`, with which numbers, and whether to ask before."""
    if isinstance(action, Sequence):
        return _check_sequence(action, abilities, rules, state)
    if isinstance(action, Stop | Query):
        return Allowed(action)
    # First what it never can, then what it cannot now: "I have no arms" before "I am lying".
    limited = within_limits(action, abilities, rules)
    if isinstance(limited, Refused):
        return limited
    if refusal := _never_by_words(action, rules) or _state_forbids(action, rules, state):
        return refusal
    why = _why_ask(action, rules, state)
    return limited if why is None else Ask(limited.action, why, limited.changes)


def _check_sequence(
    action: Sequence, abilities: Abilities, rules: Rules, state: BodyState
) -> Verdict:
    if not action.steps:
        return Refused("not_sensible", "steps")
    if len(action.steps) > MAX_STEPS:
        return Refused("too_many", "steps", MAX_STEPS)
    steps: list[Single] = []
    changes: list[Change] = []
    asks: list[AskReason] = []
    for number, step in enumerate(action.steps):
        verdict = check(step, abilities, rules, state)
        if isinstance(verdict, Refused):
            return replace(verdict, step=number)
        assert not isinstance(verdict.action, Sequence)
        steps.append(verdict.action)
        changes += verdict.changes
        asks += [verdict.why] if isinstance(verdict, Ask) else []
        state = _state_after(step, state)
    total_m = sum(length_m(step) for step in steps if isinstance(step, Walk))
    cap_m = rules.max_total_m
    if total_m > cap_m + SLACK:
        return Refused("too_far", "total_m", cap_m)
    if not asks and total_m > rules.confirm.walk_over_m + SLACK:
        asks.append("far")
    limited = Sequence(tuple(steps))
    return Ask(limited, asks[0], tuple(changes)) if asks else Allowed(limited, tuple(changes))


def _state_after(step: Single, state: BodyState) -> BodyState:
    """The state that the next step will find."""
    posture = step.name if isinstance(step, Posture) else state.posture
    return replace(state, posture=posture, velocity=STILL, busy=False)


def _never_by_words(action: Governed, rules: Rules) -> Refused | None:
    name = governed_name(action)
    return Refused("not_allowed", name) if rules.of(name).risk >= NEVER_BY_WORDS else None


def _state_forbids(action: Governed, rules: Rules, state: BodyState) -> Refused | None:
    governed = rules.of(governed_name(action))
    passing = (None, *rules.faults.may_move_with)
    if governed.risk > 0 and state.fault not in passing:  # what cannot hurt needs no sound body
        return Refused("fault", state.fault or "")
    if state.posture not in _postures_for(action, rules):
        return Refused("wrong_posture", state.posture)
    if state.busy and not governed.while_busy:
        return Refused("occupied")
    if not state.is_still and not governed.while_moving:
        return Refused("moving")
    battery = state.battery_share
    if governed.needs_battery and battery is not None and battery < rules.battery.low_share:
        return Refused("low_battery", cap=rules.battery.low_share)
    return None


def _postures_for(action: Governed, rules: Rules) -> tuple[PostureName, ...]:
    general = rules.of(governed_name(action)).postures
    match action:
        case Gesture(name=gesture):
            return rules.gesture_postures.get(gesture, general)
        case Posture(name=posture):
            return rules.posture_from.get(posture, general)
    return general


def _why_ask(action: Governed, rules: Rules, state: BodyState) -> AskReason | None:
    match action:
        case Walk() if -action.dx_m > rules.confirm.back_over_m + SLACK:
            return "backward"
        case Walk() if length_m(action) > rules.confirm.walk_over_m + SLACK:
            return "far"
        case Posture(name=name) if name == state.posture:
            return None  # nothing will move
    if rules.of(governed_name(action)).risk < rules.confirm.from_risk:
        return None
    named: dict[str, AskReason] = {"posture": "posture", "dance": "dance"}
    return named.get(governed_name(action), "risk")


def governed_name(action: Governed) -> GovernedName:
    """The name under which the rules have `action`."""
    name = action_name(action)
    return next(governed for governed in GOVERNED_NAMES if governed == name)
