"""A loudspeaker for months: it is lost and found again, and no turn ends because of it."""

import threading
import time
from collections.abc import Callable

from audio.device_changes import DeviceChange
from audio.device_keeper import DeviceKeeper, Wanted
from audio.echo.far_end import FarEnd
from audio.errors import DeviceError
from audio.kept_device import KeptDevice
from audio.sound import Sound
from audio.speaker import BLOCK_S, Speaker
from audio.voice import Voice
from config.settings import DeviceSettings

STALLED_CHECKS = 3
"""A speaker that takes no block between so many checks, half a second apart, is gone."""
FIRST_BLOCKS = 15
"""A suspended sink opens, and takes what its buffer holds."""
FIRST_BLOCKS_WITHIN_S = 3.0
FIRST_OPENING_S = 1.0
"""How long the very first voice waits for the speaker."""


class SteadyVoice:
    """A `Voice` that never raises: what a lost speaker cannot play is swallowed, and not heard."""

    def __init__(self, voice: Voice | None, on_lost: Callable[[str], None]) -> None:
        """`voice`: of the speaker, or None while there is none."""
        self._voice = voice
        self._on_lost = on_lost
        self._is_lost = voice is None
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Whether it says nothing any more."""
        return self._is_over or self._is_lost

    def play(self, sound: Sound) -> None:
        """See `Voice.play`, but for a lost speaker, when it returns at once."""
        self._try(lambda voice: voice.play(sound))

    def finish(self) -> None:
        """See `Voice.finish`, but for a lost speaker, when it returns at once."""
        self._try(lambda voice: voice.finish())
        self._is_over = True

    def silence(self) -> None:
        """See `Voice.silence`."""
        self._is_over = True
        if self._voice is not None:
            self._voice.silence()

    def hold(self) -> None:
        """See `Voice.hold`."""
        if self._voice is not None:
            self._voice.hold()

    def resume(self) -> None:
        """See `Voice.resume`."""
        if self._voice is not None:
            self._voice.resume()

    @property
    def heard_s(self) -> float:
        """See `Voice.heard_s`."""
        return 0.0 if self._voice is None else self._voice.heard_s

    @property
    def heard_clauses(self) -> int:
        """See `Voice.heard_clauses`."""
        return 0 if self._voice is None else self._voice.heard_clauses

    def _try(self, call: Callable[[Voice], None]) -> None:
        if self._voice is None or self._is_lost:
            return
        try:
            call(self._voice)
        except DeviceError as error:
            self._is_lost = True
            self._on_lost(error.message)


class SteadySpeaker(KeptDevice[Speaker]):
    """Opens the speaker that the settings name, and again whenever it was lost.

    It counts as lost when it was not there at the start, cannot be opened, takes no sound, its
    stream ended, or the sound server moved the stream to where nobody hears it.
    """

    def __init__(
        self,
        settings: DeviceSettings,
        on_change: Callable[[DeviceChange], None],
        far_end: FarEnd | None = None,
    ) -> None:
        """`on_change` may be called by several threads, one at a time; it must return at once.

        `far_end` gets what is played. Opening begins here, and never raises.
        """
        self._lock = threading.Lock()
        self._current: SteadyVoice | None = None
        self._checked: Speaker | None = None  # these three are of the keeper's thread
        self._seen_blocks, self._stalled = 0, 0
        super().__init__(
            DeviceKeeper(
                Wanted(
                    settings.speaker,
                    "output",
                    lambda: _open(settings, far_end),
                    on_change=on_change,
                    fault=self._fault,
                    may_interrupt=lambda: not self.is_speaking,
                )
            )
        )

    @property
    def is_speaking(self) -> bool:
        """Whether the voice of a turn is open; finding new hardware would interrupt it."""
        current = self._current
        return current is not None and not current.is_over

    def voice(self) -> SteadyVoice:
        """The voice of a new turn; the one before is silenced and swallows what comes late."""
        speaker = self._keeper.wait_for_first_try(FIRST_OPENING_S)

        def on_lost(reason: str) -> None:
            if speaker is not None:
                self._keeper.lose(speaker, reason)

        new = SteadyVoice(None if speaker is None else speaker.voice(), on_lost)
        with self._lock:
            before, self._current = self._current, new
        if before is not None:
            before.silence()
        return new

    def chime(self, sound: Sound) -> None:
        """Play a tone where no turn speaks; returns at once."""
        if not self.is_speaking and self._keeper.device is not None:
            self.voice().play(sound)

    def close(self) -> None:
        """Stop at once and let the device go."""
        self._keeper.close()

    def _fault(self, speaker: Speaker) -> str:
        """Called by the keeper's thread again and again while the speaker is open."""
        stalls = speaker is self._checked and speaker.blocks_taken == self._seen_blocks
        self._stalled = self._stalled + 1 if stalls else 0
        self._checked, self._seen_blocks = speaker, speaker.blocks_taken
        if speaker.gone:
            return f"The speaker is gone ({speaker.gone}): check its cable and `sori devices`."
        if self._stalled >= STALLED_CHECKS:
            return "The speaker takes no sound: check its cable and the sound server."
        return ""


def _open(settings: DeviceSettings, far_end: FarEnd | None) -> Speaker:
    """A speaker that takes sound. Raises DeviceError."""
    speaker = Speaker.open(settings, far_end)
    end_s = time.monotonic() + FIRST_BLOCKS_WITHIN_S
    while speaker.blocks_taken < FIRST_BLOCKS and not speaker.gone and time.monotonic() < end_s:
        time.sleep(BLOCK_S)  # in the keeper's own thread; the callback only counts, it tells nobody
    if speaker.blocks_taken >= FIRST_BLOCKS:
        return speaker
    speaker.close()
    raise DeviceError("The speaker takes no sound: check its cable and the sound server.")
