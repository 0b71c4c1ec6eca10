"""Tells Sori's own voice in the microphone from a person who speaks over it.

No canceller takes everything: it begins without knowing the room, and a person who walks through it
changes it. This guard expects, in each band of frequencies, at most so much of what was played in
the last moments as it has seen before, and takes for a person what is clearly more.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.echo.steps import Steps
from audio.sound import FRAME_S, FRAME_SAMPLES, SAMPLE_RATE_HZ, Samples

_FFT = 1024
_WINDOW = np.hanning(2 * FRAME_SAMPLES).astype(np.float32)
_TO_MEAN_SQUARE = 2.0 / (_FFT * float(np.square(_WINDOW).sum()))
_EDGES_HZ = np.geomspace(200.0, 6_500.0, 17)
_EDGES = np.round(_EDGES_HZ * _FFT / SAMPLE_RATE_HZ).astype(int)
"""16 bands from 200 Hz to 6.5 kHz, each wider than the one below."""

REACH_S = 0.32
"""Direct sound and the canceller's own delay: what was played in the last 0.32 s is still whole."""
_REACH_FRAMES = round(REACH_S / FRAME_S)
_DECAY_DB = 2.4
"""A frame; after that it dies away as in a room with 0.5 s of reverberation."""
_AUDIBLE = 10 ** (-60 / 10)
"""Mean square; what is played below that makes no echo worth a guard."""

_LEARNING_FRAMES = 50
"""Frames of own sound before anything is believed: the canceller needs about as many."""
_QUANTILE = 0.95
_STEP_DB = 0.3
"""The expected echo rises by up to 14 dB a second and falls by 0.75."""
_STEP_OVER_DB = 0.02
"""While a person seems to speak; a room that did change is learnt by this."""
_LEAST_DB = -50.0

_MARGIN_DB = 5.0
_MOST_DB = 15.0
"""One loud band is not yet a voice."""
_ENOUGH_DB = 0.8
"""Mean over the bands of what lies over the expected."""
_OVER_FLOOR_DB = 6.0
_PERSON_FRAMES = 3
_OF_FRAMES = 6
_HOLD_FRAMES = 15
"""A person's pauses between words."""
_FLOOR_FRAMES = 100
"""The quietest moment of the last 2 s is the noise of the room."""
_SMOOTHING = 0.2
"""A single frame of noise may be quiet by 20 dB; the mean of some is near the truth."""
_SOME_MARGIN_DB, _SOME_DB = 2.0, 0.15
_SOME_FRAMES, _LEAST_SOME = 15, 2
"""Something that the echo does not explain is heard: so much over the expected, in so many of the
last frames."""
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class GuardedBlock:
    """Sound for the listener, and what it is."""

    samples: Samples
    """(n,): Sori's own sound is turned down to the noise of the room, or noise in its place."""
    is_own: bool
    """Sori is to be heard, and nobody else."""
    is_over: bool
    """A person speaks over Sori."""


