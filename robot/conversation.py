"""The conversation: speech events become turns, turns become records.

It decides what is answered and what is not; how, is the business of hearing, exchange and turn.
"""

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass

from audio.sound import SpeechEnded, SpeechEvent, Utterance
from audio.voice import Voice
from nlu.care.wishes import Forgotten
from nlu.language_memory import language_of_text
from robot.answering import ScreenedClause
from robot.body.writer import Watch, nothing
from robot.exchange import Exchange, Said
from robot.hearing import Clock, Heard, Hearing
from robot.records import (
    acted_record,
    answered_record,
    felt_record,
    heard_record,
    is_worth_asking_again,
    phrase_record,
)
from robot.turn import Answer, BrokenOff, Mouth, Render, Stopwatch, speak
from robot.turn_record import TurnRecord

MakeVoice = Callable[[int], Voice]
"""Turn number -> the voice of that turn."""


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """Words that were said to Sori."""

    text: str
    """Without the wake phrase."""


@dataclass(frozen=True, slots=True)
class ToSay:
    """A phrase of Sori's own answers what was said."""

    phrase: str


Addressed = ToAnswer | ToSay | None
"""None: it was not said to Sori."""


def _nobody(_heard: Heard) -> None:
    """Tell nobody what was heard."""


def _always(heard: Heard) -> Addressed:
    """Everything is said to Sori."""
    return ToAnswer(heard.transcript.text)


def _now() -> int | None:
    """What is said counts from now."""
    return None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a conversation takes place."""

    make_voice: MakeVoice
    file: str | None = None
    """The sound file that is heard; None: live."""
    watch: Watch = nothing
    """Told the body's time while something moves; listens on meanwhile."""
    epoch: Callable[[], int | None] = _now
    """The writer's when the words of a turn were said: a stop since then drops what they ask."""
    on_heard: Callable[[Heard], None] = _nobody
    """Told the words of a turn before anything is done about them."""
    attend: Callable[[Heard], Addressed] = _always
    """Asked whether a turn was said to Sori; words that were not leave no trace in its mind."""
    now_s: Callable[[], float] | None = None
    """The time of the sound that is heard; None: replies take no time of it, as with a file."""


class Conversation:
    """Turns numbered from 1, with one memory of languages and one history."""

    def __init__(
        self,
        hearing: Hearing,
        exchange: Exchange,
        render: Render,
        languages: tuple[str, ...],
        clock: Clock = time.perf_counter,
    ) -> None:
        self._hearing = hearing
        self._exchange = exchange
        self._render = render
        self._languages = languages
        self._clock = clock
        self._turn = 0
        self._language = languages[0]
        self.cancelled = threading.Event()
        """Set from any thread: the turn in progress breaks off at its next joint."""

    def cancel_thought(self) -> None:
        """End the language model's part of the turn, from any thread; see `cancelled`."""
        self._exchange.cancel()

    def get_ready(self) -> None:
        """Use a pause: let the language model read on to where the next words will begin."""
        self._exchange.warm(self._language)

    @property
    def turn(self) -> int:
        """The number of the newest turn."""
        return self._turn

    @property
    def language(self) -> str:
        """The language spoken last."""
        return self._language

    def forget_words(self, what: Forgotten) -> None:
        """Take what a person wants forgotten out of the language model's history."""
        self._exchange.forget_words(what)

    def begin(self) -> None:
        """Start anew: the next turn is number 1, and nothing is remembered."""
        self._turn = 0
        self._language = self._languages[0]
        self._hearing.forget()
        self._exchange.forget()

    def converse(self, events: Iterable[SpeechEvent], around: Surroundings) -> Iterator[TurnRecord]:
        """One record for each utterance in `events`, made as it ends."""
        for event in events:
            if isinstance(event, SpeechEnded):
                yield self.answer_speech(event.utterance, around, around.epoch())

    def answer_speech(
        self, utterance: Utterance, around: Surroundings, epoch: int | None = None
    ) -> TurnRecord:
        """Hear `utterance`, do what it asks for and answer aloud.

        Noise and silence are recorded, not answered. `epoch` is the writer's when it was said: a
        stop since then drops what it asks the body for.
        """
        self._turn += 1
        heard = self._hearing.hear(utterance)
        record = heard_record(self._turn, around.file, heard)
        if heard.transcript.text:
            return self._addressed(record, heard, around, epoch)
        if is_worth_asking_again(heard):
            clauses = self._exchange.ask_again(self._language)
            voice = around.make_voice(self._turn)
            answer = self._speak(clauses, Stopwatch(self._clock), voice)
            return phrase_record(record, self._language, answer)
        return record

    def answer_text(self, text: str, around: Surroundings, epoch: int | None = None) -> TurnRecord:
        """The same for typed words: do what they ask for, and answer aloud."""
        self._turn += 1
        self._language = language_of_text(text, self._languages, self._language)
        record = TurnRecord(
            file=around.file, turn=self._turn, transcript=text, language=self._language
        )
        at_s = self._clock() if around.now_s is None else around.now_s()
        said = Said(text, self._language, at_s, watch=around.watch, epoch=epoch)
        return self._answered(record, said, around)

    def say(self, text: str, make_voice: MakeVoice) -> None:
        """Say what another program wants said, screened like any reply; it is no turn."""
        language = language_of_text(text, self._languages, self._language)
        clauses = self._exchange.tell(text, language)
        self._speak(clauses, Stopwatch(self._clock), make_voice(self._turn))

    def _addressed(
        self, record: TurnRecord, heard: Heard, around: Surroundings, epoch: int | None
    ) -> TurnRecord:
        around.on_heard(heard)
        match around.attend(heard):
            case None:
                return record
            case ToSay(phrase):
                self._language = heard.transcript.language
                clauses = self._exchange.tell(phrase, self._language, composed=True)
                voice = around.make_voice(self._turn)
                answer = self._speak(clauses, Stopwatch(self._clock), voice)
                return phrase_record(record, self._language, answer)
            case ToAnswer(text):
                self._language = heard.transcript.language
                return self._answered(record, _said(text, heard, around, epoch), around)

    def _answered(self, record: TurnRecord, said: Said, around: Surroundings) -> TurnRecord:
        stopwatch = Stopwatch(self._clock)
        reply = self._exchange.reply(said, stopwatch.note_token)
        answer = self._speak(reply.clauses, stopwatch, around.make_voice(self._turn))
        self._exchange.remember(said.text, answer.reply_heard, said.language)
        if reply.acted is not None and reply.acted.asks and around.now_s is not None:
            self._exchange.question_ended(around.now_s())
        answered = answered_record(felt_record(record, reply.felt), reply, answer)
        acted = acted_record(answered, reply.acted)
        self._exchange.keep(acted)
        return acted

    def _speak(
        self, clauses: Generator[ScreenedClause, None, None], stopwatch: Stopwatch, voice: Voice
    ) -> Answer:
        """Say it; what is broken off counts as far as it was heard."""
        try:
            return speak(clauses, stopwatch, self.cancelled, Mouth(voice, self._render))
        except BrokenOff as broken_off:
            return broken_off.answer


def _said(text: str, heard: Heard, around: Surroundings, epoch: int | None) -> Said:
    return Said(
        text,
        heard.transcript.language,
        heard.utterance.end_s + heard.utterance.endpoint_s,
        heard.transcript.average_log_probability,
        around.watch,
        epoch,
        heard.utterance.samples,
    )
