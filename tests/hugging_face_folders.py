"""Whisper as Hugging Face writes it: names the other way round, and a safetensors writer."""

import json
import re
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from audio.recognition.torch_checkpoint import Dimensions
from tests.whisper_checkpoints import TINY

HEADS_OF_64 = replace(
    TINY, n_audio_state=128, n_audio_head=2, n_text_state=128, n_text_head=2, n_text_layer=1
)
"""Heads of the size that all published models have."""

TYPES = {torch.float16: "F16", torch.float32: "F32", torch.bfloat16: "BF16", torch.int64: "I64"}

_NAMES = (
    (r"\.blocks\.", ".layers."),
    (r"positional_embedding$", "embed_positions.weight"),
    (r"token_embedding", "embed_tokens"),
    (r"^encoder\.ln_post", "encoder.layer_norm"),
    (r"^decoder\.ln\.", "decoder.layer_norm."),
    (r"\.cross_attn_ln\.", ".encoder_attn_layer_norm."),
    (r"\.attn_ln\.", ".self_attn_layer_norm."),
    (r"\.mlp_ln\.", ".final_layer_norm."),
    (r"\.cross_attn\.", ".encoder_attn."),
    (r"\.attn\.", ".self_attn."),
    (r"\.query\.", ".q_proj."),
    (r"\.key\.", ".k_proj."),
    (r"\.value\.", ".v_proj."),
    (r"attn\.out\.", "attn.out_proj."),
    (r"\.mlp\.0\.", ".fc1."),
    (r"\.mlp\.2\.", ".fc2."),
)


def renamed(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """openai-whisper's weights under transformers' names, the table for reading out too."""
    weights: dict[str, Tensor] = {}
    for name, tensor in state.items():
        new = f"model.{name}"
        for pattern, replacement in _NAMES:
            new = re.sub(pattern.replace("^", r"^model\."), _led(pattern, replacement), new)
        weights[new] = tensor
    return weights | {"proj_out.weight": state["decoder.token_embedding.weight"]}


def _led(pattern: str, replacement: str) -> str:
    return f"model.{replacement}" if pattern.startswith("^") else replacement


def write_safetensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """As huggingface/safetensors describes its format."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().view(torch.uint8 if tensor.ndim else tensor.dtype).numpy()
        begin = len(data)
        data += np.ascontiguousarray(raw).tobytes()
        header[name] = {
            "dtype": TYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [begin, len(data)],
        }
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def write_configuration(folder: Path, dims: Dimensions, **other: object) -> None:
    """`config.json` with what transformers' WhisperConfig calls the dimensions."""
    said = {
        "model_type": "whisper",
        "architectures": ["WhisperForConditionalGeneration"],
        "d_model": dims.n_audio_state,
        "vocab_size": dims.n_vocab,
        "num_mel_bins": dims.n_mels,
        "max_source_positions": dims.n_audio_ctx,
        "max_target_positions": dims.n_text_ctx,
        "encoder_layers": dims.n_audio_layer,
        "encoder_attention_heads": dims.n_audio_head,
        "decoder_layers": dims.n_text_layer,
        "decoder_attention_heads": dims.n_text_head,
    }
    (folder / "config.json").write_text(json.dumps(said | other))
