"""Runs tests.steady_program on a virtual card and reads what it tells."""

import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.virtual_card import VirtualCard

Facts = dict[str, str | float]
DEADLINE_S = 30.0


class SteadyProgram:
    """A running program; its events are taken in order."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._told: queue.SimpleQueue[Facts] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.pid = process.pid

    def next(self, event: str) -> Facts:
        """The next event, which must be this one."""
        facts = self._told.get(timeout=DEADLINE_S)
        assert facts["event"] == event, facts
        return facts

    def silent_for(self, seconds: float) -> None:
        """Nothing happens for so long."""
        with pytest.raises(queue.Empty):
            self._told.get(timeout=seconds)

    def say(self) -> None:
        """Give it a line."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def close(self) -> Facts:
        """End its input; what it says then."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        facts = self.next("closed")
        assert self._process.wait(timeout=DEADLINE_S) == 0
        return facts

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._told.put(json.loads(line))


@contextmanager
def steady_program(card: VirtualCard, *arguments: str) -> Iterator[SteadyProgram]:
    """One `python -m tests.steady_program`."""
    program = SteadyProgram(card.start_program("tests.steady_program", *arguments))
    try:
        yield program
    finally:
        program.kill()
