"""The one live conversation of a program: `sori listen` and `sori serve` both run it.

Two threads. The one that calls `run` is the ear: it reads the microphone without a pause, hands
utterances on and stops everything at a stop word. The other answers, one turn after the other.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from audio.errors import DeviceError
from audio.microphone import Microphone
from audio.sound import SpeechEvent, Utterance
from audio.speaker import Speaker
from config.settings import Settings
from robot.assemble import Robot, open_robot
from robot.body.console import Tell
from robot.body.errors import BodyError
from robot.conversation import Surroundings
from robot.hearing import Heard
from robot.live.ear import LiveEar
from robot.live.events import (
    ClauseSaid,
    EventHub,
    LiveState,
    PartFailed,
    StateChanged,
    Stopped,
    TurnEnded,
    WordsHeard,
)
from robot.live.own_words import OwnVoice, OwnWords
from robot.live.turn_worker import TurnWorker
from robot.live.work import Question, Recording, Remark, ToDo, drop
from robot.ros2_voice import Ros2Voice, open_ros2_voice
from robot.stop_ears import StopEars
from robot.turn_record import TurnRecord


class LiveSession:
    """An open conversation. `run` belongs to one thread; every other method to any."""

    def __init__(
        self,
        robot: Robot,
        ears: StopEars,
        ros2: Ros2Voice,
        microphone: Microphone,
        speaker: Speaker,
    ) -> None:
        self.events = EventHub()
        self._robot = robot
        self._ros2 = ros2
        self._microphone = microphone
        self._writer = robot.onboard.writer
        self._state: LiveState = "starting"
        self._turn = 0
        self._own = OwnWords(self._note_clause)
        sound = ears.ear(lambda _: self.stop(), self._own.now)
        self._around = Surroundings(
            lambda turn: self._voice(speaker, turn),
            on_heard=self._note_words,
            now_s=lambda: sound.now_s,
        )
        talk = robot.conversation
        self._turns = TurnWorker[ToDo](
            self._answer, talk.cancelled, lambda: self._writer.epoch, drop
        )
        self._ear = LiveEar(sound, self._turns, self._own)

    @property
    def state(self) -> LiveState:
        """What the conversation does now."""
        return self._state

    @property
    def turns(self) -> int:
        """How many turns have ended."""
        return self._turns.turns

    def run(self, is_over: Callable[[], bool] = bool) -> None:
        """Hear, answer and obey until `is_over`.

        Raises what a turn failed with, and DeviceError when a device is lost.
        """
        self._turns.start()
        for text in self._robot.opening():
            self.say(text)
        for _ in self._heard():
            for text in self._ros2.texts():
                self.say(text)
            self._note_state()
            if is_over():
                return

    def stop(self) -> None:
        """Stop the body first, then thought and voice; what is said next is answered."""
        trouble = ""
        try:
            self._writer.stop()
        except BodyError as error:
            trouble = error.message
        self._turns.stop()
        self._own.silence()
        self.events.publish(Stopped())
        if trouble:
            self.events.publish(PartFailed("body", trouble))

    def say(self, text: str) -> None:
        """Say words of another program, screened like any reply, after what waits already."""
        self._turns.give(Remark(text))

    def ask(self, text: str) -> Future[TurnRecord]:
        """Answer typed words aloud; the record comes when the turn has ended.

        The future is cancelled when the question was dropped (a stop, too many waiting).
        """
        question = Question(text, Future())
        self._turns.give(question)
        return question.answered

    def ask_sound(self, utterance: Utterance) -> Future[TurnRecord]:
        """The same for an utterance that another program recorded."""
        recording = Recording(utterance, Future())
        self._turns.give(recording)
        return recording.answered

    def close(self) -> bool:
        """Stop everything; whether the turn in progress ended. The robot is the opener's to close.

        Models cannot be freed under a thread that uses them.
        """
        self._own.silence()
        has_ended = self._turns.close()
        self._microphone.close()
        if not has_ended:
            self._writer.close()
        return has_ended

    def _heard(self) -> Iterator[tuple[SpeechEvent, ...]]:
        for block in self._microphone.blocks():
            yield self._ear.feed(block, behind=self._microphone.is_behind)

    def _answer(self, to_do: ToDo, epoch: int) -> None:
        talk = self._robot.conversation
        match to_do:
            case Remark(text):
                talk.say(text, self._around.make_voice)
            case Question(text, answered):
                answered.set_result(self._ended(talk.answer_text(text, self._around, epoch)))
            case Recording(utterance, answered):
                answered.set_result(self._ended(talk.answer_speech(utterance, self._around, epoch)))
            case Utterance():
                self._ended(talk.answer_speech(to_do, self._around, epoch))

    def _ended(self, record: TurnRecord) -> TurnRecord:
        self.events.publish(TurnEnded(record))
        return record

    def _voice(self, speaker: Speaker, turn: int) -> OwnVoice:
        self._turn = turn
        return self._own.of(speaker.voice())

    def _note_clause(self, text: str) -> None:
        self.events.publish(ClauseSaid(self._turn, text))

    def _note_words(self, heard: Heard) -> None:
        self._ros2.heard(heard)
        transcript = heard.transcript
        self.events.publish(WordsHeard(self._turn, transcript.text, transcript.language))

    def _note_state(self) -> None:
        if (state := self._state_now()) != self._state:
            self._state = state
            self.events.publish(StateChanged(state))

    def _state_now(self) -> LiveState:
        if self._own.is_speaking:
            return "speaking"
        if self._turns.is_busy:
            return "moving" if self._writer.is_moving else "thinking"
        return "hearing" if self._ear.hears_somebody else "listening"


@contextmanager
def open_session(settings: Settings, tell: Tell) -> Iterator[LiveSession]:
    """Load everything, open the devices; lets all of it go at the end.

    Raises DeviceError when a device is missing, ModelError and others when a part cannot be loaded.
    """
    ears = StopEars.load(settings)
    with open_robot(settings, tell, live=True) as robot, open_ros2_voice(settings.body) as ros2:
        microphone = Microphone.open(settings.device)
        try:
            speaker = Speaker.open(settings.device)
        except DeviceError:
            microphone.close()
            raise
        try:
            yield LiveSession(robot, ears, ros2, microphone, speaker)
        finally:
            microphone.close()
            speaker.close()
