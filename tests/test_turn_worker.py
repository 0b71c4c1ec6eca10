"""Turns in their own thread: what waits, what is dropped, and a turn that never ends."""

import threading

import numpy as np
import pytest

from audio.sound import Utterance
from robot.errors import TurnCancelled
from robot.live.turn_worker import MOST_WAITING, TurnWorker

WAIT_S = 20.0


def utterance(start_s: float) -> Utterance:
    return Utterance(np.zeros(1, np.float32), start_s, start_s + 1.0, 1.0, 0.6)


class Turns:
    """A worker whose turns wait to be let go, and what it did."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.let_go = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)
        self.cancelled = threading.Event()
        self.done: list[float] = []
        self.epoch = 0
        self.worker = TurnWorker(self._answer, self.cancelled, lambda: self.epoch)
        self.worker.start()

    def _answer(self, said: Utterance, _: int) -> None:
        self.begun.release()
        assert self.let_go.acquire(timeout=WAIT_S)
        try:
            if self.cancelled.is_set():
                raise TurnCancelled
            self.done.append(said.start_s)
        finally:
            self.ended.release()

    def begins(self) -> bool:
        return self.begun.acquire(timeout=WAIT_S)


def test_a_flood_keeps_the_newest() -> None:
    turns = Turns()
    turns.worker.give(utterance(0.0))
    assert turns.begins()
    for number in range(1, 10):
        turns.worker.give(utterance(float(number)))
    for _ in range(MOST_WAITING):
        turns.let_go.release()
        assert turns.begins()
    turns.let_go.release()
    assert all(turns.ended.acquire(timeout=WAIT_S) for _ in range(MOST_WAITING + 1))
    assert turns.worker.close()
    assert turns.done[: MOST_WAITING + 1] == [0.0, 7.0, 8.0, 9.0]
    assert turns.worker.turns == MOST_WAITING + 1


def test_a_stop_drops_what_waits_but_not_what_comes() -> None:
    turns = Turns()
    turns.worker.give(utterance(0.0))
    assert turns.begins()
    turns.worker.give(utterance(1.0))
    turns.worker.stop()
    turns.worker.give(utterance(2.0))
    turns.let_go.release()  # 0.0 leaves, cancelled
    assert turns.begins()
    assert not turns.cancelled.is_set()
    turns.let_go.release()
    turns.worker.give(utterance(3.0))
    assert turns.begins()
    turns.let_go.release()
    assert all(turns.ended.acquire(timeout=WAIT_S) for _ in range(3))
    assert turns.worker.close()
    assert turns.done == [2.0, 3.0]


def test_a_turn_that_hangs_does_not_keep_the_ear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.live.turn_worker.LEAVING_S", 0.05)
    turns = Turns()
    turns.worker.give(utterance(0.0))
    assert turns.begins()
    assert turns.worker.is_busy
    assert not turns.worker.close()
    turns.let_go.release()
