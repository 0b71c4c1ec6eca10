"""Reads sound that is still going on: quickly, in the likeliest languages, with no second try.

The transcriber decides what a person said; this only says what the last words may have been, for
those who wait for one word (`robot/stop_ear.py`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from audio.errors import RecognitionError
from audio.recognition import guards
from audio.recognition.engine import Encoding, LanguageOdds, RecognitionEngine
from audio.recognition.features import SAMPLES_PER_FRAME, log_mel
from audio.sound import SAMPLE_RATE_HZ, Samples

MIN_ODDS = 0.1
"""A single word fits several languages; those that are less likely than this are not tried."""
MAX_LANGUAGES = 3


@dataclass(frozen=True, slots=True)
class PartialText:
    """What somebody may be saying, read in one language."""

    text: str
    language: str
    probability: float
    """That somebody speaks, in this language, and this is what they say, 0..1: the product of the
    three, of the text the geometric mean over its tokens."""


class PartialRecogniser:
    """A recogniser of pieces; one thread at a time."""

    def __init__(
        self, engine: RecognitionEngine, served: Sequence[str], max_no_speech: float
    ) -> None:
        self._engine = engine
        self._served = [code for code in served if code in engine.languages]
        self._max_no_speech = max_no_speech

    def read(self, samples: Samples) -> tuple[PartialText, ...]:
        """What `samples` (n,) may say, once for each likely language, the likeliest first.

        Nothing when it holds no speech. Raises RecognitionError when the engine fails.
        """
        duration_s = len(samples) / SAMPLE_RATE_HZ
        frames = guards.context_frames(duration_s, self._engine.max_context_frames)
        padded = np.zeros(frames * SAMPLES_PER_FRAME, np.float32)
        padded[: len(samples)] = samples[: len(padded)]
        try:
            encoding = self._engine.encode(log_mel(padded, self._engine.mel_bins))
            spoken = self._engine.language_odds(encoding)
            if not spoken.no_speech_probability <= self._max_no_speech:  # NaN too
                return ()
            return tuple(
                self._read(encoding, language, duration_s, spoken)
                for language in self._likely(spoken.odds)
            )
        except (RuntimeError, MemoryError) as error:  # what PyTorch raises
            raise RecognitionError(
                f"The recogniser failed on {duration_s:.1f} s of sound; say it again."
            ) from error

    def _read(
        self, encoding: Encoding, language: str, duration_s: float, spoken: LanguageOdds
    ) -> PartialText:
        most_tokens = guards.token_cap(duration_s, language)
        decoding = self._engine.decode(encoding, language, most_tokens)
        probability = (
            (1.0 - spoken.no_speech_probability)
            * spoken.odds[language]
            * math.exp(decoding.average_log_probability)
        )
        return PartialText(decoding.text, language, probability)

    def _likely(self, odds: Mapping[str, float]) -> list[str]:
        served = {code: odds[code] for code in self._served}
        total = sum(served.values())
        likely = [code for code in served if served[code] >= MIN_ODDS * total]
        return sorted(likely, key=served.__getitem__, reverse=True)[:MAX_LANGUAGES]
