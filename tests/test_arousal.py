"""How lively a voice is, beside its own usual self."""

import io
import subprocess
import wave
from collections.abc import Iterator

import numpy as np
import pytest

from audio.arousal import UTTERANCES_TO_KNOW, Arousal, measure
from audio.resample import resample
from audio.sound import SAMPLE_RATE_HZ, Samples
from tests.speech import pause, white_noise

SENTENCES = {
    "en-us": (
        "please walk forward two metres",
        "what time is it in the kitchen",
        "i would like to hear a story today",
        "the weather is nice outside",
        "my brother comes home tomorrow evening",
    ),
    "ko": (
        "앞으로 이 미터 걸어가 주세요",
        "오늘 날씨가 어때요",
        "재미있는 이야기를 들려줘",
        "내일 아침에 친구를 만나요",
        "왼쪽으로 돌아 주세요",
    ),
}
USUAL = (50, 150, 60)
"""Pitch 0..99, words a minute and amplitude 0..200 of espeak-ng."""


def said(text: str, voice: str, pitch: int, words_per_minute: int, amplitude: int) -> Samples:
    command = [*("espeak-ng", "--stdin", "--stdout", "-v", voice), *("-s", str(words_per_minute))]
    command += [*("-p", str(pitch)), *("-a", str(amplitude))]
    spoken = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    with wave.open(io.BytesIO(spoken.stdout)) as file:
        rate_hz = file.getframerate()
        pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return resample(pcm.astype(np.float32) / np.float32(32_768), rate_hz, SAMPLE_RATE_HZ)


def acquainted(voice: str) -> Arousal:
    speaker = Arousal()
    for text in SENTENCES[voice]:
        speaker.hear(said(text, voice, *USUAL), SAMPLE_RATE_HZ)
    return speaker


def vowel(pitch_hz: float, seconds: float = 1.0, gain: float = 0.1) -> Samples:
    """Ten harmonics, falling, with a beat of four syllables a second."""
    at = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tone = sum(np.sin(2 * np.pi * pitch_hz * n * at) / n for n in range(1, 11))
    return (gain * tone * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * at))).astype(np.float32)


@pytest.mark.parametrize("voice", SENTENCES)
@pytest.mark.parametrize(
    ("manner", "least", "most"),
    [
        ((75, 190, 120), 0.7, 1.0),
        ((85, 180, 110), 0.7, 1.0),
        (USUAL, 0.3, 0.7),
        ((30, 120, 30), 0.0, 0.35),
        ((20, 130, 35), 0.0, 0.35),
    ],
    ids=["lively", "very high", "usual", "calm", "low"],
)
def test_lively_and_calm_voices(
    voice: str, manner: tuple[int, int, int], least: float, most: float
) -> None:
    for text in SENTENCES[voice][:2]:
        lively = acquainted(voice).hear(said(text, voice, *manner), SAMPLE_RATE_HZ)
        assert lively is not None
        assert least <= lively <= most, text


def test_nothing_is_said_of_a_speaker_who_is_not_known() -> None:
    speaker = Arousal()
    heard = [speaker.hear(vowel(120), SAMPLE_RATE_HZ) for _ in range(UTTERANCES_TO_KNOW + 1)]
    assert heard[:-1] == [None] * UTTERANCES_TO_KNOW
    assert heard[-1] == pytest.approx(0.5)


def test_forgetting_begins_with_a_new_speaker() -> None:
    speaker = Arousal()
    for _ in range(UTTERANCES_TO_KNOW):
        speaker.hear(vowel(120), SAMPLE_RATE_HZ)
    speaker.forget()
    assert speaker.hear(vowel(120), SAMPLE_RATE_HZ) is None


def unvoiced() -> Iterator[Samples]:
    yield pause(2.0)
    yield white_noise(2.0)
    yield np.empty(0, np.float32)
    yield np.zeros(100, np.float32)
    yield vowel(120, seconds=0.2)
    yield np.full(SAMPLE_RATE_HZ, 0.5, np.float32)


def test_sounds_without_a_voice_say_and_teach_nothing() -> None:
    speaker = Arousal()
    for _ in range(UTTERANCES_TO_KNOW):
        speaker.hear(vowel(120), SAMPLE_RATE_HZ)
    for sound in unvoiced():
        assert speaker.hear(sound, SAMPLE_RATE_HZ) is None
    assert speaker.hear(vowel(120), SAMPLE_RATE_HZ) == pytest.approx(0.5)


@pytest.mark.parametrize("pitch_hz", [80.0, 110.0, 150.0, 220.0, 300.0, 400.0])
def test_pitch_is_measured_to_a_quarter_of_a_semitone(pitch_hz: float) -> None:
    measures = measure(vowel(pitch_hz), SAMPLE_RATE_HZ)
    assert measures is not None
    assert measures.pitch_semitones == pytest.approx(12 * np.log2(pitch_hz), abs=0.25)
    assert measures.pitch_spread_semitones < 1.0


def test_loudness_pace_and_pauses_are_measured() -> None:
    once = measure(vowel(120), SAMPLE_RATE_HZ)
    louder = measure(vowel(120, gain=0.2), SAMPLE_RATE_HZ)
    broken = measure(np.concatenate((vowel(120), pause(1.0), vowel(120))), SAMPLE_RATE_HZ)
    assert once is not None
    assert louder is not None
    assert broken is not None
    assert louder.loudness_db - once.loudness_db == pytest.approx(6.0, abs=0.2)
    assert once.pace_hz == pytest.approx(4.0, abs=1.0)
    assert broken.pauses == pytest.approx(1 / 3, abs=0.05)


def test_an_odd_sentence_moves_the_average_only_a_little() -> None:
    speaker = Arousal()
    for _ in range(6):
        speaker.hear(vowel(120), SAMPLE_RATE_HZ)
    speaker.hear(vowel(240, gain=0.4), SAMPLE_RATE_HZ)
    lively = speaker.hear(vowel(120), SAMPLE_RATE_HZ)
    assert lively is not None
    assert 0.35 <= lively <= 0.5


@pytest.mark.parametrize("rate_hz", [8_000, 44_100])
def test_other_rates_give_the_same_pitch(rate_hz: int) -> None:
    sound = resample(vowel(120), SAMPLE_RATE_HZ, rate_hz)
    measures = measure(sound, rate_hz)
    assert measures is not None
    assert measures.pitch_semitones == pytest.approx(12 * np.log2(120), abs=0.5)
