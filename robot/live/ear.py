"""The ear before a microphone: it never stops, whatever the turns do.

Sori hears people while it speaks. Its own voice is taken out of the sound before this; what is
left of it is told by its words. Somebody who speaks over Sori gets the floor at once: the voice
waits, and goes on if it was only a cough or an "mhm".
"""

import logging

from audio.own_noise import OwnNoise, counts
from audio.sound import Samples, SpeechEnded, SpeechEvent, SpeechStarted, Utterance
from robot.body.writer import Writer
from robot.live.floor import Floor
from robot.live.overheard import Overhearing, is_in_the_air
from robot.live.own_words import OwnWords
from robot.live.turn_taking import TurnTaking
from robot.live.turn_worker import TurnWorker
from robot.live.work import ToDo
from robot.stop_ear import SURE, StopEar

log = logging.getLogger(__name__)


class LiveEar:
    """Hands utterances to the turns, and stop words past them."""

    def __init__(
        self,
        ear: StopEar,
        turns: TurnWorker[ToDo],
        own: OwnWords,
        overhearing: Overhearing,
        taking: TurnTaking,
        writer: Writer,
    ) -> None:
        self._taking = taking
        self._writer = writer
        self._own_noise = OwnNoise()
        ear.following = True
        ear.on_glimpse = taking.glimpsed
        self._ear = ear
        self._turns = turns
        self.own = own
        self._overhearing = overhearing
        self._floor = Floor(own)
        self._somebody = False
        self._moving = False
        self._moved = False
        """Whether the body moved while somebody was saying what they say now."""

    @property
    def now_s(self) -> float:
        """How much sound has been heard."""
        return self._ear.now_s

    @property
    def hears_somebody(self) -> bool:
        """Whether somebody is speaking now."""
        return self._somebody

    def feed(self, block: Samples, *, is_over: bool, behind: bool) -> tuple[SpeechEvent, ...]:
        """Take the next block (n,), rid of Sori's own voice; returns what is heard of people.

        `is_over`: a voice sounds over Sori's at this moment. `behind`: more sound is waiting.
        Raises what a turn failed with.
        """
        self._prepare()
        events = self._ear.feed(block, behind=behind)
        for event in events:
            self._somebody = isinstance(event, SpeechStarted)
        somebody = self._somebody or (is_over and self.own.is_speaking)
        self._floor.note(self._ear.now_s, somebody=somebody)
        heard = tuple(event for event in events if self._takes(event))
        self._turns.raise_failure()
        return heard

    def cut(self) -> None:
        """The sound breaks off here: what was half said is dropped."""
        self._ear.cut()
        self._somebody = False

    def _prepare(self) -> None:
        """Set how the next block is to be heard."""
        now_s, listener = self._ear.now_s, self._ear.listener
        is_busy = self._turns.is_busy
        self._moving = is_busy and self._writer.is_moving
        self._moved = self._moving or (self._moved and self._somebody)
        self._ear.watching = is_busy
        self._ear.patient = not self._moving
        self.own.note(now_s)
        self._taking.note()
        listener.extra_db = self._own_noise.extra_db(
            listener.floor_dbfs, now_s, moving=self._moving, speaking=self.own.is_speaking
        )

    def _takes(self, event: SpeechEvent) -> bool:
        """Act upon an event; whether it is of a person with something to say."""
        match event:
            case SpeechEnded(utterance):
                return self._takes_utterance(utterance)
            case SpeechStarted():
                return True

    def _takes_utterance(self, utterance: Utterance) -> bool:
        answering = self.own.is_answering
        speaking = is_in_the_air(utterance, self.own.sounded)
        has_stopped = self._ear.found is not None
        if answering or speaking or self._moving or has_stopped:
            asks = self._has_asked(utterance.end_s)
            judged = self._overhearing.judge(utterance, self.own.sounded, after_question=asks)
            whose, text = judged.whose, judged.text
            log.debug(
                "heard over my voice or body: of %s, '%s', %.2f", whose, text, judged.probability
            )
            says_stop = not self._moved and self._ear.is_stop(text)
            if has_stopped and says_stop:
                return False  # told to be quiet, it is, without a word about it
            if whose == "own" or (whose == "listener" and (answering or not text)):
                self._floor.give_back()
                return False
            voiced_s = utterance.voiced_share * (utterance.end_s - utterance.start_s)
            begins_turn = asks or counts(voiced_s, text, moving=self._moving, speaking=speaking)
            # What begins a turn may be a question that was misread.
            if answering and says_stop and (judged.probability >= SURE or not begins_turn):
                self._ear.stop()
                return False
            if answering:
                self._turns.cancel()
                self._floor.take()
            if not begins_turn:
                return False
        self._turns.give(utterance)
        return True

    def _has_asked(self, at_s: float) -> bool:
        """Whether the last that was heard of Sori by then was a question, to its end."""
        sounded = self.own.sounded
        return bool(sounded) and sounded[-1].text.endswith("?") and sounded[-1].until_s <= at_s
