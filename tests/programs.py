"""Real second processes for tests: they tell JSON objects, one a line, and are waited for."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from robot.body.driver import Driver

ROOT = Path(__file__).resolve().parent.parent
Fact = str | float | bool | None | list[float]
Facts = dict[str, Fact]


def tell(**facts: Fact) -> None:
    """For the programs: one line to the test."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def asked() -> list[str] | None:
    """For the programs: the words of a line that the test sent, if one came; never waits."""
    ready, _, _ = select.select([sys.stdin], [], [], 0.0)
    return sys.stdin.readline().split() if ready else None


class Program:
    """`python -m MODULE ARGUMENTS`, killed when the test is over."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", module, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._unread = b""
        self.told: list[Facts] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._process.kill()  # also ends one that was stopped by a signal
        self._process.communicate()

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def ask(self, line: str) -> None:
        """One line to the program's standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def expect(self, event: str, timeout_s: float = 15.0) -> Facts:
        """The next line with this `event`; fails when it does not come."""
        ends_s = time.monotonic() + timeout_s
        while True:
            facts = self._next(ends_s, event)
            self.told.append(facts)
            if facts.get("event") == event:
                return facts

    def drain(self, timeout_s: float) -> list[Facts]:
        """All lines until none comes for so long."""
        lines: list[Facts] = []
        while self._has_line(timeout_s):
            lines.append(self._next(time.monotonic() + timeout_s, "any"))
        return lines

    def _has_line(self, timeout_s: float) -> bool:
        assert self._process.stdout is not None
        if b"\n" in self._unread:
            return True
        ready, _, _ = select.select([self._process.stdout], [], [], timeout_s)
        return bool(ready)

    def _next(self, ends_s: float, event: str) -> Facts:
        assert self._process.stdout is not None
        while b"\n" not in self._unread:
            left_s = ends_s - time.monotonic()
            ready, _, _ = select.select([self._process.stdout], [], [], max(left_s, 0.0))
            assert ready, f"no `{event}` in time; told so far: {self.told[-5:]}"
            more = os.read(self._process.stdout.fileno(), 65_536)
            assert more, f"the program ended before `{event}`; told: {self.told[-5:]}"
            self._unread += more
        line, _, self._unread = self._unread.partition(b"\n")
        facts: Facts = json.loads(line)
        return facts


def wait_until_found(body: Driver) -> None:
    """Until somebody follows; for bodies without odometry, which `find` would wait for."""
    for _ in range(100):
        if body.observe().fault is None:
            return
        body.wait(0.05)
    raise AssertionError("nobody follows")


def number(facts: Facts, name: str) -> float:
    """A number that was told."""
    value = facts[name]
    assert isinstance(value, int | float), f"{name}: {value!r}"
    return float(value)