class EchoGuard:
    """Judges one stream, 20 ms at a time. For one thread."""

    def __init__(self, *, after_canceller: bool) -> None:
        """`after_canceller`: what is heard was cleaned of echo before."""
        self._after_canceller = after_canceller
        self._steps = Steps(FRAME_SAMPLES, self._step)
        self._past = np.zeros((2, FRAME_SAMPLES), np.float32)
        bands = len(_EDGES) - 1
        self._played: deque[NDArray[np.float64]] = deque(maxlen=_REACH_FRAMES)
        self._tail = np.zeros(bands)
        self._smooth: NDArray[np.float64] | None = None
        self._floors: deque[NDArray[np.float64]] = deque(maxlen=_FLOOR_FRAMES)
        self._first_ratios: list[NDArray[np.float64]] = []
        self._expected_db: NDArray[np.float64] | None = None
        self._over: deque[bool] = deque(maxlen=_OF_FRAMES)
        self._some: deque[bool] = deque(maxlen=_SOME_FRAMES)
        self._may_be_over = True
        self._hold = 0
        self._share = 1.0
        self._random = np.random.default_rng(0)
        self._is_own = False

    @property
    def hears_some(self) -> bool:
        """Whether there was anything lately that the echo does not explain, if only a little."""
        return sum(self._some) >= _LEAST_SOME

    def feed(self, near: Samples, far: Samples, *, may_be_over: bool = True) -> GuardedBlock:
        """Take what was heard, and what was played, both (n,), any n.

        `may_be_over`: False where another guard hears nothing but echo. A canceller that loses its
        place for a moment lets the whole echo through, which in its output looks like a person.
        Blocks that are no multiples of 20 ms delay the sound by less than that, once.
        """
        self._may_be_over = may_be_over
        samples = self._steps.feed(near, far)
        return GuardedBlock(samples, is_own=self._is_own, is_over=self._hold > 0)

    def begin_again(self, played: Samples) -> None:
        """Sound was lost. `played` (n,), whole frames: what was played in the last REACH_S before
        what comes."""
        self._hold, self._share = 0, 0.0
        self._over.clear()
        self._some.clear()
        for start in range(0, len(played), FRAME_SAMPLES):
            far = played[start : start + FRAME_SAMPLES]
            self._reach(self._powers(np.zeros_like(far), far)[1])

    def _step(self, near: Samples, far: Samples) -> Samples:
        heard, played = self._powers(near, far)
        echo = self._reach(played)
        floor = self._floor(heard)
        if not (echo > _AUDIBLE / len(echo)).any():
            self._is_own, self._hold = False, 0
            self._over.clear()
            self._some.clear()
            return self._let(near, 1.0, floor)
        ratio_db = 10 * np.log10(np.maximum(heard - floor, _TINY) / np.maximum(echo, _TINY))
        self._judge(heard, echo, floor)
        self._learn(np.maximum(ratio_db, _LEAST_DB), echo)
        self._is_own = self._hold == 0
        if self._hold or not self._after_canceller:
            return self._let(near, 1.0 if self._hold else 0.0, floor)
        if self._expected_db is None:  # a stop is heard from Sori's first word on
            return self._let(near, 1.0, floor)
        # What is left is little; turned down, a person's first words are not lost before the guard
        # knows of him.
        return self._let(near, float(np.sqrt(min(floor.sum() / (heard.sum() + _TINY), 1.0))), floor)

    def _powers(
        self, near: Samples, far: Samples
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean squares in the bands (bands,), of the last 40 ms of both."""
        now = np.stack((near, far))
        window = np.concatenate((self._past, now), axis=1) * _WINDOW
        self._past = now
        power = np.square(np.abs(np.fft.rfft(window, _FFT))) * _TO_MEAN_SQUARE
        bands = np.add.reduceat(power[:, : _EDGES[-1]], _EDGES[:-1], axis=1)
        return bands[0], bands[1]

    def _floor(self, heard: NDArray[np.float64]) -> NDArray[np.float64]:
        """The noise of the room (bands,)."""
        before = heard if self._smooth is None else self._smooth
        self._smooth = before + _SMOOTHING * (heard - before)
        self._floors.append(self._smooth)
        lowest: NDArray[np.float64] = np.min(self._floors, axis=0)
        return lowest

    def _reach(self, played: NDArray[np.float64]) -> NDArray[np.float64]:
        """The loudest that may still sound, as it was played (bands,)."""
        self._played.append(played)
        self._tail = np.maximum(self._tail * 10 ** (-_DECAY_DB / 10), np.max(self._played, axis=0))
        return self._tail

    def _judge(
        self, heard: NDArray[np.float64], echo: NDArray[np.float64], floor: NDArray[np.float64]
    ) -> None:
        """Believe in a person after some frames that are more than echo."""
        if self._expected_db is None:
            return
        expected = echo * 10 ** (self._expected_db / 10)
        quiet = floor * 10 ** (_OVER_FLOOR_DB / 10)
        self._over.append(_excess_db(heard, expected, _MARGIN_DB, quiet) > _ENOUGH_DB)
        self._some.append(_excess_db(heard, expected, _SOME_MARGIN_DB, quiet) > _SOME_DB)
        is_over = sum(self._over) >= _PERSON_FRAMES and self._may_be_over
        self._hold = _HOLD_FRAMES if is_over else max(self._hold - 1, 0)

    def _learn(self, ratio_db: NDArray[np.float64], echo: NDArray[np.float64]) -> None:
        """Follow the quantile of how much of what is played is heard, band by band."""
        if self._expected_db is None:
            self._first_ratios.append(ratio_db)
            if len(self._first_ratios) == _LEARNING_FRAMES:
                late = self._first_ratios[_LEARNING_FRAMES // 2 :]
                self._expected_db = np.quantile(late, _QUANTILE, axis=0)
                self._first_ratios.clear()
            return
        step = _STEP_OVER_DB if self._hold else _STEP_DB
        toward = np.where(ratio_db > self._expected_db, _QUANTILE, _QUANTILE - 1.0)
        self._expected_db += np.where(echo > _AUDIBLE / len(echo), step * toward, 0.0)

    def _let(self, near: Samples, share: float, floor: NDArray[np.float64]) -> Samples:
        """`share` of `near`, the rest noise as loud as the room's; goes over within the frame.

        A whole echo that is merely turned down still swings as speech does, and is taken for it.
        After the canceller no noise is needed.
        """
        ramp = np.linspace(self._share, share, len(near), dtype=np.float32)
        self._share = share
        if self._after_canceller:
            turned: Samples = near * ramp
            return turned
        noise = self._random.standard_normal(len(near), np.float32)
        let: Samples = near * ramp + noise * np.float32(np.sqrt(floor.sum())) * (1 - ramp)
        return let


def _excess_db(
    heard: NDArray[np.float64],
    expected: NDArray[np.float64],
    margin_db: float,
    quiet: NDArray[np.float64],
) -> float:
    """What is heard over the expected with a margin, and over what is quiet; mean of the bands."""
    bound = expected * 10 ** (margin_db / 10) + quiet
    over_db = 10 * np.log10((heard + _TINY) / (bound + _TINY))
    return float(np.clip(over_db, 0.0, _MOST_DB).mean())
