"""What systemd is told, over a real datagram socket, and when the watchdog is fed."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from robot.live.priority import EAR_NICE, go_first
from robot.live.systemd import Supervisor, Watchdog

RATE_HZ = 16_000


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    """systemd's end of the socket."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind("\0" + address[1:] if address.startswith("@") else address)
        systemd.settimeout(5.0)
        yield systemd


def told(systemd: socket.socket) -> list[str]:
    return systemd.recv(4_096).decode().split("\n")


def nothing_more(systemd: socket.socket) -> bool:
    systemd.setblocking(False)
    try:
        systemd.recv(4_096)
    except BlockingIOError:
        return True
    finally:
        systemd.settimeout(5.0)
    return False


@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_each_word_arrives(tmp_path: Path, kind: str) -> None:
    address = str(tmp_path / "notify") if kind == "path" else f"@sori-test-{os.getpid()}"
    with listening(address) as systemd:
        supervisor = Supervisor.from_environment({"NOTIFY_SOCKET": address})
        supervisor.ready("Listening.")
        assert told(systemd) == ["READY=1", "STATUS=Listening."]
        supervisor.status("two\nlines\tof  it")
        assert told(systemd) == ["STATUS=two lines of it"]
        supervisor.alive()
        assert told(systemd) == ["WATCHDOG=1"]
        supervisor.reloading()
        reloading, moment = told(systemd)
        name, _, microseconds = moment.partition("=")
        assert (reloading, name) == ("RELOADING=1", "MONOTONIC_USEC")
        assert int(microseconds) > 0
        supervisor.stopping()
        assert told(systemd) == ["STOPPING=1"]


@pytest.mark.parametrize(
    ("environment", "watchdog_s"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "20000000"}, None),  # nobody to tell
        ({"NOTIFY_SOCKET": "/x"}, None),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "20000000"}, 20.0),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"}, None),  # another's
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "5", "WATCHDOG_PID": str(os.getpid())}, 5e-6),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "0"}, None),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "often"}, None),
        ({"NOTIFY_SOCKET": "vsock:2:1", "WATCHDOG_USEC": "5"}, None),
    ],
)
def test_the_environment_says_whether_signs_of_life_are_wanted(
    environment: dict[str, str], watchdog_s: float | None
) -> None:
    assert Supervisor.from_environment(environment).watchdog_s == watchdog_s


def test_a_systemd_that_is_gone_or_hangs_disturbs_nobody(tmp_path: Path) -> None:
    Supervisor.from_environment({}).ready("to nobody")
    Supervisor(str(tmp_path / "gone")).ready("to a socket that is not there")
    with listening(str(tmp_path / "notify")) as systemd:
        supervisor = Supervisor(str(tmp_path / "notify"))
        most = 1 + int(Path("/proc/sys/net/unix/max_dgram_qlen").read_text())
        for _ in range(most + 1):  # nobody reads: the last one finds no room, and is dropped
            supervisor.alive()
        assert told(systemd) == ["WATCHDOG=1"]


class Time:
    """A clock that tests put forward."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def signs(tmp_path: Path, steps: list[tuple[float, int | None]]) -> list[bool]:
    """Whether a sign of life was given after each step (seconds passed, samples or a probe)."""
    clock, given = Time(), []
    with listening(str(tmp_path / "notify")) as systemd:
        watchdog = Watchdog(Supervisor(str(tmp_path / "notify"), 20.0), clock)
        for seconds, samples in steps:
            clock.now_s += seconds
            if samples is None:
                watchdog.probing()
            else:
                watchdog.progress(samples)
            given.append(not nothing_more(systemd))
    return given


@pytest.mark.parametrize(
    ("steps", "given"),
    [
        # Sound as it should come: a sign every 10 s, half of what is allowed.
        ([(5.0, 80_000)] * 5, [False, True, False, True, False]),
        # No sound, or hardly any: none at all.
        ([(5.0, 0)] * 4, [False] * 4),
        ([(5.0, 800)] * 4, [False] * 4),
        # Known to be deaf, and trying.
        ([(4.0, None)] * 6, [False, False, True, False, False, True]),
        # It hung for 15 s, and hears again: first a tenth of the time has to be heard.
        ([(15.0, 160), (0.5, 8_000), (1.5, 24_000)], [False, False, True]),
        # Sound that was heard before the last sign does not count again.
        ([(10.0, 1_600_000), (10.0, 0)], [True, False]),
    ],
)
def test_only_an_ear_that_advances_feeds_the_watchdog(
    tmp_path: Path, steps: list[tuple[float, int | None]], given: list[bool]
) -> None:
    assert signs(tmp_path, steps) == given


def test_without_a_watchdog_nothing_is_told(tmp_path: Path) -> None:
    clock = Time()
    with listening(str(tmp_path / "notify")) as systemd:
        watchdog = Watchdog(Supervisor(str(tmp_path / "notify"), None), clock)
        clock.now_s += 1_000.0
        watchdog.progress(1_000 * RATE_HZ)
        watchdog.probing()
        assert nothing_more(systemd)


def test_the_ear_alone_goes_first() -> None:
    def nice() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    found: list[tuple[bool, int]] = []
    before = nice()
    ear = threading.Thread(target=lambda: found.append((go_first(), nice())))
    ear.start()
    ear.join()
    (allowed, in_ear), here = found[0], nice()
    assert in_ear == (EAR_NICE if allowed else before)
    assert here == before
