"""How the processes of language models end: for good, too often, with the robot."""

import os
import signal
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import ChatSettings
from nlu import chat_process
from nlu.chat_process import ChatProcess
from nlu.chat_restarts import REST_S, Restarts
from nlu.chat_supervisor import WorkerChange, WorkerLost
from nlu.errors import LoaderCrashed, ModelClosed, WorkerResting
from nlu.language_model import ReplyLimits
from nlu.model_pool import ModelPool
from tests.chat_workers import WAIT_S, asked, ends, pid_of, wait_for, weights, write_talker
from tests.programs import Program

LIMITS = ReplyLimits(max_tokens=24, max_s=60.0)
CHAT = ChatSettings(threads=1)


@pytest.fixture(scope="module")
def talker_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_talker(tmp_path_factory.mktemp("models"))


def workers() -> set[int]:
    """Process ids of this program's workers, ready or not."""
    found = set()
    for children in Path("/proc/self/task").glob("*/children"):
        for pid in map(int, children.read_text().split()):
            try:
                if b"nlu.chat_worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.add(pid)
            except OSError:
                pass  # gone meanwhile
    return found


def kill_the_newborn(others: set[int], until: Callable[[], bool]) -> int:
    """Kill every worker as it comes, until something is true; returns how many."""
    killed: set[int] = set()

    def look() -> bool:
        for pid in workers() - others - killed:
            os.kill(pid, signal.SIGABRT)
            killed.add(pid)
        return until()

    wait_for(look)
    return len(killed)


def test_a_model_that_crashes_the_loader_is_not_tried_for_ever(talker_file: Path) -> None:
    others = workers()
    tries: list[LoaderCrashed] = []
    loads: list[str] = []

    def load(name: str) -> ChatProcess:
        loads.append(name)
        return chat_process.load(weights(talker_file), CHAT)

    pool = ModelPool(load, lambda _: 1.0, 10.0)

    def ask_twice() -> None:
        for _ in range(2):
            try:
                pool.get("bad")
            except LoaderCrashed as error:
                tries.append(error)

    asking = threading.Thread(target=ask_twice)
    asking.start()
    assert kill_the_newborn(others, lambda: not asking.is_alive()) == 1
    assert "SIGABRT" in tries[0].message
    assert tries[1].message == tries[0].message
    assert loads == ["bad"]


def test_a_worker_that_does_not_load_again_gets_a_rest(talker_file: Path) -> None:
    others = workers()
    changes: list[WorkerChange] = []
    with closing(chat_process.load(weights(talker_file), CHAT, on_change=changes.append)) as model:
        prompt = asked(model)
        killed = kill_the_newborn(others, lambda: model.supervisor.condition == "resting")
        assert killed == 1 + 3
        with pytest.raises(WorkerResting, match="left alone"):
            next(model.generate(prompt, LIMITS))
        model.warm(prompt)
        assert all(isinstance(change, WorkerLost) for change in changes)
        assert workers() == others


@pytest.mark.parametrize(
    ("deaths_s", "rests_s"),
    [
        ([0.0], [0.0]),
        ([0, 1, 2, 3, 4], [0, 0, 0, 0, REST_S]),
        ([0, 15, 30, 45, 60, 61], [0, 0, 0, 0, REST_S, 0]),
        ([0, 15, 30, 45, 60.1, 61], [0, 0, 0, 0, 0, REST_S]),
        ([0, 1, 2, 3, 4, 65, 66, 67, 68, 69], [0, 0, 0, 0, REST_S, 0, 0, 0, 0, REST_S]),
        ([at * 20.0 for at in range(50)], [0.0] * 50),
    ],
)
def test_deaths_in_a_row_make_a_rest(deaths_s: list[float], rests_s: list[float]) -> None:
    policy = Restarts()
    assert [policy.died(at_s) for at_s in deaths_s] == rests_s


def test_loads_that_fail_are_tried_ever_more_seldom() -> None:
    policy = Restarts()
    rests_s = [policy.load_failed() for _ in range(8)]
    assert rests_s == [0, 0, REST_S, 2 * REST_S, 4 * REST_S, 8 * REST_S, 600, 600]
    policy.loaded()
    assert policy.load_failed() == 0


def test_nothing_is_left_after_closing(talker_file: Path) -> None:
    model = chat_process.load(weights(talker_file), CHAT)
    prompt = asked(model)
    pieces = model.generate(prompt, replace(LIMITS, max_tokens=7_000))
    next(pieces)
    assert ends(pid_of(model), model.close)
    with pytest.raises(ModelClosed):
        list(pieces)
    model.close()
    with pytest.raises(ModelClosed, match="let go"):
        next(model.generate(prompt, LIMITS))
    with pytest.raises(ModelClosed):
        model.tokenize("something new")


def test_nothing_is_left_when_the_robot_is_killed(talker_file: Path) -> None:
    with Program("tests.chat_program", str(talker_file)) as robot:
        pid = robot.expect("loaded", WAIT_S)["worker"]
        assert isinstance(pid, int)
        assert ends(pid, robot.close)
