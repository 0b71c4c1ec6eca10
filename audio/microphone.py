"""The microphone: blocks of 16 kHz sound, and an error when they stop coming."""

import threading
from collections import deque
from collections.abc import Iterator
from types import ModuleType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from audio.devices import Device, Stream, find_device, load_sounddevice, start_stream
from audio.errors import DeviceError
from audio.high_pass import HighPass
from audio.resample import StreamResampler
from audio.sound import FRAME_S, SAMPLE_RATE_HZ, Samples
from config.settings import DeviceSettings

QUEUE_BLOCKS = round(5.0 / FRAME_S)
"""Older sound is dropped, and counted: a command from 5 s ago is not obeyed any more."""

FIRST_BLOCK_S = 3.0
"""PulseAudio takes up to 1.5 s to wake a sleeping source."""
BLOCK_AGE_S = 1.0
"""A lost microphone raises nothing by itself: it is silent, for ever."""


class Microphone:
    """An input stream whose callback only copies; `blocks` is for one thread."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._rate_hz = SAMPLE_RATE_HZ
        self._stream: Stream | None = None
        self._changed = threading.Condition()
        self._queue: deque[Samples] = deque(maxlen=QUEUE_BLOCKS)
        self._dropped = 0
        self._closed = False
        self._gone = ""

    @classmethod
    def open(cls, settings: DeviceSettings) -> Self:
        """Open the microphone that the settings name, at 16 kHz or else at its own rate.

        Raises DeviceError when there is none, or it is busy, hangs, or gives no sound.
        """
        device = find_device(settings.microphone, "input")
        sounddevice = load_sounddevice()
        microphone = cls(device)
        microphone._stream = start_stream(lambda: microphone._make(sounddevice), "microphone")
        try:
            with microphone._changed:
                microphone._wait_for_block(FIRST_BLOCK_S)
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
        """Blocks lost because `blocks` was not read for 5 s."""
        return self._dropped

    @property
    def is_behind(self) -> bool:
        """Whether more sound than the block in hand has arrived already."""
        return len(self._queue) > 0

    def blocks(self) -> Iterator[Samples]:
        """Mono blocks at 16 kHz without offset, about FRAME_S each, until the microphone is closed.

        Raises DeviceError when none came for BLOCK_AGE_S, or the stream ended by itself.
        """
        resampler, high_pass = StreamResampler(self._rate_hz, SAMPLE_RATE_HZ), HighPass()
        while True:
            with self._changed:
                if not self._wait_for_block(BLOCK_AGE_S):
                    return
                block = self._queue.popleft()
            samples = high_pass.feed(resampler.feed(block))
            if len(samples):
                yield samples

    def close(self) -> None:
        """Let the device go; `blocks` ends."""
        with self._changed:
            self._closed = True
            stream, self._stream = self._stream, None
            self._changed.notify_all()
        if stream is not None:
            stream.abort()
            stream.close()

    def _make(self, sounddevice: ModuleType) -> Stream:
        """A stream at the first rate and number of channels that the device takes.

        Sound servers take any; raw ALSA devices only their own, often nothing but stereo.
        """
        own_hz, most = self._device.rate_hz, self._device.input_channels
        for rate_hz, channels in ((SAMPLE_RATE_HZ, 1), (own_hz, 1), (own_hz, min(2, most))):
            self._rate_hz = rate_hz
            try:
                return self._make_at(sounddevice, rate_hz, channels)
            except sounddevice.PortAudioError:
                continue
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

    def _wait_for_block(self, within_s: float) -> bool:
        """Wait for a block; False when closed. Called with the lock held.

        Counted from the start of the wait, so that a suspended board does not wake up deaf.
        """
        came = self._changed.wait_for(lambda: self._queue or self._closed or self._gone, within_s)
        if self._closed:
            return False
        if self._gone and not self._queue:
            raise DeviceError(
                f"The microphone is gone ({self._gone}): check its cable and `sori devices`."
            )
        if not came:
            raise DeviceError(
                f"The microphone gave no sound for {within_s:.0f} s: check its cable, the mute "
                "switch and the sound server."
            )
        return True

    def _take(
        self, block: NDArray[np.float32], _frames: int, _time: object, _status: object
    ) -> None:
        """Called by PortAudio's thread; `block` is (frames, channels) and reused after the call.

        The first channel is heard: microphone arrays put their processed sound there, and a sum
        of distant microphones cancels voices.
        """
        try:
            with self._changed:
                self._dropped += len(self._queue) == QUEUE_BLOCKS
                self._queue.append(block[:, 0].copy())
                self._changed.notify_all()
        except Exception as error:  # an exception here would only be printed
            self._gone = f"{type(error).__name__}: {error}"
            raise

    def _on_finished(self) -> None:
        with self._changed:
            self._gone = self._gone or "the stream ended"
            self._changed.notify_all()
