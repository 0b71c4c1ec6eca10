"""The turn object: what one turn was, in the exact shape other programs read (DESIGN.md)."""

from dataclasses import dataclass, field, replace

import msgspec


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
    """How the person sounded (from 4/5 on)."""

    label: str
    score: float


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
    intent: None = None
    """From 3/5 on."""
    action: None = None
    """From 3/5 on."""
    reply: str | None = None
    reply_language: str | None = None
    safety: TurnSafety = field(default_factory=TurnSafety)
    audio: str | None = None
    timings_ms: Timings = field(default_factory=Timings)

    def as_json(self) -> str:
        """One line of JSON; the fields stand in the order of DESIGN.md."""
        return msgspec.json.encode(self).decode()
