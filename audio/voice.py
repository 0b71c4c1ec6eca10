"""What speaks: one handle a turn, whether a loudspeaker or a file is behind it."""

from typing import Protocol

from audio.sound import Sound

CLAUSE_GAP_S = 0.12
"""Pause between two clauses; the synthesizer cuts its own."""


class Voice(Protocol):
    """The speech of one turn. Once closed, by `finish` or `silence`, it swallows what comes late.

    `play` and `finish` are called by one thread; the rest by any. `hold` keeps it silent for as
    long as somebody else may be speaking; `resume` lets it go on.
    """

    def play(self, sound: Sound) -> None:
        """Say this after what was given before; waits while the buffer is full.

        Raises DeviceError when the loudspeaker is gone.
        """

    def finish(self) -> None:
        """Wait until everything given has been heard, then close.

        Raises DeviceError when the loudspeaker is gone.
        """

    def silence(self) -> None:
        """Stop now, drop the rest and close; returns at once."""

    def hold(self) -> None:
        """Fade out now and keep the rest; `play` and `finish` go on waiting. Returns at once."""

    def resume(self) -> None:
        """Go on after `hold`, from a little before; without one nothing happens."""

    @property
    def heard_s(self) -> float:
        """Seconds of the given sounds that have been heard."""

    @property
    def heard_clauses(self) -> int:
        """How many of the given sounds have been heard to their end."""
