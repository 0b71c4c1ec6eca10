"""The conversation: speech events become turns, turns become records.

It decides what is answered and what is not; how, is the business of hearing, answering and turn.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator

from audio.sound import SpeechEnded, SpeechEvent, Utterance
from audio.voice import Voice
from nlu.safety.screen import Verdict
from robot.answering import Answering
from robot.hearing import Clock, Hearing
from robot.records import answered_record, heard_record, is_worth_asking_again
from robot.turn import Answer, Mouth, Render, Stopwatch, speak
from robot.turn_record import TurnRecord

MakeVoice = Callable[[int], Voice]
"""Turn number -> the voice of that turn."""


class Conversation:
    """Turns numbered from 1, with one memory of languages and one history."""

    def __init__(
        self,
        hearing: Hearing,
        answering: Answering,
        render: Render,
        languages: tuple[str, ...],
        clock: Clock = time.perf_counter,
    ) -> None:
        self._hearing = hearing
        self._answering = answering
        self._render = render
        self._languages = languages
        self._clock = clock
        self._turn = 0
        self._language = languages[0]
        self.cancelled = threading.Event()
        """Set from any thread: the turn in progress raises TurnCancelled at its next joint."""

    def begin(self) -> None:
        """Start anew: the next turn is number 1, and nothing is remembered."""
        self._turn = 0
        self._language = self._languages[0]
        self._hearing.forget()
        self._answering.forget()

    def converse(
        self, events: Iterable[SpeechEvent], make_voice: MakeVoice, file: str | None = None
    ) -> Iterator[TurnRecord]:
        """One record for each utterance in `events`, made as it ends."""
        for event in events:
            if isinstance(event, SpeechEnded):
                yield self.answer_speech(event.utterance, make_voice, file)

    def answer_speech(
        self, utterance: Utterance, make_voice: MakeVoice, file: str | None = None
    ) -> TurnRecord:
        """Hear `utterance` and answer it aloud; noise and silence are recorded, not answered."""
        self._turn += 1
        heard = self._hearing.hear(utterance)
        record = heard_record(self._turn, file, heard)
        if text := heard.transcript.text:
            self._language = heard.transcript.language
            verdict, answer = self._answer(text, make_voice(self._turn))
        elif is_worth_asking_again(heard):
            verdict, answer = None, self._ask_again(make_voice(self._turn))
        else:
            return record
        return answered_record(record, self._language, verdict, answer)

    def _answer(self, text: str, voice: Voice) -> tuple[Verdict, Answer]:
        watch = Stopwatch(self._clock)
        verdict = self._answering.screen_question(text, self._language)
        clauses = self._answering.answer(text, self._language, verdict, watch.note_token)
        answer = speak(clauses, watch, self.cancelled, Mouth(voice, self._render))
        self._answering.remember(text, answer.reply_heard, self._language)
        return verdict, answer

    def _ask_again(self, voice: Voice) -> Answer:
        clauses = self._answering.ask_again(self._language)
        watch = Stopwatch(self._clock)
        return speak(clauses, watch, self.cancelled, Mouth(voice, self._render))
