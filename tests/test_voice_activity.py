import sys
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from audio.errors import AudioError
from audio.listener import Listener, utterance_events
from audio.sound import (
    FRAME_SAMPLES,
    SAMPLE_RATE_HZ,
    Samples,
    SpeechEnded,
    SpeechEvent,
    Utterance,
)
from audio.speech_score import SpeechScore
from config.settings import VoiceActivitySettings
from tests.speech import say

SETTINGS = VoiceActivitySettings()
NOISE_S = 10
TIME_S = np.arange(NOISE_S * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
Wave = NDArray[np.float64]

SENTENCES = {
    "en": ("turn left and wave your hand please", "en-us+m3"),
    "en-gb": ("what is the weather like today", "en-gb+Alicia"),
    "ko": ("오늘 날씨가 어때요", "ko"),
    "ko+f2": ("왼쪽으로 돌고 손을 흔들어 주세요", "ko+f2"),
}
WORDS = {"hello": "en-us+Andy", "yes": "en-gb+Michael", "멈춰": "ko+m4", "네": "ko+f3"}


def at_dbfs(wave: Wave, level_dbfs: float = -20.0) -> Samples:
    rms = float(np.sqrt(np.square(wave).mean()))
    return (wave / rms * 10 ** (level_dbfs / 20)).astype(np.float32)


def white(count: int = len(TIME_S), seed: int = 1) -> Wave:
    return np.random.default_rng(seed).standard_normal(count)


def coloured(power: float, count: int = len(TIME_S)) -> Wave:
    """Noise whose power falls with frequency to the `power` (1: pink, 2: brown) above 20 Hz."""
    spectrum = np.fft.rfft(white(count))
    hz = np.maximum(np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ), 20.0)
    return np.fft.irfft(spectrum * hz ** (-power / 2), count)


def hum(hz: float) -> Wave:
    waves = (np.sin(2 * np.pi * hz * k * TIME_S + k) / k for k in range(1, 12))
    return np.asarray(sum(waves), np.float64)


def tones(*hz: float) -> Wave:
    return np.asarray(sum(np.sin(2 * np.pi * one * TIME_S) for one in hz), np.float64)


