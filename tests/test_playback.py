"""The speaker's voice, with the test as the device that takes its blocks."""

import threading

import numpy as np
import pytest

from audio.errors import DeviceError
from audio.playback import BUFFER_S, FADE_S, REPEAT_S, SpeakerVoice
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


def ramp(seconds: float) -> Sound:
    """Each sample tells where it is; full scale is the end of a second."""
    places: Samples = np.arange(1, round(seconds * RATE_HZ) + 1, dtype=np.float32)
    return Sound(places / np.float32(RATE_HZ), RATE_HZ)


def test_held_voice_fades_within_50_ms_and_device_time_goes_on() -> None:
    speaking = voice()
    speaking.play(flat(1.0))
    taken(speaking, 0.2)
    speaking.hold()
    tail = taken(speaking, 1.0)
    assert len(np.flatnonzero(tail)) <= 0.05 * RATE_HZ
    assert np.all(np.diff(tail) <= 0)
    assert speaking.heard_s == pytest.approx(0.2 + FADE_S)


@pytest.mark.parametrize(
    ("held_at_s", "goes_on_at_s"), [(0.6, 0.6 + FADE_S - REPEAT_S), (0.1, 0.0), (0.01, 0.0)]
)
def test_resumed_voice_goes_on_a_little_before(held_at_s: float, goes_on_at_s: float) -> None:
    speaking = voice()
    speaking.play(ramp(0.8))
    taken(speaking, held_at_s)
    speaking.hold()
    taken(speaking, 1.0)
    speaking.resume()
    again = taken(speaking, 0.8 - goes_on_at_s + 0.1)
    fade = round(FADE_S * RATE_HZ)
    expected = ramp(0.8).samples[round(goes_on_at_s * RATE_HZ) :]
    np.testing.assert_allclose(again[fade : len(expected)], expected[fade:], atol=1e-6)
    assert not again[len(expected) :].any()
    assert speaking.heard_s == pytest.approx(0.8)
    assert speaking.heard_clauses == 1


def test_repeats_do_not_count_twice_and_never_reach_into_the_clause_before() -> None:
    speaking = voice()
    speaking.play(flat(0.2))
    speaking.play(ramp(0.5))
    taken(speaking, 0.2 + CLAUSE_GAP_S + 0.1)
    for _ in range(3):
        speaking.hold()
        before_s = speaking.heard_s
        taken(speaking, 0.2)
        speaking.resume()
        assert before_s <= speaking.heard_s == pytest.approx(0.3 + FADE_S)
        taken(speaking, 0.1)
    rest = taken(speaking, 1.0)
    assert speaking.heard_s == pytest.approx(0.7)
    assert speaking.heard_clauses == 2
    assert rest.max() == pytest.approx(0.5)


def test_hold_before_the_first_sound_lets_nothing_out() -> None:
    speaking = voice()
    taken(speaking, 0.1)
    speaking.hold()
    speaking.play(flat(0.3))
    assert not taken(speaking, 0.3).any()
    speaking.resume()
    assert len(np.flatnonzero(taken(speaking, 0.5))) == round(0.3 * RATE_HZ)


def test_hold_that_ends_before_the_device_takes_anything_repeats_nothing() -> None:
    speaking = voice()
    speaking.play(ramp(0.5))
    taken(speaking, 0.2)
    speaking.hold()
    speaking.resume()
    rest = taken(speaking, 0.5)
    np.testing.assert_allclose(rest[: round(0.3 * RATE_HZ)], ramp(0.5).samples[-4_800:])


def test_hold_that_ends_within_the_fade_repeats_nothing() -> None:
    speaking = voice()
    speaking.play(ramp(0.5))
    taken(speaking, 0.2)
    speaking.hold()
    taken(speaking, 0.01)
    speaking.resume()
    rest = taken(speaking, 0.5)
    np.testing.assert_allclose(rest[480 : round(0.29 * RATE_HZ)], ramp(0.5).samples[3_840:])
    assert not rest[round(0.29 * RATE_HZ) :].any()


def test_what_is_given_while_held_waits_although_the_clause_before_ran_dry() -> None:
    speaking = voice()
    speaking.play(flat(0.205))
    taken(speaking, 0.2)
    speaking.hold()
    assert len(np.flatnonzero(taken(speaking, 0.1))) == round(0.005 * RATE_HZ)
    speaking.play(flat(0.3))
    assert not taken(speaking, 0.5).any()
    speaking.resume()
    assert len(np.flatnonzero(taken(speaking, 0.5))) == round(0.3 * RATE_HZ)
    assert speaking.heard_clauses == 2


def test_silence_while_held_drops_the_rest() -> None:
    speaking = voice()
    speaking.play(flat(1.0))
    taken(speaking, 0.2)
    speaking.hold()
    taken(speaking, 0.2)
    speaking.silence()
    speaking.resume()
    speaking.finish()
    assert not taken(speaking, 1.0).any()


def test_whoever_waits_for_a_held_voice_waits_until_it_has_gone_on() -> None:
    speaking = voice()
    speaking.play(flat(0.3))
    taken(speaking, 0.1)
    speaking.hold()
    finisher = threading.Thread(target=speaking.finish)
    finisher.start()
    taken(speaking, 30.0)
    assert finisher.is_alive()
    speaking.resume()
    taken(speaking, 1.0)
    finisher.join(5.0)
    assert not finisher.is_alive()
