"""Whisper in Hugging Face's files, written anew as an openai-whisper checkpoint.

Same weights under other names (transformers `convert_openai_to_hf.py` tells which).
"""

import pickle
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import msgspec
import torch
from torch import Tensor

from audio.recognition import safetensors_file
from audio.recognition.hugging_face import CONFIGURATION, weights_file
from audio.recognition.torch_checkpoint import Dimensions
from audio.recognition.torch_vocabulary import of_size
from config.errors import ModelError

HEAD_SIZE = 64
"""Of every Whisper; used where a file of weights comes without its configuration."""

_READ_OUT = "proj_out.weight"
"""The token table a second time; openai-whisper keeps it once."""
_NAMES = (
    (r"^model\.", ""),
    (r"\.layers\.", ".blocks."),
    (r"^encoder\.embed_positions\.weight$", "encoder.positional_embedding"),
    (r"^decoder\.embed_positions\.weight$", "decoder.positional_embedding"),
    (r"^decoder\.embed_tokens\.", "decoder.token_embedding."),
    (r"^encoder\.layer_norm\.", "encoder.ln_post."),
    (r"^decoder\.layer_norm\.", "decoder.ln."),
    (r"\.self_attn_layer_norm\.", ".attn_ln."),
    (r"\.encoder_attn_layer_norm\.", ".cross_attn_ln."),
    (r"\.final_layer_norm\.", ".mlp_ln."),
    (r"\.self_attn\.", ".attn."),
    (r"\.encoder_attn\.", ".cross_attn."),
    (r"\.q_proj\.", ".query."),
    (r"\.k_proj\.", ".key."),
    (r"\.v_proj\.", ".value."),
    (r"\.out_proj\.", ".out."),
    (r"\.fc1\.", ".mlp.0."),
    (r"\.fc2\.", ".mlp.2."),
)


class _Configuration(msgspec.Struct, frozen=True):
    """The part of `config.json` that openai-whisper calls dims."""

    model_type: str
    d_model: int
    vocab_size: int
    num_mel_bins: int
    max_source_positions: int
    max_target_positions: int
    encoder_layers: int
    encoder_attention_heads: int
    decoder_layers: int
    decoder_attention_heads: int


def convert(source: Path, target: Path) -> Dimensions:
    """Write the Whisper at `source` to `target` in openai-whisper's format; returns its shape.

    `source` is a Hugging Face folder or a lone safetensors file. Raises ModelError for anything
    that is no whole Whisper.
    """
    folder = source if source.is_dir() else None
    weights = weights_file(source) if folder else source
    tensors = _renamed(weights, _read(weights))
    dimensions = _from_configuration(folder) if folder else _from_shapes(weights, tensors)
    if of_size(dimensions.n_vocab) is None:
        raise ModelError(
            f"{source}: it has {dimensions.n_vocab} tokens, which no Whisper of OpenAI has."
        )
    torch.save({"dims": asdict(dimensions), "model_state_dict": tensors}, target)
    return dimensions


def _read(path: Path) -> dict[str, Tensor]:
    if path.suffix == ".bin":
        return _read_pickled(path)
    arrays = safetensors_file.read(path)
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def _read_pickled(path: Path) -> dict[str, Tensor]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, pickle.UnpicklingError, EOFError, KeyError, ValueError) as error:
        raise ModelError(
            f"{path}: PyTorch cannot read this file, or it holds more than weights. Fetch the"
            " version with model.safetensors."
        ) from error
    if not isinstance(content, dict):
        raise ModelError(f"{path}: this file holds no weights by name.")
    return {str(name): value for name, value in content.items() if isinstance(value, Tensor)}


def _renamed(path: Path, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    renamed: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        new = name
        for pattern, replacement in _NAMES:
            new = re.sub(pattern, replacement, new)
        renamed[new] = tensor
    embedding = renamed.get("decoder.token_embedding.weight")
    read_out = renamed.pop(_READ_OUT, None)
    if embedding is None or "encoder.conv1.weight" not in renamed:
        raise ModelError(f"{path}: these are not the weights of a Whisper.")
    if read_out is not None and not torch.equal(read_out, embedding):
        raise ModelError(
            f"{path}: it reads out with other weights than it reads in with; OpenAI's format, which"
            " Sori runs, cannot say that."
        )
    return renamed


def _from_configuration(folder: Path) -> Dimensions:
    path = folder / CONFIGURATION
    try:
        said = msgspec.json.decode(path.read_bytes(), type=_Configuration)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{path}: this is no configuration of a Whisper: {error}.") from error
    return Dimensions(
        n_mels=said.num_mel_bins,
        n_audio_ctx=said.max_source_positions,
        n_audio_state=said.d_model,
        n_audio_head=said.encoder_attention_heads,
        n_audio_layer=said.encoder_layers,
        n_vocab=said.vocab_size,
        n_text_ctx=said.max_target_positions,
        n_text_state=said.d_model,
        n_text_head=said.decoder_attention_heads,
        n_text_layer=said.decoder_layers,
    )


def _from_shapes(path: Path, tensors: Mapping[str, Tensor]) -> Dimensions:
    """Everything but the number of heads can be seen; all of Whisper's heads have one size."""

    def layers(part: str) -> int:
        pattern = re.compile(rf"{part}\.blocks\.(\d+)\.")
        found = [int(match[1]) for name in tensors if (match := pattern.match(name))]
        return max(found, default=-1) + 1

    try:
        n_state, n_mels, _ = tensors["encoder.conv1.weight"].shape
        n_vocab, n_text_state = tensors["decoder.token_embedding.weight"].shape
        n_audio_ctx, _ = tensors["encoder.positional_embedding"].shape
        n_text_ctx, _ = tensors["decoder.positional_embedding"].shape
    except (KeyError, ValueError) as error:
        raise ModelError(f"{path}: these are not the weights of a whole Whisper.") from error
    return Dimensions(
        n_mels=n_mels,
        n_audio_ctx=n_audio_ctx,
        n_audio_state=n_state,
        n_audio_head=n_state // HEAD_SIZE,
        n_audio_layer=layers("encoder"),
        n_vocab=n_vocab,
        n_text_ctx=n_text_ctx,
        n_text_state=n_text_state,
        n_text_head=n_text_state // HEAD_SIZE,
        n_text_layer=layers("decoder"),
    )
