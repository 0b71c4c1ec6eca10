"""Runs `sori listen` or `sori serve` and gathers what happens in it."""

import http.client
import json
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.own_settings import own_settings
from tests.virtual_card import REPOSITORY, VirtualCard

START_S = 180.0
END_S = 8.0
"""It has to be gone 5 s after SIGTERM."""
ASK_S = 10.0
_READY = "Listening."
_LOG_LINE = '{"time":'


class Times(msgspec.Struct, frozen=True):
    """Of a turn object."""

    endpoint: int | None = None
    recognise: int | None = None
    first_token: int | None = None
    first_sound: int | None = None
    total: int | None = None


class Turn(msgspec.Struct, frozen=True):
    """What is read of a turn object."""

    turn: int
    transcript: str
    no_speech: bool
    language: str | None
    reply: str | None
    timings_ms: Times


class _Message(msgspec.Struct, frozen=True):
    type: str
    turn: msgspec.Raw = msgspec.Raw(b"")
    state: str = ""


class _LogLine(msgspec.Struct, frozen=True):
    level: str
    message: str


Kind = Literal["turn", "stopped", "failed", "recovered", "reloaded", "state"]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that the program told, and when it did (`time.monotonic`)."""

    at_s: float
    kind: Kind
    part: str = ""
    """`microphone`, `speaker`, `language model`, ..., of `failed` and `recovered`; which `state`,
    told by a service only."""
    turn: Turn | None = None


class Program:
    """A running Sori with memory, state and temporary files in a folder of its own."""

    def __init__(
        self, card: VirtualCard, folder: Path, *, serves: bool, debug: bool = False
    ) -> None:
        """Returns when it listens."""
        self.serves = serves
        self.happened: queue.SimpleQueue[Happening] = queue.SimpleQueue()
        self.troubles: Counter[str] = Counter()
        """Warnings and errors of the log, digits left out, and how often each came."""
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self._log = (folder / "log").open("w", encoding="utf-8")
        self._ready = threading.Event()
        self._ends = False
        self._address, self._token = "", ""
        log = f'[log]\nformat = "json"\nlevel = "{"debug" if debug else "info"}"\n'
        settings = own_settings(folder, log)
        command = ["serve" if serves else "listen", "--json", "--config", str(settings)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "robot", *command],
            cwd=REPOSITORY,
            env=card.environment | {"TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        readers = [self._read_output, self._read_errors]
        self._readers = [threading.Thread(target=reader, daemon=True) for reader in readers]
        for thread in self._readers:
            thread.start()
        if not self._ready.wait(START_S) or self.process.poll() is not None:
            raise RuntimeError(f"Sori did not start: {dict(self.troubles)}")

    @property
    def pid(self) -> int:
        """Of the parent."""
        return self.process.pid

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.process.poll() is None

    def next(self, timeout_s: float) -> Happening | None:
        """What happens next; None when nothing did in time."""
        try:
            return self.happened.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            return None

    def reload(self) -> None:
        """SIGHUP."""
        self.process.send_signal(signal.SIGHUP)

    def poke(self) -> None:
        """Ask the service for its state and its metrics, as a page and Prometheus would."""
        if not self.serves:
            return
        headers = {"Authorization": f"Bearer {self._token}"}
        for path in ("/api/state", "/metrics"):
            connection = http.client.HTTPConnection(self._address, timeout=ASK_S)
            try:
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    self.troubles[f"{path} answered {answer.status}"] += 1
            except OSError as error:
                self.troubles[f"{path}: {error}"] += 1
            finally:
                connection.close()

    def end(self) -> tuple[int | None, float]:
        """SIGTERM; its exit status (None: it had to be killed) and the seconds it took."""
        began_s = time.monotonic()
        self._ends = True
        if self.is_running:
            self.process.terminate()
        status: int | None = None
        try:
            status = self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        took_s = time.monotonic() - began_s
        for thread in self._readers:
            thread.join(END_S)
        self._log.close()
        return status, took_s

    def _put(self, kind: Kind, part: str = "", turn: Turn | None = None) -> None:
        self.happened.put(Happening(time.monotonic(), kind, part, turn))

    def _read_output(self) -> None:
        assert self.process.stdout is not None
        if self.serves:
            facts = json.loads(self.process.stdout.readline() or "{}")
            if facts:
                self._token = Path(facts["token_file"]).read_text("utf-8").strip()
                self._address = facts["address"].removeprefix("http://").rstrip("/")
                self._follow()
            return
        for line in self.process.stdout:
            self._put("turn", turn=msgspec.json.decode(line, type=Turn))

    def _follow(self) -> None:
        """The events of the service; its connection lasts as long as the program does."""
        protocols = [Subprotocol("sori"), Subprotocol(f"token.{self._token}")]
        try:
            with connect(f"ws://{self._address}/api/events", subprotocols=protocols) as events:
                self._ready.set()
                for text in events:
                    message = msgspec.json.decode(text, type=_Message)
                    if message.type == "turn":
                        self._put("turn", turn=msgspec.json.decode(message.turn, type=Turn))
                    elif message.type == "stopped":
                        self._put("stopped")
                    elif message.type == "state":
                        self._put("state", message.state)
        except (ConnectionClosed, OSError) as error:
            if not self._ends:
                self._note(f"events: {error}")

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._log.write(line)
            self._log.flush()
            # What is told to people may stand before a line of the log: two threads write.
            told, brace, logged = line.partition(_LOG_LINE)
            if logged:
                self._read_log(msgspec.json.decode(brace + logged, type=_LogLine))
            if told.startswith(_READY) and not self.serves:
                self._ready.set()
            elif "(stopped)" in told:
                self._put("stopped")
        self._ready.set()  # it is over

    def _read_log(self, line: _LogLine) -> None:
        if line.level in ("warning", "error"):
            self._note(line.message)
        part, _, message = line.message.partition(": ")
        if message == "works again":
            self._put("recovered", part)
        elif line.message.startswith("The settings were read again"):
            self._put("reloaded")
        elif line.level == "warning" and part in ("microphone", "speaker", "language model"):
            self._put("failed", part)

    def _note(self, message: str) -> None:
        without_digits = "".join("#" if sign.isdigit() else sign for sign in message)
        self.troubles[without_digits] += 1
