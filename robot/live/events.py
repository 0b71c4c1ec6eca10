"""What happens in a live conversation, for whoever watches it: a terminal, a web page, metrics."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Literal, Self

from robot.turn_record import TurnRecord

LiveState = Literal[
    "starting",
    "deaf",
    "asleep",
    "waiting",
    "listening",
    "hearing",
    "thinking",
    "speaking",
    "moving",
]
"""`deaf`: without a microphone. `waiting`: only the wake phrase is listened for."""

QUEUE_EVENTS = 256
"""A watcher that is further behind loses the oldest events, and is told how many."""


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The conversation is in another state now."""

    state: LiveState


@dataclass(frozen=True, slots=True)
class PartlyHeard:
    """What somebody seems to be saying; they may still be speaking."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class WordsHeard:
    """The words of a turn, before anything is done about them."""

    turn: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ClauseSaid:
    """A clause of the reply is on its way to the loudspeaker."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """A turn is over, answered or not."""

    record: TurnRecord


@dataclass(frozen=True, slots=True)
class Stopped:
    """Body, voice and thought were told to stop."""


@dataclass(frozen=True, slots=True)
class PartFailed:
    """A part does not work at the moment: `microphone`, `speaker`, `language model`."""

    part: str
    message: str
    """What happened and what to do, for people."""


@dataclass(frozen=True, slots=True)
class PartRecovered:
    """It works again."""

    part: str


LiveEvent = (
    StateChanged
    | PartlyHeard
    | WordsHeard
    | ClauseSaid
    | TurnEnded
    | Stopped
    | PartFailed
    | PartRecovered
)


class Subscription:
    """The events for one watcher, in order; read by one thread."""

    def __init__(self, hub: "EventHub") -> None:
        self._hub = hub
        self._changed = threading.Condition()
        self._waiting: deque[LiveEvent] = deque(maxlen=QUEUE_EVENTS)
        self._dropped = 0
        self._closed = False

    @property
    def dropped(self) -> int:
        """How many events were lost because nobody took them."""
        return self._dropped

    @property
    def is_over(self) -> bool:
        """Whether it is closed and every event was taken."""
        return self._closed and not self._waiting

    def put(self, event: LiveEvent) -> None:
        """Add an event; never waits."""
        with self._changed:
            self._dropped += len(self._waiting) == QUEUE_EVENTS
            self._waiting.append(event)
            self._changed.notify_all()

    def next(self, timeout_s: float) -> LiveEvent | None:
        """The next event; None when none came in time, or the subscription is closed."""
        end_s = time.monotonic() + timeout_s
        with self._changed:
            while not self._waiting and not self._closed:
                if not self._changed.wait(max(0.0, end_s - time.monotonic())):
                    return None
            return self._waiting.popleft() if self._waiting else None

    def close(self) -> None:
        """Hear no more; a waiting `next` returns."""
        self._hub.leave(self)
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class EventHub:
    """Gives every event to every watcher. Safe from any thread; a slow watcher delays nobody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watchers: tuple[Subscription, ...] = ()

    def publish(self, event: LiveEvent) -> None:
        """Tell all watchers."""
        for watcher in self._watchers:
            watcher.put(event)

    def subscribe(self) -> Subscription:
        """Hear events from now on, until closed."""
        new = Subscription(self)
        with self._lock:
            self._watchers = (*self._watchers, new)
        return new

    def leave(self, watcher: Subscription) -> None:
        """Forget a watcher; see `Subscription.close`."""
        with self._lock:
            self._watchers = tuple(one for one in self._watchers if one is not watcher)
