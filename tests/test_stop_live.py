"""The ear before a microphone, with turns that speak, think too long or hang."""

import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from audio.recognition.partial import PartialRecogniser, PartialText
from audio.sound import SAMPLE_RATE_HZ, Samples, Utterance
from config.load import load
from config.phrases import load_phrases
from config.settings import ChatSettings, RouteSettings, SpeechSettings
from nlu.adapters import AdapterRack
from nlu.chat_model import ChatModel
from nlu.model_pool import ModelPool
from nlu.reply import ReplySettings, Responder
from nlu.routes import RouteTable
from robot.answering import ScreenedClause
from robot.stop_ears import StopEars
from robot.turn import Mouth, Stopwatch, speak
from tests.hanging_engine import WAIT_S, HangingEngine, is_end
from tests.living import Living, beeps, clauses, says
from tests.speech import pause, say


@pytest.fixture(scope="module")
def ears() -> StopEars:
    return StopEars.load(load())


@pytest.fixture(scope="module")
def hello() -> Samples:
    return np.concatenate([pause(0.3), say("hello sori", "en-us"), pause(1.0)])


@pytest.fixture(scope="module")
def stop() -> Samples:
    return np.concatenate([pause(0.3), say("stop", "en-us"), pause(1.0)])


def wait_for(ready: threading.Event) -> None:
    assert ready.wait(WAIT_S)


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
    assert living.ended.acquire(timeout=WAIT_S)
    assert living.outcomes[0] == "cancelled"
    assert living.voice.heard_s == 0.0
    assert not living.voice.take(SAMPLE_RATE_HZ).any()
    # Nothing moved, so "stop" itself is not answered; what is said next is, in the new epoch.
    assert living.hears(hello) == 1
    assert living.ended.acquire(timeout=WAIT_S)
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
    assert living.outcomes[0] == "cancelled"
    living.close()


def test_sori_does_not_obey_or_answer_itself(ears: StopEars, hello: Samples, stop: Samples) -> None:
    living = Living(ears, lambda self, _: says(self, "Say stop when I should stop."))
    assert living.hears(hello) == 1
    living.begins_to_speak()
    assert living.hears(stop) == 0  # its echo
    assert living.hears(pause(3.0)) == 0
    assert living.ended.acquire(timeout=WAIT_S)
    assert (living.stops_s, living.outcomes) == ([], ["answered"])

    assert living.hears(hello) == 1  # but who speaks next is heard
    living.own.silence()
    living.turns.stop()
    living.close()


@pytest.fixture(scope="module")
def question() -> Samples:
    return np.concatenate([say("where are you now", "en-us"), pause(1.5)])


def test_who_speaks_over_sori_gets_the_floor_and_an_answer(
    ears: StopEars, hello: Samples, question: Samples
) -> None:
    living = Living(ears, lambda self, _: says(self, *["I could go on for ever."] * 10))
    living.hears(hello)
    living.begins_to_speak()
    assert living.hears(question) == 1
    assert living.ended.acquire(timeout=WAIT_S)
    assert living.outcomes[0] == "cancelled"
    assert living.ended.acquire(timeout=WAIT_S)
    assert len(living.answered) == 2  # what was said over the reply is the next turn
    assert living.stops_s == []
    living.close()


@pytest.fixture(scope="module")
def half_a_word(stop: Samples) -> Samples:
    begins = int(np.flatnonzero(np.abs(stop) > 0.01)[0])
    return np.concatenate([stop[: begins + SAMPLE_RATE_HZ // 4], pause(1.0)])


class Misreading(PartialRecogniser):
    """Reads everything as `text`, and believes in it as little as `probability`."""

    def __init__(self, text: str, probability: float) -> None:
        self._misread = (PartialText(text, "en", probability),)

    def read(self, samples: Samples) -> tuple[PartialText, ...]:
        return self._misread if len(samples) else ()


@pytest.mark.parametrize(
    ("said", "read", "probability", "stops"),
    [
        ("question", "stop moving", 0.45, 0),
        ("question", "stop moving", 0.9, 1),
        ("half_a_word", "stop", 0.45, 1),
    ],
)
def test_what_may_be_a_stop_over_sori_is_left_to_the_turn(
    ears: StopEars,
    hello: Samples,
    request: pytest.FixtureRequest,
    said: str,
    read: str,
    probability: float,
    stops: int,
) -> None:
    """It takes the floor all the same, and the turn's recogniser reads it; a short one stops."""
    unsure = replace(ears, recogniser=Misreading(read, probability))
    living = Living(unsure, lambda self, _: says(self, *["I could go on for ever."] * 10))
    living.hears(hello)
    living.begins_to_speak()
    living.hears(request.getfixturevalue(said))
    assert living.ended.acquire(timeout=WAIT_S)
    assert living.outcomes[0] == "cancelled"
    assert len(living.stops_s) == stops
    if not stops:
        assert living.ended.acquire(timeout=WAIT_S)
    assert len(living.answered) == 2 - stops
    living.turns.stop()
    living.close()


def test_a_knock_does_not_end_what_sori_says(ears: StopEars, hello: Samples) -> None:
    living = Living(ears, lambda self, _: says(self, "One.", "Two.", "Three."))
    living.hears(hello)
    living.begins_to_speak()
    knock = np.random.default_rng(0).normal(0, 0.3, SAMPLE_RATE_HZ // 4).astype(np.float32)
    living.hears(np.concatenate([pause(0.3), knock, pause(6.0)]))
    assert living.ended.acquire(timeout=WAIT_S)
    assert living.outcomes == ["answered"]
    assert living.voice.heard_clauses == 3
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
