"""The loudspeaker: one open stream that plays the voice of the present turn."""

import threading
from typing import Self

import numpy as np
from numpy.typing import NDArray

from audio.devices import Device, Stream, find_device, load_sounddevice, start_stream
from audio.playback import SpeakerVoice
from config.settings import DeviceSettings

BLOCK_S = 0.02
LATENCY_S = 0.06
"""Asked of the device. Measured on two overloaded cores with PulseAudio, gaps added to 8 s of sound
in three runs: 5 to 22 at 0.03 s, 0 to 5 at 0.06 s, 2 to 4 at 0.08 s; more would stop too late."""
SERVER_S = 0.03
"""What a sound server keeps beyond the latency it admits (PulseAudio: 0.01 to 0.03 s)."""


class Speaker:
    """An output stream at the device's own rate, open until closed; silent between turns."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._stream: Stream | None = None
        self._current: SpeakerVoice | None = None
        self._fading: SpeakerVoice | None = None
        self._gone = ""
        self._lock = threading.Lock()

    @classmethod
    def open(cls, settings: DeviceSettings) -> Self:
        """Open the speaker that the settings name.

        Raises DeviceError when there is none, or it is busy, or hangs.
        """
        device = find_device(settings.speaker, "output")
        sounddevice = load_sounddevice()
        speaker = cls(device)

        def make() -> Stream:
            stream: Stream = sounddevice.OutputStream(
                device=device.index,
                samplerate=device.rate_hz,
                channels=min(2, device.output_channels),
                blocksize=round(BLOCK_S * device.rate_hz),
                latency=LATENCY_S,
                dtype="float32",
                callback=speaker._fill,
                finished_callback=speaker._on_finished,
            )
            return stream

        speaker._stream = start_stream(make, "speaker")
        return speaker

    @property
    def device(self) -> Device:
        """What it plays on."""
        return self._device

    def voice(self) -> SpeakerVoice:
        """The voice of a new turn; the one before is silenced and swallows what comes late."""
        latency_s = SERVER_S + (self._stream.latency if self._stream else 0.0)
        new = SpeakerVoice(self._device.rate_hz, latency_s, lambda: self._gone)
        with self._lock:
            if self._current is not None:
                self._current.silence()
            self._current, self._fading = new, self._current
        return new

    def close(self) -> None:
        """Stop at once and let the device go."""
        with self._lock:
            stream, self._stream = self._stream, None
            if self._current is not None:
                self._current.silence()
        if stream is not None:
            stream.abort()
            stream.close()

    def _fill(self, out: NDArray[np.float32], frames: int, _time: object, _status: object) -> None:
        """Called by PortAudio's thread for the next block; `out` is (frames, channels)."""
        out.fill(0.0)
        for voice in (self._current, self._fading):
            if voice is not None:
                out += voice.take(frames)[:, np.newaxis]

    def _on_finished(self) -> None:
        self._gone = "the stream ended"
