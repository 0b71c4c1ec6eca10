"""Sori makes room for who speaks over it, and comes back when it was nothing."""

import numpy as np
import pytest

from audio.playback import SpeakerVoice
from audio.sound import SAMPLE_RATE_HZ, Sound
from robot.live.floor import GIVE_BACK_S, MOST_IN_VAIN, Floor
from robot.live.own_words import OwnWords

BLOCK = SAMPLE_RATE_HZ // 50


def beep(text: str, seconds: float = 2.0) -> Sound:
    return Sound(np.full(round(seconds * SAMPLE_RATE_HZ), 0.5, np.float32), SAMPLE_RATE_HZ, text)


class Talk:
    """A voice that says something, and who has the floor."""

    def __init__(self) -> None:
        self.own = OwnWords()
        self.device = SpeakerVoice(SAMPLE_RATE_HZ, 0.0, lambda: "")
        self.voice = self.own.of(self.device)
        self.floor = Floor(self.own)
        self.now_s = 0.0

    def hears(self, seconds: float, *, somebody: bool) -> float:
        """Let time pass; returns how loud the last moment of it was."""
        block = np.zeros(BLOCK, np.float32)
        for _ in range(round(seconds * SAMPLE_RATE_HZ / BLOCK)):
            self.now_s += BLOCK / SAMPLE_RATE_HZ
            self.own.note(self.now_s)
            self.floor.note(self.now_s, somebody=somebody)
            block = self.device.take(BLOCK)
        return float(np.abs(block).max())


def test_it_falls_silent_at_once_and_goes_on_after_a_cough() -> None:
    talk = Talk()
    talk.voice.play(beep("a long story"))
    assert talk.hears(0.5, somebody=False) > 0.4
    assert talk.hears(0.06, somebody=True) == 0.0  # within 60 ms
    assert talk.floor.is_held
    assert talk.hears(GIVE_BACK_S - 0.02, somebody=False) == 0.0
    assert talk.hears(0.2, somebody=False) > 0.4
    assert not talk.floor.is_held


def test_it_stays_silent_for_as_long_as_somebody_speaks() -> None:
    talk = Talk()
    talk.voice.play(beep("a long story"))
    talk.hears(0.2, somebody=False)
    assert talk.hears(5.0, somebody=True) == 0.0
    assert talk.own.is_answering


def test_a_reply_does_not_begin_while_somebody_speaks() -> None:
    talk = Talk()
    assert talk.hears(0.1, somebody=True) == 0.0  # it still thinks
    talk.voice.play(beep("here it is"))
    assert talk.hears(1.0, somebody=True) == 0.0
    assert talk.hears(1.0, somebody=False) > 0.4


def test_words_take_the_floor_for_good() -> None:
    talk = Talk()
    talk.voice.play(beep("a long story"))
    talk.hears(0.2, somebody=False)
    talk.hears(0.1, somebody=True)
    talk.floor.take()
    taken_s = talk.now_s
    assert talk.hears(1.0, somebody=False) == 0.0
    assert not talk.own.is_answering
    assert talk.own.sounded[-1].until_s <= taken_s + 0.05  # what it meant to say never sounded


def test_it_does_not_stutter_over_what_is_nobody() -> None:
    talk = Talk()
    for reply in ("a long story", "another one"):
        talk.device = SpeakerVoice(SAMPLE_RATE_HZ, 0.0, lambda: "")
        talk.own.of(talk.device).play(beep(reply, 5.0))
        for _ in range(MOST_IN_VAIN):
            assert talk.hears(0.1, somebody=True) == 0.0
            assert talk.hears(GIVE_BACK_S + 0.2, somebody=False) > 0.4
        assert talk.hears(0.1, somebody=True) > 0.4
        assert not talk.floor.is_held


def test_it_knows_when_its_words_sounded() -> None:
    talk = Talk()
    talk.voice.play(beep("one", 1.0))
    talk.voice.play(beep("two", 1.0))
    talk.hears(1.5, somebody=False)
    one, two = talk.own.sounded
    assert (one.text, two.text) == ("one", "two")
    assert one.from_s == pytest.approx(0.0, abs=0.05)
    assert one.until_s == pytest.approx(1.0, abs=0.05)
    assert 1.0 <= two.from_s <= 1.2  # after the pause between them, or with it

    held_until = talk.now_s + 1.0
    talk.hears(1.0, somebody=True)
    talk.hears(GIVE_BACK_S + 0.1, somebody=False)
    assert talk.own.sounded[-1].until_s > held_until  # a clause that waited sounds later
