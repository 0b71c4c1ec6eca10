"""The turn object: what one turn was, in the exact shape other programs read (DESIGN.md)."""

from dataclasses import dataclass, field, replace

import msgspec

from nlu.actions import Action, Arguments, action_name, arguments, flat
from nlu.emotion.text_emotion import Felt
from robot.body.state import Measured, Outcome, Performed

_DECIMALS = 3
"""A millimetre, a milliradian, a thousandth of the battery."""


@dataclass(frozen=True, slots=True)
class Screened:
    """What the filter said of the person's words."""

    allowed: bool
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScreenedReply:
    """What the filter said of the reply, and whether any clause was replaced."""

    allowed: bool
    categories: tuple[str, ...] = ()
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class TurnSafety:
    """Both sides of the filter; a side that never came up is null."""

    input: Screened | None = None
    reply: ScreenedReply | None = None


@dataclass(frozen=True, slots=True)
class Emotion:
    """What the words of the person sound like; nobody knows what they feel."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Intent:
    """What the sentence asks the body for."""

    name: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """What was asked of the body, what came of it, and what was measured."""

    requested: Arguments
    outcome: Outcome
    reason: str | None = None
    measured: Measured | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds of each stage, in their order; one ends where the next begins."""

    endpoint: int | None = None
    """Silence waited for after the last word."""
    recognise: int | None = None
    """From the endpoint to the transcript."""
    first_token: int | None = None
    """From the transcript to the first piece of the reply."""
    first_sound: int | None = None
    """From the first piece to the first sound of the reply handed to the speaker."""
    total: int | None = None
    """From the end of speech to that first sound: the sum of the stages, which follow on."""

    def with_total(self) -> "Timings":
        """The same, with `total` filled in."""
        stages = (self.endpoint, self.recognise, self.first_token, self.first_sound)
        return replace(self, total=sum(stage for stage in stages if stage is not None))


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One turn. Absent facts are null, never missing."""

    file: str | None
    turn: int
    start_s: float | None = None
    end_s: float | None = None
    transcript: str = ""
    language: str | None = None
    language_confidence: float | None = None
    no_speech: bool = False
    emotion: Emotion | None = None
    intent: Intent | None = None
    """What the body was asked for; null where it was not asked for anything."""
    action: ActionRecord | None = None
    """What became of it; null where nothing was tried and nothing read back."""
    reply: str | None = None
    reply_language: str | None = None
    safety: TurnSafety = field(default_factory=TurnSafety)
    audio: str | None = None
    timings_ms: Timings = field(default_factory=Timings)

    def as_json(self) -> str:
        """One line of JSON; the fields stand in the order of DESIGN.md."""
        return msgspec.json.encode(self).decode()


def intent_of(action: Action) -> Intent:
    """The turn object's form of a wish."""
    return Intent(action_name(action), arguments(action))


def emotion_of(felt: Felt) -> Emotion:
    """The turn object's form of what words sound like."""
    return Emotion(felt.label, round(felt.score, _DECIMALS))


def action_record(performed: Performed) -> ActionRecord:
    """The turn object's form of what was done."""
    measured = performed.measured
    if measured is not None:
        measured = replace(
            measured,
            x_m=_rounded(measured.x_m),
            y_m=_rounded(measured.y_m),
            yaw_rad=_rounded(measured.yaw_rad),
            seconds=_rounded(measured.seconds),
            battery_share=_rounded(measured.battery_share),
        )
    return ActionRecord(flat(performed.requested), performed.outcome, performed.reason, measured)


def _rounded(value: float | None) -> float | None:
    """Without a negative zero."""
    return None if value is None else round(value, _DECIMALS) + 0.0
