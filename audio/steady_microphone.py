"""A microphone for months: it is lost and found again, and whoever listens goes on."""

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

from audio.device_changes import DeviceChange
from audio.device_keeper import DeviceKeeper, Wanted
from audio.errors import DeviceError
from audio.kept_device import KeptDevice
from audio.microphone import NOTHING, Microphone
from audio.sound import Samples
from config.settings import DeviceSettings

TURN_S = 0.1
"""The listener gets its turn this often also while there is nothing to hear."""


class SteadyMicrophone(KeptDevice[Microphone]):
    """Opens the microphone that the settings name, and again whenever it was lost.

    It counts as lost when it was not there at the start, cannot be opened, gives no block for 1 s,
    its stream ended, or the sound server moved the stream to another source. Listening goes on
    within 2 s of the device's return.
    """

    def __init__(
        self,
        settings: DeviceSettings,
        on_change: Callable[[DeviceChange], None],
        may_interrupt: Callable[[], bool] = lambda: True,
    ) -> None:
        """`on_change` is called by the thread that reads `blocks`, between two blocks.

        `may_interrupt`: whether the speaker's stream may end for a moment, which finding new
        hardware takes; asked for 10 s at most. Opening begins here, and never raises.
        """
        self._on_change = on_change
        self._dropped = 0
        self._changes = SimpleQueue[DeviceChange]()
        super().__init__(
            DeviceKeeper(
                Wanted(
                    settings.microphone,
                    "input",
                    lambda: Microphone.open(settings),
                    on_change=self._changes.put,
                    may_interrupt=may_interrupt,
                )
            )
        )

    @property
    def is_behind(self) -> bool:
        """Whether more sound than the block in hand has arrived already."""
        microphone = self._keeper.device
        return microphone is not None and microphone.is_behind

    @property
    def behind_s(self) -> float:
        """How much that is."""
        microphone = self._keeper.device
        return 0.0 if microphone is None else microphone.behind_s

    @property
    def dropped_blocks(self) -> int:
        """Blocks lost because they were not read for 5 s, or were older when they came."""
        microphone = self._keeper.device
        return self._dropped + (0 if microphone is None else microphone.dropped_blocks)

    def wait(self, within_s: float) -> None:
        """Wait until there is a microphone, or it is known that there is none.

        Raises DeviceError, which says why there is none yet; it is looked for further.
        """
        if self._keeper.wait_for_first_try(within_s) is None:
            raise DeviceError(
                self._keeper.trouble or "The microphone takes long to open: see `sori devices`."
            )

    def blocks(self) -> Iterator[Samples]:
        """Mono blocks at 16 kHz without offset, about 20 ms each, until `close`.

        Between devices, and whenever nothing came for TURN_S, a block of length 0: no time passes
        in the stream then, and the listener can do its other work. What was half said when a
        device was lost should be cut there, on DeviceLost. For one thread.
        """
        while not self._keeper.is_closed:
            microphone = self._keeper.wait(TURN_S)
            self._tell()
            if microphone is None:
                yield NOTHING
                continue
            try:
                while not microphone.is_closed:
                    yield microphone.read(TURN_S)
            except DeviceError as error:
                self._keeper.lose(microphone, error.message)
            self._dropped += microphone.dropped_blocks
        self._keeper.close()  # another thread may be in the middle of it

    def close(self) -> None:
        """Let the device go; `blocks` ends. From any thread."""
        self._keeper.close()

    def _tell(self) -> None:
        while True:
            try:
                self._on_change(self._changes.get_nowait())
            except Empty:
                return
