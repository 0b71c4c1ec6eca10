"""The microphone: blocks of 16 kHz sound, and an error when they stop coming."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from audio.devices import Device, find_device, load_sounddevice
from audio.errors import DeviceError
from audio.freshness import STALE_S, Freshness, now_s
from audio.high_pass import HighPass
from audio.resample import StreamResampler
from audio.sound import FRAME_S, SAMPLE_RATE_HZ, Samples
from audio.streams import PORT_AUDIO, Stream
from config.settings import DeviceSettings

QUEUE_BLOCKS = round(STALE_S / FRAME_S)

FIRST_BLOCK_S = 3.0
"""PulseAudio takes up to 1.5 s to wake a sleeping source."""
BLOCK_AGE_S = 1.0
"""A lost microphone raises nothing by itself: it is silent, for ever."""

NOTHING: Samples = np.zeros(0, np.float32)
"""No sound, of no length."""

WRONG_FORMAT = frozenset({-9997, -9998})
"""PortAudio's codes for a rate or a number of channels that the device does not take."""


class CallbackFlags(Protocol):
    """What PortAudio says of a block."""

    @property
    def input_overflow(self) -> bool:
        """Whether sound before it was lost, for nobody took it in time."""
        ...


class Microphone:
    """An input stream whose callback only copies; `blocks` or `read` is for one thread."""

    def __init__(self, device: Device, clock: Callable[[], float] = now_s) -> None:
        self._device = device
        self._clock = clock
        self._rate_hz = SAMPLE_RATE_HZ
        self._stream: Stream | None = None
        self._resampler = StreamResampler(SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)
        self._high_pass = HighPass()
        self._changed = threading.Condition()
        self._queue: deque[tuple[float, Samples]] = deque(maxlen=QUEUE_BLOCKS)
        self._freshness = Freshness()
        self._dropped = 0
        self._waited_s = 0.0
        self._closed = False
        self._gone = ""

    @classmethod
    def open(cls, settings: DeviceSettings) -> Self:
        """Open the microphone that the settings name, at 16 kHz or else at its own rate.

        Raises DeviceError when there is none, or it is busy, hangs, or gives no sound.
        """
        listed = PORT_AUDIO.rescans
        device = find_device(settings.microphone, "input")
        sounddevice = load_sounddevice()
        microphone = cls(device)
        microphone._stream = PORT_AUDIO.start(
            lambda: microphone._make(sounddevice), "microphone", listed
        )
        microphone._resampler = StreamResampler(microphone._rate_hz, SAMPLE_RATE_HZ)
        try:
            with microphone._changed:
                while not microphone._wait_for_block(FIRST_BLOCK_S, FIRST_BLOCK_S):
                    pass
        except DeviceError:
            microphone.close()
            raise
        return microphone

    @property
    def device(self) -> Device:
        """What it hears with."""
        return self._device

    @property
    def dropped_blocks(self) -> int:
        """Blocks lost because they were not read for 5 s, or were older when they came, and gaps
        that the device told of."""
        return self._dropped

    @property
    def is_behind(self) -> bool:
        """Whether more sound than the block in hand has arrived already."""
        return len(self._queue) > 0

    @property
    def behind_s(self) -> float:
        """How much that is."""
        return len(self._queue) * FRAME_S

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def blocks(self) -> Iterator[Samples]:
        """Mono blocks at 16 kHz without offset, about FRAME_S each, until the microphone is closed.

        Raises DeviceError when none came for BLOCK_AGE_S, or the stream ended by itself.
        """
        while not self._closed:
            samples = self.read(BLOCK_AGE_S)
            if len(samples):
                yield samples

    def read(self, within_s: float) -> Samples:
        """The next block as `blocks` gives it; NOTHING when none came within so many seconds.

        Raises DeviceError as `blocks` does, however short the waits are.
        """
        with self._changed:
            if not self._wait_for_block(within_s, BLOCK_AGE_S):
                return NOTHING
            arrived_s, block = self._queue.popleft()
            if self._clock() - arrived_s > STALE_S:
                self._dropped += 1
                return NOTHING
        return self._high_pass.feed(self._resampler.feed(block))

    def close(self) -> None:
        """Let the device go; `blocks` ends. From any thread."""
        with self._changed:
            self._closed = True
            stream, self._stream = self._stream, None
            self._changed.notify_all()
        if stream is not None:
            PORT_AUDIO.end(stream)

    def _make(self, sounddevice: ModuleType) -> Stream:
        """A stream at the first rate and number of channels that the device takes.

        Sound servers take any; raw ALSA devices only their own, often nothing but stereo. Other
        failures are not tried again here: each try leaks a little.
        """
        own_hz, most = self._device.rate_hz, self._device.input_channels
        for rate_hz, channels in ((SAMPLE_RATE_HZ, 1), (own_hz, 1), (own_hz, min(2, most))):
            self._rate_hz = rate_hz
            try:
                return self._make_at(sounddevice, rate_hz, channels)
            except sounddevice.PortAudioError as error:
                if not WRONG_FORMAT.intersection(error.args):
                    raise
        return self._make_at(sounddevice, own_hz, most)

    def _make_at(self, sounddevice: ModuleType, rate_hz: int, channels: int) -> Stream:
        stream: Stream = sounddevice.InputStream(
            device=self._device.index,
            samplerate=rate_hz,
            channels=channels,
            blocksize=round(FRAME_S * rate_hz),
            dtype="float32",
            callback=self._take,
            finished_callback=self._on_finished,
        )
        return stream

    def _wait_for_block(self, within_s: float, age_s: float) -> bool:
        """Wait for a block; False when none came or it was closed. Called with the lock held.

        Raises DeviceError when none came for `age_s` of waiting. Waits are counted, not the time
        between them, so that a suspended board does not wake up deaf.
        """
        came = self._changed.wait_for(lambda: self._queue or self._closed or self._gone, within_s)
        if self._closed:
            return False
        if self._queue:
            self._waited_s = 0.0
            return True
        if self._gone:
            raise DeviceError(
                f"The microphone is gone ({self._gone}): check its cable and `sori devices`."
            )
        self._waited_s += 0.0 if came else within_s
        if self._waited_s > age_s - within_s / 2:
            raise DeviceError(
                f"The microphone gave no sound for {age_s:.0f} s: check its cable, the mute "
                "switch and the sound server."
            )
        return False

    def _take(
        self,
        block: NDArray[np.float32],
        frames: int,
        _time: object,
        status: CallbackFlags | None,
    ) -> None:
        """Called by PortAudio's thread; `block` is (frames, channels) and reused after the call.

        The first channel is heard: microphone arrays put their processed sound there, and a sum
        of distant microphones cancels voices.
        """
        try:
            at_s = self._clock()
            with self._changed:
                self._dropped += status is not None and status.input_overflow
                if not self._freshness.is_fresh(at_s, frames / self._rate_hz):
                    self._dropped += 1
                    return
                self._dropped += len(self._queue) == QUEUE_BLOCKS
                self._queue.append((at_s, block[:, 0].copy()))
                self._changed.notify_all()
        except Exception as error:  # an exception here would only be printed
            self._gone = f"{type(error).__name__}: {error}"
            raise

    def _on_finished(self) -> None:
        with self._changed:
            self._gone = self._gone or "the stream ended"
            self._changed.notify_all()
