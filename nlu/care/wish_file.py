"""The data of wishes: `config/care/<language>.toml`, phrases as in docs/commands.md.

A key of `[wishes]` says what its phrases mean: `length=short`, `rate+`, `rate-`, `user_name=`
(none), `user_name` (the `{name}` in the phrase), `language` (the `{language}` in it), `volume` (the
`{percent}`), `undo`, `reset`, `ask.rate`, `report.hurt`, `forget.me`, `about.who`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import msgspec

from config.data_file import read_data
from config.load import CONFIG_DIRECTORY
from config.preferences import Preferences
from nlu.care.wishes import (
    About,
    AskPreference,
    ChangePreference,
    Forget,
    Forgotten,
    PreferenceKey,
    Report,
    Reported,
    ResetPreferences,
    Topic,
    UndoPreference,
    Wish,
)
from nlu.commands.grammar_file import Mood, Phrases

CARE_DIRECTORY = CONFIG_DIRECTORY / "care"
FACTORS: frozenset[str] = frozenset(["rate", "volume", "pitch"])
NAMES: frozenset[str] = frozenset(["robot_name", "user_name"])
_MOST_FACTOR = 2.0
"""More was misheard or is a joke."""
_STEPS = {"+": 1, "-": -1}

_PLAIN: Mapping[str, Wish] = {
    "undo": UndoPreference(),
    "reset": ResetPreferences(),
    **{f"ask.{key}": AskPreference(key) for key in get_args(PreferenceKey)},
    **{f"report.{kind}": Report(kind) for kind in get_args(Reported)},
    **{f"forget.{what}": Forget(what) for what in get_args(Forgotten)},
    **{f"about.{topic}": About(topic) for topic in get_args(Topic)},
}
"""The wishes that a key says in full."""


class Around(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said around a wish and changes nothing."""

    dropped: Phrases = ()
    """Single words, taken out before anything is read."""
    said: Phrases = ()
    request: Phrases = ()
    """`could you`: what makes a wish of a question."""


class WishFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The wordings of one language."""

    around: Around
    wishes: dict[str, Phrases]
    orders: dict[str, Phrases] = {}
    """The same, but after a request they ask something else: "can you speak Korean"."""
    questions: dict[str, Phrases] = {}
    """The same that stay what they are with a question mark: "how can you say that"."""
    macros: dict[str, str] = {}
    parts: dict[str, Phrases] = {}
    """Pieces of phrases by name, looked up where `{name}` stands."""
    languages: dict[str, Phrases] = {}
    """Language code to what it is called."""
    percent: Phrases = ()
    """How a share is said, `{n}` the number in it."""
    endings: dict[str, dict[Mood, Phrases]] = {}
    """Korean: what follows the forms of a verb."""
    no_names: Phrases = ()
    """Words that are no part of a name: "call me later"."""
    whole_names: Phrases = ()
    """Korean names that end in 이 themselves."""
    bears_out: Phrases = ()
    """Only with one of these in the sentence may another word be misheard; none: always."""
    meant: Phrases = ()
    """Words near the grammar's that are no mishearings of them."""


def read_wishes(folder: Path, language: str) -> WishFile:
    """One language's wordings; ConfigurationError when they cannot be used."""
    file = folder / f"{language}.toml"
    return read_data(file, WishFile, "list of wishes")


def wish_of(key: str, said: Mapping[str, str | float]) -> Wish | None:
    """What the phrases under `key` mean with these slots filled; None: the key means nothing."""
    if key in _PLAIN:
        return _PLAIN[key]
    return None if "." in key.partition("=")[0] else _change(key, said)


def _change(key: str, said: Mapping[str, str | float]) -> ChangePreference | None:
    if key[-1] in _STEPS:
        stepped = _preference(key[:-1])
        return ChangePreference(stepped, step=_STEPS[key[-1]]) if stepped else None
    name, given, value = key.partition("=")
    preference = _preference(name)
    if preference is None:
        return None
    if given:
        return _given(preference, value)
    if preference in FACTORS:
        percent = said.get("percent", said.get("n", 100.0))
        factor = float(percent) / 100
        return ChangePreference(preference, factor) if factor <= _MOST_FACTOR else None
    slot = "name" if preference in NAMES else preference
    return ChangePreference(preference, str(said.get(slot, "")))


def _given(preference: PreferenceKey, value: str) -> ChangePreference | None:
    """The change to a value that stands in the key, if the preference can have it."""
    try:
        new: str | float = float(value) if preference in FACTORS else value
        msgspec.convert({preference: new}, Preferences)
    except (ValueError, msgspec.ValidationError):
        return None
    return ChangePreference(preference, new)


def _preference(name: str) -> PreferenceKey | None:
    return next((key for key in get_args(PreferenceKey) if key == name), None)
