"""The ear before a microphone: it never stops, whatever the turns do."""

from audio.sound import Samples, SpeechEnded, SpeechEvent, SpeechStarted, Utterance
from robot.live.own_words import OwnWords
from robot.live.turn_worker import TurnWorker
from robot.live.work import ToDo
from robot.stop_ear import StopEar

ECHO_S = 0.15
"""How long Sori's voice may still be in the air and in buffers after its last word."""


class LiveEar:
    """Hands utterances to the turns, and stop words past them.

    What begins while Sori speaks is not answered: it may be Sori. Stop words count even then.
    """

    def __init__(self, ear: StopEar, turns: TurnWorker[ToDo], own: OwnWords) -> None:
        self._ear = ear
        self._turns = turns
        self._own = own
        self._spoke_from_s: float | None = None
        self._spoke_until_s = 0.0
        self._somebody = False

    @property
    def now_s(self) -> float:
        """How much sound has been heard."""
        return self._ear.now_s

    @property
    def hears_somebody(self) -> bool:
        """Whether somebody is speaking now."""
        return self._somebody

    def feed(self, block: Samples, *, behind: bool) -> tuple[SpeechEvent, ...]:
        """Take the next block (n,); returns what is heard of people.

        `behind`: more sound is waiting. Raises what a turn failed with.
        """
        self._ear.watching = self._turns.is_busy
        self._note_own_voice()
        events = self._ear.feed(block, behind=behind)
        heard = tuple(event for event in events if self._is_of_people(event))
        for event in heard:
            self._somebody = isinstance(event, SpeechStarted)
            if isinstance(event, SpeechEnded):
                self._turns.give(event.utterance)
        self._turns.raise_failure()
        return heard

    def _note_own_voice(self) -> None:
        """Keep track of when Sori is to be heard; at the end what it mixed into is dropped."""
        now_s = self._ear.now_s
        if self._own.is_speaking:
            if self._spoke_from_s is None:
                self._spoke_from_s = now_s
            self._spoke_until_s = now_s
        elif self._spoke_from_s is not None and now_s >= self._spoke_until_s + ECHO_S:
            self._spoke_from_s = None
            self._ear.cut()

    def _is_of_people(self, event: SpeechEvent) -> bool:
        if self._spoke_from_s is None:
            return True
        match event:
            case SpeechStarted(at_s):
                return at_s < self._spoke_from_s
            case SpeechEnded(Utterance(end_s=end_s)):
                return end_s < self._spoke_from_s
