"""What a check says: the part, its state, and what to do."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class SpaceNumbers:
    """Of the installed packages."""

    environment_gb: float
    """10^9 bytes."""


@dataclass(frozen=True, slots=True)
class ModelNumbers:
    """Of the model files."""

    files: int
    total_mb: float
    """10^6 bytes."""
    checking_s: float


@dataclass(frozen=True, slots=True)
class RecognitionNumbers:
    """Of one clip of Sori's own voice."""

    loading_s: float
    sound_s: float
    recognising_s: float
    """The second time, as in a conversation."""
    real_time_factor: float
    """Seconds of work for a second of sound; over 1 it cannot keep up."""


@dataclass(frozen=True, slots=True)
class ModelSpeed:
    """Of one language model."""

    model: str
    prompt_tokens_per_s: float
    reply_tokens_per_s: float
    prompt_tokens: int
    reply_tokens: int


@dataclass(frozen=True, slots=True)
class AnswerNumbers:
    """Of the language models, and of one answer."""

    first_token_ms: int
    models: tuple[ModelSpeed, ...]


@dataclass(frozen=True, slots=True)
class DeviceNumbers:
    """One sound device."""

    name: str
    input_channels: int
    output_channels: int
    rate_hz: int


@dataclass(frozen=True, slots=True)
class DeviceList:
    """Every sound device."""

    devices: tuple[DeviceNumbers, ...]


@dataclass(frozen=True, slots=True)
class LevelNumbers:
    """Of what the microphone recorded. Levels of digital silence are -120 dBFS."""

    recorded_s: float
    peak_dbfs: float
    noise_floor_dbfs: float
    """The level of the quietest tenth of the time."""
    clipped_share: float
    """Share 0..1 of the samples at full scale."""
    dropped_blocks: int
    """Lost because they were not taken in time."""


@dataclass(frozen=True, slots=True)
class ToneNumbers:
    """Of a tone that was played, and looked for in what the microphone heard."""

    match: float
    """Peak of the correlation over its mean; other sounds stay under 9."""
    delay_ms: float | None = None
    """From handing it to the speaker to hearing it: devices, sound server and air together."""


Numbers = (
    SpaceNumbers
    | ModelNumbers
    | RecognitionNumbers
    | AnswerNumbers
    | DeviceList
    | LevelNumbers
    | ToneNumbers
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    part: str
    state: State
    detail: str
    remedy: str = ""
    """What to do; empty when nothing needs to be done."""
    numbers: Numbers | None = None
    """Units are in the names."""
