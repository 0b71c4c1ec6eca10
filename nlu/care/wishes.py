"""What people say about how Sori speaks, what it said, what it keeps and what it is."""

from dataclasses import dataclass
from typing import Literal

PreferenceKey = Literal[
    "tone",
    "speech_level",
    "length",
    "rate",
    "volume",
    "pitch",
    "robot_name",
    "user_name",
    "language",
    "audience",
]
"""The fields of `config.preferences.Preferences`."""

Reported = Literal["hurt", "wrong", "unwanted"]
Forgotten = Literal["last", "conversation", "me"]
Topic = Literal[
    "who",
    "person",
    "can_do",
    "wrong",
    "keep",
    "hear",
    "limits",
    "feelings",
    "cloud",
    "time",
    "date",
]


@dataclass(frozen=True, slots=True)
class ChangePreference:
    """A preference shall be `value`; or, where that is None, one `step` more or less (+1, -1).

    Of `rate`, `volume` and `pitch` the value is a factor (0.5 for "fifty percent"), as it was said:
    whoever applies it keeps it within bounds. "" as `user_name` or `language` means none.
    """

    key: PreferenceKey
    value: str | float | None = None
    step: int = 0


@dataclass(frozen=True, slots=True)
class UndoPreference:
    """As it was before the last change."""


@dataclass(frozen=True, slots=True)
class ResetPreferences:
    """All preferences as they come from the settings."""


@dataclass(frozen=True, slots=True)
class AskPreference:
    """How a preference is set now."""

    key: PreferenceKey


@dataclass(frozen=True, slots=True)
class Report:
    """What Sori said last hurt, was wrong, or is not to be said again."""

    kind: Reported


@dataclass(frozen=True, slots=True)
class Forget:
    """What was kept shall be deleted: the last turn, this conversation, all of this person."""

    what: Forgotten


@dataclass(frozen=True, slots=True)
class About:
    """A question about what Sori is, hears and keeps."""

    topic: Topic


Wish = (
    ChangePreference | UndoPreference | ResetPreferences | AskPreference | Report | Forget | About
)
