"""Recognises what was said while it is not yet sure that it was all.

At the first silence the likely end of an utterance is recognised in a thread of its own. Mostly
that was the end, and the words are ready when the silence has lasted long enough; else they are
thrown away.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future

from audio.errors import RecognitionError
from audio.sound import Transcript, Utterance

SAME_END_S = 0.03
"""Two utterances that end within this of each other end with the same word."""


class EarlyHearing:
    """At most one recognition ahead of its time. `begin` by one thread, `take` by another."""

    def __init__(self, transcribe: Callable[[Utterance], Transcript]) -> None:
        """`transcribe` is called by the thread of this object, never twice at once."""
        self._transcribe = transcribe
        self._changed = threading.Condition()
        self._wanted: tuple[Utterance, Future[Transcript]] | None = None
        self._newest: tuple[Utterance, Future[Transcript]] | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="early hearing", daemon=True)
        self._thread.start()

    def begin(self, utterance: Utterance) -> None:
        """Recognise this, and drop what was begun before it and waits."""
        with self._changed:
            if self._wanted is not None:
                self._wanted[1].cancel()
            self._wanted = self._newest = (utterance, Future())
            self._changed.notify_all()

    def take(self, utterance: Utterance) -> Transcript | None:
        """The words of `utterance` if they were begun early; waits for them.

        None when they were not, or could not be recognised: it has to be done now.
        """
        with self._changed:
            newest, self._newest = self._newest, None
        if newest is None or abs(newest[0].end_s - utterance.end_s) > SAME_END_S:
            return None
        if newest[0].cut or newest[0].start_s > utterance.start_s + SAME_END_S:
            return None
        try:
            return newest[1].result()
        except RecognitionError:
            return None

    def close(self) -> None:
        """End the thread; waits for a recognition that is under way."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while (wanted := self._next()) is not None:
            utterance, words = wanted
            if not words.set_running_or_notify_cancel():
                continue
            try:
                words.set_result(self._transcribe(utterance))
            except Exception as error:  # noqa: BLE001  # whoever takes the words gets it
                words.set_exception(error)

    def _next(self) -> tuple[Utterance, Future[Transcript]] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wanted is not None or self._closed)
            wanted, self._wanted = self._wanted, None
            return None if self._closed else wanted
