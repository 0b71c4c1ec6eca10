"""A voice that writes what it says into a WAV file."""

import threading
from pathlib import Path

import numpy as np

from audio.resample import resample
from audio.sound import Samples, Sound
from audio.sound_file import write_wav
from audio.voice import CLAUSE_GAP_S


class WavVoice:
    """Collects the sounds of one turn; a `Voice`. What is given counts as heard at once."""

    def __init__(self, path: Path, rate_hz: int = 22_050) -> None:
        self._path = path
        self._rate_hz = rate_hz
        self._sounds: list[Samples] = []
        self._closed = False
        self._lock = threading.Lock()

    def play(self, sound: Sound) -> None:
        """Keep this for the file; a sound of length 0 is heard, but leaves no gap."""
        samples = resample(sound.samples, sound.rate_hz, self._rate_hz)
        with self._lock:
            if not self._closed:
                self._sounds.append(samples)

    def finish(self) -> None:
        """Write the file, and close. Nothing is written when nothing was said."""
        with self._lock:
            self._closed = True
            gap = np.zeros(round(CLAUSE_GAP_S * self._rate_hz), np.float32)
            pieces = [piece for samples in self._sounds if len(samples) for piece in (gap, samples)]
            if pieces:
                write_wav(self._path, Sound(np.concatenate(pieces[1:]), self._rate_hz))

    def silence(self) -> None:
        """Take nothing more; `finish` still writes what was given before."""
        with self._lock:
            self._closed = True

    def hold(self) -> None:
        """Nothing: nobody can speak over a file."""

    def resume(self) -> None:
        """Nothing, see `hold`."""

    @property
    def heard_s(self) -> float:
        """Seconds of sound given, without the gaps."""
        with self._lock:
            return sum(len(samples) for samples in self._sounds) / self._rate_hz

    @property
    def heard_clauses(self) -> int:
        """How many sounds were given."""
        with self._lock:
            return len(self._sounds)
