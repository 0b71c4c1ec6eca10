"""A conversation by typing: the same turns, without ears and mouth."""

import threading
import time

from nlu.language_memory import language_of_text
from robot.answering import Answering
from robot.hearing import Clock
from robot.records import answered_record
from robot.turn import Stopwatch, speak
from robot.turn_record import TurnRecord


class TypedConversation:
    """Turns numbered from 1; the language is read off each line."""

    def __init__(
        self, answering: Answering, languages: tuple[str, ...], clock: Clock = time.perf_counter
    ) -> None:
        self._answering = answering
        self._languages = languages
        self._clock = clock
        self._turn = 0
        self._language = languages[0]
        self.cancelled = threading.Event()
        """Set from any thread: the turn in progress raises TurnCancelled at its next joint."""

    def answer(self, text: str) -> TurnRecord:
        """Answer a typed line, in text."""
        self._turn += 1
        language = language_of_text(text, self._languages, self._language)
        self._language = language
        watch = Stopwatch(self._clock)
        verdict = self._answering.screen_question(text, language)
        clauses = self._answering.answer(text, language, verdict, watch.note_token)
        answer = speak(clauses, watch, self.cancelled)
        self._answering.remember(text, answer.reply_heard, language)
        record = TurnRecord(file=None, turn=self._turn, transcript=text, language=language)
        return answered_record(record, language, verdict, answer)
