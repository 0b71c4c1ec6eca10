"""The speaker's voice, with the test as the device that takes its blocks."""

import threading

import numpy as np
import pytest

from audio.errors import DeviceError
from audio.playback import BUFFER_S, FADE_S, SpeakerVoice
from audio.sound import Samples, Sound
from audio.voice import CLAUSE_GAP_S

RATE_HZ = 16_000
LATENCY_S = 0.05


def flat(seconds: float) -> Sound:
    return Sound(np.full(round(seconds * RATE_HZ), 0.5, np.float32), RATE_HZ)


def voice(gone: str = "") -> SpeakerVoice:
    return SpeakerVoice(RATE_HZ, LATENCY_S, lambda: gone)


def taken(speaking: SpeakerVoice, seconds: float) -> Samples:
    return np.concatenate([speaking.take(160) for _ in range(round(seconds * 100))])


def test_clauses_come_whole_with_a_gap_and_silence_after() -> None:
    speaking = voice()
    speaking.play(flat(0.105))
    speaking.play(flat(0.2))
    loud = np.flatnonzero(taken(speaking, 1.0))
    assert len(loud) == round(0.305 * RATE_HZ)
    assert np.diff(loud).max() == round(CLAUSE_GAP_S * RATE_HZ) + 1


def test_heard_is_what_has_left_the_device() -> None:
    speaking = voice()
    speaking.play(flat(0.1))
    speaking.play(flat(0.5))
    taken(speaking, 0.14)
    assert speaking.heard_clauses == 0
    taken(speaking, 0.01)
    assert speaking.heard_clauses == 1
    taken(speaking, 1.0)
    assert speaking.heard_clauses == 2
    assert speaking.heard_s == pytest.approx(0.6)


def test_silenced_voice_fades_and_swallows_what_comes_late() -> None:
    speaking = voice()
    speaking.play(flat(1.0))
    taken(speaking, 0.2)
    speaking.silence()
    speaking.play(flat(1.0))
    speaking.finish()
    tail = taken(speaking, 1.0)
    assert len(np.flatnonzero(tail)) <= FADE_S * RATE_HZ
    assert np.all(np.diff(tail) <= 0)
    assert speaking.heard_clauses == 0


def test_play_waits_while_the_buffer_is_full() -> None:
    speaking = voice()
    speaking.play(flat(BUFFER_S + 0.1))
    player = threading.Thread(target=speaking.play, args=(flat(0.1),))
    player.start()
    assert taken(speaking, 0.05).all()
    assert player.is_alive()
    taken(speaking, 0.05)
    player.join(5.0)
    assert not player.is_alive()


def test_silence_frees_whoever_waits() -> None:
    speaking = voice()
    speaking.play(flat(1.0))
    finisher = threading.Thread(target=speaking.finish)
    finisher.start()
    taken(speaking, 0.1)
    speaking.silence()
    finisher.join(5.0)
    assert not finisher.is_alive()


@pytest.mark.parametrize(("gone", "sentence"), [("", "takes no sound"), ("unplugged", "unplugged")])
def test_waiting_for_a_dead_device_ends_in_an_error(gone: str, sentence: str) -> None:
    speaking = voice(gone)
    speaking.play(flat(0.1))
    with pytest.raises(DeviceError, match=sentence):
        speaking.finish()
