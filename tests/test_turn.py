"""A turn: lazy, cancellable at every joint, and it remembers only what was heard."""

import threading
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest

from audio.sound import Sound
from audio.sound_file import read_whole
from audio.wav_voice import WavVoice
from config.settings import SoundFileSettings
from nlu.safety.screen import passed
from robot.answering import ScreenedClause
from robot.errors import TurnCancelled
from robot.turn import Mouth, Stopwatch, speak

RATE_HZ = 16_000


class TickingClock:
    """Time that goes on by a second at every look: a fake to inject time."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 1.0
        return self.now_s


def reply(*texts: str) -> Generator[ScreenedClause, None, None]:
    yield from map(clause, texts)


def clause(text: str) -> ScreenedClause:
    return ScreenedClause(text, "en", passed(text))


def beep(text: str, _: str) -> Sound:
    """A tenth of a second a word."""
    return Sound(np.full(len(text.split()) * RATE_HZ // 10, 0.25, np.float32), RATE_HZ)


def watch() -> Stopwatch:
    return Stopwatch(TickingClock())


def test_clauses_are_spoken_in_order(tmp_path: Path) -> None:
    voice = WavVoice(tmp_path / "reply.wav")
    answer = speak(reply("one two", "three"), watch(), threading.Event(), Mouth(voice, beep))
    assert answer.reply == answer.reply_heard == "one two three"
    sound = read_whole(tmp_path / "reply.wav", SoundFileSettings())
    assert len(sound) / RATE_HZ == pytest.approx(0.3 + 0.12, abs=0.02)  # with the gap between


def test_typed_turns_need_no_voice() -> None:
    answer = speak(reply("hello"), watch(), threading.Event())
    assert answer.reply_heard == "hello"
    assert answer.first_sound_ms is None


def test_stages_are_timed_one_after_the_other(tmp_path: Path) -> None:
    voice = WavVoice(tmp_path / "reply.wav")
    answer = speak(reply("a", "b"), watch(), threading.Event(), Mouth(voice, beep))
    assert (answer.first_token_ms, answer.first_sound_ms) == (1_000, 1_000)


def test_the_next_clause_is_not_thought_of_before_the_first_is_spoken(tmp_path: Path) -> None:
    voice = WavVoice(tmp_path / "reply.wav")
    spoken_when_thought: list[int] = []

    def thinking() -> Generator[ScreenedClause, None, None]:
        for text in ("one", "two", "three"):
            spoken_when_thought.append(voice.heard_clauses)
            yield clause(text)

    speak(thinking(), watch(), threading.Event(), Mouth(voice, beep))
    assert spoken_when_thought == [0, 1, 2]


@pytest.mark.parametrize("joint", ["before", "while rendering", "after the last"])
def test_cancelling_raises_and_silences(tmp_path: Path, joint: str) -> None:
    cancelled = threading.Event()
    voice = WavVoice(tmp_path / "reply.wav")

    def thinking() -> Generator[ScreenedClause, None, None]:
        if joint == "before":
            cancelled.set()
        yield clause("one")
        if joint == "after the last":
            cancelled.set()

    def render(text: str, language: str) -> Sound:
        if joint == "while rendering":
            cancelled.set()
        return beep(text, language)

    with pytest.raises(TurnCancelled):
        speak(thinking(), watch(), cancelled, Mouth(voice, render))
    voice.play(beep("late", "en"))
    assert voice.heard_clauses == (1 if joint == "after the last" else 0)
    assert not (tmp_path / "reply.wav").exists()
