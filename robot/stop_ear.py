"""Hears "stop" in a sentence that is still going on.

It sits between the sound and the turns. While the body moves, or Sori speaks or thinks, the end of
the utterance under way is read again and again by a small recogniser of its own, and the first
stop word that turns up is acted upon in the thread that heard it. No language model, no queue and
no lock of a turn lies between the word and the stop. A live conversation also follows what is read:
how finished a sentence sounds says how long to wait for more.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from audio.errors import RecognitionError
from audio.listener import Listener
from audio.pitch import voiced_s
from audio.recognition.partial import PartialRecogniser, PartialText
from audio.sound import FRAME_SAMPLES, SAMPLE_RATE_HZ, Samples, SpeechEnded, SpeechEvent, Utterance
from nlu.stop_words import StopWords

LOOK_BACK_S = 2.0
"""How much is read when somebody pauses: a stop with a few words around it."""
GLANCE_S = 1.2
"""And while they speak on: with more of the sentence around it a stop is taken for another word
that fits better (of 30 stops in fluent speech 22 were heard in time with 2.0 s, 24 with 1.2 s)."""
FOLLOW_S = 8.0
"""How much is read of a sentence that is only followed."""
QUIET_S = 0.08
"""After this much silence the words before it are read at once."""
AGAIN_S = 0.25
"""While somebody goes on speaking, it is read this often; from less nothing can be told."""
SURE = 0.6
"""Probability from which on a patient ear believes that it read a stop. Of 168 stops by six voices,
half of them in noise of 10 dB, all have more; of 600 bursts of noise 32 read like a stop, 11 of
them with more."""
LEAST_VOICE_S = 0.05
"""Of voice in a stop, for a patient ear. The shortest of 144 stops had 0.13 s, but what a
canceller leaves of a word has less; of the 11 bursts 4 had more than this."""
UNREADABLE = "?"
"""Stands for the stop word when the recogniser fails: what cannot be stopped must not go on."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """The end of the utterance under way, as far as it can be read."""

    texts: tuple[PartialText, ...]
    """In each likely language, the likeliest first; empty where nothing was understood."""
    utterance: Utterance
    """What was read; `cut`: the utterance began earlier."""
    pauses: bool
    """Whether the speaker is silent now, or else speaks on."""


def _nobody(_glimpse: Glimpse) -> None:
    """Tell nobody what is read."""


class StopEar:
    """A listener that also looks for stop words while it is `watching`.

    Times are seconds of the stream. Fed by one thread; `watching` may be set by any.
    """

    def __init__(
        self,
        listener: Listener,
        recogniser: PartialRecogniser,
        words: StopWords,
        on_stop: Callable[[float], None],
        own_words: Callable[[], str] = str,
    ) -> None:
        """`on_stop` gets the time at which a word was found, at most once an utterance.

        `own_words`: what Sori itself is saying now, which is no order to itself.
        """
        self.on_glimpse: Callable[[Glimpse], None] = _nobody
        """Told whatever is read, while `following`."""
        self.following = False
        """Whether all that is said is read, also while there is nothing to stop."""
        self.listener = listener
        self._recogniser = recogniser
        self._words = words
        self._on_stop = on_stop
        self._own_words = own_words
        self._fed = 0
        self._read_s = 0.0
        self._read_to_end = False
        self._under_way = False
        self._found: str | None = None
        self.patient = False
        """Whether a stop may wait for the speaker's next pause, and counts only when it was read
        surely: for nothing moves, and Sori's voice waits already."""
        self.watching = False
        """Whether there is anything to stop; while there is not, nothing is recognised."""

    @property
    def now_s(self) -> float:
        """How much of the stream has been heard."""
        return self._fed / SAMPLE_RATE_HZ

    @property
    def found(self) -> str | None:
        """The stop word found in the utterance under way, or else in the one before it."""
        return self._found

    def is_stop(self, text: str) -> bool:
        """Whether a whole utterance says stop; the word that was found may have been misread."""
        return self._words.heard_in(text, begins=True, ends=True) is not None

    def stop(self) -> None:
        """Stop all the same: a whole utterance says so, of which this ear was not sure."""
        self._on_stop(self.now_s)

    def feed(self, block: Samples, *, behind: bool = False) -> tuple[SpeechEvent, ...]:
        """Take the next block (n,) at SAMPLE_RATE_HZ, any n; return what happened in it.

        `behind`: more sound is waiting already, so reading is left to a later call.
        """
        events: list[SpeechEvent] = []
        for piece in self._pieces(block):
            events += self._heard(self.listener.feed(piece), len(piece))
            if self._reads and not behind and self._fed % FRAME_SAMPLES == 0:
                self._read_if_due()
        return tuple(events)

    @property
    def _reads(self) -> bool:
        return self.watching or self.following

    def cut(self) -> tuple[SpeechEvent, ...]:
        """End the utterance under way here; what comes next begins anew."""
        return self.listener.cut()

    def finish(self) -> tuple[SpeechEvent, ...]:
        """End the stream: an utterance under way is given out. Feed nothing afterwards."""
        return self._heard(self.listener.finish(), 0)

    def _pieces(self, block: Samples) -> Iterator[Samples]:
        """Up to the next whole frame of the stream each: cutting it elsewhere changes nothing."""
        at = 0
        while at < len(block):
            size = FRAME_SAMPLES - self._fed % FRAME_SAMPLES
            yield block[at : at + size]
            at += size

    def _heard(self, events: tuple[SpeechEvent, ...], samples: int) -> tuple[SpeechEvent, ...]:
        self._fed += samples
        for event in events:
            # Mostly it has been read to its end when silence began.
            match event:
                case SpeechEnded(utterance) if self.watching and utterance.end_s > self._read_s:
                    self._read(_end_of(utterance), ends=not utterance.cut)
        under_way = self.listener.quiet_s is not None
        if under_way and not self._under_way:
            self._found = None
        if not under_way:
            self._read_s = self.now_s
        self._under_way = under_way
        return events

    def _read_if_due(self) -> None:
        quiet_s = self.listener.quiet_s
        if quiet_s is None or (self._found is not None and not self.following):
            return
        ends = quiet_s >= QUIET_S
        due = not self._read_to_end if ends else self.now_s - self._read_s >= AGAIN_S
        self._read_to_end &= ends
        look_back_s = LOOK_BACK_S if ends else GLANCE_S
        if not self.watching:
            look_back_s = FOLLOW_S
        if due and (utterance := self.listener.under_way(look_back_s)) is not None:
            self._read(utterance, ends=ends)

    def _read(self, utterance: Utterance, *, ends: bool) -> None:
        """Recognise, and stop at the first stop word; `utterance.cut`: it began earlier."""
        self._read_s = self.now_s
        self._read_to_end = ends
        try:
            texts = self._recogniser.read(utterance.samples)
        except RecognitionError as error:
            if self.watching and self._found is None:
                log.error("stopping, for a stop could not be heard: %s", error)
                self._found = UNREADABLE
                self._on_stop(self.now_s)
            return
        if self.watching and self._found is None and (ends or not self.patient):
            self._found = self._stop_in(texts, utterance, ends=ends)
            if self._found is not None:
                self._on_stop(self.now_s)
        if self.following:
            self.on_glimpse(Glimpse(texts, utterance, pauses=ends))

    def _stop_in(
        self, texts: tuple[PartialText, ...], utterance: Utterance, *, ends: bool
    ) -> str | None:
        """The stop word that a person said, as far as this ear believes in it now."""
        own_words = self._own_words()
        found: list[tuple[str, float]] = []
        for read in texts:
            word = self._words.heard_in(read.text, begins=not utterance.cut, ends=ends)
            if word is not None and not self._words.is_among(word, own_words):
                found.append((word, read.probability))
        if not found:
            return None
        word, probability = found[0][0], sum(probability for _, probability in found)
        if self.patient and (
            probability < SURE or voiced_s(utterance.samples, SAMPLE_RATE_HZ) < LEAST_VOICE_S
        ):
            log.debug("perhaps a stop: '%s', %.2f", word, probability)
            return None
        log.debug("a stop: '%s', %.2f", word, probability)
        return word


def _end_of(utterance: Utterance) -> Utterance:
    kept = utterance.samples[-round(LOOK_BACK_S * SAMPLE_RATE_HZ) :]
    return replace(utterance, samples=kept, cut=len(kept) < len(utterance.samples))
