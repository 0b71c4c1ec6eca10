"""The words of the audio room: frames, utterances, transcripts and rendered speech."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Mono sound, shape (n_samples,), full scale -1..1."""

SAMPLE_RATE_HZ = 16_000
"""The one rate inside Sori: what Whisper and the voice activity detector were made for."""

FRAME_S = 0.02
FRAME_SAMPLES = int(SAMPLE_RATE_HZ * FRAME_S)
"""One voice activity decision: 320 samples, one Whisper encoder frame."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono sound at any rate, such as a clause rendered by the synthesizer."""

    samples: Samples
    rate_hz: int
    text: str = ""
    """What is said in it, where it is speech."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate_hz


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of speech, cut out of the stream with its pre-roll."""

    samples: Samples
    """At SAMPLE_RATE_HZ."""
    start_s: float
    """Position of the first sample in the stream."""
    end_s: float
    """Where speech ended in the stream; the samples may reach a little further."""
    voiced_share: float
    """Share 0..1 of the frames between start and end that were speech by both gates."""
    endpoint_s: float
    """Silence waited for before the end was believed."""
    cut: bool = False
    """True when the utterance reached the maximum length and was cut there."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak."""

    at_s: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """Somebody finished speaking; the utterance is complete."""

    utterance: Utterance


SpeechEvent = SpeechStarted | SpeechEnded


@dataclass(frozen=True, slots=True)
class Transcript:
    """What the recogniser heard in one utterance."""

    text: str
    """Empty when nothing was said (`rejected` then says why)."""
    language: str
    """The language it was decoded in (ISO 639-1, as Whisper writes it)."""
    language_odds: Mapping[str, float]
    """Odds over the served languages; they sum to 1."""
    no_speech_probability: float
    average_log_probability: float
    """Mean natural-log probability a token."""
    rejected: str | None = None
    """Why the text was thrown away: a reason code such as `no_speech`, or None."""
