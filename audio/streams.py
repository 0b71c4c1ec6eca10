"""PortAudio's streams: the one door for opening, closing, and looking for devices again.

PortAudio belongs to the whole process, is not safe for two threads at once, and may hang in any
call when a driver or a sound server hangs. So one call at a time passes the door, in a thread of
its own, with a deadline; what is late is left behind and closed when it comes.
"""

import atexit
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Generic, Protocol, TypeVar

from audio.errors import DeviceError

OPEN_DEADLINE_S = 5.0
"""PortAudio can hang in opening or starting (PortAudio/portaudio#535)."""
CLOSE_DEADLINE_S = 1.0
"""Closing waits for the sound server, which may be frozen."""

T = TypeVar("T")


class Stream(Protocol):
    """The part of sounddevice's streams that Sori uses."""

    @property
    def latency(self) -> float:
        """Seconds between the callback and the air."""

    def start(self) -> None:
        """Begin to call the callback."""

    def abort(self) -> None:
        """Stop at once."""

    def close(self) -> None:
        """Let the device go."""


class _Call(Generic[T]):
    """A call that may hang, in a thread of its own."""

    def __init__(
        self, call: Callable[[], T], name: str, on_late: Callable[[T | None], None]
    ) -> None:
        self._call = call
        self._on_late = on_late
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._is_late = False
        self.result: T | None = None
        self.failure: Exception | None = None
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def ends_within(self, deadline_s: float) -> bool:
        """Wait for it; once it is late, `on_late` gets its result whenever that comes."""
        self._ended.wait(deadline_s)
        with self._lock:
            self._is_late = not self._ended.is_set()
        return not self._is_late

    def _run(self) -> None:
        try:
            self.result = self._call()
        except Exception as error:  # noqa: BLE001 - told by the caller's thread
            self.failure = error
        with self._lock:
            self._ended.set()
            is_late = self._is_late
        if is_late:
            self._on_late(self.result)


class PortAudio:
    """The streams of this process; there is one, PORT_AUDIO."""

    def __init__(
        self, open_deadline_s: float = OPEN_DEADLINE_S, close_deadline_s: float = CLOSE_DEADLINE_S
    ) -> None:
        self._open_deadline_s = open_deadline_s
        self._close_deadline_s = close_deadline_s
        self._door = threading.Lock()
        self._streams: list[Stream] = []
        self._hanging = 0
        self._counting = threading.Lock()
        self._rescans = 0

    @property
    def rescans(self) -> int:
        """How often devices were looked for again; each time every stream ended."""
        return self._rescans

    def start(self, make: Callable[[], Stream], what: str, listed: int | None = None) -> Stream:
        """Make and start a stream; DeviceError when that fails or does not end in time.

        `listed`: `rescans` when the device's index was read; after another one it means nothing.
        """

        def open_and_start() -> Stream:
            stream = make()
            stream.start()
            return stream

        def close_late(stream: Stream | None) -> None:
            if stream is not None:
                stream.close()
            self._count_hanging(-1)

        with self._through_the_door(what):
            if listed not in (None, self._rescans):
                raise DeviceError(f"The {what} changed while it was opened: try again.")
            call = _Call(open_and_start, f"open {what}", close_late)
            if not call.ends_within(self._open_deadline_s):
                self._count_hanging(1)
                raise DeviceError(
                    f"The {what} did not open within {self._open_deadline_s:.0f} s: its driver"
                    " hangs; unplug it and plug it in again, or restart the sound server."
                )
            if call.result is not None:
                self._streams.append(call.result)
                return call.result
        raise DeviceError(
            f"The {what} cannot be opened ({call.failure}): another program may hold it, or it is "
            "unplugged; `sori devices` lists what there is."
        ) from call.failure

    def end(self, stream: Stream) -> None:
        """Stop it at once and let its device go; a stream that has ended already is fine.

        One that hangs in closing is left to a thread of its own.
        """
        with self._through_the_door("sound device"):
            self._end(stream)

    def rescan(self, sounddevice: ModuleType) -> None:
        """End every stream, and make PortAudio list the devices anew.

        It lists only what was there when it started. Each call leaks some 13 kB in PortAudio, so
        this is for devices that cannot be opened by their name. Raises DeviceError when that fails,
        or something hangs in PortAudio, which would crash.
        """

        def begin_anew() -> None:
            sounddevice._terminate()  # sounddevice has no public way
            sounddevice._initialize()

        with self._through_the_door("sound devices"):
            self._rescans += 1  # first, for who sees a stream end asks why
            for stream in tuple(self._streams):
                self._end(stream)
            if self._hanging:
                raise DeviceError(
                    "A sound device hangs, so new ones cannot be looked for: unplug it, or restart"
                    " the sound server."
                )
            call = _Call(begin_anew, "look for sound devices", self._ended_late)
            if not call.ends_within(self._open_deadline_s):
                self._count_hanging(1)
                raise DeviceError("Looking for sound devices hangs: restart the sound server.")
        if call.failure is not None:
            raise DeviceError(
                f"PortAudio cannot look for devices again ({call.failure})."
            ) from call.failure

    def _end(self, stream: Stream) -> None:
        """Called in the door."""
        if stream not in self._streams:
            return
        self._streams.remove(stream)

        def close() -> None:
            stream.abort()
            stream.close()

        call = _Call(close, "close sound device", self._ended_late)
        if not call.ends_within(self._close_deadline_s):
            self._count_hanging(1)

    def _ended_late(self, _: None) -> None:
        self._count_hanging(-1)

    def _count_hanging(self, change: int) -> None:
        with self._counting:
            self._hanging += change
            if self._hanging and (sounddevice := sys.modules.get("sounddevice")):
                # It ends PortAudio when Python ends, and would hang there, too.
                atexit.unregister(sounddevice._exit_handler)

    @contextmanager
    def _through_the_door(self, what: str) -> Iterator[None]:
        if not self._door.acquire(timeout=self._open_deadline_s + self._close_deadline_s):
            raise DeviceError(f"The {what} has to wait: another sound device hangs.")
        try:
            yield
        finally:
            self._door.release()


PORT_AUDIO = PortAudio()
