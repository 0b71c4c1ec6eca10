"""Tiny Llama checkpoints made on the spot: real GGUF files for real llama.cpp.

One layer whose attention and feed-forward weights are zero passes each token's embedding through
unchanged, so that with one-hot embeddings the output matrix is a table "after this token comes
that one". Such a network says exactly what a test wants to hear. The random one says rubbish that
depends on the whole prompt.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

BOS, EOS = 1, 2
WIDTH = 416
"""Embedding size: one dimension a token, in heads of 32."""
CONTEXT_TOKENS = 256
_HEADS = WIDTH // 32
_FEED_FORWARD = 32
_CONTROL = ["<unk>", "<s>", "</s>"]
_BYTES = [f"<0x{value:02X}>" for value in range(256)]
_CHARACTERS = ["▁", *(chr(code) for code in range(0x21, 0x7F))]

Matrix = NDArray[np.float32]


def write_scripted(path: Path, answer: Sequence[str], **metadata: str) -> Path:
    """A model that goes on with the pieces of `answer` after the `]` of `[/INST]`.

    Pieces are written as in a SentencePiece vocabulary (`▁hello`, `<0xEC>`, `</s>`). A piece that
    was there before closes a circle: the model never ends. No piece may have two successors.
    `context_tokens` in `metadata` makes room for more than CONTEXT_TOKENS.
    """
    pieces = vocabulary_with(answer)
    after = np.zeros((len(pieces), WIDTH), dtype=np.float32)
    previous = pieces.index("]")
    for piece in answer:
        token = pieces.index(piece)
        after[token, previous] = 1.0
        previous = token
    embedding = np.eye(len(pieces), WIDTH, dtype=np.float32)
    return _write(path, pieces, embedding, after, _zeros, metadata)


def _zeros(*shape: int) -> Matrix:
    return np.zeros(shape, dtype=np.float32)


def write_random(path: Path, seed: int = 0, **metadata: str) -> Path:
    """A model with random weights throughout; it says printable rubbish without end."""
    rng = np.random.default_rng(seed)
    pieces = vocabulary_with(())
    embedding = rng.standard_normal((len(pieces), WIDTH), dtype=np.float32)
    output = rng.standard_normal((len(pieces), WIDTH), dtype=np.float32)
    output[: len(_CONTROL) + len(_BYTES)] = 0.0  # never the best of so many

    def inner(*shape: int) -> Matrix:
        return rng.normal(0.0, 0.1, shape).astype(np.float32)

    return _write(path, pieces, embedding, output, inner, metadata)


def write_adapter(path: Path, seed: int = 0, rank: int = 4, alpha: float = 4.0) -> Path:
    """A LoRA adapter with random weights for the attention output of the networks above."""
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    for part, shape in (("a", (rank, WIDTH)), ("b", (WIDTH, rank))):
        weight = rng.standard_normal(shape, dtype=np.float32)
        writer.add_tensor(f"blk.0.attn_output.weight.lora_{part}", weight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def vocabulary_with(more: Iterable[str]) -> list[str]:
    """Control tokens, all bytes, printable ASCII characters and the pieces of `more`."""
    return list(dict.fromkeys([*_CONTROL, *_BYTES, *_CHARACTERS, *more]))


def _write(
    path: Path,
    pieces: list[str],
    embedding: Matrix,
    output: Matrix,
    inner: Callable[..., Matrix],
    metadata: dict[str, str],
) -> Path:
    writer = gguf.GGUFWriter(path, metadata.pop("architecture", "llama"))
    context_tokens = int(metadata.pop("context_tokens", CONTEXT_TOKENS))
    if template := metadata.pop("chat_template", ""):
        writer.add_chat_template(template)
    for key, text in metadata.items():
        writer.add_string(f"general.{key}", text)
    writer.add_context_length(context_tokens)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // _HEADS)
    _add_vocabulary(writer, pieces)
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, dtype=np.float32))
    writer.add_tensor("output.weight", output)
    for norm in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{norm}.weight", np.ones(WIDTH, dtype=np.float32))
    for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
        writer.add_tensor(f"blk.0.{part}.weight", inner(WIDTH, WIDTH).astype(np.float16))
    for part in ("ffn_gate", "ffn_up"):
        writer.add_tensor(f"blk.0.{part}.weight", inner(_FEED_FORWARD, WIDTH).astype(np.float16))
    writer.add_tensor("blk.0.ffn_down.weight", inner(WIDTH, _FEED_FORWARD).astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_vocabulary(writer: gguf.GGUFWriter, pieces: list[str]) -> None:
    kinds = {"<unk>": gguf.TokenType.UNKNOWN}
    kinds |= dict.fromkeys(("<s>", "</s>"), gguf.TokenType.CONTROL)
    kinds |= dict.fromkeys(_BYTES, gguf.TokenType.BYTE)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(pieces)
    writer.add_token_scores([-float(rank) for rank in range(len(pieces))])
    writer.add_token_types([kinds.get(piece, gguf.TokenType.NORMAL) for piece in pieces])
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(True)
