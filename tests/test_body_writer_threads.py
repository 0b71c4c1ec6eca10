"""The writer and its stop in several threads, at moments left to chance."""

import random
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from nlu.actions import Turn, Walk
from robot.body.errors import StaleEpoch
from robot.body.performer import Performer
from robot.body.state import Velocity
from robot.body.writer import Writer
from tests.kinematic_body import KinematicBody
from tests.kinematic_robot import RULES

LATCH_S = 1.0
ACTIONS: tuple[Walk | Turn, ...] = (Walk(1.5), Walk(-1.0), Turn(2.0))
AHEAD = Velocity(x_mps=0.3)
HANG_S = 10.0
"""A join that takes this long has found a deadlock."""


def new() -> tuple[KinematicBody, Writer]:
    body = KinematicBody()
    return body, Writer(body, LATCH_S)


def after_first_halt(body: KinematicBody) -> list[object]:
    return list(body.sent[body.sent.index("halt") :])


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads change places as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_a_stop_does_not_wait_for_a_wait() -> None:
    body, writer = new()
    waits, go_on = threading.Event(), threading.Event()

    def blocked() -> None:
        waits.set()
        assert go_on.wait(HANG_S)

    body.on_wait = blocked
    waiting = threading.Thread(target=lambda: writer.wait(1.0))
    waiting.start()
    assert waits.wait(HANG_S)
    stopping = threading.Thread(target=writer.stop)
    stopping.start()
    stopping.join(HANG_S)
    assert not stopping.is_alive()
    assert body.sent == ["halt"]
    go_on.set()
    waiting.join(HANG_S)


def run_together(*tasks: Callable[[], None]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
        assert not thread.is_alive(), "deadlock"


def stop_in_mid_motion(chance: random.Random) -> None:
    """One action in one thread, one stop in another, at a moment left to chance."""
    body, writer = new()
    now, stopped = threading.Event(), threading.Event()
    action = chance.choice(ACTIONS)
    commands_left, periods_left = chance.randrange(1, 30), chance.randrange(4)
    outcomes: list[str] = []

    def on_drive() -> None:
        nonlocal commands_left
        commands_left -= 1
        if commands_left == 0:
            now.set()  # from here on both threads run as they like

    def on_wait() -> None:
        nonlocal periods_left
        if now.is_set():
            periods_left -= 1
            if periods_left < 0:  # but the action must not be over before the stop
                assert stopped.wait(HANG_S)

    def perform() -> None:
        outcomes.append(Performer(writer, RULES).perform(action).outcome)

    def stop() -> None:
        assert now.wait(HANG_S)
        writer.stop()
        stopped.set()

    body.on_drive, body.on_wait = on_drive, on_wait
    run_together(perform, stop)
    assert outcomes == ["stopped"]
    assert not [sent for sent in after_first_halt(body) if isinstance(sent, Velocity)]
    assert body.observe().is_still
    assert not writer.is_moving


@pytest.mark.usefixtures("hasty_threads")
@pytest.mark.parametrize("seed", range(4))
def test_after_a_stop_from_another_thread_no_move_reaches_the_body(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(75):
        stop_in_mid_motion(chance)


def drive_against_a_stop() -> None:
    """Three careless threads drive on, with whatever epoch is current, while one stops."""
    body, writer = new()
    begun = writer.begin()
    together = threading.Barrier(4)

    def drive_on() -> None:
        epoch = begun
        together.wait(HANG_S)
        for _ in range(20):
            try:
                writer.drive(AHEAD, epoch)
            except StaleEpoch:
                epoch = writer.epoch

    def stop() -> None:
        together.wait(HANG_S)
        writer.stop()

    run_together(drive_on, drive_on, drive_on, stop)
    assert after_first_halt(body) == ["halt"]


@pytest.mark.usefixtures("hasty_threads")
def test_many_threads_that_drive_never_pass_a_stop_or_its_latch() -> None:
    for _ in range(100):
        drive_against_a_stop()
