"""How GGUF calls the weights of the pocket network."""

TENSOR_NAMES = {
    "embedding": "token_embd",
    "norm": "output_norm",
    "attention_norm": "attn_norm",
    "attention.query": "attn_q",
    "attention.key": "attn_k",
    "attention.value": "attn_v",
    "attention.output": "attn_output",
    "feed_norm": "ffn_norm",
    "feed.gate": "ffn_gate",
    "feed.up": "ffn_up",
    "feed.down": "ffn_down",
}
"""Names of this code -> names of GGUF, without the "layers.N." and "blk.N." before them."""


def tensor_name(parameter: str) -> str:
    """ "layers.3.feed.up.weight" -> "blk.3.ffn_up.weight"."""
    stem = parameter.removesuffix(".weight")
    if stem.startswith("layers."):
        _, number, stem = stem.split(".", 2)
        return f"blk.{number}.{TENSOR_NAMES[stem]}.weight"
    return f"{TENSOR_NAMES[stem]}.weight"
