"""Preferences heard: rate, pitch and loudness of the real voice."""

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest

from audio.sound import Sound
from audio.synthesizer import Synthesizer
from audio.voices import USUAL, Speaking
from config.preferences import Preferences
from config.settings import SpeechSettings
from robot.care.voice import speaking

TEXTS = {"en": "I am walking two metres forward for you.", "ko": "네, 앞으로 두 걸음 걸어갈게요."}
SLOWEST_HZ, HIGHEST_HZ = 50, 400
WINDOW_S = 0.04


@pytest.fixture(scope="module")
def voice() -> Iterator[Synthesizer]:
    synthesizer = Synthesizer.load(SpeechSettings())
    yield synthesizer
    synthesizer.close()


def pitch_hz(sound: Sound) -> float:
    """Median fundamental frequency of the voiced windows, by autocorrelation."""
    length = int(WINDOW_S * sound.rate_hz)
    shortest, longest = sound.rate_hz // HIGHEST_HZ, sound.rate_hz // SLOWEST_HZ
    found = []
    for start in range(0, len(sound.samples) - length, length // 2):
        window = sound.samples[start : start + length]
        alike = np.correlate(window, window, "full")[length - 1 :]
        lag = shortest + int(alike[shortest:longest].argmax())
        if np.abs(window).max() > 0.05 and alike[lag] > 0.5 * alike[0]:
            found.append(sound.rate_hz / lag)
    return float(np.median(found))


def workers(voice: Synthesizer) -> list[int]:
    return [] if voice.worker_pid is None else [voice.worker_pid]


def loudest(sound: Sound) -> float:
    return float(np.abs(sound.samples).max())


@pytest.mark.parametrize("language", TEXTS)
def test_rate_pitch_and_gain_are_heard(voice: Synthesizer, language: str) -> None:
    def said(how: Speaking) -> Sound:
        return voice.render(TEXTS[language], language, how)

    usual = said(USUAL)
    slow, fast = said(Speaking(rate=0.6)), said(Speaking(rate=1.6))
    assert slow.duration_s > 1.3 * usual.duration_s > 1.7 * fast.duration_s
    low, high = said(Speaking(pitch=0.7)), said(Speaking(pitch=1.4))
    assert pitch_hz(low) < 0.9 * pitch_hz(usual) < 0.75 * pitch_hz(high)
    assert low.duration_s == pytest.approx(high.duration_s, rel=0.05)
    quiet = said(Speaking(gain=0.1))
    assert loudest(quiet) == pytest.approx(0.1 * loudest(usual), rel=0.15)
    assert loudest(said(Speaking(gain=9.0))) <= 1.0
    again = said(USUAL)  # nothing of it stays
    assert again.duration_s == pytest.approx(usual.duration_s, rel=0.02)
    assert pitch_hz(again) == pytest.approx(pitch_hz(usual), rel=0.05)


@pytest.mark.parametrize(
    ("how", "words_per_minute", "pitch"),
    [
        (USUAL, 165, 50),
        (Speaking(rate=0.6), 99, 50),
        (Speaking(rate=0.1), 80, 50),
        (Speaking(rate=1.6), 264, 50),
        (Speaking(rate=99.0), 450, 50),
        (Speaking(pitch=0.7), 165, 14),
        (Speaking(pitch=1.4), 165, 84),
        (Speaking(pitch=0.0), 165, 0),
        (Speaking(pitch=9.0), 165, 99),
    ],
)
def test_factors_in_the_numbers_of_espeak(how: Speaking, words_per_minute: int, pitch: int) -> None:
    assert (how.words_per_minute(165), how.espeak_pitch()) == (words_per_minute, pitch)


@pytest.mark.parametrize(
    ("preferences", "mood_rate", "how"),
    [
        (Preferences(), 1.0, USUAL),
        (Preferences(rate=1.2, pitch=0.9, volume=0.4), 1.0, Speaking(1.2, 0.9, 0.4)),
        (Preferences(rate=1.2), 1.1, Speaking(rate=1.2 * 1.1)),
        (Preferences(rate=1.6), 1.1, Speaking(rate=1.6)),
        (Preferences(rate=0.6), 0.9, Speaking(rate=0.6)),
    ],
)
def test_preferences_and_mood_as_a_way_to_speak(
    preferences: Preferences, mood_rate: float, how: Speaking
) -> None:
    assert speaking(preferences, mood_rate) == how


def test_the_command_speaks_in_the_same_way(
    voice: Synthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    how = Speaking(rate=1.4, pitch=1.3, gain=0.5)
    by_worker = voice.render(TEXTS["en"], "en", how)
    monkeypatch.setattr("sys.executable", "/bin/false")
    (worker,) = workers(voice)
    os.kill(worker, signal.SIGKILL)
    by_command = voice.render(TEXTS["en"], "en", how)
    assert not workers(voice)
    assert by_command.duration_s == pytest.approx(by_worker.duration_s, rel=0.1)
    assert pitch_hz(by_command) == pytest.approx(pitch_hz(by_worker), rel=0.1)
