"""What Sori itself is saying at this moment, so that it does not obey its own voice."""

from collections.abc import Callable

from audio.sound import Sound
from audio.voice import Voice


def _nobody(_text: str) -> None:
    """Tell nobody what is said."""


class OwnVoice:
    """A `Voice` that remembers its words."""

    def __init__(self, voice: Voice, on_clause: Callable[[str], None]) -> None:
        self._voice = voice
        self._on_clause = on_clause
        self._texts: list[str] = []
        self._over = False

    @property
    def is_speaking(self) -> bool:
        """Whether it has begun and is not over."""
        return bool(self._texts) and not self._over

    @property
    def words(self) -> str:
        """What sounds now: the clause under way and, for it may still be in the air, the last."""
        if not self.is_speaking:
            return ""
        at = self._voice.heard_clauses
        return " ".join(self._texts[max(at - 1, 0) : at + 1])

    def play(self, sound: Sound) -> None:
        """See `Voice.play`."""
        self._texts.append(sound.text)
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
        self._voice: OwnVoice | None = None
        self._on_clause = on_clause

    def of(self, voice: Voice) -> OwnVoice:
        """The same voice, listened to; it takes the place of the one before."""
        self._voice = OwnVoice(voice, self._on_clause)
        return self._voice

    def silence(self) -> None:
        """Stop speaking, whatever the turn's thread does."""
        if self._voice is not None:
            self._voice.silence()

    @property
    def is_speaking(self) -> bool:
        """Whether Sori is to be heard."""
        return self._voice is not None and self._voice.is_speaking

    def now(self) -> str:
        """The words that sound now; empty between replies."""
        return "" if self._voice is None else self._voice.words
