"""The parent's end of the speech worker: start it, ask it with a deadline, end it."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import msgspec

from audio.errors import SynthesisError
from audio.synthesis_worker import RenderAnswer, RenderRequest

START_DEADLINE_S = 30.0
"""Python, pyttsx3 and espeak-ng start in 0.3 s on a desktop; a loaded board gets a hundredfold."""

KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "ESPEAK_DATA_PATH", "LANG", "LC_ALL")
NO_SOUND_CARD = {"PULSE_SERVER": "unix:/dev/null", "ALSA_CONFIG_PATH": os.devnull}
"""The worker renders files; our own speaker plays them."""


class WorkerProcess:
    """One `audio.synthesis_worker`, and the memory file it writes into (nothing goes to disk)."""

    def __init__(self, process: subprocess.Popen[bytes], memory: int) -> None:
        self._process = process
        self._memory = memory
        self._last_id = 0
        self._answers = b""
        self._decoder = msgspec.json.Decoder(RenderAnswer)

    @classmethod
    def start(cls) -> Self:
        """Start a worker and wait until its engine is ready.

        Raises SynthesisError when it is not.
        """
        memory = os.memfd_create("sori-speech")
        environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "audio.synthesis_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # pyttsx3 prints a line for each file
                pass_fds=(memory,),
                cwd=Path(__file__).resolve().parents[1],
                env=environment | NO_SOUND_CARD,
                bufsize=0,
            )
        except OSError as error:
            os.close(memory)
            raise SynthesisError(f"The speech worker cannot be started ({error}).") from error
        worker = cls(process, memory)
        try:
            worker._wait_for(0, START_DEADLINE_S)
        except SynthesisError:
            worker.kill()
            raise
        return worker

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def render(
        self, text: str, voice: str, words_per_minute: int, pitch: int, deadline_s: float
    ) -> bytes:
        """The WAV file of `text`; SynthesisError when the worker fails or takes longer.

        `pitch` is 0..99 on espeak's scale, 50 the voice's own.
        """
        assert self._process.stdin is not None
        self._last_id += 1
        request = RenderRequest(
            self._last_id, text, voice, words_per_minute, f"/proc/self/fd/{self._memory}", pitch
        )
        os.ftruncate(self._memory, 0)
        try:
            self._process.stdin.write(msgspec.json.encode(request) + b"\n")
        except OSError as error:
            raise SynthesisError("The speech worker died.") from error
        self._wait_for(self._last_id, deadline_s)
        return read_memory_file(self._memory)

    def kill(self) -> None:
        """End the process, wherever it is, and let its memory go; once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        os.close(self._memory)

    def _wait_for(self, request_id: int, within_s: float) -> None:
        """Read answers until the one to this request; SynthesisError if it is not `ok`."""
        end = time.monotonic() + within_s
        while (answer := self._next_answer(end)).id != request_id:
            pass
        if not answer.ok:
            raise SynthesisError(f"The speech worker failed ({answer.error}).")

    def _next_answer(self, end: float) -> RenderAnswer:
        assert self._process.stdout is not None
        output = self._process.stdout.fileno()
        ready = select.poll()
        ready.register(output, select.POLLIN)
        while b"\n" not in self._answers:
            left_s = end - time.monotonic()
            if left_s <= 0 or not ready.poll(left_s * 1_000):
                raise SynthesisError("The speech worker did not answer in time.")
            received = os.read(output, 4_096)
            if not received:
                raise SynthesisError("The speech worker died.")
            self._answers += received
        line, self._answers = self._answers.split(b"\n", 1)
        return self._decoder.decode(line)


def read_memory_file(descriptor: int) -> bytes:
    """Everything in a file made by `os.memfd_create`."""
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)
