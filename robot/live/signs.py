"""Shows what Sori is doing to people in the room: by the robot's lamp and by short tones.

A watcher of its own: a lamp that is slow or broken delays nobody.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

import numpy as np

from audio.sound import SAMPLE_RATE_HZ, Samples, Sound
from nlu.actions import Led
from robot.body.errors import BodyError, Latched, StaleEpoch
from robot.body.writer import Writer
from robot.live.events import EventHub, LiveState, StateChanged, TurnEnded
from robot.turn_record import Intent, TurnRecord

Colour = tuple[int, int, int]
LOOK_S = 1.0
"""The watching thread wakes this often even if nothing happens."""

LAMP: Mapping[LiveState, Colour] = {
    "starting": (40, 40, 40),
    "deaf": (255, 0, 0),
    "asleep": (0, 0, 0),
    "waiting": (0, 0, 60),
    "listening": (0, 60, 120),
    "hearing": (0, 160, 255),
    "thinking": (200, 120, 0),
    "speaking": (0, 180, 60),
    "moving": (255, 200, 0),
}
"""Red only where something is wrong; what changes differs in brightness, too."""

TONES_HZ: Mapping[LiveState, tuple[float, ...]] = {
    "deaf": (330.0, 220.0),
    "asleep": (520.0, 390.0),
    "waiting": (390.0,),
    "listening": (520.0, 660.0),
}
_ATTENTION: frozenset[LiveState] = frozenset({"deaf", "asleep", "waiting", "listening"})
"""Between these there is a tone; in the middle of a conversation there is none."""
_TONE_S, _TONE_LEVEL, _FADE_S = 0.09, 0.12, 0.015


def tone(state: LiveState) -> Sound | None:
    """The tone that says that attention is now `state`; None: there is none."""
    pitches_hz = TONES_HZ.get(state)
    if pitches_hz is None:
        return None
    time_s = np.arange(round(_TONE_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    fade = np.minimum(1.0, np.minimum(time_s, _TONE_S - time_s) / _FADE_S)
    parts = [_TONE_LEVEL * fade * np.sin(2 * np.pi * pitch_hz * time_s) for pitch_hz in pitches_hz]
    samples: Samples = np.concatenate(parts).astype(np.float32)
    return Sound(samples, SAMPLE_RATE_HZ)


class Signs:
    """Follows the events of one conversation until closed."""

    def __init__(
        self, hub: EventHub, writer: Writer | None, play: Callable[[Sound], None] | None
    ) -> None:
        """`writer` lights the lamp and `play` plays a tone; None: that is not wanted."""
        self._events = hub.subscribe()
        self._writer = writer if writer is not None and writer.abilities.led else None
        self._play = play
        self._attention: LiveState = "starting"
        self._thread = threading.Thread(target=self._run, name="signs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Show nothing more."""
        self._events.close()
        self._thread.join()

    def _run(self) -> None:
        while not self._events.is_over:
            match self._events.next(LOOK_S):
                case StateChanged(state):
                    self._show(state)
                case TurnEnded(TurnRecord(intent=Intent(name="led"))):
                    self._writer = None  # somebody wants the lamp for something else
                case _:
                    continue

    def _show(self, state: LiveState) -> None:
        if self._writer is not None:
            # What fails now is shown with the next state; a stop goes first.
            with suppress(BodyError, Latched, StaleEpoch):
                self._writer.start(Led(*LAMP[state]), self._writer.epoch)
        if state not in _ATTENTION or state == self._attention:
            return
        former, self._attention = self._attention, state
        if self._play is not None and former != "starting" and (sound := tone(state)) is not None:
            self._play(sound)
