"""The speech engine in a process of its own: `python -m audio.synthesis_worker`.

pyttsx3 and espeak-ng can hang, crash or print; here they harm nobody. Each line on standard input
is a `RenderRequest`, each line on standard output the `RenderAnswer` to it; the first answer, with
id 0, says that the engine is ready. The process ends when its input does.

pyttsx3 2.99 is used in the one way that works: one engine for life, `save_to_file` and
`runAndWait` in pairs. (Of two queued files only the last is written; `say` ignores `stop`.)
"""

import importlib
import os
import signal
import sys
import threading
import time
from typing import BinaryIO

import msgspec

ALARM_S = 300
"""A request that hangs longer kills this process, even when nobody is left to do it."""

POLL_S = 0.001

USUAL_PITCH = 50
"""A voice's own pitch on espeak's scale."""


class RenderRequest(msgspec.Struct, frozen=True):
    """Render `text` into the WAV file `path`."""

    id: int
    text: str
    voice: str
    """espeak's file of the voice, with variant: `gmw/en+f2`."""
    words_per_minute: int
    path: str
    pitch: int = USUAL_PITCH
    """0..99 on espeak's scale."""


class RenderAnswer(msgspec.Struct, frozen=True):
    """The file is complete (`ok`), or why there is none."""

    id: int
    ok: bool
    error: str = ""


class Engine:
    """One pyttsx3 engine; not usable after an exception."""

    def __init__(self) -> None:
        # Imported here: a library that is missing becomes an answer, and the parent stays light.
        self._espeak = importlib.import_module("pyttsx3.drivers._espeak")
        self._engine = importlib.import_module("pyttsx3").init("espeak")
        self._finished = threading.Event()
        self._errors: list[str] = []
        self._pitch = USUAL_PITCH
        self._engine.connect("finished-utterance", self._on_finished)
        self._engine.connect("error", self._on_error)
        # The first runAndWait of a process returns while espeak's thread still works on it; all
        # later ones wait. So the first is for nobody.
        self.render(RenderRequest(0, "a", "en", 165, os.devnull))

    def render(self, request: RenderRequest) -> str:
        """Write the file; returns why it could not be written, or nothing."""
        self._finished.clear()
        self._errors.clear()
        self._engine.setProperty("voice", request.voice)
        self._engine.setProperty("rate", request.words_per_minute)
        self._settle()
        if request.pitch != self._pitch:  # seldom: espeak's thread works on it like on a text
            self._engine.setProperty("pitch", request.pitch)
            self._pitch = request.pitch
            self._settle()
        self._engine.save_to_file(request.text, request.path)
        self._engine.runAndWait()
        self._finished.wait()
        self._settle()
        return "; ".join(self._errors)

    def _settle(self) -> None:
        """Wait for espeak's thread, which also sets the rate and outlives its last callback.

        A runAndWait that finds it busy cancels its own text (about 1 in 8, measured).
        """
        while self._espeak.IsPlaying():
            time.sleep(POLL_S)

    def _on_finished(self, name: str | None, completed: bool) -> None:
        if not completed:
            self._errors.append("the engine was stopped")
        self._finished.set()

    def _on_error(self, name: str | None, exception: Exception) -> None:
        self._errors.append(str(exception))


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer every request until the input ends; an exception of the engine is the last answer."""

    def answer(id: int, error: str) -> None:
        answers.write(msgspec.json.encode(RenderAnswer(id, not error, error)) + b"\n")
        answers.flush()

    decoder = msgspec.json.Decoder(RenderRequest)
    request_id = 0
    try:
        engine = Engine()
        answer(0, "")
        for line in requests:
            request = decoder.decode(line)
            request_id = request.id
            signal.alarm(ALARM_S)
            answer(request_id, engine.render(request))
            signal.alarm(0)
    except Exception as error:  # noqa: BLE001 - whatever the engine throws is told to the parent
        answer(request_id, f"{type(error).__name__}: {error}")


def main() -> None:
    """Keep the real standard output for answers; what libraries print goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        serve(sys.stdin.buffer, answers)
    sys.stderr.flush()
    os._exit(0)  # espeak-ng's threads sometimes abort in an orderly exit


if __name__ == "__main__":
    main()
