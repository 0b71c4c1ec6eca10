"""What the service knows of the conversation: it watches the events in a thread of its own."""

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nlu.safety.private_data import redacted
from robot.live.events import (
    LiveEvent,
    PartFailed,
    PartlyHeard,
    PartRecovered,
    Stopped,
    Subscription,
    TurnEnded,
    WordsHeard,
)
from robot.memory.memory import Memory
from robot.service.figures import Figures, Tally
from robot.service.live_control import LiveControl
from robot.service.metrics import Metrics
from robot.turn_record import TurnRecord

log = logging.getLogger(__name__)

MOST_TURNS = 200
LOOK_S = 1.0
"""The thread wakes this often even if nothing happens."""
STILL_AFTER_S = 5.0
"""An ear that was not heard of for so long is not alive."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class LoggedTurn:
    """A turn of this run, and what it looks like in the memory."""

    record: TurnRecord
    transcript: str
    reply: str | None
    """Both without private data, as they are kept."""


class Journal:
    """Turns, parts, figures and metrics of this run; read by any thread."""

    def __init__(
        self, live: LiveControl, memory: Memory, metrics: Metrics, clock: Clock = time.monotonic
    ) -> None:
        self._live = live
        self._memory = memory
        self._metrics = metrics
        self._clock = clock
        self._began_s = clock()
        self._began_at_s = time.time()
        self._lock = threading.Condition()
        """Notified after each event."""
        self._turns: deque[LoggedTurn] = deque(maxlen=MOST_TURNS)
        self._tally = Tally()
        self._language: str | None = None
        self._last_turn = 0
        self._heard_at_s = self._began_s
        self._events: Subscription = live.events.subscribe()
        self._tell: Callable[[LiveEvent], None] | None = None
        self._thread = threading.Thread(target=self._watch, name="journal", daemon=True)
        metrics.note_state(live.state)
        for part, message in live.parts.failed.items():
            metrics.note(PartFailed(part, message))

    def start(self, tell: Callable[[LiveEvent], None]) -> None:
        """Begin to watch; `tell` gets every event after it was noted, and must not wait."""
        self._tell = tell
        self._thread.start()

    def close(self) -> None:
        """End watching."""
        self._events.close()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def uptime_s(self) -> float:
        """Since the service began."""
        return self._clock() - self._began_s

    @property
    def language(self) -> str | None:
        """The language that was spoken last; None before the first turn."""
        return self._language

    @property
    def dropped_events(self) -> int:
        """Events that this thread was too slow for."""
        return self._events.dropped

    def hear(self, samples: int) -> None:
        """The ear goes on; it calls this again and again, with 0 while it has no microphone."""
        del samples
        self._heard_at_s = self._clock()

    @property
    def is_alive(self) -> bool:
        """Whether the ear goes on."""
        return self._clock() - self._heard_at_s < STILL_AFTER_S

    def figures(self) -> Figures:
        """For the charts."""
        with self._lock:
            return self._tally.figures({"dropped_blocks": self._live.sound.dropped_blocks})

    def turns(self, after: int, limit: int) -> list[TurnRecord]:
        """Turns of this run with words that the memory holds too, the oldest first.

        What is not to be kept, was forgotten, or is nobody's business afterwards is not in the
        memory and so not here. Raises MemoryFileError.
        """
        with self._lock:
            logged = [turn for turn in self._turns if turn.record.turn > after]
            everything = list(self._turns)
        kept = self._kept(everything)
        return [turn.record for turn in logged if id(turn) in kept][-limit:]

    def find(self, number: int) -> TurnRecord | None:
        """The turn of this number; None: it was too long ago, or never, or without words."""
        with self._lock:
            turns = [logged.record for logged in self._turns if logged.record.turn == number]
        return turns[-1] if turns else None

    def wait_for(self, record: TurnRecord) -> None:
        """Return when this turn was noted, or after a second."""
        with self._lock:
            self._lock.wait_for(lambda: self._last_turn >= record.turn, LOOK_S)

    def kept_number(self, record: TurnRecord) -> int | None:
        """Where the memory keeps this turn; None: it does not. Raises MemoryFileError."""
        words = _words(record)
        numbers = [
            kept.id
            for kept in self._memory.turns(MOST_TURNS)
            if kept.at_s >= self._began_at_s and (kept.transcript, kept.reply) == words
        ]
        return numbers[-1] if numbers else None

    def _kept(self, logged: Iterable[LoggedTurn]) -> set[int]:
        """`id` of those that the memory has, each kept turn counted once."""
        there = Counter(
            (kept.transcript, kept.reply)
            for kept in self._memory.turns(MOST_TURNS)
            if kept.at_s >= self._began_at_s
        )
        found: set[int] = set()
        for turn in logged:
            words = turn.transcript, turn.reply
            if there[words] > 0:
                there[words] -= 1
                found.add(id(turn))
        return found

    def _watch(self) -> None:
        while not self._events.is_over:
            event = self._events.next(LOOK_S)
            if event is None:
                continue
            try:
                self._note(event)
                if self._tell is not None:
                    self._tell(event)
            except Exception:  # one event that cannot be noted must not end the watch
                log.exception("An event could not be noted.")

    def _note(self, event: LiveEvent) -> None:
        self._metrics.note(event)
        match event:
            case TurnEnded(record):
                self._language = record.language or self._language
                transcript, reply = _words(record)
                with self._lock:
                    self._tally.note_turn(record)
                    if record.transcript or record.reply:
                        self._turns.append(LoggedTurn(record, transcript, reply))
                    self._last_turn = record.turn
                    self._lock.notify_all()
            case WordsHeard(_, _, language) | PartlyHeard(_, language):
                self._language = language or self._language
            case Stopped():
                self._count("stops")
            case PartFailed():
                self._count("failures")
            case PartRecovered():
                self._count("recoveries")
            case _:
                return

    def _count(self, what: str) -> None:
        with self._lock:
            self._tally.count(what)


def _words(record: TurnRecord) -> tuple[str, str | None]:
    """Transcript and reply as the memory keeps them."""
    reply = record.reply
    return (
        redacted(record.transcript, record.language or ""),
        None if reply is None else redacted(reply, record.reply_language or ""),
    )