def clicks() -> Wave:
    wave = np.zeros_like(TIME_S)
    wave[:: SAMPLE_RATE_HZ // 3] = 1.0
    return wave


def knocks() -> Wave:
    decay = np.exp(-np.arange(800) / 120)
    wave = np.zeros_like(TIME_S)
    for number, start in enumerate(range(1_000, len(wave) - 800, 5_600)):
        wave[start : start + 800] = white(800, number) * decay
    return wave


NOISES: dict[str, Callable[[], Samples]] = {
    "silence": lambda: np.zeros_like(TIME_S, np.float32),
    "dither": lambda: at_dbfs(white(), -90),
    "offset": lambda: np.full_like(TIME_S, 0.5, np.float32),
    "white": lambda: at_dbfs(white()),
    "loud white": lambda: at_dbfs(white(), -6),
    "pink": lambda: at_dbfs(coloured(1)),
    "brown": lambda: at_dbfs(coloured(2)),
    "hum 50": lambda: at_dbfs(hum(50)),
    "hum 60": lambda: at_dbfs(hum(60)),
    "hum in noise": lambda: at_dbfs(hum(100)) + at_dbfs(coloured(1), -26),
    "tone 220": lambda: at_dbfs(tones(220)),
    "tone 1000": lambda: at_dbfs(tones(1_000)),
    "chord": lambda: at_dbfs(tones(220, 277.2, 329.6)),
    "square 100": lambda: at_dbfs(np.sign(tones(100))),
    "square 440": lambda: at_dbfs(np.sign(tones(440))),
    "white, swelling 4 times a second": lambda: at_dbfs(white() * (1 + tones(4))),
    "tone with tremolo": lambda: at_dbfs(tones(440) * (1 + 0.5 * tones(5))),
    "tone that begins": lambda: at_dbfs(tones(500) * (TIME_S > 3)),
    "chord on and off": lambda: at_dbfs(tones(220, 277.2, 329.6) * (TIME_S % 4 > 2)),
    "beeps": lambda: at_dbfs(tones(2_000) * (TIME_S % 1 < 0.3)),
    "fan that starts": lambda: at_dbfs((coloured(2) * 40 + coloured(1) + white()) * (TIME_S > 5)),
    "clicks": lambda: clicks().astype(np.float32),
    "knocks": lambda: (0.4 * knocks()).astype(np.float32),
}


def hear(sound: Samples, settings: VoiceActivitySettings = SETTINGS) -> list[Utterance]:
    events = utterance_events([sound], settings)
    return [event.utterance for event in events if isinstance(event, SpeechEnded)]


@cache
def spoken(text: str, voice: str) -> Samples:
    """Speech without the silence around it (below -40 dB of its peak)."""
    sound = say(text, voice)
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    return sound[loud[0] : loud[-1] + 1]


def in_silence(*pieces: Samples, pause_s: float = 1.0) -> Samples:
    pause = np.zeros(round(pause_s * SAMPLE_RATE_HZ), np.float32)
    return np.concatenate([pause, *(part for piece in pieces for part in (piece, pause))])


def assert_found(utterance: Utterance, start_s: float, end_s: float) -> None:
    assert utterance.start_s + SETTINGS.pre_roll_s == pytest.approx(start_s, abs=0.3)
    assert utterance.end_s == pytest.approx(end_s, abs=0.3)
    assert utterance.voiced_share > 0.3  # twice of what recognition asks for


@pytest.mark.parametrize("kind", NOISES)
def test_noise_is_no_utterance(kind: str) -> None:
    assert hear(NOISES[kind]()) == []


def test_webrtcvad_alone_would_call_them_speech() -> None:
    """The reason for the second gate; if this fails, the gate may have become needless."""
    score = SpeechScore.load(SETTINGS.aggressiveness)
    for kind in ("white", "hum 50", "tone 1000", "chord", "square 100"):
        frames = NOISES[kind]().reshape(-1, FRAME_SAMPLES)
        assert np.mean([score.is_speech(frame) for frame in frames]) > 0.9


@pytest.mark.parametrize("gain_db", [0, -10, -20, -30])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_speech_is_found_whole_at_every_loudness(sentence: str, gain_db: float) -> None:
    speech = spoken(*SENTENCES[sentence])
    (utterance,) = hear(in_silence(speech * np.float32(10 ** (gain_db / 20))))
    assert_found(utterance, 1.0, 1.0 + len(speech) / SAMPLE_RATE_HZ)


@pytest.mark.parametrize("power", [0, 1, 2], ids=["white", "pink", "brown"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_speech_is_found_whole_in_noise(sentence: str, power: float) -> None:
    speech = spoken(*SENTENCES[sentence])
    sound = in_silence(speech, pause_s=2.5)
    level_dbfs = 10 * float(np.log10(np.square(speech).mean())) - 15
    (utterance,) = hear(sound + at_dbfs(coloured(power, len(sound)), level_dbfs))
    assert_found(utterance, 2.5, 2.5 + len(speech) / SAMPLE_RATE_HZ)


@pytest.mark.parametrize("word", WORDS)
def test_a_single_word_is_found(word: str) -> None:
    speech = spoken(word, WORDS[word])
    (utterance,) = hear(in_silence(speech))
    assert_found(utterance, 1.0, 1.0 + len(speech) / SAMPLE_RATE_HZ)


def test_speech_from_the_first_sample_is_found() -> None:
    speech = spoken(*SENTENCES["en"])
    (utterance,) = hear(speech)
    assert utterance.start_s == 0.0
    assert len(utterance.samples) == pytest.approx(len(speech), abs=FRAME_SAMPLES)


def test_two_sentences_a_second_apart_are_two_utterances() -> None:
    first, second = spoken(*SENTENCES["en"]), spoken(*SENTENCES["ko"])
    one, two = hear(in_silence(first, second))
    end_s = 1.0 + len(first) / SAMPLE_RATE_HZ
    assert_found(one, 1.0, end_s)
    assert_found(two, end_s + 1.0, end_s + 1.0 + len(second) / SAMPLE_RATE_HZ)


def test_speech_over_a_fan_that_started_is_found() -> None:
    speech = spoken(*SENTENCES["ko"])
    speech_dbfs = 10 * float(np.log10(np.square(speech).mean()))
    sound = at_dbfs(coloured(2) * (TIME_S > 3), speech_dbfs - 15)
    begin = 8 * SAMPLE_RATE_HZ
    sound[begin : begin + len(speech)] += speech
    (utterance,) = hear(sound)
    assert_found(utterance, 8.0, 8.0 + len(speech) / SAMPLE_RATE_HZ)


def test_how_the_stream_is_cut_does_not_change_what_is_heard() -> None:
    sound = in_silence(*(spoken(word, WORDS[word]) for word in ("hello", "멈춰")))[:-7]
    whole = hear(sound)
    assert len(whole) == 2
    for size in (1, 333, 320, 4_096, 160_000):
        listener = Listener.load(SETTINGS)
        events: list[SpeechEvent] = []
        for start in range(0, len(sound), size):
            events += listener.feed(sound[start : start + size])
        events += listener.finish()
        found = [event.utterance for event in events if isinstance(event, SpeechEnded)]
        assert [(u.start_s, u.end_s, u.voiced_share) for u in found] == [
            (u.start_s, u.end_s, u.voiced_share) for u in whole
        ]
        for cut, uncut in zip(found, whole, strict=True):
            assert np.array_equal(cut.samples, uncut.samples)


def test_samples_are_the_stream_itself() -> None:
    sound = in_silence(spoken(*SENTENCES["en"]))
    (utterance,) = hear(sound)
    start = round(utterance.start_s * SAMPLE_RATE_HZ)
    assert np.array_equal(utterance.samples, sound[start : start + len(utterance.samples)])


def test_an_endless_talker_is_cut_and_nothing_is_lost() -> None:
    speech = spoken(*SENTENCES["en"])
    sound = np.concatenate([speech] * (1 + 20 * SAMPLE_RATE_HZ // len(speech)))
    first, *others = hear(sound)
    assert first.cut
    assert len(first.samples) == 15 * SAMPLE_RATE_HZ
    joined = np.concatenate([first.samples, *(utterance.samples for utterance in others)])
    assert np.array_equal(joined[: len(sound)], sound[: len(joined)])


@pytest.mark.parametrize("count", [0, 1, 464])
def test_hardly_any_sound_is_no_utterance(count: int) -> None:
    assert hear(np.full(count, 0.3, np.float32)) == []


def test_a_missing_frame_model_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "webrtcvad", None)
    with pytest.raises(AudioError, match="webrtcvad-wheels"):
        Listener.load(SETTINGS)


def test_the_frame_model_takes_sound_beyond_full_scale() -> None:
    score = SpeechScore.load(2)
    speech = spoken(*SENTENCES["en"])[:16_000].reshape(-1, FRAME_SAMPLES)
    assert np.mean([score.is_speech(frame * 8) for frame in speech]) > 0.8
