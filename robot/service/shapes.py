"""What goes over the wire: every request and answer, checked and documented from one place."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.preferences import Preferences
from nlu.care.wishes import Forgotten, Reported
from robot.body.state import Measured, Outcome
from robot.live.events import LiveState
from robot.memory.feedback import Report
from robot.memory.turns import KeptTurn
from robot.service.live_control import Attention
from robot.turn_record import Emotion, Timings, TurnSafety

MOST_CHARACTERS = 2_000

EncodedTurn = Annotated[
    msgspec.Raw, Meta(extra_json_schema={"$ref": "#/components/schemas/TurnObject"})
]
"""A turn object, encoded already by `TurnRecord.as_json`."""
SpokenText = Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS, pattern=r"\S")]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request; unknown fields are refused."""


class TextRequest(Strict, frozen=True):
    """Words to say or to answer."""

    text: SpokenText


class Nothing(Strict, frozen=True):
    """A request that needs no words: `{}`."""


class ModeRequest(Strict, frozen=True):
    """How to attend, or the talk button; one of both."""

    mode: Attention | None = None
    pressed: bool | None = None


class ForgetRequest(Strict, frozen=True):
    """What to delete."""

    what: Forgotten


class FeedbackRequest(Strict, frozen=True):
    """What somebody says of a reply."""

    turn: Annotated[int, Meta(ge=1)]
    """Number of a turn of this run."""
    kind: Reported


class Queued(msgspec.Struct, frozen=True):
    """It will be said."""

    queued: bool = True


class StoppedAnswer(msgspec.Struct, frozen=True):
    """Body, thought and voice were told to stop."""

    stopped: bool = True


class IntentObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the sentence asks the body for."""

    name: str
    arguments: msgspec.Raw


class ActionObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was asked of the body, what came of it, and what was measured."""

    requested: msgspec.Raw
    outcome: Outcome
    reason: str | None
    measured: Measured | None


class TurnObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The turn object of DESIGN.md, as other programs read it; absent facts are null."""

    file: str | None
    turn: int
    start_s: float | None
    end_s: float | None
    transcript: str
    language: str | None
    language_confidence: float | None
    no_speech: bool
    emotion: Emotion | None
    intent: IntentObject | None
    action: ActionObject | None
    reply: str | None
    reply_language: str | None
    safety: TurnSafety
    audio: str | None
    timings_ms: Timings


class Turns(msgspec.Struct, frozen=True):
    """Turn objects, the newest last."""

    turns: list[EncodedTurn]


class Alive(msgspec.Struct, frozen=True):
    """Whether the ear goes on."""

    alive: bool


class PartHealth(msgspec.Struct, frozen=True):
    """One part."""

    ok: bool
    message: str | None = None
    """Why it does not work, and what to do."""
    device: str | None = None
    """Of microphone and speaker, while they are open."""


class Ready(msgspec.Struct, frozen=True):
    """Whether somebody who speaks now is answered."""

    ready: bool
    parts: dict[str, PartHealth]


class BodyNow(msgspec.Struct, frozen=True):
    """Where the body is and how it stands."""

    name: str
    posture: str
    battery_share: float | None
    x_m: float
    y_m: float
    yaw_rad: float
    moving: bool


class ModelsNow(msgspec.Struct, frozen=True):
    """Names of the models in use."""

    recognition: str
    chat: list[str]


class StateNow(msgspec.Struct, frozen=True):
    """Everything at a glance."""

    state: LiveState
    attention: Attention
    volume_percent: int | None
    language: str
    parts: dict[str, PartHealth]
    body: BodyNow | None
    models: ModelsNow
    version: str
    uptime_s: float


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a setting may be."""

    kind: Literal["choice", "number", "text"]
    values: list[str] | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    max_characters: int | None = None


class SettingsNow(msgspec.Struct, frozen=True):
    """The manner that holds, and what may be chosen."""

    manner: Preferences
    choices: dict[str, Choice]


class AttentionNow(msgspec.Struct, frozen=True):
    """How Sori attends."""

    mode: Attention


class KeptTurns(msgspec.Struct, frozen=True):
    """Turns in the memory, the newest last."""

    turns: list[KeptTurn]


class ForgottenRows(msgspec.Struct, frozen=True):
    """How many rows were deleted."""

    forgotten: int


class Reports(msgspec.Struct, frozen=True):
    """What people reported, the newest last."""

    reports: list[Report]
    counts: dict[str, int]
    """By kind, and `open`."""


class Reported201(msgspec.Struct, frozen=True):
    """The report was taken."""

    kept: bool
    """False: only until Sori ends, for the disk refuses or the memory is off."""
