"""One turn of speech on its way to the loudspeaker: a bounded buffer that knows what was heard."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

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

REPEAT_S = 0.3
"""After a hold it goes on from so much before, for the last word was cut; never from before the
beginning of the clause."""

POLL_S = 0.1
STALLED_POLLS = 10
"""A device that takes nothing for 1 s is gone."""


@dataclass(slots=True)
class _Piece:
    """A clause or a gap on its way to the device."""

    samples: Samples
    counts: bool
    """Whether it is a clause, and counts as heard."""
    at: int = 0
    """What the device takes next."""
    furthest: int = 0
    """How far it has ever come; what is repeated does not count again."""

    def take(self, most: int) -> tuple[Samples, int]:
        """The next samples, at most so many, and how many of them count as heard anew."""
        part = self.samples[self.at : self.at + most]
        self.at += len(part)
        anew = max(self.at - self.furthest, 0) if self.counts else 0
        self.furthest = max(self.at, self.furthest)
        return part, anew


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
        self._waiting: deque[_Piece] = deque()
        self._waiting_frames = 0
        self._frame = 0  # of the device, since this voice was made
        self._sound_frame = 0  # where the last sound ended
        self._taken = 0
        self._on_the_way: deque[tuple[int, int]] = deque()  # where it ends, how much counts
        self._clause_ends: list[int] = []
        self._fade = round(FADE_S * rate_hz)
        self._level = self._fade  # 0 silent, `_fade` full
        self._held = False
        self._fell_silent = False
        self._closed = False

    def play(self, sound: Sound) -> None:
        """See `Voice.play`."""
        samples = resample(sound.samples, sound.rate_hz, self._rate_hz)
        with self._changed:
            self._wait(lambda: self._waiting_frames <= BUFFER_S * self._rate_hz)
            if self._closed:
                return
            if self._waiting or self._taken:
                self._append(np.zeros(round(CLAUSE_GAP_S * self._rate_hz), np.float32), False)
            self._append(samples, True)

    def _append(self, samples: Samples, counts: bool) -> None:
        self._waiting.append(_Piece(samples, counts))
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
            tail = [piece.samples[piece.at :] for piece in self._waiting]
            fade = np.concatenate([*tail, np.zeros(0, np.float32)])[: self._level]
            fade = fade * np.linspace(self._level / self._fade, 0.0, len(fade), dtype=np.float32)
            self._waiting = deque([_Piece(fade, False)] if len(fade) else [])
            self._waiting_frames = len(fade)
            self._held, self._level = False, self._fade
            self._changed.notify_all()

    def hold(self) -> None:
        """See `Voice.hold`; what sounds now fades within FADE_S, and the device goes on."""
        with self._changed:
            if self._closed or self._held:
                return
            self._held, self._fell_silent = True, False
            if self._sound_frame < self._frame:  # nothing sounds, so nothing needs to fade
                self._level = 0

    def resume(self) -> None:
        """See `Voice.resume`: repeats at most REPEAT_S of the clause that was cut."""
        with self._changed:
            if self._held and self._fell_silent and self._waiting:
                piece = self._waiting[0]
                back = min(round(REPEAT_S * self._rate_hz), piece.at) if piece.counts else 0
                piece.at -= back
                self._waiting_frames += back
            self._held = False

    @property
    def heard_s(self) -> float:
        """See `Voice.heard_s`."""
        with self._changed:
            on_the_way = sum(
                max(0, min(counted, end + self._latency - self._frame))
                for end, counted in self._on_the_way
            )
            return (self._taken - on_the_way) / self._rate_hz

    @property
    def heard_clauses(self) -> int:
        """See `Voice.heard_clauses`."""
        with self._changed:
            return sum(end + self._latency <= self._frame for end in self._clause_ends)

    def take(self, frames: int) -> Samples:
        """The next `frames` samples for the device; silence where nothing is left, or held."""
        block = np.zeros(frames, np.float32)
        filled = 0
        with self._changed:
            most = min(frames, self._level) if self._held else frames
            while filled < most and self._waiting:
                piece = self._waiting[0]
                part, anew = piece.take(most - filled)
                block[filled : filled + len(part)] = part
                filled += len(part)
                self._taken += anew
                self._on_the_way.append((self._frame + filled, anew))
                if piece.at == len(piece.samples):
                    self._waiting.popleft()
                    if piece.counts:
                        self._clause_ends.append(self._frame + filled)
            self._turn(block[:filled])
            if self._held and filled < most:  # it ran dry: what comes later waits
                self._level = 0
            if filled:
                self._sound_frame = self._frame + filled
            self._waiting_frames -= filled
            self._frame += frames
            while self._on_the_way and self._on_the_way[0][0] + self._latency <= self._frame:
                self._on_the_way.popleft()
            self._changed.notify_all()
        return block

    def _turn(self, sounding: Samples) -> None:
        """Fade `sounding` out while held and in again after it; in place."""
        if not len(sounding) or (self._level == self._fade and not self._held):
            return
        step = -1 if self._held else 1
        levels = np.clip(self._level + step * np.arange(1, len(sounding) + 1), 0, self._fade)
        sounding *= (levels / self._fade).astype(np.float32)
        self._level = int(levels[-1])
        self._fell_silent = self._held and self._level == 0

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
