"""A conversation by typing: the same turns, without ears and mouth."""

import threading
import time
from collections.abc import Callable

from nlu.language_memory import language_of_text
from robot.exchange import Exchange, Said
from robot.hearing import Clock
from robot.records import (
    acted_record,
    answered_record,
    felt_record,
)
from robot.turn import Stopwatch, speak
from robot.turn_record import TurnRecord


class TypedConversation:
    """Turns numbered from 1; the language is read off each line."""

    def __init__(
        self,
        exchange: Exchange,
        languages: tuple[str, ...],
        opening: Callable[[], tuple[str, ...]] = tuple,
        clock: Clock = time.perf_counter,
    ) -> None:
        self.opening = opening
        """What people have to be told before the first turn; asked once, by who can tell them."""
        self._exchange = exchange
        self._languages = languages
        self._clock = clock
        self._turn = 0
        self._language = languages[0]
        self.cancelled = threading.Event()
        """Set from any thread: the turn in progress raises TurnCancelled at its next joint."""

    def answer(self, text: str) -> TurnRecord:
        """Do what a typed line asks for, and answer it in text."""
        self._turn += 1
        language = language_of_text(text, self._languages, self._language)
        self._language = language
        stopwatch = Stopwatch(self._clock)
        reply = self._exchange.reply(Said(text, language, self._clock()), stopwatch.note_token)
        answer = speak(reply.clauses, stopwatch, self.cancelled)
        self._exchange.remember(text, answer.reply_heard, language)
        record = TurnRecord(file=None, turn=self._turn, transcript=text, language=language)
        answered = answered_record(felt_record(record, reply.felt), reply, answer)
        acted = acted_record(answered, reply.acted)
        self._exchange.keep(acted)
        return acted
