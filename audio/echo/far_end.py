"""What the loudspeaker plays, for whoever hears it come back: in step with the microphone."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audio.sound import SAMPLE_RATE_HZ, Samples

RING_S = 8.0
"""Longer than the sound that may wait for the ear: see QUEUE_BLOCKS of the microphone."""

SPARE_S = 0.01
"""Left after a read that comes just before a callback does, for callbacks may be late."""
MOST_BETWEEN_S = 0.06
"""Reads may come at any time between two callbacks, or bursts of them; so much more is left for
that at most. Still more would let the echo overtake: from the callback to the microphone it takes
0.08 s and more (LATENCY_S and SERVER_S)."""
FIRST_SPARE_S = 0.04
"""Before the first look: the bursts are not known yet."""
LOOK_S = 1.0
"""How much was left is looked at over so much sound. Medians count: an ear that was busy may read
late, and find more."""
AWAY_S = 0.5
"""A loudspeaker that took nothing for so long was lost; it comes back with another delay."""
DRY_S = 0.08
"""A loudspeaker that took nothing for longer than this played all that waited for it, and then
nothing for a moment: the program was halted. LATENCY_S of the speaker and a block."""
DRY_LOOK_S = 0.2
"""The look after that is so short, for until then the echo comes at another time than it did."""
SETTLE_S = 0.3
"""After a beginning, before the first look: a loudspeaker takes its first blocks in one go."""
OFF_S = 0.03
"""So far off is no drift but a gap, here or in the microphone."""
OFF_LOOKS = 4
"""An ear that is busy for seconds is off, too, and comes back."""
STEER_S = 15.0
"""A difference is steered away in so long; 1 ms then bends the pitch by 0.07 per mille."""
MOST_STEER = 3e-4
"""Ten times what two sound cards differ by."""

_TAPS = 96
_CUT_OFF_HZ = 7_400.0
"""What folds back at 16 kHz is 60 dB down where it matters."""


class FarEnd:
    """A ring that the speaker's callback fills and the ear's thread reads.

    Neither waits for the other. The two clocks differ by up to some 100 ppm: the place of reading
    moves a little faster or slower, so that what is left in the ring stays as it is.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds; only differences count."""
        self._clock = clock
        self._ring = _Ring(SAMPLE_RATE_HZ)
        self._reading: tuple[_Ring, int] | None = None
        self._place = 0.0  # in frames of the device
        self._steer = 0.0
        self._ahead_s: list[float] = []
        self._between_s: list[float] = []
        self._last_s = 0.0
        self._dries = 0
        self._wanted_s: float | None = None
        self._looked_s = 0.0
        self._off = 0
        self.begun = 0
        """How often the place of reading was set anew: a device was lost and found."""

    def write(self, played: Samples, rate_hz: int) -> None:
        """Called by the sound card's thread with what it plays next, (n,) at the device's rate."""
        if rate_hz != self._ring.rate_hz:
            self._ring = _Ring(rate_hz)
        self._ring.write(played, self._clock())

    def read(self, count: int, behind_s: float = 0.0) -> Samples:
        """The next `count` samples at SAMPLE_RATE_HZ; silence where nothing was played.

        Read as much as the microphone gave, block by block. `behind_s`: how much more of it waits.
        """
        ring = self._ring
        written, at_s, returns, dries = ring.written
        if self._reading != (ring, returns):
            self._begin(0.0)
        elif dries != self._dries and self._wanted_s is not None:
            self._begin_look(self._steer)
            self._looked_s = LOOK_S - DRY_LOOK_S
        self._dries = dries
        frames = ring.rate_hz / SAMPLE_RATE_HZ * (1.0 + self._steer)
        places = self._place + frames * np.arange(count, dtype=np.float64)
        samples = ring.read(places, written)
        self._place += frames * count
        self._looked_s += count / SAMPLE_RATE_HZ
        if self._looked_s <= 0.0:
            return samples
        left_s = (written - self._place) / ring.rate_hz - behind_s
        # Callbacks take whole blocks; the time since the last one tells where the device is.
        self._ahead_s.append(left_s + self._clock() - at_s)
        if 0.0 < at_s - self._last_s <= DRY_S:
            self._between_s.append(at_s - self._last_s)
        self._last_s = at_s
        if self._looked_s >= LOOK_S:
            self._look(ring.rate_hz)
        return samples

    def begin_again(self, behind_s: float, before_s: float) -> Samples:
        """The microphone was away, or lost sound: where it stands now, nobody knows.

        `behind_s`: how much waits to be read of it. Returns what was played in the last `before_s`
        before that, (n,) at SAMPLE_RATE_HZ: its echo may still be heard.
        """
        self._begin(behind_s)
        ring = self._ring
        count = round(before_s * SAMPLE_RATE_HZ)
        frames = ring.rate_hz / SAMPLE_RATE_HZ
        places = self._place - frames * np.arange(count, 0, -1, dtype=np.float64)
        return ring.read(places, ring.written.frames)

    def _begin(self, behind_s: float) -> None:
        self.begun += 1
        ring = self._ring
        self._reading, self._wanted_s = (ring, ring.written.returns), None
        self._place = ring.written.frames - (FIRST_SPARE_S + behind_s) * ring.rate_hz
        self._begin_look(0.0)
        self._looked_s = -SETTLE_S

    def _look(self, rate_hz: int) -> None:
        """Keep the distance: by steering, or by a jump where it is far off or not known yet."""
        ahead_s = float(np.median(self._ahead_s))
        over_s = ahead_s - (self._wanted_s or 0.0)
        self._off = self._off + 1 if abs(over_s) > OFF_S else 0
        # The loudspeaker ran dry for a moment: steering would read what is not written yet for as
        # long as half a minute, and Sori would hear itself.
        is_short = over_s < -SPARE_S
        if self._wanted_s is None or self._off == OFF_LOOKS or is_short:
            if self._between_s or self._wanted_s is None:
                between_s = float(np.median(self._between_s or [MOST_BETWEEN_S]))
                self._wanted_s = SPARE_S + min(between_s, MOST_BETWEEN_S)
            self._place += (ahead_s - self._wanted_s) * rate_hz
            self._off = 0
            self._begin_look(0.0)
        else:
            self._begin_look(0.0 if self._off else over_s / STEER_S)

    def _begin_look(self, steer: float) -> None:
        self._steer = min(max(steer, -MOST_STEER), MOST_STEER)
        self._looked_s = 0.0
        self._ahead_s, self._between_s = [], []


class _Written(NamedTuple):
    frames: int
    """Ever written."""
    at_s: float
    """When the last came."""
    returns: int
    """How often the loudspeaker had been away."""
    dries: int
    """How often it had run dry."""


class _Ring:
    """The last RING_S of one device, written by one thread and read by another."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self.written = _Written(0, 0.0, 0, 0)
        """Set after the frames are there."""
        self._frames = np.zeros(round(RING_S * rate_hz), np.float32)
        self._low_pass = _low_pass(rate_hz)

    def write(self, played: Samples, at_s: float) -> None:
        size = len(self._frames)
        before, before_s, returns, dries = self.written
        at = before % size
        first = min(len(played), size - at)
        self._frames[at : at + first] = played[:first]
        self._frames[: len(played) - first] = played[first:]
        away_s = at_s - before_s
        self.written = _Written(
            before + len(played), at_s, returns + (away_s > AWAY_S), dries + (away_s > DRY_S)
        )

    def read(self, places: NDArray[np.float64], written: int) -> Samples:
        """The sound at these places, which lie between frames; cubic interpolation (Catmull-Rom).

        Silence before the beginning, after what is written and where it is written over.
        """
        if not len(places):
            return np.zeros(0, np.float32)
        margin = len(self._low_pass) // 2 + 2
        first, last = int(places[0]) - margin, int(places[-1]) + margin + 1
        wanted = np.arange(first, last)
        kept = (wanted >= max(written - len(self._frames) + margin, 0)) & (wanted < written)
        frames = np.where(kept, self._frames[wanted % len(self._frames)], np.float32(0.0))
        frames = np.convolve(frames, self._low_pass, "same")
        whole = np.floor(places).astype(int)
        part = (places - whole).astype(np.float32)
        before, here, after, beyond = (frames[whole - first + offset] for offset in range(-1, 3))
        slope = after - before
        bend = 2.0 * before - 5.0 * here + 4.0 * after - beyond
        twist = 3.0 * (here - after) + beyond - before
        sound: Samples = here + 0.5 * part * (slope + part * (bend + part * twist))
        return sound


def _low_pass(rate_hz: int) -> Samples:
    """A windowed sinc, an odd number of taps; a single one where nothing can fold back."""
    if rate_hz <= SAMPLE_RATE_HZ:
        return np.ones(1, np.float32)
    at = np.arange(_TAPS + 1) - _TAPS / 2
    taps = np.sinc(2 * _CUT_OFF_HZ / rate_hz * at) * np.blackman(_TAPS + 1)
    response: Samples = (taps / taps.sum()).astype(np.float32)
    return response
