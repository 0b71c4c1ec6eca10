"""What Sori itself is saying, so that it neither obeys nor answers its own voice."""

from collections.abc import Callable

from audio.sound import Sound
from audio.voice import Voice
from nlu.own_echo import Sounded

KEPT_CLAUSES = 12
"""Half a minute of speech; what is older can be in no room any more."""


def _nobody(_text: str) -> None:
    """Tell nobody what is said."""


class OwnVoice:
    """A `Voice` that remembers its words."""

    def __init__(self, voice: Voice, on_clause: Callable[[str], None]) -> None:
        self._voice = voice
        self._on_clause = on_clause
        self._said: list[Sound] = []
        self._over = False

    @property
    def is_speaking(self) -> bool:
        """Whether it has begun and is not over."""
        return bool(self._said) and not self._over

    @property
    def is_answering(self) -> bool:
        """Whether its turn is not over, though it may still be thinking."""
        return not self._over

    @property
    def words(self) -> str:
        """What sounds now: the clause under way and, for it may still be in the air, the last."""
        if not self.is_speaking:
            return ""
        at = self._voice.heard_clauses
        return " ".join(sound.text for sound in self._said[max(at - 1, 0) : at + 1])

    def sounding(self, now_s: float) -> tuple[int, Sounded] | None:
        """The number and the times of the clause that sounds at `now_s` of what is heard."""
        heard_s, begins_s = self._voice.heard_s, 0.0
        if self._over:
            return None
        for number, sound in enumerate(tuple(self._said)):
            if heard_s < begins_s + sound.duration_s:
                from_s = now_s - (heard_s - begins_s)
                return number, Sounded(sound.text, from_s, from_s + sound.duration_s)
            begins_s += sound.duration_s
        return None

    def play(self, sound: Sound) -> None:
        """See `Voice.play`."""
        self._said.append(sound)
        self._on_clause(sound.text)
        self._voice.play(sound)

    def finish(self) -> None:
        """See `Voice.finish`."""
        try:
            self._voice.finish()
        finally:
            self._over = True

    def silence(self) -> None:
        """See `Voice.silence`."""
        self._voice.silence()
        self._over = True

    def hold(self) -> None:
        """See `Voice.hold`."""
        self._voice.hold()

    def resume(self) -> None:
        """See `Voice.resume`."""
        self._voice.resume()

    @property
    def heard_s(self) -> float:
        """See `Voice.heard_s`."""
        return self._voice.heard_s

    @property
    def heard_clauses(self) -> int:
        """See `Voice.heard_clauses`."""
        return self._voice.heard_clauses


class OwnWords:
    """The voice of the present turn, and what it says. Read by any thread."""

    def __init__(self, on_clause: Callable[[str], None] = _nobody) -> None:
        """`on_clause` is told every clause before it sounds."""
        self.on_clause = on_clause
        self.replies = 0
        """How many voices there were."""
        self._voice: OwnVoice | None = None
        self._sounded: tuple[Sounded, ...] = ()
        self._noted: tuple[OwnVoice, int] | None = None

    def of(self, voice: Voice) -> OwnVoice:
        """The same voice, listened to; it takes the place of the one before."""
        self._voice = OwnVoice(voice, self.on_clause)
        self.replies += 1
        return self._voice

    def silence(self) -> None:
        """Stop speaking, whatever the turn's thread does."""
        if self._voice is not None:
            self._voice.silence()

    def hold(self) -> None:
        """Be quiet and keep the rest of what is to be said."""
        if self._voice is not None:
            self._voice.hold()

    def resume(self) -> None:
        """Go on after `hold`."""
        if self._voice is not None:
            self._voice.resume()

    @property
    def is_speaking(self) -> bool:
        """Whether Sori is to be heard."""
        return self._voice is not None and self._voice.is_speaking

    @property
    def is_answering(self) -> bool:
        """Whether a reply is under way: thought of, spoken, or held."""
        return self._voice is not None and self._voice.is_answering

    def now(self) -> str:
        """The words that sound now; empty between replies."""
        return "" if self._voice is None else self._voice.words

    def note(self, now_s: float) -> None:
        """Take down what sounds at this moment of what is heard. For the ear's thread."""
        voice = self._voice
        if voice is None:
            return
        if not voice.is_speaking or (sounding := voice.sounding(now_s)) is None:
            self._end_clause(voice, now_s)
            return
        number, clause = sounding
        before = self._sounded
        if self._noted == (voice, number) and before:
            # A voice that was held sounds for longer.
            clause = Sounded(clause.text, min(before[-1].from_s, clause.from_s), clause.until_s)
            before = before[:-1]
        self._noted = voice, number
        self._sounded = (*before, clause)[-KEPT_CLAUSES:]

    def _end_clause(self, voice: OwnVoice, now_s: float) -> None:
        """A voice that was silenced sounds no longer, whatever it meant to say."""
        if self._noted is None or self._noted[0] is not voice or voice.is_speaking:
            return
        *before, last = self._sounded
        if last.until_s > now_s:
            self._sounded = (*before, Sounded(last.text, last.from_s, now_s))

    @property
    def sounded(self) -> tuple[Sounded, ...]:
        """The last clauses that were heard of Sori, oldest first."""
        return self._sounded
