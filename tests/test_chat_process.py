"""llama.cpp in a process of its own: what a cancellation, a crash, a hang and a kill cost.

Real workers on tiny networks; signals do what bugs would.
"""

import inspect
import os
import signal
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from config.claim_phrases import load_claim_phrases
from config.phrases import load_phrases
from config.settings import ChatSettings, RouteSettings, SpeechSettings
from nlu import chat_model, chat_process
from nlu.chat_process import ChatProcess
from nlu.chat_supervisor import WorkerBack, WorkerChange, WorkerLost
from nlu.errors import (
    ModelBusy,
    ReplyCancelled,
    WorkerDied,
)
from nlu.language_model import LanguageModel, ReplyLimits
from nlu.model_pool import ModelPool
from nlu.reply import ReplySettings, Responder
from nlu.routes import RouteTable
from robot.acting.claims import Claims
from robot.answering import Answering
from tests.chat_workers import WAIT_S, asked, ends, pid_of, wait_for, weights, write_talker
from tests.safety_terms import FILTER

LIMITS = ReplyLimits(max_tokens=24, max_s=60.0)
CHAT = ChatSettings(threads=1, context_tokens=8_192, max_reply_tokens=60)
LONG = [300 + at % 50 for at in range(2_500)]
"""What takes a second or so to evaluate."""


