"""Says "let me think" when an answer takes long, so that nobody wonders whether Sori heard them."""

import threading
from collections.abc import Callable

from audio.errors import DeviceError, SynthesisError
from audio.sound import Sound
from audio.voice import Voice

PATIENCE_S = 1.5
"""Without a sound for so long people begin to say it again."""


class PatientVoice:
    """A `Voice` that fills the time before its first clause, once."""

    def __init__(
        self, voice: Voice, filler: Callable[[], Sound], patience_s: float = PATIENCE_S
    ) -> None:
        """`filler` renders what is said meanwhile, in a thread of its own."""
        self._voice = voice
        self._filler = filler
        self._lock = threading.Lock()
        """Held while a sound is given to the voice: two threads may want to."""
        self._begun = False
        self._fillers = 0
        self._filler_s = 0.0
        self._timer = threading.Timer(patience_s, self._fill)
        self._timer.daemon = True
        self._timer.start()

    def play(self, sound: Sound) -> None:
        """See `Voice.play`."""
        self._begin()
        self._voice.play(sound)

    def finish(self) -> None:
        """See `Voice.finish`."""
        self._begin()
        self._voice.finish()

    def silence(self) -> None:
        """See `Voice.silence`."""
        self._timer.cancel()
        self._begun = True  # without the lock: a silence never waits
        self._voice.silence()

    def hold(self) -> None:
        """See `Voice.hold`."""
        self._voice.hold()

    def resume(self) -> None:
        """See `Voice.resume`."""
        self._voice.resume()

    @property
    def heard_s(self) -> float:
        """See `Voice.heard_s`; the filler is none of the given sounds."""
        return max(0.0, self._voice.heard_s - self._filler_s)

    @property
    def heard_clauses(self) -> int:
        """See `Voice.heard_clauses`."""
        return max(0, self._voice.heard_clauses - self._fillers)

    def _begin(self) -> None:
        with self._lock:
            self._begun = True
        self._timer.cancel()

    def _fill(self) -> None:
        try:
            sound = self._filler()
            with self._lock:
                if not self._begun:
                    self._fillers, self._filler_s = 1, sound.duration_s
                    self._voice.play(sound)
        except (DeviceError, SynthesisError):
            return  # the answer itself meets the same trouble, and tells of it
