"""What the turns of a live conversation begin with."""

from concurrent.futures import Future
from dataclasses import dataclass

from audio.sound import Utterance
from robot.turn_record import TurnRecord


@dataclass(frozen=True, slots=True)
class Remark:
    """Words that another program wants said; no turn."""

    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """Typed words to answer aloud."""

    text: str
    answered: Future[TurnRecord]
    """Gets the record; is cancelled when the question is dropped unanswered."""


@dataclass(frozen=True, slots=True)
class Recording:
    """An utterance that another program recorded."""

    utterance: Utterance
    answered: Future[TurnRecord]


ToDo = Utterance | Remark | Question | Recording


def drop(work: ToDo) -> None:
    """Tell who waits for an answer that none will come."""
    match work:
        case Question(_, answered) | Recording(_, answered):
            answered.cancel()
        case Utterance() | Remark():
            return
