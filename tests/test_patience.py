"""Sori fills a long silence before its answer, and only that."""

import threading

import numpy as np
import pytest

from audio.errors import SynthesisError
from audio.playback import SpeakerVoice
from audio.sound import SAMPLE_RATE_HZ, Sound
from robot.live.patience import PatientVoice

WAIT_S = 20.0


def sound(text: str) -> Sound:
    return Sound(np.full(SAMPLE_RATE_HZ // 10, 0.5, np.float32), SAMPLE_RATE_HZ, text)


class Listener:
    """Plays a voice to its end, in a thread of its own, as a sound card does."""

    def __init__(self) -> None:
        self.device = SpeakerVoice(SAMPLE_RATE_HZ, 0.0, lambda: "")
        self.heard_s = 0.0

    def play(self, seconds: float) -> None:
        for _ in range(round(seconds * 100)):
            self.heard_s += float(np.count_nonzero(self.device.take(160)) / SAMPLE_RATE_HZ)


def test_a_long_silence_is_filled_and_the_filler_is_no_part_of_the_answer() -> None:
    card, filled = Listener(), threading.Event()

    def filler() -> Sound:
        filled.set()
        return sound("let me think")

    voice = PatientVoice(card.device, filler, patience_s=0.0)
    assert filled.wait(WAIT_S)
    while not card.heard_s:
        card.play(0.01)
    card.play(0.2)
    assert (voice.heard_clauses, voice.heard_s) == (0, 0.0)
    voice.play(sound("the answer"))
    card.play(0.3)
    assert voice.heard_clauses == 1
    assert card.heard_s == pytest.approx(0.2, abs=0.01)
    voice.finish()


def test_a_quick_answer_needs_no_filler() -> None:
    card = Listener()
    voice = PatientVoice(card.device, lambda: pytest.fail("it was asked for"), patience_s=WAIT_S)
    voice.play(sound("the answer"))
    card.play(0.2)
    voice.finish()
    assert voice.heard_clauses == 1


def test_a_silenced_voice_says_no_filler() -> None:
    card, asked, silenced = Listener(), threading.Event(), threading.Event()

    def filler() -> Sound:
        asked.set()
        assert silenced.wait(WAIT_S)
        return sound("too late")

    voice = PatientVoice(card.device, filler, patience_s=0.0)
    assert asked.wait(WAIT_S)
    voice.silence()
    silenced.set()
    card.play(0.3)
    assert card.heard_s == 0.0


def test_a_filler_that_cannot_be_rendered_is_left_out() -> None:
    card, tried = Listener(), threading.Event()

    def filler() -> Sound:
        tried.set()
        raise SynthesisError("no voice")

    voice = PatientVoice(card.device, filler, patience_s=0.0)
    assert tried.wait(WAIT_S)
    voice.play(sound("the answer"))
    card.play(0.2)
    voice.finish()
    assert voice.heard_clauses == 1
