"""What becomes of a wished change of manner: pure, bounded, and with the words to say."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import msgspec

from config.preferences import MOST_NAME_CHARACTERS, Preferences
from nlu.care.wishes import ChangePreference, PreferenceKey

ORDERS: Mapping[str, Sequence[str]] = {
    "tone": ("playful", "friendly", "formal"),
    "speech_level": ("plain", "polite"),
    "length": ("short", "normal", "detailed"),
    "audience": ("adult", "general", "child"),
}
"""From less to more, as steps go; of the audience: stricter."""
STEPS: Mapping[str, float] = {"rate": 0.15, "volume": 0.2, "pitch": 0.1}
"""Small enough to be no shock, large enough to be heard."""
USUAL = 1.0
_NAME = re.compile(r"[^\W\d_](?:[ .'’-]?[^\W\d_])*")
"""Letters, and between them what names have; it goes into prompts."""
_MARKS = {ord(mark): " " for mark in "\u00a0\u202f\t\n"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence to say: its place in the phrase files and what fills its slots."""

    section: str
    key: str
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What holds after a wish, and what is said about it."""

    preferences: Preferences
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a voice may not change."""

    settings: Preferences
    """Of the file: its audience is the least strict one that a voice can ask for."""
    served: Sequence[str]
    """Languages that are understood."""
    talks: Sequence[str]
    """Those that a chat model speaks."""
    is_kind: Callable[[str], bool]
    """Whether a name may be said aloud."""


@cache
def bounds(key: str) -> tuple[float, float]:
    """The least and the most of a number among the preferences."""
    info = msgspec.inspect.type_info(Preferences)
    assert isinstance(info, msgspec.inspect.StructType)
    kind = next(part.type for part in info.fields if part.name == key)
    assert isinstance(kind, msgspec.inspect.FloatType)
    assert kind.ge is not None
    assert kind.le is not None
    return kind.ge, kind.le


def changed(wish: ChangePreference, now: Preferences, limits: Limits) -> Outcome:
    """The outcome of `wish`; preferences as `now` where it cannot be."""
    match wish.key:
        case "rate" | "volume" | "pitch":
            return _number(wish, now)
        case "robot_name" | "user_name":
            return _name(wish, now, limits)
        case "language":
            return _language(wish, now, limits)
        case _:
            return _choice(wish, now, limits)


def held_to(limits: Limits, wanted: Preferences) -> Preferences:
    """`wanted`, which may be of another day, within what the settings allow today."""
    audience = max(limits.settings.audience, wanted.audience, key=ORDERS["audience"].index)
    language = wanted.language if wanted.language in limits.talks else ""
    return msgspec.structs.replace(wanted, audience=audience, language=language)


def now_phrase(preferences: Preferences, key: PreferenceKey) -> Phrase:
    """How a preference is."""
    name, slots = _state(preferences, key)
    return Phrase("now", name, slots)


def differing(one: Preferences, other: Preferences) -> tuple[PreferenceKey, ...]:
    """The preferences that are not the same in both."""
    keys: tuple[PreferenceKey, ...] = (
        *("tone", "speech_level", "length", "rate", "volume"),
        *("pitch", "robot_name", "user_name", "language", "audience"),
    )
    return tuple(key for key in keys if getattr(one, key) != getattr(other, key))


def _number(wish: ChangePreference, now: Preferences) -> Outcome:
    key, old = wish.key, float(getattr(now, wish.key))
    least, most = bounds(key)
    value = wish.value
    if isinstance(value, str) or (value is None and not wish.step):
        return _refused(now, "value")
    wanted = old + wish.step * STEPS[key] if value is None else float(value)
    new = round(min(max(wanted, least), most), 2)
    beyond = not least - 1e-6 <= wanted <= most + 1e-6
    if beyond and (value is not None or new == old):
        phrase = Phrase("bound", f"{key}_{'most' if wanted > most else 'least'}")
    elif new == old:
        return _already(now, key)
    elif value is not None and new == USUAL:
        phrase = Phrase("changed", f"{key}_usual")
    else:
        phrase = Phrase("changed", f"{key}_{'more' if new > old else 'less'}")
    return Outcome(msgspec.structs.replace(now, **{key: new}), (phrase,))


def _choice(wish: ChangePreference, now: Preferences, limits: Limits) -> Outcome:
    key, order = wish.key, ORDERS[wish.key]
    old = order.index(getattr(now, key))
    if wish.value is None:
        place = old + wish.step
        if key == "length" and not 0 <= place < len(order):
            return Outcome(now, (Phrase("bound", f"{key}_{'most' if place > 0 else 'least'}"),))
        place = min(max(place, 0), len(order) - 1)
    elif wish.value in order:
        place = order.index(str(wish.value))
    else:
        return _refused(now, "value")
    if key == "audience" and place < order.index(limits.settings.audience):
        return _refused(now, "audience")
    if place == old:
        return _already(now, key)
    return _done(now, key, order[place])


def _name(wish: ChangePreference, now: Preferences, limits: Limits) -> Outcome:
    if not isinstance(wish.value, str):
        return _refused(now, "name_unclear")
    name = " ".join(wish.value.translate(_MARKS).split())
    if name == getattr(now, wish.key):
        return _already(now, wish.key)
    if name:
        if len(name) > MOST_NAME_CHARACTERS or not _NAME.fullmatch(name):
            return _refused(now, "name_unclear")
        if not limits.is_kind(name):
            return _refused(now, "name_unkind")
    return _done(now, wish.key, name)


def _language(wish: ChangePreference, now: Preferences, limits: Limits) -> Outcome:
    code = wish.value
    if not isinstance(code, str):
        return _refused(now, "value")
    if code == now.language:
        return _already(now, "language")
    if code in limits.talks or not code:
        return _done(now, "language", code)
    refused = "language_no_talk" if code in limits.served else "language_unserved"
    return _refused(now, refused, language=code, languages=" ".join(limits.talks))


def _done(now: Preferences, key: PreferenceKey, value: str) -> Outcome:
    new = msgspec.structs.replace(now, **{key: value})
    name, slots = _state(new, key)
    return Outcome(new, (Phrase("changed", name, slots),))


def _already(now: Preferences, key: PreferenceKey) -> Outcome:
    return Outcome(now, (Phrase("answers", "already"), now_phrase(now, key)))


def _refused(now: Preferences, key: str, **slots: str) -> Outcome:
    return Outcome(now, (Phrase("refused", key, slots),))


def _state(preferences: Preferences, key: PreferenceKey) -> tuple[str, dict[str, str]]:
    """The key of the phrase about a preference, and what fills its slots."""
    value = getattr(preferences, key)
    match key:
        case "rate" | "pitch" | "volume":
            state = "usual" if value == USUAL else "more" if value > USUAL else "less"
            return f"{key}_{state}", {}
        case "robot_name" | "user_name":
            return (f"{key}_set", {"name": value}) if value else (f"{key}_none", {})
        case "language":
            return ("language_set", {"language": value}) if value else ("language_any", {})
        case _:
            return f"{key}_{value}", {}
