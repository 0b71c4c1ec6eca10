"""Ends a reply from another thread, also while llama.cpp evaluates its prompt."""

import ctypes
import threading

from nlu.errors import ReplyCancelled

_SET, _UNSET = b"\1", b"\0"


class Tickets:
    """Numbers replies as they are asked for, so that no cancellation comes too early to count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._issued = 0
        self._cancelled = 0

    def ticket(self) -> int:
        """The number of a reply that is asked for now, from 1."""
        with self._lock:
            self._issued += 1
            return self._issued

    def cancel(self) -> None:
        """End every reply that has a ticket."""
        with self._lock:
            self._cancelled = self._issued

    def is_cancelled(self, ticket: int) -> bool:
        """Whether that reply was ended."""
        return ticket <= self._cancelled

    def check(self, ticket: int) -> None:
        """Raise ReplyCancelled where that reply was ended."""
        if self.is_cancelled(ticket):
            raise ReplyCancelled("This reply was cancelled.")


class AbortSwitch(Tickets):
    """Tickets that llama.cpp looks at after every node of its graph.

    It asks an abort callback there. Ours is C's `strlen` of a flag in memory: no Python runs, so
    that nothing waits for the interpreter's lock, and nothing has to be kept alive but the flag.
    """

    def __init__(self) -> None:
        super().__init__()
        self._flag = ctypes.create_string_buffer(2)
        self._dropped = 0
        self._running = 0

    @property
    def callback_address(self) -> int:
        """Of a C function that takes `flag_address` and returns whether to abort."""
        # size_t strlen(const char *): its lowest byte, 0 or 1 here, is what C takes as a bool.
        return ctypes.cast(ctypes.CDLL(None).strlen, ctypes.c_void_p).value or 0

    @property
    def flag_address(self) -> int:
        """What the callback is called with; good for as long as this object lives."""
        return ctypes.addressof(self._flag)

    def cancel(self) -> None:
        """End every reply that has a ticket."""
        super().cancel()
        self._abort_where_cancelled()

    def drop(self, ticket: int) -> None:
        """End the reply with this ticket alone."""
        self._dropped = ticket
        self._abort_where_cancelled()

    def enter(self, ticket: int) -> None:
        """llama.cpp begins to work on this reply; ReplyCancelled where it was ended before."""
        with self._lock:
            self._running = ticket
            self._flag[0] = _UNSET
        self.check(ticket)

    def is_cancelled(self, ticket: int) -> bool:
        """Whether that reply was ended."""
        return super().is_cancelled(ticket) or ticket == self._dropped

    def _abort_where_cancelled(self) -> None:
        with self._lock:
            if self.is_cancelled(self._running):
                self._flag[0] = _SET
