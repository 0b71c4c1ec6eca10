"""An openai-whisper checkpoint file: checked, read, and its tensors handed out by name."""

import hashlib
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import torch
from torch import Tensor

from config.errors import ModelError


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Shape of a Whisper model; names as in openai/whisper `model.py`."""

    n_mels: int
    n_audio_ctx: int
    n_audio_state: int
    n_audio_head: int
    n_audio_layer: int
    n_vocab: int
    n_text_ctx: int
    n_text_state: int
    n_text_head: int
    n_text_layer: int


@dataclass(frozen=True, slots=True)
class Dense:
    """A linear layer: weight of shape (n_out, n_in), bias of shape (n_out,)."""

    weight: Tensor
    bias: Tensor


@dataclass(frozen=True, slots=True)
class Norm:
    """Scale and shift of a layer norm."""

    weight: Tensor
    bias: Tensor


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All weights of one model, by their name in openai/whisper."""

    path: Path
    dimensions: Dimensions
    tensors: Mapping[str, Tensor]

    def tensor(self, name: str, *shape: int) -> Tensor:
        """The named weights in float32; raises ModelError unless they are there in that shape."""
        tensor = self.tensors.get(name)
        if tensor is None or tuple(tensor.shape) != shape:
            found = "missing" if tensor is None else f"of shape {tuple(tensor.shape)}"
            raise _not_whisper(self.path, f"{name} is {found}, not of shape {shape}")
        return tensor.detach().float().contiguous()

    def norm(self, name: str, n_state: int) -> Norm:
        """A layer norm over `n_state` values."""
        return Norm(self.tensor(f"{name}.weight", n_state), self.tensor(f"{name}.bias", n_state))

    def dense(self, name: str, n_out: int, n_in: int) -> Dense:
        """A linear layer."""
        return Dense(self.tensor(f"{name}.weight", n_out, n_in), self.tensor(f"{name}.bias", n_out))

    def projections(self, attention: str, parts: tuple[str, ...], n_state: int) -> Dense:
        """Several projections of one attention as one matrix: its rows in the order of `parts`."""
        weights = [self.tensor(f"{attention}.{part}.weight", n_state, n_state) for part in parts]
        biases = [
            torch.zeros(n_state)  # Whisper's keys have no bias
            if part == "key"
            else self.tensor(f"{attention}.{part}.bias", n_state)
            for part in parts
        ]
        return Dense(torch.cat(weights), torch.cat(biases))


_WHAT_TO_DO = (
    "Restore a built-in model with `git checkout -- models`, or add your own with"
    " `sori models add FILE`."
)


def read(path: Path, sha256: str) -> Checkpoint:
    """Read the checkpoint at `path`, after its hash was found to be `sha256` (hex).

    Nothing in the file is looked at before: a pickle that is not the one in the manifest may do
    anything. Raises ModelError when the file is missing, changed, damaged or no Whisper model.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != sha256.lower():
                raise ModelError(
                    f"{path} is not the model file it should be (sha256 {found[:12]}…, expected"
                    f" {sha256[:12]}…). It was not loaded. {_WHAT_TO_DO}"
                )
            file.seek(0)  # the same open file: it cannot be exchanged after the check
            content = torch.load(file, map_location="cpu", weights_only=True)
    except OSError as error:
        raise ModelError(
            f"The model file {path} cannot be read ({error.strerror}). {_WHAT_TO_DO}"
        ) from error
    except (RuntimeError, pickle.UnpicklingError, EOFError, KeyError, ValueError) as error:
        raise _not_whisper(path, "PyTorch cannot read it") from error
    return _checked(path, content)


def _checked(path: Path, content: object) -> Checkpoint:
    match content:
        case {"dims": dict(dims), "model_state_dict": dict(state)}:
            tensors = {
                str(name): tensor for name, tensor in state.items() if isinstance(tensor, Tensor)
            }
        case _:
            raise _not_whisper(path, "it has no dims and model_state_dict")
    try:
        dimensions = msgspec.convert(dims, Dimensions)
    except msgspec.ValidationError as error:
        raise _not_whisper(path, f"its dims are wrong: {error}") from error
    if dimensions.n_audio_state != dimensions.n_text_state:
        raise _not_whisper(path, "encoder and decoder differ in width")
    return Checkpoint(path, dimensions, tensors)


def _not_whisper(path: Path, detail: str) -> ModelError:
    return ModelError(
        f"{path} is no Whisper checkpoint ({detail}); choose another model with"
        " `model` under [recognition]."
    )
