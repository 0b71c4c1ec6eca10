"""One turn of speech on its way to the loudspeaker: a bounded buffer that knows what was heard."""

import threading
from collections import deque
from collections.abc import Callable

import numpy as np

from audio.errors import DeviceError
from audio.resample import resample
from audio.sound import Samples, Sound
from audio.voice import CLAUSE_GAP_S

BUFFER_S = 2.0
"""`play` waits while more than this is ahead."""

FADE_S = 0.03
"""A voice that is silenced fades: a hard cut is a click. With the device's own latency the last
sound is over within 0.15 s."""

POLL_S = 0.1
STALLED_POLLS = 10
"""A device that takes nothing for 1 s is gone."""


class SpeakerVoice:
    """A `Voice` whose sounds the device takes block by block.

    Time is counted in the frames that the device took, so a wait never outlives the device.
    """

    def __init__(self, rate_hz: int, latency_s: float, gone: Callable[[], str]) -> None:
        """`latency_s`: from a block being taken to it being heard; `gone`: why, or nothing."""
        self._rate_hz = rate_hz
        self._latency = round(latency_s * rate_hz)
        self._gone = gone
        self._changed = threading.Condition()
        self._waiting: deque[tuple[Samples, bool]] = deque()  # sound, whether it counts as heard
        self._waiting_frames = 0
        self._frame = 0  # of the device, since this voice was made
        self._sound_frame = 0  # where the last sound ended
        self._taken = 0
        self._clause_ends: list[int] = []
        self._closed = False

    def play(self, sound: Sound) -> None:
        """See `Voice.play`."""
        samples = resample(sound.samples, sound.rate_hz, self._rate_hz)
        with self._changed:
            self._wait(lambda: self._waiting_frames <= BUFFER_S * self._rate_hz)
            if self._closed:
                return
            if self._waiting or self._taken:
                gap = round(CLAUSE_GAP_S * self._rate_hz)
                self._waiting.append((np.zeros(gap, np.float32), False))
                self._waiting_frames += gap
            self._waiting.append((samples, True))
            self._waiting_frames += len(samples)

    def finish(self) -> None:
        """See `Voice.finish`."""
        with self._changed:
            self._wait(
                lambda: not self._waiting and self._frame - self._sound_frame >= self._latency
            )
            self._closed = True

    def silence(self) -> None:
        """See `Voice.silence`; what sounds now fades within FADE_S."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            tail = [samples for samples, _ in self._waiting] or [np.zeros(0, np.float32)]
            fade = np.concatenate(tail)[: round(FADE_S * self._rate_hz)]
            fade *= np.linspace(1.0, 0.0, len(fade), dtype=np.float32)
            self._waiting = deque([(fade, False)] if len(fade) else [])
            self._waiting_frames = len(fade)
            self._changed.notify_all()

    @property
    def heard_s(self) -> float:
        """See `Voice.heard_s`."""
        with self._changed:
            on_the_way = max(0, self._latency - (self._frame - self._sound_frame))
            return max(0, self._taken - on_the_way) / self._rate_hz

    @property
    def heard_clauses(self) -> int:
        """See `Voice.heard_clauses`."""
        with self._changed:
            return sum(end + self._latency <= self._frame for end in self._clause_ends)

    def take(self, frames: int) -> Samples:
        """The next `frames` samples for the device; silence where nothing is left."""
        block = np.zeros(frames, np.float32)
        filled = 0
        with self._changed:
            while filled < frames and self._waiting:
                samples, counts = self._waiting.popleft()
                part = samples[: frames - filled]
                block[filled : filled + len(part)] = part
                filled += len(part)
                self._taken += len(part) if counts else 0
                if len(part) < len(samples):
                    self._waiting.appendleft((samples[len(part) :], counts))
                elif counts:
                    self._clause_ends.append(self._frame + filled)
            if filled:
                self._sound_frame = self._frame + filled
            self._waiting_frames -= filled
            self._frame += frames
            self._changed.notify_all()
        return block

    def _wait(self, done: Callable[[], bool]) -> None:
        """Wait until `done` or closed; DeviceError when the device takes nothing any more."""
        stalled, seen = 0, self._frame
        while not self._changed.wait_for(lambda: self._closed or done(), POLL_S):
            stalled, seen = (stalled + 1 if self._frame == seen else 0), self._frame
            reason = self._gone() or ("it takes no sound" if stalled >= STALLED_POLLS else "")
            if reason:
                self._closed = True
                raise DeviceError(
                    f"The speaker is gone ({reason}): check its cable and `sori devices`."
                )
