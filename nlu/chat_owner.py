"""Whose turn it is: one reply at a time, and nobody waits for oneself."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from nlu.errors import ModelBusy


class Owner:
    """A lock that is held for as long as a reply takes."""

    def __init__(self, patience_s: float) -> None:
        """`patience_s`: how long others wait for the reply in progress."""
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._thread: int | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a reply is in progress."""
        return self._lock.locked()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raises ModelBusy when another reply does not end in time, or is this very thread's."""
        if self._thread == threading.get_ident():  # waiting for oneself would never end
            raise ModelBusy("The model is in the middle of a reply. Finish or close it first.")
        if not self._lock.acquire(timeout=self._patience_s):
            raise ModelBusy("The model is busy with another reply. Try again in a moment.")
        try:
            self._thread = threading.get_ident()
            yield
        finally:
            self._thread = None
            self._lock.release()
