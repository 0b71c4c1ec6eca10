"""From an utterance to words: recognition and the choice of language, timed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from audio.recognition.transcriber import Transcriber
from audio.sound import Transcript, Utterance
from nlu.language_memory import LanguageMemory

Clock = Callable[[], float]
"""Seconds that only grow; `time.perf_counter`, or a test's own."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance, understood as words."""

    utterance: Utterance
    transcript: Transcript
    language_confidence: float
    recognise_ms: int


def _unheard(_utterance: Utterance) -> Transcript | None:
    """Nothing was recognised early."""
    return None


class Hearing:
    """The recogniser with the conversation's memory of languages."""

    def __init__(self, transcriber: Transcriber, memory: LanguageMemory, clock: Clock) -> None:
        self._transcriber = transcriber
        self._memory = memory
        self._clock = clock
        self._recogniser = threading.Lock()
        """The transcriber is for one thread at a time."""
        self.early: Callable[[Utterance], Transcript | None] = _unheard
        """Gives the words of an utterance that were recognised before it was sure to be over."""

    def hear(self, utterance: Utterance) -> Heard:
        """Recognise `utterance`; only speech that was understood moves the language memory."""
        began = self._clock()
        transcript = self.early(utterance) or self.transcribe(utterance)
        if transcript.text:
            self._memory.remember(transcript.language)
        return Heard(
            utterance=utterance,
            transcript=transcript,
            language_confidence=transcript.language_odds.get(transcript.language, 0.0),
            recognise_ms=round(1_000 * (self._clock() - began)),
        )

    def transcribe(self, utterance: Utterance) -> Transcript:
        """The words alone; the memory of languages stays as it is. For any thread."""
        with self._recogniser:
            return self._transcriber.transcribe(utterance, self._memory.choose)

    def forget(self) -> None:
        """A new conversation begins."""
        self._memory.forget()
