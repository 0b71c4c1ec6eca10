"""How much a recogniser may read and write for one utterance, and when its text is believed."""

import math
import zlib
from dataclasses import dataclass

from audio.recognition.engine import Decoding
from audio.recognition.scripts import LANGUAGE_SCRIPTS
from config.settings import RecognitionSettings

FRAMES_PER_S = 50
MARGIN_FRAMES = 128
"""Silence after the speech. Below 64 Whisper's error rate rises steeply (whisper.cpp#1855 uses 128,
FUTO whisper-acft#5 64)."""
MIN_FRAMES = 256
"""Under about 256 frames unmodified models begin to repeat themselves (whisper.cpp#1855)."""
FRAME_STEP = 64
"""Few different sizes, so that the matrix library plans each only once."""

TOKENS_PER_S = {"latin": 6.0, "hangul": 13.0, "han": 13.0, "kana": 13.0, "cyrillic": 13.0}
"""Fastest believable speech (Moonshine: 6 a second, 13 for scripts of many tokens a word)."""
OTHER_TOKENS_PER_S = 26.0
"""Scripts that byte-pair tokens write a byte or two at a time."""
SPARE_TOKENS = 8


@dataclass(frozen=True, slots=True)
class Believed:
    """The decoding can be used."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A second decoding at full context is worth its time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """No decoding would help."""

    reason: str


Verdict = Believed | Doubted | Rejected


def context_frames(duration_s: float, max_frames: int) -> int:
    """Encoder frames for `duration_s` of sound and a margin, rounded up; `max_frames` at most."""
    wanted = max(MIN_FRAMES, math.ceil(FRAMES_PER_S * duration_s) + MARGIN_FRAMES)
    return min(max_frames, math.ceil(wanted / FRAME_STEP) * FRAME_STEP)


def token_cap(duration_s: float, language: str) -> int:
    """Most tokens that `duration_s` of speech can hold: more of them means a loop."""
    scripts = LANGUAGE_SCRIPTS.get(language, ())
    densest = max((TOKENS_PER_S.get(script, 13.0) for script in scripts), default=None)
    rate = OTHER_TOKENS_PER_S if densest is None else densest
    return SPARE_TOKENS + math.ceil(rate * duration_s)


def compression_ratio(text: str) -> float:
    """Bytes over zlib bytes, as Whisper measures repetition; 0 for no text."""
    raw = text.encode(errors="replace")
    return len(raw) / len(zlib.compress(raw))


def judge(
    decoding: Decoding, no_speech_probability: float, settings: RecognitionSettings
) -> Verdict:
    """Whether `decoding` is believed, doubted (one retry) or rejected at once.

    Silence cancels only the retry for low probability, never the one for a loop: in
    `whisper.transcribe` it cancels both (openai/whisper#2795).
    """
    log_probability = decoding.average_log_probability
    if not (math.isfinite(log_probability) and math.isfinite(no_speech_probability)):
        return Rejected("bad_scores")
    if decoding.reached_limit:
        return Doubted("endless")
    if compression_ratio(decoding.text) > settings.max_compression_ratio:
        return Doubted("repetition")
    if log_probability < settings.min_log_probability:
        if no_speech_probability > settings.max_no_speech:
            return Rejected("no_speech")
        return Doubted("low_probability")
    return Believed()
