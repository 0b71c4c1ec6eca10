"""What the numbers and names of an action forbid, whatever state the body is in."""

import math
from collections.abc import Sequence as Many
from dataclasses import replace

from nlu.abilities import Abilities, MotionCaps
from nlu.actions import Dance, Express, Gesture, Led, Look, Posture, Turn, Volume, Walk
from robot.body.rules import Rules
from robot.body.verdict import Allowed, Change, Governed, Refused

SLACK = 1e-3
"""A millimetre or a milliradian over a cap is rounding, not disobedience."""
_IN_TIME_SHARE = 0.8
"""Of the longest time; the rest is for speeding up and corrections."""


def within_limits(action: Governed, abilities: Abilities, rules: Rules) -> Allowed | Refused:
    """`action` with every number within its cap, or why the body never can do it like this."""
    caps = rules.caps_of(abilities.caps)
    match action:
        case Walk():
            limited = _limited_walk(action, abilities, caps, rules)
        case Turn():
            limited = _limited_turn(action, abilities, caps)
        case Look():
            limited = _limited_look(action, abilities, caps)
        case Gesture():
            limited = _limited_gesture(action, abilities.gestures, rules)
        case Dance():
            limited = _limited_dance(action, abilities.dances, rules)
        case Posture(name=name):
            limited = _if_able(action, name, name in abilities.postures)
        case Express(emotion=emotion):
            limited = _if_able(action, emotion, emotion in abilities.emotions)
        case Led():
            limited = _limited_light(action, abilities.led)
        case Volume():
            limited = _limited_volume(action, abilities.volume)
    return limited


def length_m(walk: Walk) -> float:
    """How far a walk goes."""
    return math.hypot(walk.dx_m, walk.dy_m)


def _limited_walk(
    walk: Walk, abilities: Abilities, caps: MotionCaps, rules: Rules
) -> Allowed | Refused:
    distance_m = length_m(walk)
    if not math.isfinite(distance_m) or distance_m < SLACK:
        return Refused("not_sensible", "walk")
    ways = _ways(walk, caps)
    if refusal := _way_forbids(ways, abilities.walks):
        return refusal
    # Slow enough for each axis on its own: a cap of the side holds for the part sideways.
    fastest_mps = min(cap_mps * distance_m / part_m for _, part_m, _, cap_mps in ways)
    asked = walk.speed_mps
    if asked is None:
        return Allowed(replace(walk, speed_mps=min(caps.usual_mps, fastest_mps)))
    if not asked > 0:
        return Refused("not_sensible", "speed_mps")
    # A walk that could not end in its time is not begun so slowly.
    slowest_mps = max(rules.caps.min_mps, distance_m / (_IN_TIME_SHARE * rules.of("walk").max_s))
    given = min(max(asked, slowest_mps), fastest_mps)
    return Allowed(replace(walk, speed_mps=given), _change("speed_mps", asked, given))


def _way_forbids(ways: list[tuple[str, float, float, float]], walks: bool) -> Refused | None:
    if not walks:
        return Refused("not_able", "walk")
    for name, _, cap_m, cap_mps in ways:
        if min(cap_m, cap_mps) <= 0:
            return Refused("not_able", name)
    for name, part_m, cap_m, _ in ways:
        if part_m > cap_m + SLACK:
            return Refused("too_far", name, cap_m)
    return None


def _ways(walk: Walk, caps: MotionCaps) -> list[tuple[str, float, float, float]]:
    """(name, metres, cap in metres, cap of speed) for each axis the walk goes along."""
    ahead = (
        ("forward_m", walk.dx_m, caps.max_forward_m, caps.max_forward_mps)
        if walk.dx_m > 0
        else ("back_m", -walk.dx_m, caps.max_back_m, caps.max_back_mps)
    )
    side = ("side_m", abs(walk.dy_m), caps.max_side_m, caps.max_side_mps)
    return [way for way in (ahead, side) if way[1] > SLACK / 2]


def _limited_turn(turn: Turn, abilities: Abilities, caps: MotionCaps) -> Allowed | Refused:
    if not math.isfinite(turn.angle_rad) or abs(turn.angle_rad) < SLACK:
        return Refused("not_sensible", "turn")
    if not abilities.turns or min(caps.max_turn_rad, caps.max_turn_radps) <= 0:
        return Refused("not_able", "turn")
    if abs(turn.angle_rad) > caps.max_turn_rad + SLACK:
        return Refused("too_far", "turn_rad", caps.max_turn_rad)
    return Allowed(turn)


def _limited_look(look: Look, abilities: Abilities, caps: MotionCaps) -> Allowed | Refused:
    angles = {"yaw_rad": look.yaw_rad, "pitch_rad": look.pitch_rad}
    asked = {name: angle for name, angle in angles.items() if angle is not None}
    if not all(map(math.isfinite, asked.values())) or (not asked and look.direction is None):
        return Refused("not_sensible", "look")
    if not abilities.looks:
        return Refused("not_able", "look")
    most = {"yaw_rad": caps.max_yaw_look_rad, "pitch_rad": caps.max_pitch_look_rad}
    given = {name: min(max(angle, -most[name]), most[name]) for name, angle in asked.items()}
    changes = [change for name in asked for change in _change(name, asked[name], given[name])]
    limited = replace(look, yaw_rad=given.get("yaw_rad"), pitch_rad=given.get("pitch_rad"))
    return Allowed(limited, tuple(changes))


def _limited_gesture(gesture: Gesture, able: Many[str], rules: Rules) -> Allowed | Refused:
    given = min(max(gesture.repeat, 1), rules.caps.max_gesture_repeats)
    return _if_able(
        replace(gesture, repeat=given),
        gesture.name,
        gesture.name in able,
        _change("repeat", gesture.repeat, given),
    )


def _limited_dance(dance: Dance, able: Many[str], rules: Rules) -> Allowed | Refused:
    if not 0 < dance.seconds < math.inf:
        return Refused("not_sensible", "dance")
    given = min(dance.seconds, rules.caps.max_dance_s)
    known = bool(able) and (dance.name == "any" or dance.name in able)
    return _if_able(
        replace(dance, seconds=given), "dance", known, _change("seconds", dance.seconds, given)
    )


def _limited_light(led: Led, able: bool) -> Allowed | Refused:
    asked = {"r": led.r, "g": led.g, "b": led.b}
    given = {name: min(max(value, 0), 255) for name, value in asked.items()}
    changes = [change for name in asked for change in _change(name, asked[name], given[name])]
    return _if_able(Led(**given), "led", able, tuple(changes))


def _limited_volume(volume: Volume, able: bool) -> Allowed | Refused:
    given = min(max(volume.percent, -100 if volume.relative else 0), 100)
    changes = _change("percent", volume.percent, given)
    return _if_able(replace(volume, percent=given), "volume", able, changes)


def _if_able(
    action: Governed, detail: str, able: bool, changes: tuple[Change, ...] = ()
) -> Allowed | Refused:
    return Allowed(action, changes) if able else Refused("not_able", detail)


def _change(name: str, asked: float, given: float) -> tuple[Change, ...]:
    return (Change(name, asked, given),) if abs(asked - given) > SLACK else ()
