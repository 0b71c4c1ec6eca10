"""The robot's own noise: how much the gate is raised, and what still counts."""

import numpy as np
import pytest

from audio.listener import Listener, utterance_events
from audio.own_noise import MOST_DB, MOVING_DB, SPEAKING_DB, OwnNoise, counts
from audio.sound import FRAME_SAMPLES, SAMPLE_RATE_HZ, Samples, SpeechEnded, SpeechEvent
from config.settings import VoiceActivitySettings
from tests.speech import pause, say, white_noise

SETTINGS = VoiceActivitySettings()


@pytest.mark.parametrize(
    ("utterance_s", "text", "moving", "speaking", "expected"),
    [
        (0.2, "yes", False, False, True),  # in silence everything counts
        (0.1, "", False, False, True),
        (0.3, "yes", True, False, False),
        (0.3, "yes", False, True, False),
        (0.9, "walk forward", True, False, True),
        (0.9, "walk forward", False, True, True),
        (0.45, "left", False, True, True),
        (0.45, "left", True, False, False),  # moving is louder than speaking
        (0.45, "left", True, True, False),
        (0.9, "um", True, False, False),  # long, but nothing was understood
        (0.9, "...", True, False, False),
        (0.3, "네", True, False, False),
        (0.9, "네", True, False, False),
        (0.6, "앉아", True, False, True),
        (0.9, "왼쪽으로 돌아", True, True, True),
    ],
)
def test_short_words_in_own_noise_count_only_for_stop(
    utterance_s: float, text: str, moving: bool, speaking: bool, expected: bool
) -> None:
    assert counts(utterance_s, text, moving=moving, speaking=speaking) is expected


def test_the_gate_is_raised_while_it_speaks_or_moves() -> None:
    noise = OwnNoise()
    assert noise.extra_db(-60, 0.0, moving=False, speaking=False) == 0
    assert noise.extra_db(-60, 1.0, moving=False, speaking=True) == SPEAKING_DB
    assert noise.extra_db(-60, 2.0, moving=True, speaking=False) == MOVING_DB
    assert noise.extra_db(-60, 3.0, moving=True, speaking=True) == SPEAKING_DB
    assert noise.extra_db(-60, 4.0, moving=False, speaking=False) == 0


def test_motors_are_learned_once_and_expected_from_then_on() -> None:
    noise = OwnNoise()
    floor_dbfs = [-60.0] * 20 + [-45.0] * 20  # the gate's floor follows after 2 s
    for tick, floor in enumerate(floor_dbfs):
        noise.extra_db(floor, tick / 10, moving=True, speaking=False)
    assert noise.motors_dbfs == pytest.approx(-45.0)
    assert noise.extra_db(-60, 4.1, moving=False, speaking=False) == 0
    assert noise.extra_db(-60, 9.0, moving=True, speaking=False) == MOVING_DB + 15
    assert noise.extra_db(-45, 11.5, moving=True, speaking=False) == MOVING_DB


def test_what_is_heard_while_it_speaks_teaches_nothing_about_motors() -> None:
    noise = OwnNoise()
    for tick in range(60):
        noise.extra_db(-30, tick / 10, moving=True, speaking=True)
    assert noise.motors_dbfs is None


def test_nobody_is_asked_to_shout() -> None:
    noise = OwnNoise()
    for tick in range(60):
        noise.extra_db(-5, tick / 10, moving=True, speaking=False)
    assert noise.extra_db(-90, 20.0, moving=False, speaking=False) == 0
    assert noise.extra_db(-90, 21.0, moving=True, speaking=False) == MOST_DB


def at_dbfs(sound: Samples, level_dbfs: float) -> Samples:
    rms = float(np.sqrt(np.square(sound).mean()))
    return (sound * (10 ** (level_dbfs / 20) / rms)).astype(np.float32)


def utterances(listener: Listener, sound: Samples) -> int:
    events: list[SpeechEvent] = []
    for start in range(0, len(sound), FRAME_SAMPLES):
        events += listener.feed(sound[start : start + FRAME_SAMPLES])
    return sum(isinstance(event, SpeechEnded) for event in (*events, *listener.finish()))


@pytest.mark.parametrize(
    ("over_noise_db", "extra_db", "heard"), [(12, 0.0, 1), (12, 15.0, 0), (30, 15.0, 1)]
)
def test_a_raised_gate_lets_only_louder_voices_through(
    over_noise_db: float, extra_db: float, heard: int
) -> None:
    speech = np.concatenate((pause(2.5), say("turn left please", "en-us+m3"), pause(1.0)))
    loud = np.abs(speech) > 0.01
    speech *= 10 ** ((-40 + over_noise_db) / 20) / float(np.sqrt(np.square(speech[loud]).mean()))
    sound = speech + at_dbfs(white_noise(len(speech) / SAMPLE_RATE_HZ + 1)[: len(speech)], -40)
    listener = Listener.load(SETTINGS)
    listener.extra_db = extra_db
    assert utterances(listener, sound) == heard


def test_the_floor_is_told_and_the_gate_is_as_it_was_without_extra() -> None:
    listener = Listener.load(SETTINGS)
    sound = np.concatenate((white_noise(2.5, 0.01), say("hello", "en-us+Andy"), pause(1.0)))
    same = sum(isinstance(one, SpeechEnded) for one in utterance_events([sound], SETTINGS))
    assert listener.extra_db == 0
    assert utterances(listener, sound) == same
    noisy = Listener.load(SETTINGS)
    noisy.feed(white_noise(2.5, 0.01))
    assert noisy.floor_dbfs == pytest.approx(-43, abs=3)
