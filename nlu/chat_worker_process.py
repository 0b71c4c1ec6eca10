"""Sori's end of one worker: starts it, hears it, knows when it is gone."""

import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from config.errors import ModelError
from nlu.chat_messages import Alive, Answer, NotOpened, Open, Opened, Question
from nlu.errors import WorkerDied

OPEN_DEADLINE_S = 600.0
"""A large model on a slow card; a worker that hangs meanwhile is found out by its silence."""
_OPENING_SILENCE_S = 30.0
"""Python alone takes seconds to start on a cold or busy board."""
_PYTHON_S_REPORT = "Fatal Python error"
"""What comes before it is what the library said of its end."""
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "OMP_", "OPENBLAS_", "GGML_")
"""Names, or how they begin: a model needs to know nothing else."""
_KEPT_LINES = 60
_READ_BYTES = 1 << 16
_LOOK_S = 0.25
"""How often it is looked whether a silent worker is silent for too long."""
_LEAVING_S = 2.0
"""What a killed process gets to be gone in; one that waits for a broken disk takes longer."""

Heard = Answer | None
"""None: the worker is gone."""


class ChatWorkerProcess:
    """One `nlu.chat_worker`; usable until it is gone, then good for its last words only."""

    def __init__(self, silence_s: float, on_gone: Callable[["ChatWorkerProcess"], None]) -> None:
        """Starts the process. `on_gone` is called once, from another thread, when it ended.

        A busy worker that says nothing for `silence_s` counts as hung and is killed. Raises
        ModelError when the system cannot start it.
        """
        self._silence_s = max(silence_s, _OPENING_SILENCE_S)
        self._silence_once_open_s = silence_s
        self._on_gone = on_gone
        self._why = ""
        self._said = deque[str](maxlen=_KEPT_LINES)
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: dict[int, queue.SimpleQueue[Heard]] = {}
        self._is_gone = False
        self._heard_s = time.monotonic()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "nlu.chat_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=Path(__file__).resolve().parents[1],
                env=_environment(),
                bufsize=0,
            )
        except OSError as error:
            raise ModelError(
                f"The language model's process cannot be started ({error})."
                " Close other programs, or set `chat.in_process = true`."
            ) from error
        assert self._process.stdin is not None
        self._questions = self._process.stdin.fileno()
        os.set_blocking(self._questions, False)
        self._errors_read = threading.Thread(target=self._read_errors, daemon=True)
        self._errors_read.start()
        self._reading = threading.Thread(target=self._read, name="language model", daemon=True)
        self._reading.start()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def is_gone(self) -> bool:
        """Whether the process ended."""
        return self._is_gone

    @property
    def ending(self) -> str:
        """How it ended, for people who look into it: the signal and what it said last."""
        code = self._process.returncode or 0
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        last = ""
        for line in self._said:
            if line.startswith(_PYTHON_S_REPORT):
                break
            last = line.strip() or last
        return "; ".join(filter(None, [self._why or how, last]))

    def open(self, question: Open) -> Opened:
        """Let it load its model. Raises ModelError when llama.cpp refuses, else WorkerDied."""
        with self.answers(0) as heard:
            self.send(question)
            match self.next(heard, OPEN_DEADLINE_S):
                case Opened() as opened:
                    self._silence_s = self._silence_once_open_s
                    return opened
                case NotOpened(message=message):
                    raise ModelError(message)
                case _:
                    self.kill("it was not loaded in time")
                    raise WorkerDied("The language model's process did not load in time.")

    @contextmanager
    def answers(self, id: int) -> Iterator[queue.SimpleQueue[Heard]]:
        """What comes with that id, for as long as this is open. (Id 0 is of answers without.)"""
        heard = queue.SimpleQueue[Heard]()
        with self._lock:
            if self._is_gone:
                heard.put(None)
            self._waiting[id] = heard
        try:
            yield heard
        finally:
            with self._lock:
                del self._waiting[id]

    def next(self, heard: queue.SimpleQueue[Heard], within_s: float) -> Answer | None:
        """The next of those answers, or None where none comes in time.

        Raises WorkerDied when the worker is gone, or hangs, which is the end of it.
        """
        asked_s = time.monotonic()
        while True:
            now_s = time.monotonic()
            if now_s - max(asked_s, self._heard_s) > self._silence_s:
                self.kill(f"it hung for {self._silence_s:g} s")
                raise self.died()
            if now_s - asked_s > within_s:
                return None
            try:
                answer = heard.get(timeout=min(_LOOK_S, self._silence_s / 4))
            except queue.Empty:
                continue
            if answer is None:
                raise self.died()
            return answer

    def send(self, question: Question) -> None:
        """Raises WorkerDied when the worker is gone or does not read."""
        line = msgspec.json.encode(question) + b"\n"
        try:
            with self._writing:
                is_read = not self._is_gone and self._write(line)
        except OSError as error:
            self.kill("")  # it is gone already, or about to be
            raise self.died() from error
        if not is_read:
            self.kill(f"it did not read for {self._silence_s:g} s")
            raise self.died()

    def _write(self, line: bytes) -> bool:
        ready = select.poll()
        ready.register(self._questions, select.POLLOUT)
        while line and ready.poll(self._silence_s * 1_000):
            line = line[os.write(self._questions, line) :]
        return not line

    def died(self) -> WorkerDied:
        """The error for who waits for it."""
        return WorkerDied("The language model's process died while it was needed. Ask once more.")

    def kill(self, why: str) -> None:
        """End it at once, wherever it is; returns when it is gone. Once more is fine."""
        if not self._is_gone:
            self._why = self._why or why
            self._process.kill()
        if threading.current_thread() is not self._reading:
            self._reading.join(_LEAVING_S)

    def _read(self) -> None:
        assert self._process.stdout is not None
        decoder = msgspec.json.Decoder(Answer)
        output, received = self._process.stdout.fileno(), b""
        while more := os.read(output, _READ_BYTES):
            self._heard_s = time.monotonic()
            *lines, received = (received + more).split(b"\n")
            for line in lines:
                self._pass_on(decoder.decode(line))
        self._process.wait()
        self._errors_read.join(_LEAVING_S)
        with self._writing, self._lock:
            self._is_gone = True
        self._on_gone(self)  # before those who wait ask for the next one
        with self._lock:
            for heard in self._waiting.values():
                heard.put(None)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _pass_on(self, answer: Answer) -> None:
        if isinstance(answer, Alive):
            return
        id = 0 if isinstance(answer, Opened | NotOpened) else answer.id
        with self._lock:
            if (heard := self._waiting.get(id)) is not None:
                heard.put(answer)

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._said.append(line.decode(errors="replace").rstrip())


def _environment() -> dict[str, str]:
    kept = (item for item in os.environ.items() if item[0].startswith(_KEPT_ENVIRONMENT))
    return {**dict(kept), "GGML_NO_BACKTRACE": "1"}  # it would start a debugger first