@pytest.fixture(scope="module")
def talker_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_talker(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def changes() -> list[WorkerChange]:
    return []


@pytest.fixture(scope="module")
def talker(talker_file: Path, changes: list[WorkerChange]) -> Iterator[ChatProcess]:
    model = chat_process.load(weights(talker_file), CHAT, on_change=changes.append, silence_s=3.0)
    yield model
    model.close()


# --- one reply at a time -------------------------------------------------------------------------


def test_replies_of_two_threads_take_turns(talker: ChatProcess) -> None:
    replies: dict[int, list[str]] = {0: [], 1: []}

    def talk(number: int) -> None:
        for _ in range(20):
            pieces = talker.generate(asked(talker), replace(LIMITS, max_tokens=4))
            replies[number].append("".join(pieces))
            talker.warm(asked(talker))

    threads = [threading.Thread(target=talk, args=(number,)) for number in replies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=WAIT_S)
    assert replies == {0: [" la. lo,"] * 20, 1: [" la. lo,"] * 20}


def test_one_thread_cannot_hold_two_replies(talker: ChatProcess) -> None:
    first = talker.generate(asked(talker), LIMITS)
    next(first)
    with pytest.raises(ModelBusy, match="in the middle of a reply"):
        next(talker.generate(asked(talker), LIMITS))
    talker.warm(LONG)  # nothing happens
    first.close()
    assert next(talker.generate(asked(talker), LIMITS)) == " la"


# --- cancelling ----------------------------------------------------------------------------------


def begun(reply: Generator[str, None, None]) -> tuple[threading.Thread, list[object]]:
    """A thread that waits for the first piece, and what came of it."""
    came: list[object] = []

    def first() -> None:
        try:
            came.append(next(reply))
        except ReplyCancelled as error:
            came.append(error)

    thread = threading.Thread(target=first)
    thread.start()
    wait_for(lambda: inspect.getgeneratorstate(reply) == inspect.GEN_RUNNING)
    return thread, came


@pytest.mark.parametrize("place", ["here", "there"])
def test_a_long_prompt_is_broken_off(place: str, talker: ChatProcess, talker_file: Path) -> None:
    model: LanguageModel = talker
    if place == "here":
        model = chat_model.load(weights(talker_file), CHAT)
    began_s = time.monotonic()
    next(model.generate([*LONG, *asked(model)], LIMITS))
    whole_s = time.monotonic() - began_s
    thread, came = begun(model.generate(LONG[::-1], LIMITS))
    began_s = time.monotonic()
    model.cancel()
    assert next(model.generate(asked(model), LIMITS)) == " la"
    assert time.monotonic() - began_s < whole_s / 2
    thread.join(WAIT_S)
    assert isinstance(came[0], ReplyCancelled)
    if place == "here":
        model.close()


def test_what_is_warmed_makes_way(talker: ChatProcess, talker_file: Path) -> None:
    with closing(chat_model.load(weights(talker_file), CHAT)) as here:
        warming = threading.Thread(target=here.warm, args=(LONG,))
        warming.start()
        for model in (here, talker):
            model.warm(LONG)
            assert next(model.generate(asked(model), LIMITS)) == " la"
        warming.join(WAIT_S)


def test_cancelling_and_closing_between_tokens(talker: ChatProcess) -> None:
    for end in ("cancel", "close") * 8:  # the abort comes at another token each time
        pieces = talker.generate(asked(talker), replace(LIMITS, max_tokens=5_000))
        assert [next(pieces), next(pieces)] == [" la", "."]
        if end == "cancel":
            talker.cancel()
            with pytest.raises(ReplyCancelled):
                next(pieces)
        pieces.close()
        assert "".join(talker.generate(asked(talker), replace(LIMITS, max_tokens=2))) == " la."


def test_a_cancellation_comes_never_too_early_and_never_too_late(talker: ChatProcess) -> None:
    talker.cancel()  # of nothing
    pieces = talker.generate(asked(talker), LIMITS)
    talker.cancel()
    with pytest.raises(ReplyCancelled):
        next(pieces)
    assert next(talker.generate(asked(talker), LIMITS)) == " la"


# --- crashes, hangs and kills --------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL])
def test_a_worker_that_dies_costs_one_reply(
    talker: ChatProcess, changes: list[WorkerChange], number: signal.Signals
) -> None:
    changes.clear()
    restarts = talker.supervisor.restarts
    pieces = talker.generate(asked(talker), replace(LIMITS, max_tokens=7_000))
    assert next(pieces) == " la"
    assert ends(pid_of(talker), lambda: hurt_and_read(pid_of(talker), number, pieces))
    wait_for(lambda: talker.supervisor.condition == "ready")  # as replies do, for a while
    assert "".join(talker.generate(asked(talker), replace(LIMITS, max_tokens=4))) == " la. lo,"
    assert talker.supervisor.restarts == restarts + 1
    lost, back = changes
    assert isinstance(lost, WorkerLost)
    assert number.name in lost.message
    assert back == WorkerBack(restarts + 1)


def hurt_and_read(pid: int, number: signal.Signals, pieces: Iterator[str]) -> None:
    os.kill(pid, number)
    with pytest.raises(WorkerDied):
        list(pieces)


def test_the_robot_says_that_it_lost_its_thought(
    talker: ChatProcess, changes: list[WorkerChange]
) -> None:
    phrases = load_phrases()
    routes = RouteTable.load([RouteSettings(languages=("*",), model="talker", persona="en")])
    pool = ModelPool(lambda _: talker, lambda _: 1.0, 10.0)
    responder = Responder(pool, routes, phrases, ReplySettings(CHAT, SpeechSettings()))
    parts = Answering(responder, FILTER, phrases, Claims(load_claim_phrases()))

    def said(language: str) -> list[str]:
        question = parts.screen_question("hi", language)
        return [clause.text for clause in parts.answer("hi", language, question, lambda: None)]

    parts.warm("ko")
    wanted = said("ko")
    assert wanted[0] == "la."
    changes.clear()
    os.kill(pid_of(talker), signal.SIGSTOP)
    assert said("ko") == [phrases.say("thought_lost", "ko")]
    wait_for(lambda: talker.supervisor.condition == "ready")
    assert said("ko") == wanted
    assert isinstance(changes[0], WorkerLost)
    assert "hung" in changes[0].message


def test_a_cancelled_answer_says_no_more(talker: ChatProcess) -> None:
    routes = RouteTable.load([RouteSettings(languages=("*",), model="talker", persona="en")])
    pool = ModelPool(lambda _: talker, lambda _: 1.0, 10.0)
    pool.get("talker")
    phrases = load_phrases()
    responder = Responder(pool, routes, phrases, ReplySettings(CHAT, SpeechSettings()))
    parts = Answering(responder, FILTER, phrases, Claims(load_claim_phrases()))
    question = parts.screen_question("hi", "en")
    for pieces_before in (0, 1):
        clauses = parts.answer("hi", "en", question, parts.cancel)
        if not pieces_before:
            parts.cancel()
        assert list(clauses) == []


def test_an_idle_worker_that_dies_is_replaced_before_anybody_asks(talker: ChatProcess) -> None:
    restarts = talker.supervisor.restarts
    os.kill(pid_of(talker), signal.SIGKILL)
    wait_for(lambda: talker.supervisor.restarts > restarts)
    assert talker.supervisor.condition == "ready"
