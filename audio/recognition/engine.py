"""What any speech recognition engine must offer, in plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from audio.recognition.features import Mel


@dataclass(frozen=True, slots=True)
class Encoding:
    """One utterance, encoded: a handle that only the engine that made it can read."""

    n_frames: int
    """Encoder frames of 20 ms, padding included."""


@dataclass(frozen=True, slots=True)
class LanguageOdds:
    """The language that is spoken, and whether any is."""

    odds: Mapping[str, float]
    """Over all languages of the model; they sum to 1."""
    no_speech_probability: float


@dataclass(frozen=True, slots=True)
class Decoding:
    """The text an engine read out of an encoding."""

    text: str
    tokens: Sequence[int]
    """Without the end token."""
    average_log_probability: float
    """Sum of the natural-log probabilities, end token included, over `len(tokens) + 1`."""
    reached_limit: bool
    """True when the text was cut at the most tokens allowed."""


class RecognitionEngine(Protocol):
    """A Whisper model, however it is run. Every method may raise RecognitionError."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Language codes the model knows."""
        ...

    @property
    def mel_bins(self) -> int:
        """Mel bands the encoder expects: 80 or 128."""
        ...

    @property
    def max_context_frames(self) -> int:
        """Most encoder frames (1500, which is 30 s)."""
        ...

    def encode(self, mel: Mel) -> Encoding:
        """Encode a spectrogram of shape (mel_bins, 2 * n_frames), once for all that follows."""
        ...

    def language_odds(self, encoding: Encoding) -> LanguageOdds:
        """Which language is spoken."""
        ...

    def decode(self, encoding: Encoding, language: str, max_tokens: int) -> Decoding:
        """Read the text greedily, `max_tokens` tokens at most."""
        ...
