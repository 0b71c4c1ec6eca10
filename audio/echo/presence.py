"""Whether there is an echo at all: headphones make none, and some microphones take it out.

A canceller that waits for an echo takes people for it. So it is left out where nothing of what is
played is ever heard.
"""

import numpy as np

from audio.echo.steps import Steps
from audio.sound import FRAME_S, FRAME_SAMPLES, Samples

_PLAYED = 10 ** (-40 / 10)
"""Mean square; speech that is played louder than this makes an echo that can be heard."""
_REACH_FRAMES = 10
"""An echo comes within 0.2 s of what is played."""
_OVER_FLOOR = 10 ** (6 / 10)
_FLOOR_RISE = 1.02
"""The floor follows a louder room by 4 dB a second."""
_MEMORY_FRAMES = round(3.0 / FRAME_S)
"""What was seen in the last seconds of playing counts."""
_LEAST_FRAMES = round(1.5 / FRAME_S)
_ABSENT, _PRESENT = 0.25, 0.5
"""Shares of the moments of playing in which something is heard; echoes are heard in most, and a
person who speaks over Sori now and then is no echo."""


class EchoPresence:
    """Watches one stream; there is an echo until it is seen that there is none."""

    def __init__(self) -> None:
        self._steps = Steps(FRAME_SAMPLES, self._step)
        self.begin_again()

    def begin_again(self) -> None:
        """A microphone or a loudspeaker is another now, or may stand elsewhere."""
        self._floor = 1e-3
        self._since_played = _REACH_FRAMES
        self._seen = 0.0
        self._heard = 0.0
        self._is_present = True

    def feed(self, near: Samples, far: Samples) -> bool:
        """Take what was heard and what was played, both (n,); whether there is an echo."""
        self._steps.feed(near, far)
        return self._is_present

    def _step(self, near: Samples, far: Samples) -> Samples:
        power = float(np.square(near).mean()) + 1e-12
        self._floor = min(power, self._floor * _FLOOR_RISE)
        is_played = float(np.square(far).mean()) > _PLAYED
        self._since_played = 0 if is_played else self._since_played + 1
        if self._since_played < _REACH_FRAMES:
            kept = 1.0 - 1.0 / _MEMORY_FRAMES
            self._seen = self._seen * kept + 1.0
            self._heard = self._heard * kept + (power > self._floor * _OVER_FLOOR)
            share = self._heard / self._seen
            if self._seen >= _LEAST_FRAMES:
                limit = _ABSENT if self._is_present else _PRESENT
                self._is_present = share > limit
        return near
