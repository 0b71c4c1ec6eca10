"""Llama networks of a real size with random weights: what they cost, not what they say."""

from pathlib import Path

import gguf
import numpy as np

LAYERS, WIDTH, FEED_FORWARD, HEADS, KEY_HEADS = 22, 2_048, 5_632, 32, 4
"""TinyLlama-1.1B."""
VOCABULARY = 32_000
CONTEXT_TOKENS = 2_048
_BLOCK, _BLOCK_BYTES = 32, 18
_SCALE = np.frombuffer(np.float16(0.004).tobytes(), np.uint8)
"""Of every block: weights between -0.032 and 0.028."""


def write_tiny_llama(path: Path) -> Path:
    """TinyLlama-1.1B in Q4_0, 0.6 GB; a file that is there already is left alone."""
    if path.exists():
        return path
    rng = np.random.default_rng(0)
    writer = gguf.GGUFWriter(path, "llama", use_temp_file=True)
    writer.add_context_length(CONTEXT_TOKENS)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    _add_vocabulary(writer)

    def matrix(name: str, rows: int, columns: int) -> None:
        blocks = rng.integers(0, 256, (rows, columns // _BLOCK, _BLOCK_BYTES), np.uint8)
        blocks[:, :, :2] = _SCALE
        content = blocks.reshape(rows, -1)
        writer.add_tensor(name, content, raw_dtype=gguf.GGMLQuantizationType.Q4_0)

    def norm(name: str) -> None:
        writer.add_tensor(name, np.ones(WIDTH, np.float32))

    key_width = WIDTH // HEADS * KEY_HEADS
    matrix("token_embd.weight", VOCABULARY, WIDTH)
    matrix("output.weight", VOCABULARY, WIDTH)
    norm("output_norm.weight")
    for layer in range(LAYERS):
        norm(f"blk.{layer}.attn_norm.weight")
        norm(f"blk.{layer}.ffn_norm.weight")
        for part, rows in (("q", WIDTH), ("k", key_width), ("v", key_width), ("output", WIDTH)):
            matrix(f"blk.{layer}.attn_{part}.weight", rows, WIDTH)
        matrix(f"blk.{layer}.ffn_gate.weight", FEED_FORWARD, WIDTH)
        matrix(f"blk.{layer}.ffn_up.weight", FEED_FORWARD, WIDTH)
        matrix(f"blk.{layer}.ffn_down.weight", WIDTH, FEED_FORWARD)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_vocabulary(writer: gguf.GGUFWriter) -> None:
    control = ["<unk>", "<s>", "</s>"]
    letters = ["▁", *(chr(code) for code in range(0x21, 0x7F))]
    pieces = [*control, *(f"<0x{value:02X}>" for value in range(256)), *letters]
    pieces += [f"▁w{number}" for number in range(VOCABULARY - len(pieces))]
    kinds = [gguf.TokenType.NORMAL] * VOCABULARY
    kinds[:3] = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    kinds[3:259] = [gguf.TokenType.BYTE] * 256
    writer.add_tokenizer_model("llama")
    writer.add_token_list(pieces)
    writer.add_token_scores([-float(rank) for rank in range(VOCABULARY)])
    writer.add_token_types(kinds)
