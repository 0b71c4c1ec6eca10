"""A sound file that goes on while the body moves: one thread, two clocks.

An action takes time, and in that time the file is heard on: what is said in the middle of a walk
stops the walk, as it would before a microphone, and the same way every time. Thinking and speaking
take no time of the file.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from audio.sound import FRAME_SAMPLES, Samples, SpeechEvent
from robot.stop_ear import StopEar


@dataclass(frozen=True, slots=True)
class _Meeting:
    """One moment on both clocks: when an action began."""

    body_s: float
    file_s: float


class FileEar:
    """Speech events of one stream of blocks, heard as far as time has come."""

    def __init__(
        self, blocks: Iterable[Samples], ear: StopEar, epoch: Callable[[], int] = int
    ) -> None:
        """`ear` is fresh and used by nobody else; `epoch` is the writer's."""
        self._frames = _frames(blocks)
        self._ear = ear
        self._epoch = epoch
        self._waiting: deque[tuple[SpeechEvent, int]] = deque()
        self._epoch_said = epoch()
        self._began: _Meeting | None = None
        self._over = False

    @property
    def now_s(self) -> float:
        """How much of the file has been heard."""
        return self._ear.now_s

    @property
    def epoch(self) -> int:
        """The writer's epoch when the event given out last was heard to its end."""
        return self._epoch_said

    def events(self) -> Iterator[SpeechEvent]:
        """What is said, in order; whoever takes an event acts before the next one is asked for."""
        while self._waiting or self._hear_on():
            while self._waiting:
                self._began = None
                event, self._epoch_said = self._waiting.popleft()
                yield event

    def watch(self, body_time_s: float) -> None:
        """Hear on up to this time of the body, and call the ear's `on_stop` at a stop word.

        The first call after an event sets the body's clock against the file's; call it when the
        action begins and then every few hundredths of a second. Events that come meanwhile wait
        for `events`. After the end of the file nothing happens.
        """
        if self._began is None:
            self._began = _Meeting(body_time_s, self.now_s)
        until_s = self._began.file_s + body_time_s - self._began.body_s
        self._ear.watching = True
        try:
            while self.now_s < until_s and self._hear_on():
                pass
        finally:
            self._ear.watching = False

    def _hear_on(self) -> bool:
        """Hear one more frame, or the end; False when that was reached before."""
        if self._over:
            return False
        frame = next(self._frames, None)
        if frame is None:
            self._over = True
            self._wait_with(self._ear.finish())
        else:
            self._wait_with(self._ear.feed(frame))
        return True

    def _wait_with(self, events: Iterable[SpeechEvent]) -> None:
        self._waiting += [(event, self._epoch()) for event in events]


def _frames(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """The same sound in pieces of a frame, so that time is the same however it was cut."""
    left = np.zeros(0, np.float32)
    for block in blocks:
        sound = np.concatenate((left, block))
        whole = len(sound) - len(sound) % FRAME_SAMPLES
        yield from sound[:whole].reshape(-1, FRAME_SAMPLES)
        left = sound[whole:]
    if len(left):
        yield left
