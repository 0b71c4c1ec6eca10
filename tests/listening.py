"""A running `sori listen` for the tests that talk to it over a virtual card."""

import json
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pytest

from tests.own_settings import own_settings
from tests.quiet_service import Json
from tests.virtual_card import REPOSITORY, VirtualCard

WITHIN_S = 60.0
"""What does not come within this fails the test; this is no measure of time."""


class Listening:
    """`sori listen --json`, with a memory of its own."""

    def __init__(
        self,
        card: VirtualCard,
        folder: Path,
        *,
        greets: bool = False,
        program: Sequence[str] = ("robot",),
        settings: str = "",
    ) -> None:
        """`program`: the module that is run, and arguments before the command; `settings`: more
        lines of TOML. Returns when it listens."""
        file = own_settings(folder, settings, greets=greets)
        self.process = subprocess.Popen(
            [sys.executable, "-m", *program, "listen", "--json", "--config", str(file)],
            cwd=REPOSITORY,
            env=card.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._turns: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._told: queue.SimpleQueue[str] = queue.SimpleQueue()
        for stream, lines in (
            (self.process.stdout, self._turns),
            (self.process.stderr, self._told),
        ):
            assert stream is not None
            threading.Thread(target=_read, args=(stream, lines), daemon=True).start()
        try:
            self.wait_for("Listening")
        except pytest.fail.Exception:
            self.kill()
            raise

    def wait_for(self, words: str) -> None:
        """Read what it tells people until `words` come up."""
        told: list[str] = []
        while not told or words not in told[-1]:
            try:
                told.append(self._told.get(timeout=WITHIN_S))
            except queue.Empty:
                pytest.fail(f"{words!r} did not come, but {told}")
            if not told[-1]:
                pytest.fail(f"it ended without {words!r}: {told}")

    def turn(self) -> dict[str, Json]:
        """The next turn object."""
        found: dict[str, Json] = json.loads(self._turns.get(timeout=WITHIN_S))
        return found

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()


def _read(stream: IO[str], lines: queue.SimpleQueue[str]) -> None:
    """All lines, and an empty one at the end."""
    for line in stream:
        lines.put(line)
    lines.put("")
