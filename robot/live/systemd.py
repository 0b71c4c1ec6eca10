"""Telling systemd how it goes: a datagram to the socket that it names. Elsewhere nothing happens.

The protocol is in sd_notify(3): lines of NAME=VALUE. A name that begins with `@` is abstract: a
zero byte takes the place of the `@`.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from typing import Self

from audio.sound import SAMPLE_RATE_HZ

log = logging.getLogger(__name__)

SEND_TIMEOUT_S = 0.1
"""systemd reads at once; one that hangs must not hold the ear."""
LEAST_SHARE_HEARD = 0.1
"""Of the time: an ear that hears less than this does not really advance."""

Clock = Callable[[], float]
"""Seconds that never go back."""


class Supervisor:
    """Whoever started Sori and wants to know how it goes; nobody, where there is none."""

    def __init__(self, address: str | None, watchdog_s: float | None = None) -> None:
        self._address = address
        self.watchdog_s = watchdog_s
        """A sign of life is wanted at least so often; None: never."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The one that NOTIFY_SOCKET and WATCHDOG_USEC name, if they name this very process."""
        named = environment.get("NOTIFY_SOCKET", "")
        if not named.startswith(("/", "@")):
            return cls(None)
        address = "\0" + named[1:] if named.startswith("@") else named
        meant = environment.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
        microseconds = environment.get("WATCHDOG_USEC", "")
        is_watched = meant and microseconds.isdecimal() and int(microseconds) > 0
        return cls(address, int(microseconds) / 1e6 if is_watched else None)

    def ready(self, status: str) -> None:
        """Sori listens, or goes on after `reloading`."""
        self._send("READY=1", f"STATUS={_one_line(status)}")

    def status(self, status: str) -> None:
        """One sentence for `systemctl status`."""
        self._send(f"STATUS={_one_line(status)}")

    def alive(self) -> None:
        """A sign of life; `Watchdog` says when."""
        self._send("WATCHDOG=1")

    def reloading(self) -> None:
        """The settings are read again; `ready` says when that is done."""
        now_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000
        self._send("RELOADING=1", f"MONOTONIC_USEC={now_us}")

    def stopping(self) -> None:
        """Sori ends."""
        self._send("STOPPING=1")

    def _send(self, *lines: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.settimeout(SEND_TIMEOUT_S)
                out.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:  # a lost word to systemd is no reason to stop listening
            log.debug("systemd could not be told %s: %s", lines[0], error)


class Watchdog:
    """Signs of life that only a working ear gives: never a timer, which would outlive it.

    Fed by the ear's thread; half the time that the supervisor allows lies between two signs.
    """

    def __init__(self, supervisor: Supervisor, now_s: Clock = time.monotonic) -> None:
        self._supervisor = supervisor
        self._now_s = now_s
        self._last_s = now_s()
        self._samples = 0
        """Heard since the last sign."""

    def progress(self, samples: int) -> None:
        """The ear has heard `samples` more, at 16 kHz."""
        self._samples += samples
        waited_s = self._now_s() - self._last_s
        if self._samples >= LEAST_SHARE_HEARD * waited_s * SAMPLE_RATE_HZ:
            self._sign_if_due(waited_s)

    def probing(self) -> None:
        """The ear knows that it is deaf, and has just tried to open its microphone again."""
        self._sign_if_due(self._now_s() - self._last_s)

    def _sign_if_due(self, waited_s: float) -> None:
        every_s = self._supervisor.watchdog_s
        if every_s is not None and waited_s >= every_s / 2:
            self._supervisor.alive()
            self._last_s += waited_s
            self._samples = 0


def _one_line(text: str) -> str:
    return " ".join(text.split())
