"""Canceller and guard in one: from what the microphone heard to what the listener may hear."""

from typing import Self

from audio.echo.canceller import EchoCanceller
from audio.echo.guard import EchoGuard, GuardedBlock
from audio.echo.presence import EchoPresence
from audio.errors import AudioError
from audio.sound import Samples


class OwnSound:
    """Takes Sori's own sound out of one stream; without the canceller the guard alone does.

    Then only what is clearly louder than the echo gets through while Sori speaks. For one thread.
    """

    def __init__(self, canceller: EchoCanceller | None, trouble: str = "") -> None:
        """`trouble`: why there is no canceller."""
        self._canceller = canceller
        self._trouble = trouble
        self._guard = EchoGuard(after_canceller=canceller is not None)
        self._presence = EchoPresence()
        self._without_echo = EchoGuard(after_canceller=False)

    @classmethod
    def load(cls) -> Self:
        """Never raises: see `trouble`."""
        try:
            return cls(EchoCanceller.load())
        except AudioError as error:
            return cls(None, error.message)

    @property
    def trouble(self) -> str:
        """Why the canceller does not run, a sentence for people; empty while it does."""
        return self._trouble

    def begin_again(self, played: Samples) -> None:
        """A device was lost, or some of its sound. `played`: see `EchoGuard.begin_again`."""
        self._presence.begin_again()
        self._guard.begin_again(played)
        self._without_echo.begin_again(played)

    def feed(self, near: Samples, far: Samples) -> GuardedBlock:
        """`near` (n,) from the microphone and `far` (n,) from FarEnd, at SAMPLE_RATE_HZ, any n."""
        has_echo = self._presence.feed(near, far)
        bare = self._without_echo.feed(near, far)
        if self._canceller is not None:
            try:
                near = self._canceller.clean(near, far)
            except AudioError as error:
                # The new guard learns the louder echo within a second of Sori's speech.
                self._canceller, self._trouble = None, error.message
                self._guard = EchoGuard(after_canceller=False)
        # All of them, always: so they stay in step.
        guarded = self._guard.feed(near, far, may_be_over=self._without_echo.hears_some)
        return guarded if has_echo else bare
