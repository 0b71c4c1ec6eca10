"""The pocket network from an exported GGUF file: enough to go on training without a checkpoint."""

from pathlib import Path

import gguf
import numpy as np
import torch

from training.pocket_llama.model import ModelOptions, PocketLlama
from training.pocket_llama.tensor_names import tensor_name

COPYING_LAYERS = "sori.copying_layers"
"""A key of our own; llama.cpp passes over it."""


def _number(reader: gguf.GGUFReader, key: str, missing: float | None = None) -> float:
    field = reader.get_field(key)
    if field is not None:
        return float(field.contents())
    if missing is None:
        raise ValueError(f"this GGUF file does not say {key}")
    return missing


def read_options(reader: gguf.GGUFReader) -> ModelOptions:
    """The sizes in the header; ValueError for a network of another kind."""
    sizes = ModelOptions(
        vocabulary=int(_number(reader, "llama.vocab_size")),
        width=int(_number(reader, "llama.embedding_length")),
        layers=int(_number(reader, "llama.block_count")),
        copying_layers=int(_number(reader, COPYING_LAYERS, missing=0)),
        heads=int(_number(reader, "llama.attention.head_count")),
        hidden=int(_number(reader, "llama.feed_forward_length")),
        context=int(_number(reader, "llama.context_length")),
        rotary_base=_number(reader, "llama.rope.freq_base"),
        norm_epsilon=_number(reader, "llama.attention.layer_norm_rms_epsilon"),
    )
    if _number(reader, "llama.attention.head_count_kv") != sizes.heads:
        raise ValueError("this network shares key heads; only pocket-llama's shape is read here")
    return sizes


def read_gguf(path: Path) -> PocketLlama:
    """The network of a file that `export` wrote, its matrices as 32 bit numbers."""
    reader = gguf.GGUFReader(path)
    model = PocketLlama(read_options(reader))
    stored = {tensor.name: tensor for tensor in reader.tensors}
    state: dict[str, torch.Tensor] = {}
    for name, weight in model.state_dict().items():
        tensor = stored[tensor_name(name)]
        data = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        state[name] = torch.from_numpy(np.array(data, np.float32)).reshape(weight.shape)
    model.load_state_dict(state)
    return model.eval()


def read_pieces(path: Path) -> list[str]:
    """The vocabulary of such a file: the text of each token, by its id."""
    field = gguf.GGUFReader(path).get_field("tokenizer.ggml.tokens")
    if field is None:
        raise ValueError(f"{path}: there is no vocabulary in this GGUF file")
    return [str(piece) for piece in field.contents()]
