"""The process in which a new model file is opened for the first time.

`python -m robot.model_trial_worker JOB FILE SHA256|TARGET` answers with one JSON line. Loaders of
models are attack surface and some end the process; here that costs nobody anything.
"""

import sys
from pathlib import Path

from config.threads import share_cores

share_cores()  # before anything below imports numpy

import msgspec  # noqa: E402
import numpy as np  # noqa: E402

from config.errors import SoriError  # noqa: E402
from config.model_files import sha256_of  # noqa: E402
from config.settings import ChatSettings  # noqa: E402

CONTEXT_TOKENS = 128
LISTENED_FRAMES = 64
TRIAL_TEXT = "Hello, 안녕!\n"
"""Holds characters that a vocabulary without bytes cannot spell: llama.cpp ends the process."""


class TrialAnswer(msgspec.Struct, frozen=True):
    """What came of it."""

    problem: str = ""
    """A sentence for people; empty when all went well."""
    about: str = ""
    """One line on the model."""


def try_whisper(path: Path, sha256: str) -> str:
    """Load it, let it hear a moment of silence and write a token."""
    from audio.recognition import torch_engine  # noqa: PLC0415  # torch takes seconds to import

    engine = torch_engine.load(path, sha256, threads=1)
    silence = np.zeros((engine.mel_bins, 2 * LISTENED_FRAMES), np.float32)
    engine.decode(engine.encode(silence), "en", max_tokens=1)
    n_languages = len(engine.languages)
    return f"Whisper, {n_languages} language{'s' * (n_languages > 1)}, {engine.mel_bins} mel bins"


def try_llama(path: Path, sha256: str) -> str:
    """Load it and let it write a token."""
    from nlu import chat_model  # noqa: PLC0415  # llama.cpp is loaded only for its own models
    from nlu.language_model import ReplyLimits  # noqa: PLC0415
    from nlu.weights import Weights  # noqa: PLC0415

    settings = ChatSettings(context_tokens=CONTEXT_TOKENS)
    model = chat_model.load(Weights(path, sha256), settings)
    tokens = [model.vocabulary.bos, *model.tokenize(TRIAL_TEXT)]
    limits = ReplyLimits(max_tokens=1, max_s=60.0)
    list(model.generate(tokens, limits))
    model.close()
    return "Llama"


def convert(source: Path, target: str) -> str:
    """Write a Hugging Face Whisper in openai-whisper's format, and try that."""
    from audio.recognition import torch_hugging_face  # noqa: PLC0415  # torch, as above

    torch_hugging_face.convert(source, Path(target))
    return try_whisper(Path(target), sha256_of(Path(target)))


JOBS = {"recognition": try_whisper, "chat": try_llama, "convert": convert}


def main(job: str, file: str, argument: str) -> None:
    """Do one job and print the answer."""
    try:
        answer = TrialAnswer(about=JOBS[job](Path(file), argument))
    except SoriError as error:
        answer = TrialAnswer(problem=error.message)
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
