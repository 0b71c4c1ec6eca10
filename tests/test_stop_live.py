"""The ear before a microphone, with turns that speak, think too long or hang."""

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing

import numpy as np
import pytest

from audio.playback import SpeakerVoice
from audio.sound import SAMPLE_RATE_HZ, Samples, Sound, SpeechEnded, Utterance
from config.load import load
from config.phrases import load_phrases
from config.settings import ChatSettings, RouteSettings, SpeechSettings
from nlu.adapters import AdapterRack
from nlu.chat_model import ChatModel
from nlu.model_pool import ModelPool
from nlu.reply import ReplySettings, Responder
from nlu.routes import RouteTable
from nlu.safety.screen import passed
from robot.answering import ScreenedClause
from robot.errors import TurnCancelled
from robot.live.ear import LiveEar
from robot.live.own_words import OwnWords
from robot.live.turn_worker import TurnWorker
from robot.live.work import ToDo
from robot.stop_ears import StopEars
from robot.turn import Mouth, Stopwatch, speak
from tests.kinematic_robot import Robot
from tests.speech import pause, say

BLOCK = 320
WAIT_S = 20.0


@pytest.fixture(scope="module")
def ears() -> StopEars:
    return StopEars.load(load())


@pytest.fixture(scope="module")
def hello() -> Samples:
    return np.concatenate([pause(0.3), say("hello sori", "en-us"), pause(1.0)])


@pytest.fixture(scope="module")
def stop() -> Samples:
    return np.concatenate([pause(0.3), say("stop", "en-us"), pause(1.0)])


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

        self.turns = TurnWorker(turn, self.cancelled, lambda: self.robot.writer.epoch)
        self.ear = LiveEar(ears.ear(self._stop, self.own.now), self.turns, self.own)
        self.turns.start()

    def _stop(self, at_s: float) -> None:
        self.stops_s.append(at_s)
        self.robot.writer.stop()
        self.turns.stop()
        self.own.silence()

    def hears(self, sound: Samples) -> int:
        """Feed it all; returns how many utterances of people there were."""
        return sum(
            isinstance(event, SpeechEnded)
            for at in range(0, len(sound), BLOCK)
            for event in self.ear.feed(sound[at : at + BLOCK], behind=False)
        )

    def begins_to_speak(self) -> None:
        """Wait for the turn to come to that."""
        while not self.own.is_speaking:
            assert not self.ended.acquire(timeout=0.01)

    def close(self) -> None:
        assert self.turns.close()


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


def wait_for(ready: threading.Event) -> None:
    assert ready.wait(WAIT_S)


class HangingEngine:
    """A llama.cpp that goes into its prompt and does not come back until `released`."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.released = threading.Event()

    def tokenize(self, text: bytes, add_bos: bool, special: bool) -> list[int]:
        return [3] * max(1, len(text) // 8)

    def generate(
        self, tokens: Sequence[int], *, temp: float, repeat_penalty: float
    ) -> Generator[int, Sequence[int] | None, None]:
        self.entered.set()
        wait_for(self.released)
        yield 4
        yield 2

    def token_bos(self) -> int:
        return 1

    def token_eos(self) -> int:
        return 2

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass


def is_end(token: int) -> bool:
    return token == 2


@pytest.fixture
def engine() -> HangingEngine:
    return HangingEngine()


@pytest.fixture
def hanging(engine: HangingEngine) -> Iterator[Responder]:
    chat = ChatSettings()

    def model(_: str) -> ChatModel:
        rack = AdapterRack(0, {})
        return ChatModel(engine, rack, is_end, lambda _: b"late.", 512, chat)

    routes = RouteTable.load([RouteSettings(languages=("*",), model="x", persona="en")])
    with closing(ModelPool(model, lambda _: 1.0, 10.0)) as pool:
        yield Responder(pool, routes, load_phrases(), ReplySettings(chat, SpeechSettings()))


def test_a_stop_is_obeyed_while_the_language_model_hangs(
    ears: StopEars, hello: Samples, stop: Samples, hanging: Responder, engine: HangingEngine
) -> None:
    def thinks(living: Living, _: Utterance) -> None:
        def reply() -> Generator[ScreenedClause, None, None]:
            with closing(hanging.reply("hi", "en")) as thought:
                for clause in thought:
                    yield from clauses(clause.text)

        watch = Stopwatch(lambda: 0.0)
        mouth = Mouth(living.own.of(living.voice), beeps)
        speak(reply(), watch, living.cancelled, mouth)

    living = Living(ears, thinks)
    assert living.hears(hello) == 1
    wait_for(engine.entered)
    living.hears(stop)
    assert len(living.stops_s) == 1  # the turn is still inside the model
    assert living.robot.writer.epoch == 1
    assert living.robot.body.sent[-1] == "halt"
    assert living.outcomes == []

    engine.released.set()
    for _ in range(2):
        assert living.ended.acquire(timeout=WAIT_S)
    assert living.outcomes[0] == "cancelled"
    assert living.voice.heard_s == 0.0
    assert not living.voice.take(SAMPLE_RATE_HZ).any()
    # "stop" itself is a turn, of the new epoch
    assert [epoch for _, epoch in living.answered] == [0, 1]
    living.close()


def test_a_stop_silences_what_sori_says(ears: StopEars, hello: Samples, stop: Samples) -> None:
    living = Living(ears, lambda self, _: says(self, *["I could go on for ever."] * 10))
    living.hears(hello)
    living.begins_to_speak()
    living.hears(stop[: -SAMPLE_RATE_HZ // 2])
    assert len(living.stops_s) == 1
    assert not living.own.is_speaking
    assert living.ended.acquire(timeout=WAIT_S)
    assert living.outcomes == ["cancelled"]
    # What was said while it spoke is not answered, not even the stop.
    assert living.hears(pause(2.0)) == 0
    assert not living.turns.is_busy
    living.close()


def test_sori_does_not_obey_or_answer_itself(ears: StopEars, hello: Samples, stop: Samples) -> None:
    living = Living(ears, lambda self, _: says(self, "Say stop when I should stop."))
    assert living.hears(hello) == 1
    living.begins_to_speak()
    assert living.hears(stop[: len(stop) - SAMPLE_RATE_HZ // 2]) == 0  # its echo
    while living.own.is_speaking:
        living.voice.take(SAMPLE_RATE_HZ // 10)
    assert living.ended.acquire(timeout=WAIT_S)
    assert living.hears(pause(2.0)) == 0
    assert (living.stops_s, living.outcomes) == ([], ["answered"])

    assert living.hears(hello) == 1  # but who speaks next is heard
    living.own.silence()
    living.turns.stop()
    living.close()


def test_an_idle_sori_does_not_look_for_stops(ears: StopEars, stop: Samples) -> None:
    living = Living(ears, lambda _, __: None)
    assert living.hears(stop) == 1
    assert living.ended.acquire(timeout=WAIT_S)
    assert living.stops_s == []
    living.close()


def test_a_failed_turn_ends_the_ear(ears: StopEars, hello: Samples) -> None:
    def breaks(_: Living, __: Utterance) -> None:
        raise OSError("no more")

    living = Living(ears, breaks)

    def go_on() -> None:
        living.hears(hello)
        assert living.ended.acquire(timeout=WAIT_S)
        assert living.turns.close()
        living.hears(pause(0.1))

    with pytest.raises(OSError, match="no more"):
        go_on()
