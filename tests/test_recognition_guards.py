"""Context sizes, token caps, verdicts and invented text, by table."""

import math
from importlib import resources
from pathlib import Path

import pytest
import whisper.utils

from audio.recognition import invented_text
from audio.recognition.engine import Decoding
from audio.recognition.guards import (
    Believed,
    Doubted,
    Rejected,
    Verdict,
    compression_ratio,
    context_frames,
    judge,
    token_cap,
)
from audio.recognition.invented_text import Evidence, InventedPhrases
from audio.recognition.scripts import tokens_in_scripts
from config.errors import ConfigurationError
from config.settings import RecognitionSettings

SETTINGS = RecognitionSettings()


@pytest.mark.parametrize(
    ("duration_s", "frames"),
    [(0.1, 256), (2.56, 256), (2.57, 320), (5.0, 384), (10.0, 640), (15.0, 896), (30.0, 1500)],
)
def test_context_holds_the_sound_and_a_margin(duration_s: float, frames: int) -> None:
    assert context_frames(duration_s, 1500) == frames


@pytest.mark.parametrize(
    ("duration_s", "language", "most"),
    [(0.2, "en", 10), (5.0, "en", 38), (5.0, "ko", 73), (5.0, "ja", 73), (5.0, "my", 138)],
)
def test_more_tokens_than_anybody_speaks_are_not_read(
    duration_s: float, language: str, most: int
) -> None:
    assert token_cap(duration_s, language) == most


def test_compression_ratio_is_whispers() -> None:
    text = "no no no no no no no no no no no no no 아니 아니 아니"
    assert compression_ratio(text) == pytest.approx(whisper.utils.compression_ratio(text))
    assert compression_ratio("") == 0.0


@pytest.mark.parametrize(
    ("text", "log_probability", "limit", "no_speech", "verdict"),
    [
        ("walk forward", -0.2, False, 0.01, Believed()),
        ("walk forward", -0.2, False, 0.99, Believed()),
        ("walk forward", -1.2, False, 0.01, Doubted("low_probability")),
        ("walk forward", -1.2, False, 0.99, Rejected("no_speech")),
        ("walk forward", -0.2, True, 0.01, Doubted("endless")),
        ("no " * 100, -0.2, False, 0.01, Doubted("repetition")),
        # openai/whisper#2795: silence must not cancel the retry of a loop.
        ("no " * 100, -1.2, False, 0.99, Doubted("repetition")),
        ("walk forward", math.nan, False, 0.01, Rejected("bad_scores")),
        ("walk forward", -math.inf, False, 0.01, Rejected("bad_scores")),
        ("walk forward", -0.2, True, math.nan, Rejected("bad_scores")),
    ],
)
def test_verdict(
    text: str, log_probability: float, limit: bool, no_speech: float, verdict: Verdict
) -> None:
    decoding = Decoding(text, [1, 2], log_probability, limit)
    assert judge(decoding, no_speech, SETTINGS) == verdict


@pytest.fixture(scope="module")
def phrases() -> InventedPhrases:
    with resources.as_file(resources.files("config") / "phrases" / "invented.toml") as path:
        return invented_text.load(path)


CLEAR = Evidence(voiced_share=0.9, no_speech_probability=0.02, average_log_probability=-0.2)
THIN = Evidence(voiced_share=0.2, no_speech_probability=0.02, average_log_probability=-0.2)
SILENT = Evidence(voiced_share=0.9, no_speech_probability=0.5, average_log_probability=-0.2)
UNSURE = Evidence(voiced_share=0.9, no_speech_probability=0.02, average_log_probability=-0.9)
UNLIKELY = Evidence(voiced_share=0.9, no_speech_probability=0.02, average_log_probability=-1.3)
NOTHING = Evidence(voiced_share=0.9, no_speech_probability=0.9, average_log_probability=-1.3)
FAINT = Evidence(voiced_share=0.1, no_speech_probability=0.02, average_log_probability=-0.2)
FAINT_UNLIKELY = Evidence(0.3, 0.02, -1.3)
HOPELESS = Evidence(0.9, 0.02, -2.5)


@pytest.mark.parametrize(
    ("text", "evidence", "reason"),
    [
        ("Thanks for watching!", CLEAR, None),
        ("Thanks for watching!", THIN, "invented_phrase"),
        ("Thanks for watching!", SILENT, "invented_phrase"),
        ("THANKS FOR WATCHING", UNSURE, "invented_phrase"),
        ("Thank you. Thank you.", SILENT, "invented_phrase"),
        ("Thank you. Stop.", SILENT, None),
        ("시청해주셔서 감사합니다.", THIN, "invented_phrase"),
        ("시청해주셔서 감사합니다.", CLEAR, None),
        ("Sous-titres réalisés par la communauté d'Amara.org", THIN, "invented_phrase"),
        ("Untertitel: Amara.org 2019", SILENT, "invented_phrase"),
        ("ご視聴ありがとうございました。", SILENT, "invented_phrase"),
        ("谢谢观看", THIN, "invented_phrase"),
        ("Walk two metres forward.", CLEAR, None),
        ("Walk two metres forward.", THIN, None),
        ("Walk two metres forward.", FAINT, "no_voice"),
        ("Walk two metres forward.", NOTHING, "no_speech"),
        ("Stop.", UNLIKELY, None),
        ("Stop.", FAINT_UNLIKELY, "low_probability"),
        ("Stop.", HOPELESS, "low_probability"),
        ("  ...", CLEAR, "empty"),
        ("", CLEAR, "empty"),
    ],
)
def test_invented_text_is_rejected_and_speech_stays(
    text: str, evidence: Evidence, reason: str | None, phrases: InventedPhrases
) -> None:
    assert invented_text.reason(text, evidence, phrases, SETTINGS) == reason


@pytest.mark.parametrize("content", ["en = 'Thank you'", "en = [", "en = [1]"])
def test_a_broken_phrase_list_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "invented.toml"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=r"invented\.toml"):
        invented_text.load(path)


@pytest.mark.parametrize(
    ("token", "latin", "korean"),
    [
        (b" walk", True, True),
        ("é".encode(), True, True),
        ("안녕".encode(), False, True),
        ("안".encode()[:2], False, True),
        ("안".encode()[1:], False, True),
        (b" " + "녕".encode()[:1], False, True),
        ("ж".encode(), False, False),
        ("中".encode(), False, False),
        ("é".encode()[1:], True, True),
        (b"\xff", False, False),
    ],
)
def test_tokens_belong_to_scripts(token: bytes, latin: bool, korean: bool) -> None:
    assert tokens_in_scripts([token], ("latin",)) == ([0] if latin else [])
    assert tokens_in_scripts([token], ("latin", "hangul")) == ([0] if korean else [])
