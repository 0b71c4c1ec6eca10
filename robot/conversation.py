"""The conversation: speech events become turns, turns become records.

It decides what is answered and what is not; how, is the business of hearing, answering and turn.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from audio.sound import SpeechEnded, SpeechEvent, Utterance
from audio.voice import Voice
from nlu.language_memory import language_of_text
from nlu.safety.screen import Verdict
from robot.answering import Answering
from robot.hearing import Clock, Heard, Hearing
from robot.turn import Answer, Render, Stopwatch, speak
from robot.turn_record import Screened, ScreenedReply, Timings, TurnRecord, TurnSafety

ASK_AGAIN = frozenset({"unsure", "repetition", "bad_scores"})
"""Rejections of what was real speech: Sori asks to hear it again. Noise gets no answer."""

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
        record = _heard_record(self._turn, file, heard)
        if text := heard.transcript.text:
            self._language = heard.transcript.language
            verdict, answer = self._answer(text, make_voice(self._turn))
        elif heard.transcript.rejected in ASK_AGAIN:
            verdict, answer = None, self._ask_again(make_voice(self._turn))
        else:
            return record
        return _answered_record(record, self._language, verdict, answer)

    def answer_text(self, text: str) -> TurnRecord:
        """Answer a typed line, in text."""
        self._turn += 1
        self._language = language_of_text(text, self._languages, self._language)
        verdict, answer = self._answer(text, None)
        record = TurnRecord(turn=self._turn, transcript=text, language=self._language)
        return _answered_record(record, self._language, verdict, answer)

    def _answer(self, text: str, voice: Voice | None) -> tuple[Verdict, Answer]:
        watch = Stopwatch(self._clock)
        verdict = self._answering.screen_question(text, self._language)
        clauses = self._answering.answer(text, self._language, verdict, watch.note_token)
        answer = speak(clauses, self._language, voice, self._render, watch, self.cancelled)
        self._answering.remember(text, answer.reply_heard, self._language)
        return verdict, answer

    def _ask_again(self, voice: Voice) -> Answer:
        watch = Stopwatch(self._clock)
        clauses = [self._answering.ask_again(self._language)]
        return speak(clauses, self._language, voice, self._render, watch, self.cancelled)


def _heard_record(turn: int, file: str | None, heard: Heard) -> TurnRecord:
    utterance, transcript = heard.utterance, heard.transcript
    return TurnRecord(
        turn=turn,
        file=file,
        start_s=round(utterance.start_s, 3),
        end_s=round(utterance.end_s, 3),
        transcript=transcript.text,
        language=transcript.language if transcript.text else None,
        language_confidence=round(heard.language_confidence, 3) if transcript.text else None,
        no_speech=not transcript.text and transcript.rejected not in ASK_AGAIN,
        timings_ms=Timings(
            endpoint=round(1_000 * utterance.endpoint_s), recognise=heard.recognise_ms
        ),
    )


def _answered_record(
    record: TurnRecord, language: str, question: Verdict | None, answer: Answer
) -> TurnRecord:
    """`record` with the reply, what the filter said of both sides, and the stage times."""
    verdicts = [clause.verdict for clause in answer.clauses]
    replaced = any(not verdict.allowed for verdict in verdicts)
    categories = dict.fromkeys(name for verdict in verdicts for name in verdict.categories)
    timings = replace(
        record.timings_ms, first_token=answer.first_token_ms, first_sound=answer.first_sound_ms
    )
    return replace(
        record,
        reply=answer.reply,
        reply_language=language,
        safety=TurnSafety(
            input=Screened(question.allowed, question.categories) if question else None,
            reply=ScreenedReply(not replaced, tuple(categories), replaced),
        ),
        timings_ms=timings.with_total(),
    )
