"""Any command of Sori's with one stage that takes as long as a test wants it to.

`python -m tests.held_stage STAGE listen --json ...` writes "held: STAGE" to standard error when
that stage is reached for the first time after SIGUSR2, and goes on with SIGUSR1; as often as
wanted. Processes are held by SIGSTOP.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

import pytest

from audio.recognition.transcriber import Transcriber
from audio.sound import Sound
from audio.synthesizer import Synthesizer
from audio.voices import Speaking
from nlu.adapters import PLAIN, Manner
from nlu.chat_process import ChatProcess
from nlu.language_model import ReplyLimits
from nlu.safety.screen import SafetyFilter
from robot.command_line import main
from robot.live.events import EventHub, LiveEvent, StateChanged

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
LONGEST_S = 60.0

_released = threading.Event()
_held = threading.Lock()
_held.acquire()  # until SIGUSR2
_stopped: list[int] = []
_put = pytest.MonkeyPatch().setattr


def _tell(stage: str) -> None:
    sys.stderr.write(f"held: {stage}\n")
    sys.stderr.flush()


def _hold(stage: str) -> None:
    """Wait here, once."""
    if _held.acquire(blocking=False):
        _tell(stage)
        _released.wait(LONGEST_S)


def _hold_process(stage: str, pid: int | None) -> None:
    """Let that process do nothing from now on, once."""
    if pid is not None and _held.acquire(blocking=False):
        os.kill(pid, signal.SIGSTOP)
        _stopped.append(pid)
        _tell(stage)


def _arm(_number: int, _frame: object) -> None:
    _released.clear()
    _stopped.clear()
    if _held.locked():
        _held.release()


def _release(_number: int, _frame: object) -> None:
    _released.set()
    for pid in _stopped:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:  # it was given up meanwhile
            continue


def _before(stage: str, do: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    @wraps(do)
    def held(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if kwargs.get("side") != "person":  # the filter reads what people say, too
            _hold(stage)
        return do(*args, **kwargs)

    return held


def _hold_recognition() -> None:
    _put(Transcriber, "transcribe", _before("recognition", Transcriber.transcribe))


def _hold_filter() -> None:
    _put(SafetyFilter, "screen", _before("filter", SafetyFilter.screen))


def _hold_model(stage: str, pieces: int) -> None:
    """After so many pieces of a reply; 0: within the prompt."""
    generate = ChatProcess.generate

    def held(
        model: ChatProcess, tokens: Sequence[int], limits: ReplyLimits, manner: Manner = PLAIN
    ) -> Generator[str, None, None]:
        if pieces == 0:
            _hold_process(stage, model.supervisor.worker_pid)
        for number, piece in enumerate(generate(model, tokens, limits, manner), 1):
            yield piece
            if number == pieces:
                _hold_process(stage, model.supervisor.worker_pid)

    _put(ChatProcess, "generate", held)


def _hold_synthesis() -> None:
    render = Synthesizer.render

    def held(speaker: Synthesizer, text: str, voice: str, speaking: Speaking) -> Sound:
        _hold_process("synthesis", speaker.worker_pid)
        return render(speaker, text, voice, speaking)

    _put(Synthesizer, "render", held)


def _tell_states() -> None:
    """Nothing is held: "held: moving" is told when Sori begins to move."""
    publish = EventHub.publish

    def told(hub: EventHub, event: LiveEvent) -> None:
        publish(hub, event)
        if isinstance(event, StateChanged):
            _tell(event.state)

    _put(EventHub, "publish", told)


HOLD: dict[str, Callable[[], None]] = {
    "recognition": _hold_recognition,
    "prompt": lambda: _hold_model("prompt", 0),
    "decoding": lambda: _hold_model("decoding", 2),
    "filter": _hold_filter,
    "synthesis": _hold_synthesis,
    "moving": _tell_states,
    "speaking": _tell_states,
}

if __name__ == "__main__":
    HOLD[sys.argv[1]]()
    signal.signal(signal.SIGUSR1, _release)
    signal.signal(signal.SIGUSR2, _arm)
    sys.exit(main(sys.argv[2:]))
