"""One exchange, think -> speak, and the only code that knows about cancelling.

Stages are lazy generators run in one thread: a clause is rendered and handed to the voice while
the model has not yet thought of the next one. `cancelled` is looked at wherever something crosses
from one stage to the next, and raises there: see TurnCancelled.
"""

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from audio.sound import Sound
from audio.voice import Voice
from robot.answering import ScreenedClause
from robot.errors import TurnCancelled
from robot.hearing import Clock

Render = Callable[[str, str], Sound]
"""(text, language) -> the robot's voice saying it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a turn."""

    clauses: tuple[ScreenedClause, ...]
    """Everything that was given to the voice."""
    heard: tuple[ScreenedClause, ...]
    """The part of it that was played to its end."""
    first_token_ms: int | None
    first_sound_ms: int | None
    """From the first piece of the reply to its first sound; None in a typed conversation."""

    @property
    def reply(self) -> str:
        """The reply as text."""
        return " ".join(clause.text for clause in self.clauses)

    @property
    def reply_heard(self) -> str:
        """The part of the reply that history may remember."""
        return " ".join(clause.text for clause in self.heard)


class BrokenOff(TurnCancelled):
    """The turn was cancelled while it answered."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer
        """As far as it was heard."""


@dataclass(slots=True)
class Stopwatch:
    """Notes when the first piece and the first sound of a reply came."""

    clock: Clock
    began_s: float = field(init=False)
    first_token_s: float | None = None
    first_sound_s: float | None = None

    def __post_init__(self) -> None:
        self.began_s = self.clock()

    def note_token(self) -> None:
        """Call at every piece of the reply; the first one counts."""
        if self.first_token_s is None:
            self.first_token_s = self.clock()

    def note_sound(self) -> None:
        """Call at every sound handed to the voice; the first one counts."""
        if self.first_sound_s is None:
            self.first_sound_s = self.clock()

    def first_token_ms(self) -> int | None:
        """From the start to the first piece."""
        return _between_ms(self.began_s, self.first_token_s)

    def first_sound_ms(self) -> int | None:
        """From the first piece to the first sound."""
        return _between_ms(self.first_token_s, self.first_sound_s)


@dataclass(frozen=True, slots=True)
class Mouth:
    """The voice of one turn and what gives it sound."""

    voice: Voice
    render: Render


def speak(
    clauses: Generator[ScreenedClause, None, None],
    watch: Stopwatch,
    cancelled: threading.Event,
    mouth: Mouth | None = None,
) -> Answer:
    """Say `clauses` as they come; without a mouth (a typed conversation) only gather them.

    Raises BrokenOff, with the voice silenced and what was heard of it, once `cancelled` is set.
    """
    given: list[ScreenedClause] = []
    try:
        with closing(clauses):  # an open reply would hold the language model
            for clause in until_cancelled(clauses, cancelled):
                watch.note_token()
                if mouth is not None:
                    sound = mouth.render(clause.text, clause.language)
                    _raise_if(cancelled)
                    mouth.voice.play(sound)
                    watch.note_sound()
                given.append(clause)
        if mouth is not None:
            mouth.voice.finish()
    except TurnCancelled:
        heard = []
        if mouth is not None:
            mouth.voice.silence()
            heard = given[: mouth.voice.heard_clauses]
        raise BrokenOff(
            Answer(tuple(heard), tuple(heard), watch.first_token_ms(), watch.first_sound_ms())
        ) from None
    heard = given if mouth is None else given[: mouth.voice.heard_clauses]
    return Answer(tuple(given), tuple(heard), watch.first_token_ms(), watch.first_sound_ms())


def until_cancelled(
    clauses: Iterable[ScreenedClause], cancelled: threading.Event
) -> Iterator[ScreenedClause]:
    """The same clauses; raises at the joint, before and after each, once `cancelled` is set."""
    _raise_if(cancelled)
    for clause in clauses:
        _raise_if(cancelled)
        yield clause
    _raise_if(cancelled)


def _raise_if(cancelled: threading.Event) -> None:
    if cancelled.is_set():
        raise TurnCancelled


def _between_ms(earlier_s: float | None, later_s: float | None) -> int | None:
    if earlier_s is None or later_s is None:
        return None
    return round(1_000 * (later_s - earlier_s))
