"""For tests of the language model's process: what to ask, and what happens to processes."""

import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path

from config.model_files import sha256_of
from nlu.chat_process import ChatProcess
from nlu.language_model import LanguageModel
from nlu.llama_template import prompt_tokens
from nlu.weights import Weights
from tests.llama_checkpoints import write_scripted

WAIT_S = 30.0


def weights(path: Path) -> Weights:
    return Weights(path, sha256_of(path))


def asked(model: LanguageModel, text: str = "hi") -> list[int]:
    return prompt_tokens(model.vocabulary, "Be kind.", (), text)


def pid_of(model: ChatProcess) -> int:
    pid = model.supervisor.worker_pid
    assert pid is not None
    return pid


def ends(pid: int, end: Callable[[], object]) -> bool:
    """Whether that process is gone soon after `end`."""
    process = os.pidfd_open(pid)
    end()
    readable, _, _ = select.select([process], [], [], WAIT_S)
    os.close(process)
    return bool(readable)


def wait_for(condition: Callable[[], object]) -> None:
    ends_s = time.monotonic() + WAIT_S
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < ends_s
        pause.wait(0.001)


def write_talker(folder: Path) -> Path:
    """Says "la. lo, la. lo," for ever, with much room for a prompt."""
    pieces = ["▁la", ".", "▁lo", ",", "▁la"]
    return write_scripted(folder / "talker.gguf", pieces, context_tokens="8192")
