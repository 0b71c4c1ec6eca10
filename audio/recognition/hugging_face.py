"""What a folder of Hugging Face holds, told without loading PyTorch."""

from pathlib import Path

import msgspec

from config.errors import ModelError

CONFIGURATION = "config.json"
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
"""The first that is there is read."""


class _Kind(msgspec.Struct, frozen=True):
    model_type: str = ""


def check_folder(folder: Path) -> None:
    """Raise ModelError unless `folder` is a Whisper with its weights in one file."""
    try:
        kind = msgspec.json.decode((folder / CONFIGURATION).read_bytes(), type=_Kind).model_type
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(
            f"{folder}: this folder has no readable {CONFIGURATION}, so it is no model of Hugging"
            " Face. Give the file of a model, or such a folder."
        ) from error
    if kind != "whisper":
        raise ModelError(
            f"{folder}: this is a model of the type `{kind}`. Only Whisper folders are read; fetch"
            " chat models as one .gguf file."
        )
    weights_file(folder)


def weights_file(folder: Path) -> Path:
    """The file with the weights; ModelError when there is none that can be read."""
    for name in WEIGHTS:
        if (folder / name).is_file():
            return folder / name
    raise ModelError(
        f"{folder}: there is neither {' nor '.join(WEIGHTS)} in it. Weights in several pieces are"
        " not read; fetch a version in one file."
    )
