"""SIGTERM, SIGINT and SIGHUP as calls, in a thread of their own.

Python runs a signal's handler in the main thread, between two of its steps: not while that thread
is inside llama.cpp or waits for a lock, and in the middle of whatever it does. So the handlers here
do nothing; Python writes each signal's number into a socket in the very moment (`set_wakeup_fd`),
and a thread that waits there makes the calls. Motion stops first, and sound after it.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import NoReturn, Self

log = logging.getLogger(__name__)

ENDS_WITHIN_S = 4.5
"""systemd kills what has not ended after 5 s; ending by ourselves before that is cleaner."""
EXIT_DONE = 0
EXIT_FORCED = 130
"""The shell's convention for Ctrl-C."""

ENDING = frozenset({signal.SIGTERM, signal.SIGINT})


@dataclass(frozen=True, slots=True)
class Reactions:
    """What signals bring about. Each call is made in the signal thread and must return soon."""

    stop_motion: Callable[[], None]
    stop_sound: Callable[[], None]
    end: Callable[[], None]
    """Tells the rest to end; the way out of the `with` is then expected within ENDS_WITHIN_S."""
    reload: Callable[[], None] | None = None
    """Reads the settings again; None: SIGHUP ends, as when a terminal is closed."""


class Signals:
    """`with Signals(reactions):` around all that has to end; made in the main thread.

    The first SIGTERM or SIGINT ends Sori; where that hangs, and at the second one, the process ends
    at once. Whoever else sets handlers meanwhile (uvicorn in the main thread) takes them away.
    """

    def __init__(self, reactions: Reactions, ends_within_s: float = ENDS_WITHIN_S) -> None:
        self._reactions = reactions
        self._ends_within_s = ends_within_s
        self._received, self._written = socket.socketpair()
        self._thread = threading.Thread(target=self._wait, name="signals", daemon=True)
        self._before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}
        self._fd_before = -1
        self._end_s: float | None = None
        """When ending is forced; None while nobody has told it to end."""

    def __enter__(self) -> Self:
        self._written.setblocking(False)  # as set_wakeup_fd wants it
        self._fd_before = signal.set_wakeup_fd(self._written.fileno(), warn_on_full_buffer=False)
        # SIGINT too: a process started in the background by a shell begins with it ignored.
        for number in (*ENDING, signal.SIGHUP):
            self._before[number] = signal.signal(number, _leave_to_thread)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        self._written.close()  # the thread reads the end, and returns
        if threading.current_thread() is not self._thread:
            self._thread.join(self._ends_within_s)
        self._received.close()

    def _wait(self) -> None:
        while True:
            try:
                numbers = self._received.recv(64)
            except TimeoutError:
                log.error("Ending took over %.1f s; ending by force.", self._ends_within_s)
                _end_now(EXIT_DONE)
            if not numbers:
                return
            for number in numbers:
                self._react(number)

    def _react(self, number: int) -> None:
        reactions = self._reactions
        reload = reactions.reload if number == signal.SIGHUP else None
        if self._end_s is not None:
            if number in ENDING:
                log.warning("Told twice to end; ending by force.")
                _end_now(EXIT_FORCED)
        elif reload is not None:
            _call(reload)
        elif number in ENDING or number == signal.SIGHUP:
            self._end_s = time.monotonic() + self._ends_within_s
            for call in (reactions.stop_motion, reactions.stop_sound, reactions.end):
                _call(call)
        if self._end_s is not None:
            self._received.settimeout(max(0.001, self._end_s - time.monotonic()))


def _leave_to_thread(_number: int, _frame: FrameType | None) -> None:
    """Stand in the place of the default, which would end the process."""


def _end_now(code: int) -> NoReturn:
    for handler in logging.getLogger().handlers:
        handler.flush()  # ours waits for its thread, but not long
    os._exit(code)


def _call(reaction: Callable[[], None]) -> None:
    try:
        reaction()
    except Exception:  # a body that is gone must not keep the sound, or the end, from stopping
        log.exception("A reaction to a signal failed.")
