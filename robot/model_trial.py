"""Opens a new model file in a process of its own, which may crash or hang without harm."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Literal

import msgspec

from config.errors import ModelError
from config.model_files import Role
from robot.model_trial_worker import TrialAnswer

Job = Literal["recognition", "chat", "convert"]

START_S = 120.0
"""Python, PyTorch and a loaded board."""
SLOWEST_BYTES_A_S = 5e6
"""A poor SD card, read twice."""


def try_out(role: Role, path: Path, sha256: str) -> str:
    """Load the file, whose hash must be `sha256`, and use it once; returns one line about it.

    Adapters are not tried: they fit one model only. Raises ModelError for a file that cannot be
    loaded, that crashes its engine, or that takes far too long.
    """
    if role == "adapter":
        return "LoRA adapter"
    return _ask("recognition" if role == "recognition" else "chat", path, sha256)


def convert_and_try_out(source: Path, target: Path) -> str:
    """Write the Hugging Face Whisper at `source` (folder or safetensors) to `target`, and use it.

    Returns and raises like `try_out`.
    """
    return _ask("convert", source, str(target))


def size_of(path: Path) -> int:
    """Bytes of a file, or of the files in a folder."""
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _ask(job: Job, path: Path, argument: str) -> str:
    deadline_s = START_S + size_of(path) / SLOWEST_BYTES_A_S
    try:
        done = subprocess.run(
            [sys.executable, "-m", "robot.model_trial_worker", job, str(path.resolve()), argument],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=Path(__file__).resolve().parents[1],
            timeout=deadline_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            f"{path}: the model could not be loaded within {deadline_s:.0f} s. It was not added."
        ) from error
    if done.returncode < 0:
        raise ModelError(
            f"{path}: loading it crashed its engine ({signal.Signals(-done.returncode).name}). It"
            " was not added; nothing else was harmed. The file is damaged, made to do harm, or too"
            " large for the memory."
        )
    try:
        answer = msgspec.json.decode(done.stdout.splitlines()[-1], type=TrialAnswer)
    except (IndexError, msgspec.DecodeError) as error:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ModelError(
            f"{path}: loading it failed ({''.join(last) or f'exit code {done.returncode}'})."
            " It was not added."
        ) from error
    if answer.problem:
        raise ModelError(f"{answer.problem} It was not added.")
    return answer.about
