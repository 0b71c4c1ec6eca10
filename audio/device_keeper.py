"""Keeps one device open for months: opens it, sees it go, and opens it again, in its own thread.

Whoever uses the device never waits for the hardware: opening may take seconds, and hang.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from audio.device_changes import DeviceChange, DeviceFound, DeviceLost, Part
from audio.devices import Device, Direction, find_device, load_sounddevice
from audio.errors import DeviceError
from audio.hardware import Hardware, look
from audio.placement import Placement
from audio.reopening import ReopenPlan
from audio.sound_server import SoundServer
from audio.streams import PORT_AUDIO

log = logging.getLogger(__name__)

LOOK_S = 0.2
"""How often a lost device is looked for; only files and the sound server's list are read."""
CHECK_S = 0.5
"""How often the sound server is asked whether it moved our stream."""
CLOSE_WITHIN_S = 2.0
STABLE_S = 5.0
"""A device that goes sooner is tried again with the growing delays of one that does not open."""
RESCAN_PATIENCE_S = 10.0
"""Looking for devices anew ends every stream, so it waits so long for others to be quiet."""


class Openable(Protocol):
    """A microphone or a speaker."""

    @property
    def device(self) -> Device:
        """What it is."""

    def close(self) -> None:
        """Let the device go; from any thread, and twice."""


D = TypeVar("D", bound=Openable)


@dataclass(frozen=True, slots=True)
class Wanted(Generic[D]):
    """Which device is kept."""

    name: str
    """As in the settings."""
    direction: Direction
    open: Callable[[], D]
    """Raises DeviceError."""
    on_change: Callable[[DeviceChange], None]
    """Called by the keeper's thread, or the one that calls `lose`; must return at once."""
    fault: Callable[[D], str] = lambda _: ""
    """Asked every CHECK_S: why the open device is of no use, in a sentence, or nothing."""
    may_interrupt: Callable[[], bool] = lambda: True
    """Whether every stream may end for a moment, so that new devices are found."""


