"""Turns in a thread of their own, so that the ear never waits for one."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from robot.errors import TurnCancelled

Work_contra = TypeVar("Work_contra", contravariant=True)
"""What a turn begins with: an utterance to answer, a text to say."""

MOST_WAITING = 3
"""Utterances; of more the oldest is dropped: nobody waits for an answer to it any more."""
LEAVING_S = 3.0
"""What a turn gets to leave in, once it is cancelled."""


def _forget(_work: object) -> None:
    """Nobody waits for an answer."""


def _nothing() -> None:
    """Nobody else has to end early."""


class TurnWorker(Generic[Work_contra]):
    """Answers one utterance after the other; every method but the answering returns at once."""

    def __init__(
        self,
        answer: Callable[[Work_contra, int], None],
        cancelled: threading.Event,
        epoch: Callable[[], int],
        drop: Callable[[Work_contra], None] = _forget,
        on_cancel: Callable[[], None] = _nothing,
    ) -> None:
        """`answer` does one whole turn; `cancelled` makes it end early.

        `epoch` is the writer's; each utterance carries the one in which it was said. `drop` is told
        of what will not be answered, `on_cancel` whenever a turn is cancelled; both return at once.
        """
        self._answer = answer
        self._cancelled = cancelled
        self._epoch = epoch
        self._drop = drop
        self._on_cancel = on_cancel
        self._changed = threading.Condition()
        self._waiting: deque[tuple[Work_contra, int]] = deque()
        self._answering = False
        self._closed = False
        self._failure: Exception | None = None
        self._turns = 0
        # A daemon: a model that hangs must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="turns", daemon=True)

    def start(self) -> None:
        """Begin; call once."""
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether a turn is in progress or waits."""
        return self._answering or bool(self._waiting)

    @property
    def turns(self) -> int:
        """How many have ended, one way or another."""
        return self._turns

    def give(self, work: Work_contra) -> None:
        """Answer or say this after what was given before."""
        with self._changed:
            if len(self._waiting) == MOST_WAITING:
                self._drop(self._waiting.popleft()[0])
            self._waiting.append((work, self._epoch()))
            self._changed.notify_all()

    def stop(self) -> None:
        """Drop what waits and cancel the turn in progress; what is given next is answered."""
        with self._changed:
            while self._waiting:
                self._drop(self._waiting.popleft()[0])
            self._cancelled.set()
        self._on_cancel()

    def cancel(self) -> None:
        """Break off the turn in progress; what waits is answered after it."""
        with self._changed:
            if not self._answering:
                return
            self._cancelled.set()
        self._on_cancel()

    def raise_failure(self) -> None:
        """Raise what ended the thread, if something did."""
        if self._failure is not None:
            raise self._failure

    def close(self) -> bool:
        """Cancel everything; whether the thread ended."""
        self.stop()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(LEAVING_S)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (said := self._next()) is not None:
            try:
                self._answer(*said)
            except TurnCancelled:
                self._drop(said[0])
            except Exception as error:  # noqa: BLE001  # whatever it is, the ear's thread raises it
                self._drop(said[0])
                self._failure = error
                return
            finally:
                with self._changed:
                    self._answering = False
                    self._turns += 1

    def _next(self) -> tuple[Work_contra, int] | None:
        """Wait for an utterance; a stop before this moment does not concern it."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            self._answering = True
            self._cancelled.clear()
            return self._waiting.popleft()
