"""The second gate: of what the frame model calls speech, lets through what is loud and changes.

webrtcvad calls white noise, hum, tones, chords and square waves speech in every mode. What all of
them share, and speech never does for long, is a spectrum that stays as it is. Each frame's spectrum
(compressed, scaled to length 1) is compared with the one 80 ms earlier; their product is 1 for
tones and hum, and for noise of any colour and any loudness its expectation is

    E[|X|^(1/2)]^2 / E[|X|] = 2 * Gamma(5/4)^2 / sqrt(pi) = 0.927   (|X| of noise is Rayleigh)

Most frames of speech lie at 0.5 to 0.88, down to 5 dB over the noise. Not caught: music that moves,
other people's voices, noise that changes its colour as fast as speech does.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from audio.sound import FRAME_SAMPLES, SAMPLE_RATE_HZ, Samples
from config.settings import VoiceActivitySettings

_WINDOW_FRAMES = 3
"""60 ms: shorter windows hear the single periods of a deep voice as change."""
_LAG_FRAMES = 4
"""Compared with so much earlier; the windows do not overlap."""
_MAX_LIKENESS = 0.89
"""Below the 0.927 of steady noise by three times its spread (brown noise) or more."""
_ENOUGH_EVIDENCE = 0.02
_EVIDENCE_DECAY = 0.8
"""One frame at 0.87 or several at 0.88; noise dips below the line once in a while."""
_MEMORY_FRAMES = _LAG_FRAMES + 2 * _WINDOW_FRAMES - 1
_TRUST_FRAMES = 20
"""After a change 0.4 s are believed: long vowels, and the ends of words."""
_WAIT_FRAMES = 15
"""A beginning may stay undecided for 0.3 s; then its oldest frame is given up as noise."""
_FLOOR_FRAMES = 100
"""The quietest moment of the last 2 s is the noise floor; speech itself pauses more often."""
_QUIET_DBFS = -100.0

_FFT = 1024
_BAND = slice(200 * _FFT // SAMPLE_RATE_HZ, 5_000 * _FFT // SAMPLE_RATE_HZ)
"""200 Hz (rumble below it would outweigh all the rest) to 5 kHz."""
_WINDOW = np.hanning(_WINDOW_FRAMES * FRAME_SAMPLES).astype(np.float32)
_TO_MEAN_SQUARE = 2.0 / (_FFT * float(np.square(_WINDOW).sum()))
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class JudgedFrame:
    """One frame of the stream and what both gates say of it."""

    samples: Samples
    is_speech: bool


@dataclass(frozen=True, slots=True)
class _Past:
    shape: Samples
    """Compressed spectrum of the window that ends here, length 1."""
    is_loud: bool


class NoiseGate:
    """Judges frames in order; a beginning waits up to 0.3 s for its verdict.

    A loud frame alone may be a word or a kettle. It is held until the spectrum has changed (then
    what waited is taken as the frame model said) or the wait is over. Quiet frames do not wait
    unless a loud one before them does.
    """

    def __init__(self, settings: VoiceActivitySettings) -> None:
        self._settings = settings
        self._window = np.zeros(_WINDOW_FRAMES * FRAME_SAMPLES, np.float32)
        self._past: deque[_Past] = deque(maxlen=_MEMORY_FRAMES)
        self._levels_dbfs = deque([_QUIET_DBFS] * _FLOOR_FRAMES, maxlen=_FLOOR_FRAMES)
        self._undecided: deque[JudgedFrame] = deque()
        self._evidence = 0.0
        self._trust = 0
        self.extra_db = 0.0
        """How much louder than the settings have it speech must be from now on: see own_noise."""

    def feed(self, frame: Samples, looks_like_speech: bool) -> tuple[JudgedFrame, ...]:
        """Take one frame (FRAME_SAMPLES,) and the frame model's word; return what is decided."""
        changed, is_loud = self._listen(frame)
        self._trust = _TRUST_FRAMES if changed else max(self._trust - 1, 0)
        self._undecided.append(JudgedFrame(frame, is_speech=is_loud and looks_like_speech))
        if self._trust:
            return self._release(len(self._undecided), believed=True)
        # Only a loud beginning is worth waiting for, and not for ever.
        first_loud = next((i for i, one in enumerate(self._undecided) if one.is_speech), None)
        given_up = len(self._undecided) if first_loud is None else first_loud
        return self._release(max(given_up, len(self._undecided) - _WAIT_FRAMES), believed=False)

    @property
    def is_loud(self) -> bool:
        """Whether the last frame that was fed is loud over the noise; known without a wait."""
        return bool(self._past) and self._past[-1].is_loud

    @property
    def floor_dbfs(self) -> float:
        """The noise floor: the quietest moment of the last 2 s."""
        return min(self._levels_dbfs)

    def finish(self) -> tuple[JudgedFrame, ...]:
        """Return what still waits: nothing came to show that it was speech."""
        return self._release(len(self._undecided), believed=False)

    def _release(self, count: int, *, believed: bool) -> tuple[JudgedFrame, ...]:
        """Give out the oldest `count` frames; not believed, none of them is speech."""
        first = [self._undecided.popleft() for _ in range(count)]
        return tuple(JudgedFrame(one.samples, one.is_speech and believed) for one in first)

    def _listen(self, frame: Samples) -> tuple[bool, bool]:
        """Return whether the spectrum changed while it was loud, and whether it is loud."""
        self._window = np.concatenate((self._window[FRAME_SAMPLES:], frame))
        magnitude = np.abs(np.fft.rfft(self._window * _WINDOW, _FFT)[_BAND]) + _TINY
        power = np.square(magnitude)
        level_dbfs = 10 * float(np.log10(power.sum() * _TO_MEAN_SQUARE + _TINY))
        self._levels_dbfs.append(max(level_dbfs, _QUIET_DBFS))
        threshold_dbfs = self.extra_db + max(
            self.floor_dbfs + self._settings.over_floor_db, self._settings.min_level_dbfs
        )
        shape = np.sqrt(magnitude)
        shape /= np.linalg.norm(shape)
        now = _Past(shape, level_dbfs > threshold_dbfs)
        self._past.append(now)
        change = self._change() if self._is_tonal(power) else 0.0
        self._evidence = self._evidence * _EVIDENCE_DECAY + change
        return self._evidence > _ENOUGH_EVIDENCE and change > 0, now.is_loud

    def _change(self) -> float:
        """By how much two windows are less alike than noise would be.

        Both must lie wholly inside what is loud: an edge is no change.
        """
        if len(self._past) < _MEMORY_FRAMES or not (
            self._past[0].is_loud and self._past[-1].is_loud
        ):
            return 0.0
        now = self._past[-_WINDOW_FRAMES].shape
        before = self._past[_WINDOW_FRAMES - 1].shape
        return max(_MAX_LIKENESS - float(now @ before), 0.0)

    def _is_tonal(self, power: Samples) -> bool:
        """Spectral flatness (geometric over arithmetic mean) under the limit: not mere noise."""
        flatness = float(np.exp(np.log(power).mean()) / power.mean())
        return flatness <= self._settings.max_flatness
