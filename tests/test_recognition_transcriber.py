"""Utterance to transcript: the retry, the rejections, and the way through a real engine."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from audio.errors import RecognitionError
from audio.recognition import loading
from audio.recognition.engine import Decoding, Encoding, LanguageOdds
from audio.recognition.features import Mel
from audio.recognition.invented_text import InventedPhrases
from audio.recognition.transcriber import Transcriber
from audio.sound import Samples, Utterance
from config.errors import ConfigurationError
from config.settings import LanguageSettings, RecognitionSettings
from tests.whisper_checkpoints import write_checkpoint

GOOD = Decoding("walk forward", [1, 2], -0.2, False)
LOOP = Decoding("no no no", [1] * 38, -0.2, True)
POOR = Decoding("wog for word", [1, 2], -1.3, False)
POORER = Decoding("fog for word", [1, 2], -1.4, False)
BROKEN = Decoding("", [], math.nan, False)


@dataclass
class ScriptedEngine:
    """An engine whose ears are a list."""

    decodings: list[Decoding]
    no_speech_probability: float = 0.01
    odds: Mapping[str, float] = field(default_factory=lambda: {"en": 0.3, "ko": 0.1, "fr": 0.6})
    contexts: list[int] = field(default_factory=list)
    caps: list[int] = field(default_factory=list)
    languages: tuple[str, ...] = ("en", "ko", "fr")
    mel_bins: int = 80
    max_context_frames: int = 1500

    def encode(self, mel: Mel) -> Encoding:
        self.contexts.append(mel.shape[1] // 2)
        return Encoding(mel.shape[1] // 2)

    def language_odds(self, encoding: Encoding) -> LanguageOdds:
        return LanguageOdds(self.odds, self.no_speech_probability)

    def decode(self, encoding: Encoding, language: str, max_tokens: int) -> Decoding:
        self.caps.append(max_tokens)
        return self.decodings.pop(0)


def likeliest(odds: Mapping[str, float], _duration_s: float) -> str:
    return max(odds, key=lambda code: odds[code])


def transcriber(engine: ScriptedEngine) -> Transcriber:
    phrases = InventedPhrases(whole=frozenset({"thanks for watching"}), parts=frozenset())
    return Transcriber(
        engine, RecognitionSettings(), LanguageSettings(served=("en", "ko")), phrases
    )


def utterance(duration_s: float = 5.0, voiced_share: float = 0.9) -> Utterance:
    noise = np.random.default_rng(0).standard_normal(int(duration_s * 16_000))
    samples: Samples = (noise * 0.1).astype(np.float32)
    return Utterance(samples, 0.0, duration_s, voiced_share, 0.6)


def test_a_believed_text_is_read_once_at_its_own_length() -> None:
    engine = ScriptedEngine([GOOD])
    transcript = transcriber(engine).transcribe(utterance(), likeliest)
    assert transcript.text == "walk forward"
    assert transcript.rejected is None
    assert (engine.contexts, engine.caps) == ([384], [38])
    assert transcript.language == "en"
    assert transcript.language_odds == pytest.approx({"en": 0.75, "ko": 0.25})


@pytest.mark.parametrize(
    ("decodings", "text", "rejected"),
    [
        ([LOOP, GOOD], "walk forward", None),
        ([POOR, GOOD], "walk forward", None),
        ([LOOP, LOOP], "", "endless"),
        ([POOR, POORER], "wog for word", None),
        ([POORER, POOR], "wog for word", None),
        ([POOR, LOOP], "wog for word", None),
        ([POOR, BROKEN], "wog for word", None),
        ([LOOP, BROKEN], "", "bad_scores"),
    ],
)
def test_a_doubted_text_is_read_once_more_at_full_context(
    decodings: list[Decoding], text: str, rejected: str | None
) -> None:
    engine = ScriptedEngine([*decodings, GOOD])
    transcript = transcriber(engine).transcribe(utterance(), likeliest)
    assert engine.contexts == [384, 1500]
    assert (transcript.text, transcript.rejected) == (text, rejected)
    assert math.isfinite(transcript.average_log_probability)


def test_the_full_context_is_not_read_twice() -> None:
    engine = ScriptedEngine([LOOP])
    assert transcriber(engine).transcribe(utterance(30.0), likeliest).rejected == "endless"
    assert engine.contexts == [1500]


def test_silence_is_not_retried() -> None:
    engine = ScriptedEngine([POOR], no_speech_probability=0.9)
    transcript = transcriber(engine).transcribe(utterance(), likeliest)
    assert (transcript.text, transcript.rejected) == ("", "no_speech")
    assert engine.contexts == [384]


def test_invented_thanks_go_and_spoken_thanks_stay() -> None:
    thanks = Decoding("Thanks for watching.", [1, 2, 3], -0.2, False)
    spoken = transcriber(ScriptedEngine([thanks])).transcribe(utterance(), likeliest)
    assert spoken.text == "Thanks for watching."
    thin = utterance(voiced_share=0.2)
    invented = transcriber(ScriptedEngine([thanks])).transcribe(thin, likeliest)
    assert (invented.text, invented.rejected) == ("", "invented_phrase")


@pytest.mark.parametrize(
    ("heard", "rejected"),
    [
        (utterance(0.0), "too_short"),
        (utterance(0.09), "too_short"),
        (utterance(voiced_share=0.1), "no_voice"),
        (Utterance(np.full(16_000, np.nan, np.float32), 0.0, 1.0, 0.9, 0.6), "bad_samples"),
    ],
)
def test_what_cannot_be_speech_is_not_decoded(heard: Utterance, rejected: str) -> None:
    engine = ScriptedEngine([])
    transcript = transcriber(engine).transcribe(heard, lambda odds, _s: "ko")
    assert (transcript.text, transcript.rejected) == ("", rejected)
    assert transcript.language == "ko"
    assert sum(transcript.language_odds.values()) == pytest.approx(1.0)
    assert engine.contexts == []


@pytest.mark.parametrize(
    "engine",
    [
        ScriptedEngine([BROKEN]),
        ScriptedEngine([GOOD], odds={"en": math.nan, "ko": math.nan}),
        ScriptedEngine([GOOD], no_speech_probability=math.nan),
    ],
)
def test_scores_that_are_no_numbers_reject(engine: ScriptedEngine) -> None:
    transcript = transcriber(engine).transcribe(utterance(), likeliest)
    assert (transcript.text, transcript.rejected) == ("", "bad_scores")
    assert math.isfinite(transcript.average_log_probability)
    assert math.isfinite(transcript.no_speech_probability)
    assert sum(transcript.language_odds.values()) == pytest.approx(1.0)


def test_no_served_language_likely_means_even_odds() -> None:
    engine = ScriptedEngine([GOOD], odds={"en": 0.0, "ko": 0.0, "fr": 1.0})
    transcript = transcriber(engine).transcribe(utterance(), likeliest)
    assert transcript.language_odds == {"en": 0.5, "ko": 0.5}


def test_too_long_an_utterance_is_refused() -> None:
    with pytest.raises(RecognitionError, match="30 s is the most"):
        transcriber(ScriptedEngine([])).transcribe(utterance(30.1), likeliest)


@pytest.mark.parametrize("served", [("en", "xx"), ()])
def test_served_languages_must_be_known_to_the_model(served: tuple[str, ...]) -> None:
    phrases = InventedPhrases(whole=frozenset(), parts=frozenset())
    with pytest.raises(ConfigurationError, match="served"):
        Transcriber(
            ScriptedEngine([]), RecognitionSettings(), LanguageSettings(served=served), phrases
        )


def test_the_way_from_a_file_to_a_transcript(tmp_path: Path) -> None:
    path = tmp_path / "tiny.pt"
    sha256 = write_checkpoint(path)
    ear = loading.load(path, sha256, RecognitionSettings(), LanguageSettings(served=("ko", "en")))
    transcript = ear.transcribe(utterance(1.0), likeliest)
    assert transcript.language == likeliest(transcript.language_odds, 1.0)
    assert list(transcript.language_odds) == ["ko", "en"]
    # Random weights talk without end or with little belief; either way nothing is made of it.
    assert transcript.text == "" or transcript.rejected is None
