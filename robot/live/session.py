"""The one live conversation of a program: `sori listen` and `sori serve` both run it.

Two threads. The one that calls `run` is the ear: it reads the microphone without a pause, hands
utterances on and stops everything at a stop word. The other answers, one turn after the other.
"""

from collections.abc import Callable
from concurrent.futures import Future

from audio.sound import Utterance
from config.settings import Settings
from robot.assemble import Robot
from robot.body.errors import BodyError
from robot.live.attending import Attending
from robot.live.clean_sound import CleanSound
from robot.live.ear import LiveEar
from robot.live.events import EventHub, LiveState, StateChanged, Stopped
from robot.live.parts import Parts
from robot.live.priority import go_first
from robot.live.turn_worker import TurnWorker
from robot.live.work import Question, Recording, Remark, ToDo
from robot.ros2_voice import Ros2Voice
from robot.turn_record import TurnRecord


def _nothing(_samples: int) -> None:
    """Nobody watches over the ear."""


class LiveSession:
    """An open conversation. `run` belongs to one thread; every other method to any."""

    def __init__(
        self,
        robot: Robot,
        events: EventHub,
        parts: Parts,
        sound: CleanSound,
        ear: LiveEar,
        turns: TurnWorker[ToDo],
        attending: Attending,
        ros2: Ros2Voice,
    ) -> None:
        """Made by `open_session`."""
        self.robot = robot
        self.events = events
        self.parts = parts
        self.attending = attending
        self.sound = sound
        self._ear = ear
        self._turns = turns
        self._own = ear.own
        self._ros2 = ros2
        self._writer = robot.onboard.writer
        self._state: LiveState = "starting"

    @property
    def state(self) -> LiveState:
        """What the conversation does now."""
        return self._state

    @property
    def turns(self) -> int:
        """How many turns have ended."""
        return self._turns.turns

    def run(
        self,
        is_over: Callable[[], bool] = bool,
        on_heard: Callable[[int], None] = _nothing,
    ) -> None:
        """Hear, answer and obey until `is_over`, or `end` by another thread.

        `on_heard` is told how many samples were heard, again and again; 0 while there is no
        microphone. Raises what a turn failed with.
        """
        self._turns.start()
        go_first()  # after the threads that would inherit it
        for text in self.robot.opening():
            self.say(text)
        for block in self.sound.blocks():
            if block.is_cut:
                self._ear.cut()
            self._ear.feed(block.samples, is_over=block.is_over, behind=self.sound.is_behind)
            for text in self._ros2.texts():
                self.say(text)
            self._note_state()
            on_heard(len(block.samples))
            if is_over():
                return

    def stop(self) -> None:
        """Stop the body first, then thought and voice; what is said next is answered."""
        self.stop_motion()
        self.stop_sound()
        self.events.publish(Stopped())

    def stop_motion(self) -> None:
        """Stop the body; what was asked of it before is dropped."""
        try:
            self._writer.stop()
        except BodyError as error:
            self.parts.fail("body", error.message)
        else:
            self.parts.recover("body")

    def stop_sound(self) -> None:
        """Stop thought and voice, and drop what waits."""
        self._turns.stop()
        self._own.silence()

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

    def apply(self, settings: Settings) -> None:
        """Take what may change while Sori runs (`config/reload.py`) from new settings."""
        self.attending.apply(settings.attention)
        self.robot.company.hold(settings.manner)

    def end(self) -> None:
        """Let `run` return; from any thread."""
        self.sound.close()

    def close(self) -> bool:
        """Stop everything; whether the turn in progress ended. The robot is the opener's to close.

        Models cannot be freed under a thread that uses them.
        """
        self._own.silence()
        has_ended = self._turns.close()
        self.sound.close()
        if not has_ended:
            self._writer.close()
        return has_ended

    def _note_state(self) -> None:
        if (state := self._state_now()) != self._state:
            self._state = state
            self.events.publish(StateChanged(state))

    def _state_now(self) -> LiveState:
        if self._own.is_speaking:
            return "speaking"
        if self._turns.is_busy:
            return "moving" if self._writer.is_moving else "thinking"
        if self.sound.is_lost:
            return "deaf"
        attention = self.attending.state
        return "hearing" if self._ear.hears_somebody and attention == "listening" else attention
