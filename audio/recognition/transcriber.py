"""From an utterance to a transcript: one pass at its own length, one retry when it is doubted."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from audio.errors import RecognitionError
from audio.recognition import guards, invented_text
from audio.recognition.engine import Decoding, Encoding, RecognitionEngine
from audio.recognition.features import SAMPLES_PER_FRAME, log_mel
from audio.recognition.guards import Believed, Doubted, Rejected, Verdict
from audio.recognition.invented_text import Evidence, InventedPhrases
from audio.sound import SAMPLE_RATE_HZ, Samples, Transcript, Utterance
from config.errors import ConfigurationError
from config.settings import LanguageSettings, RecognitionSettings

ChooseLanguage = Callable[[Mapping[str, float], float], str]
"""Odds over the served languages and the seconds of sound, to the language to decode in."""

MIN_DURATION_S = 0.1
"""Nothing can be said in less."""
_RETRY_TOKENS = 2
"""Times the tokens of the first pass: a fast talker is not a loop."""
_NO_SCORES = (1.0, 0.0)
"""No-speech and log probability of what was not decoded, or not in numbers."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """One encoding of the utterance, and what it says about language and silence."""

    encoding: Encoding
    odds: Mapping[str, float]
    """Over the served languages."""
    no_speech_probability: float


class Transcriber:
    """Recognition of one utterance after the other; one thread at a time."""

    def __init__(
        self,
        engine: RecognitionEngine,
        settings: RecognitionSettings,
        languages: LanguageSettings,
        phrases: InventedPhrases,
    ) -> None:
        """Raises ConfigurationError when a served language is unknown to the engine's model."""
        unknown = [code for code in languages.served if code not in engine.languages]
        if unknown or not languages.served:
            raise ConfigurationError(
                f"The speech model {settings.model} does not know the language"
                f" {', '.join(unknown) or '(none is served)'}; change `served` under [language]"
                " or choose a model of more languages."
            )
        self._engine = engine
        self._settings = settings
        self._served = languages.served
        self._phrases = phrases

    def transcribe(self, utterance: Utterance, choose_language: ChooseLanguage) -> Transcript:
        """What was said in `utterance` (30 s at most), in the language `choose_language` returns.

        Sound that holds no text gives a transcript with a reason in `rejected`. Raises
        RecognitionError when the utterance is too long or the engine fails.
        """
        samples = utterance.samples
        duration_s = len(samples) / SAMPLE_RATE_HZ
        longest_s = self._engine.max_context_frames / guards.FRAMES_PER_S
        if duration_s > longest_s:
            raise RecognitionError(
                f"An utterance of {duration_s:.1f} s is too long; {longest_s:.0f} s is the most"
                " (see `max_utterance_s` under [voice_activity])."
            )
        unheard = self._why_not_decoded(utterance, duration_s)
        if unheard is not None:
            return self._nothing(unheard, choose_language)
        try:
            return self._decoded(utterance, duration_s, choose_language)
        except (RuntimeError, MemoryError) as error:  # what PyTorch raises
            raise RecognitionError(
                f"The recogniser failed on an utterance of {duration_s:.1f} s; say it again."
            ) from error

    def _why_not_decoded(self, utterance: Utterance, duration_s: float) -> str | None:
        if duration_s < MIN_DURATION_S:
            return "too_short"
        if not np.isfinite(utterance.samples).all():
            return "bad_samples"
        if utterance.voiced_share < self._settings.min_voiced_share:
            return "no_voice"
        return None

    def _decoded(
        self, utterance: Utterance, duration_s: float, choose_language: ChooseLanguage
    ) -> Transcript:
        most_frames = self._engine.max_context_frames
        heard = self._hear(utterance.samples, guards.context_frames(duration_s, most_frames))
        if not all(map(math.isfinite, heard.odds.values())):
            return self._nothing("bad_scores", choose_language)
        language = choose_language(heard.odds, duration_s)
        cap = guards.token_cap(duration_s, language)
        decoding = self._engine.decode(heard.encoding, language, cap)
        verdict = guards.judge(decoding, heard.no_speech_probability, self._settings)
        if isinstance(verdict, Doubted) and heard.encoding.n_frames < most_frames:
            again = self._hear(utterance.samples, most_frames)
            second = self._engine.decode(again.encoding, language, _RETRY_TOKENS * cap)
            second_verdict = guards.judge(second, again.no_speech_probability, self._settings)
            if _is_better(second, second_verdict, decoding, verdict):
                heard, decoding, verdict = again, second, second_verdict
        return self._transcript(decoding, language, heard, verdict, utterance.voiced_share)

    def _transcript(
        self,
        decoding: Decoding,
        language: str,
        heard: _Heard,
        verdict: Verdict,
        voiced_share: float,
    ) -> Transcript:
        scores = Evidence(
            voiced_share, heard.no_speech_probability, decoding.average_log_probability
        )
        rejected: str | None
        match verdict:
            case Rejected("bad_scores" as rejected):
                scores = Evidence(voiced_share, *_NO_SCORES)
            case Rejected(rejected) | Doubted("endless" | "repetition" as rejected):
                pass
            case Believed() | Doubted():
                rejected = invented_text.reason(
                    decoding.text, scores, self._phrases, self._settings
                )
        # Byte-pair tokens can leave half a letter, which reads as U+FFFD: nobody said that.
        text = "" if rejected else " ".join(decoding.text.replace("\ufffd", "").split())
        return Transcript(
            text=text,
            language=language,
            language_odds=heard.odds,
            no_speech_probability=scores.no_speech_probability,
            average_log_probability=scores.average_log_probability,
            rejected=rejected,
        )

    def _hear(self, samples: Samples, n_frames: int) -> _Heard:
        """Encode `samples` in a context of `n_frames`, silence behind them."""
        padded = np.zeros(n_frames * SAMPLES_PER_FRAME, np.float32)
        padded[: len(samples)] = samples
        encoding = self._engine.encode(log_mel(padded, self._engine.mel_bins))
        spoken = self._engine.language_odds(encoding)
        served = {code: spoken.odds[code] for code in self._served}
        total = sum(served.values())
        odds = (
            {code: share / total for code, share in served.items()}
            if total != 0.0
            else self._even_odds()
        )
        return _Heard(encoding, odds, spoken.no_speech_probability)

    def _nothing(self, rejected: str, choose_language: ChooseLanguage) -> Transcript:
        """A transcript without text; even odds and no sound leave the language as it was."""
        odds = self._even_odds()
        language = choose_language(odds, 0.0)
        return Transcript("", language, odds, *_NO_SCORES, rejected)

    def _even_odds(self) -> dict[str, float]:
        return dict.fromkeys(self._served, 1.0 / len(self._served))


def _is_better(
    second: Decoding,
    second_verdict: Verdict,
    first: Decoding,
    first_verdict: Doubted,
) -> bool:
    """Whether the retry replaces the first decoding.

    Models tuned for a short context may read worse at the full one, so a retry that is merely as
    improbable does not win.
    """
    match second_verdict:
        case Believed():
            return True
        case Doubted("low_probability") if first_verdict.reason == "low_probability":
            return second.average_log_probability > first.average_log_probability
        case _:
            return first_verdict.reason != "low_probability"
