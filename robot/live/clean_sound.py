"""What the microphone hears, rid of Sori's own voice."""

from collections.abc import Iterator
from dataclasses import dataclass

from audio.echo.far_end import FarEnd
from audio.echo.guard import REACH_S
from audio.echo.own_sound import OwnSound
from audio.microphone import NOTHING
from audio.sound import Samples
from audio.steady_microphone import SteadyMicrophone
from robot.live.parts import Parts

ECHO = "echo canceller"


@dataclass(frozen=True, slots=True)
class CleanBlock:
    """A block of what people say."""

    samples: Samples
    """(n,) at 16 kHz, any n; none while there is no microphone."""
    is_over: bool
    """Somebody speaks over Sori."""
    is_cut: bool
    """What comes does not go on with what was heard before: a microphone was lost."""


class CleanSound:
    """The blocks of one microphone for the ear; `blocks` is for one thread."""

    def __init__(self, microphone: SteadyMicrophone, far_end: FarEnd, parts: Parts) -> None:
        """Without a canceller the guard alone keeps Sori from hearing itself, which is told."""
        self._microphone = microphone
        self._far_end = far_end
        self._parts = parts
        self._own = OwnSound.load()

    @property
    def is_lost(self) -> bool:
        """Whether there is no microphone at the moment."""
        return self._microphone.is_lost

    @property
    def is_behind(self) -> bool:
        """Whether more sound than the block in hand has arrived already."""
        return self._microphone.is_behind

    @property
    def dropped_blocks(self) -> int:
        """Blocks of the microphone that nobody took in time."""
        return self._microphone.dropped_blocks

    @property
    def reopened(self) -> int:
        """How often the microphone was opened again."""
        return self._microphone.reopened

    def wait_for_microphone(self, within_s: float) -> None:
        """Wait until there is a microphone. Raises DeviceError, which says why there is none."""
        self._microphone.wait(within_s)

    def blocks(self) -> Iterator[CleanBlock]:
        """Blocks until closed; about ten empty ones a second while there is no microphone."""
        microphone = self._microphone
        was_lost, dropped, in_step, begun = True, 0, False, 0
        for near in microphone.blocks():
            is_lost = microphone.is_lost
            is_cut, was_lost = is_lost != was_lost, is_lost
            in_step = in_step and not is_cut and dropped == microphone.dropped_blocks
            dropped = microphone.dropped_blocks
            played = NOTHING
            if not in_step and len(near):
                played, in_step = self._far_end.begin_again(microphone.behind_s, REACH_S), True
            far = self._far_end.read(len(near), microphone.behind_s)
            if begun != self._far_end.begun:  # the microphone or the loudspeaker is back
                begun = self._far_end.begun
                self._own.begin_again(played)
            guarded = self._own.feed(near, far)
            if self._own.trouble:
                self._parts.fail(ECHO, self._own.trouble)
            yield CleanBlock(guarded.samples, guarded.is_over, is_cut)

    def close(self) -> None:
        """Let the microphone go; from any thread."""
        self._microphone.close()
