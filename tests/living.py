"""Everything of `sori listen` but the devices: the ear, turns that do what a test says, a voice."""

import threading
from collections.abc import Callable, Generator

import numpy as np

from audio.playback import SpeakerVoice
from audio.sound import SAMPLE_RATE_HZ, Samples, Sound, SpeechEnded, Transcript, Utterance
from config.load import load
from nlu.safety.screen import passed
from nlu.turn_end import TurnEnd
from robot.answering import ScreenedClause
from robot.errors import TurnCancelled
from robot.live.ear import LiveEar
from robot.live.early_hearing import EarlyHearing
from robot.live.overheard import Overhearing
from robot.live.own_words import OwnWords
from robot.live.turn_taking import TurnTaking
from robot.live.turn_worker import TurnWorker
from robot.live.work import ToDo
from robot.stop_ears import StopEars
from robot.turn import Mouth, Stopwatch, speak
from tests.kinematic_robot import Robot

BLOCK = 320
TURN_END = TurnEnd.load(load().language.served)


def _transcript(_: Utterance) -> Transcript:
    return Transcript("", "en", {"en": 1.0}, 0.0, 0.0)


class Living:
    """Everything of `sori listen` but the devices."""

    def __init__(self, ears: StopEars, answer: Callable[["Living", Utterance], None]) -> None:
        self.robot = Robot()
        self.cancelled = threading.Event()
        self.own = OwnWords()
        self.voice = SpeakerVoice(SAMPLE_RATE_HZ, 0.0, lambda: "")
        self.stops_s: list[float] = []
        self.ended = threading.Semaphore(0)
        self.outcomes: list[str] = []
        self.answered: list[tuple[Utterance, int]] = []

        def turn(utterance: ToDo, epoch: int) -> None:
            assert isinstance(utterance, Utterance)
            try:
                self.answered.append((utterance, epoch))
                answer(self, utterance)
                self.outcomes.append("answered")
            except TurnCancelled:
                self.outcomes.append("cancelled")
                raise
            finally:
                self.ended.release()

        writer, served = self.robot.writer, load().language.served
        self.turns = TurnWorker(turn, self.cancelled, lambda: writer.epoch)
        stop_ear = ears.ear(self._stop, self.own.now)
        self.early = EarlyHearing(_transcript)
        taking = TurnTaking(
            stop_ear.listener, ears.voice_activity, TURN_END, self.early, lambda _: None
        )
        overhearing = Overhearing.load(ears.recogniser, TURN_END, served)
        self.ear = LiveEar(stop_ear, self.turns, self.own, overhearing, taking, writer)
        self.turns.start()

    def _stop(self, at_s: float) -> None:
        self.stops_s.append(at_s)
        self.robot.writer.stop()
        self.turns.stop()
        self.own.silence()

    def hears(self, sound: Samples) -> int:
        """Feed it all while the speaker plays; returns how many utterances of people there were."""
        found = 0
        for at in range(0, len(sound), BLOCK):
            self.voice.take(BLOCK)
            events = self.ear.feed(sound[at : at + BLOCK], is_over=False, behind=False)
            found += sum(isinstance(event, SpeechEnded) for event in events)
        return found

    def begins_to_speak(self) -> None:
        """Wait for the turn to come to that."""
        while not self.own.is_speaking:
            assert not self.ended.acquire(timeout=0.01)

    def close(self) -> None:
        assert self.turns.close()
        self.early.close()


def clauses(*texts: str) -> Generator[ScreenedClause, None, None]:
    for text in texts:
        yield ScreenedClause(text, "en", passed(text))


def beeps(text: str, _: str) -> Sound:
    """A second a clause."""
    return Sound(np.full(SAMPLE_RATE_HZ, 0.1, np.float32), SAMPLE_RATE_HZ, text)


def says(living: Living, *texts: str) -> None:
    watch = Stopwatch(lambda: 0.0)
    mouth = Mouth(living.own.of(living.voice), beeps)
    speak(clauses(*texts), watch, living.cancelled, mouth)
