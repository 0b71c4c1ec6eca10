"""The loudspeaker: one open stream that plays the voice of the present turn."""

import threading
from typing import Self

import numpy as np
from numpy.typing import NDArray

from audio.devices import Device, find_device, load_sounddevice
from audio.echo.far_end import FarEnd
from audio.playback import SpeakerVoice
from audio.streams import PORT_AUDIO, Stream
from config.settings import DeviceSettings

BLOCK_S = 0.02
LATENCY_S = 0.06
"""Asked of the device. Measured on two overloaded cores with PulseAudio, gaps added to 8 s of sound
in three runs: 5 to 22 at 0.03 s, 0 to 5 at 0.06 s, 2 to 4 at 0.08 s; more would stop too late."""
SERVER_S = 0.03
"""What a sound server keeps beyond the latency it admits (PulseAudio: 0.01 to 0.03 s)."""


class Speaker:
    """An output stream at the device's own rate, open until closed; silent between turns."""

    def __init__(self, device: Device, far_end: FarEnd | None = None) -> None:
        self._device = device
        self._far_end = far_end
        self._stream: Stream | None = None
        self._current: SpeakerVoice | None = None
        self._fading: SpeakerVoice | None = None
        self._gone = ""
        self._blocks_taken = 0
        self._lock = threading.Lock()

    @classmethod
    def open(cls, settings: DeviceSettings, far_end: FarEnd | None = None) -> Self:
        """Open the speaker that the settings name; `far_end` gets what it plays.

        Raises DeviceError when there is none, or it is busy, or hangs.
        """
        listed = PORT_AUDIO.rescans
        device = find_device(settings.speaker, "output")
        sounddevice = load_sounddevice()
        speaker = cls(device, far_end)

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

        speaker._stream = PORT_AUDIO.start(make, "speaker", listed)
        return speaker

    @property
    def device(self) -> Device:
        """What it plays on."""
        return self._device

    @property
    def gone(self) -> str:
        """Why it plays nothing any more; empty while it does."""
        return self._gone

    @property
    def blocks_taken(self) -> int:
        """How many blocks the device took, silent ones too; stands still when it hangs."""
        return self._blocks_taken

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
            PORT_AUDIO.end(stream)

    def _fill(self, out: NDArray[np.float32], frames: int, _time: object, _status: object) -> None:
        """Called by PortAudio's thread for the next block; `out` is (frames, channels)."""
        self._blocks_taken += 1
        out.fill(0.0)
        for voice in (self._current, self._fading):
            if voice is not None:
                out += voice.take(frames)[:, np.newaxis]
        if self._far_end is not None:
            self._far_end.write(out[:, 0], self._device.rate_hz)

    def _on_finished(self) -> None:
        self._gone = "the stream ended"