class DeviceKeeper(Generic[D]):
    """One device that comes back. `start` begins; everything else may be called by any thread."""

    def __init__(self, wanted: Wanted[D], clock: Callable[[], float] = time.monotonic) -> None:
        self._wanted = wanted
        self._part: Part = "microphone" if wanted.direction == "input" else "speaker"
        self._clock = clock
        self._server = SoundServer()  # of the keeper's thread
        self._changed = threading.Condition()
        self._device: D | None = None
        self._lost: list[D] = []
        """Not closed yet."""
        self._is_told_lost = False
        self._trouble = ""
        self._is_closed = False
        self._opened = 0
        self._rescans_seen = 0
        self._placement = Placement(wanted.name, wanted.direction, self._server)
        self._thread = threading.Thread(
            target=self._keep, name=f"keep {wanted.direction} device", daemon=True
        )

    def start(self) -> None:
        """Begin to open it."""
        self._thread.start()

    @property
    def device(self) -> D | None:
        """The open device; None while it is lost."""
        return self._device

    @property
    def trouble(self) -> str:
        """Why it was lost last, a sentence for people; empty while that never happened."""
        return self._trouble

    @property
    def opened(self) -> int:
        """How often it was opened."""
        return self._opened

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._is_closed

    def wait(self, within_s: float) -> D | None:
        """The device, once it is there; None when it takes longer, or after `close`."""
        with self._changed:
            self._changed.wait_for(lambda: self._device or self._is_closed, within_s)
            return self._device

    def wait_for_first_try(self, within_s: float) -> D | None:
        """The device; waits only until it is known whether it opens at all."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._opened or self._is_told_lost or self._is_closed, within_s
            )
            return self._device

    def lose(self, device: D, reason: str) -> None:
        """Its user found that it is gone, and why; the keeper's thread closes it, which may hang.

        Nobody is told when it ended only because new devices were looked for, unless it does not
        open again.
        """
        with self._changed:
            if self._device is not device:
                return
            self._device = None
            self._lost.append(device)
            if PORT_AUDIO.rescans == self._rescans_seen:
                self._tell_lost(reason)
            self._changed.notify_all()

    def close(self) -> None:
        """Let the device go and stop looking for it; returns when that is done, or hangs.

        A program that ended in the middle of it would hang in PortAudio's own end.
        """
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join(CLOSE_WITHIN_S)

    def _keep(self) -> None:
        plan = ReopenPlan(self._clock())
        while not self._is_closed:
            opened_s = None
            try:
                self._open_again(plan)
                opened_s = self._clock()
                self._watch()
            except Exception:  # logged: the thread that ends here leaves the robot deaf
                log.exception("keeping the %s failed; it goes on", self._part)
                self._pause(CHECK_S)
            if opened_s is not None and self._clock() - opened_s >= STABLE_S:
                plan = ReopenPlan(self._clock())
            else:
                plan.failed(self._clock())
        self._server.close()
        with self._changed:
            if self._device is not None:
                self._lost.append(self._device)
            self._device = None
        self._close_lost()

    def _close_lost(self) -> None:
        while self._lost:
            self._lost.pop().close()

    def _open_again(self, plan: ReopenPlan) -> None:
        """Try until it is open, or closed."""
        self._close_lost()
        seen = look(self._wanted.direction, self._server)
        while not self._is_closed and self._device is None:
            if plan.is_due(self._clock()):
                self._rescan_if_due(plan)
                try:
                    self._open()
                except DeviceError as error:
                    with self._changed:
                        self._tell_lost(error.message)
                    plan.failed(self._clock())
            else:
                self._pause(LOOK_S)
                seen = self._look(plan, seen)

    def _look(self, plan: ReopenPlan, seen: Hardware) -> Hardware:
        now = look(self._wanted.direction, self._server)
        if now.is_other(seen):
            plan.hardware_changed(self._clock())
        elif now.may_be_free(seen):
            plan.may_be_free(self._clock())
        return now

    def _rescan_if_due(self, plan: ReopenPlan) -> None:
        if not plan.takes_rescan(self._clock(), is_listed=self._is_listed()):
            return
        end_s = self._clock() + RESCAN_PATIENCE_S
        while not self._wanted.may_interrupt() and self._clock() < end_s and not self._is_closed:
            self._pause(LOOK_S)
        try:
            PORT_AUDIO.rescan(load_sounddevice())
        except DeviceError as error:
            log.warning("%s", error)

    def _is_listed(self) -> bool:
        try:
            find_device(self._wanted.name, self._wanted.direction)
        except DeviceError:
            return False
        return True

    def _open(self) -> None:
        self._placement.check_default()
        rescans = PORT_AUDIO.rescans
        device = self._wanted.open()
        try:
            self._placement.note_opened()
        except DeviceError:
            device.close()
            raise
        with self._changed:
            if not self._is_closed:
                self._device = device
                self._rescans_seen = rescans
                self._opened += 1
                if self._is_told_lost:
                    self._is_told_lost = False
                    self._wanted.on_change(DeviceFound(self._part, device.device.name))
                self._changed.notify_all()
                return
        device.close()

    def _tell_lost(self, reason: str) -> None:
        """Once. Called with the lock held, so that being lost and found are told in order."""
        if not self._is_told_lost and not self._is_closed:
            self._is_told_lost, self._trouble = True, reason
            self._wanted.on_change(DeviceLost(self._part, reason))
            self._changed.notify_all()

    def _watch(self) -> None:
        """Until it is lost: see whether it works, and whether the sound server moves our stream."""
        device = self._device
        while device is not None and self._device is device and not self._is_closed:
            if fault := self._wanted.fault(device) or self._placement.fault():
                self.lose(device, fault)
                return
            self._pause(CHECK_S)

    def _pause(self, seconds: float) -> None:
        """Wait, but not beyond `close`, or beyond the loss of an open device."""
        with self._changed:
            device = self._device
            self._changed.wait_for(lambda: self._is_closed or self._device is not device, seconds)
