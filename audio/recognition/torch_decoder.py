"""Whisper's text decoder on PyTorch: keys and values kept in buffers, one row a token."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from audio.recognition.torch_checkpoint import Checkpoint, Dense, Norm
from audio.recognition.torch_encoder import linear, normed


@dataclass(frozen=True, slots=True)
class DecoderLayer:
    """Weights of one decoder layer; the cross-attention's keys and values lie in `Decoder`."""

    attention_norm: Norm
    query_key_value: Dense
    attention_out: Dense
    cross_norm: Norm
    cross_query: Dense
    cross_out: Dense
    mlp_norm: Norm
    mlp_in: Dense
    mlp_out: Dense


@dataclass(frozen=True, slots=True)
class Decoder:
    """Same arithmetic as `TextDecoder` in openai/whisper `model.py`.

    What is said so far lives in a buffer of shape (n_layer, 2, n_head, n_positions, head size)
    that the caller holds, what is heard in `cross` of shape (n_layer, 2, n_head, n_frames, head
    size); in both, index 0 of the second axis is the keys and 1 the values.
    """

    n_head: int
    embedding: Tensor
    """Shape (n_vocab, n_state); its transpose also makes the logits."""
    positions: Tensor
    layers: tuple[DecoderLayer, ...]
    cross_key_value: Dense
    """Keys and values of all layers in one matrix: (n_layer * 2 * n_state, n_state)."""
    norm: Norm

    def listen(self, features: Tensor) -> Tensor:
        """Cross-attention keys and values of encoder features (n_frames, n_state), once for all."""
        projected = linear(features, self.cross_key_value)
        shape = (len(features), len(self.layers), 2, self.n_head, -1)
        return projected.view(shape).permute(1, 2, 3, 0, 4).contiguous()

    def buffer(self, n_positions: int) -> Tensor:
        """An empty buffer for `n_positions` tokens."""
        head_size = self.embedding.shape[1] // self.n_head
        return torch.empty(len(self.layers), 2, self.n_head, n_positions, head_size)

    def advance(self, tokens: list[int], start: int, said: Tensor, cross: Tensor) -> Tensor:
        """Feed `tokens` at positions `start`...; fills `said` there.

        Returns the hidden state after the last of them, shape (1, n_state).
        """
        end = start + len(tokens)
        x = self.embedding[tokens] + self.positions[start:end]
        mask = None
        if len(tokens) > 1:
            mask = torch.ones(len(tokens), end, dtype=torch.bool).tril(diagonal=start)
        for layer, layer_said, heard in zip(self.layers, said, cross, strict=True):
            x = x + self._recall(layer, x, layer_said[:, None, :, :end], mask)
            query = linear(normed(x, layer.cross_norm), layer.cross_query)
            x = x + linear(self._attend(query, heard[:, None], None), layer.cross_out)
            inner = F.gelu(linear(normed(x, layer.mlp_norm), layer.mlp_in))
            x = x + linear(inner, layer.mlp_out)
        return normed(x[-1:], self.norm)

    def _recall(self, layer: DecoderLayer, x: Tensor, said: Tensor, mask: Tensor | None) -> Tensor:
        """Self-attention over all that was said, `x` included; writes its keys and values."""
        n_new, n_state = x.shape
        projected = linear(normed(x, layer.attention_norm), layer.query_key_value)
        new = projected[:, n_state:].view(n_new, 2, 1, self.n_head, -1)
        said[..., -n_new:, :] = new.permute(1, 2, 3, 0, 4)
        return linear(self._attend(projected[:, :n_state], said, mask), layer.attention_out)

    def _attend(self, query: Tensor, keys_values: Tensor, mask: Tensor | None) -> Tensor:
        n_new, n_state = query.shape
        heads = query.view(1, n_new, self.n_head, -1).transpose(1, 2)
        keys, values = keys_values
        mixed = F.scaled_dot_product_attention(heads, keys, values, attn_mask=mask)
        return mixed.transpose(1, 2).reshape(n_new, n_state)


def from_checkpoint(checkpoint: Checkpoint) -> Decoder:
    """The decoder of a checkpoint; raises ModelError when weights are missing or misshapen."""
    dims = checkpoint.dimensions
    n_state = dims.n_text_state
    names = [f"decoder.blocks.{index}" for index in range(dims.n_text_layer)]

    def layer(name: str) -> DecoderLayer:
        return DecoderLayer(
            attention_norm=checkpoint.norm(f"{name}.attn_ln", n_state),
            query_key_value=checkpoint.projections(
                f"{name}.attn", ("query", "key", "value"), n_state
            ),
            attention_out=checkpoint.dense(f"{name}.attn.out", n_state, n_state),
            cross_norm=checkpoint.norm(f"{name}.cross_attn_ln", n_state),
            cross_query=checkpoint.dense(f"{name}.cross_attn.query", n_state, n_state),
            cross_out=checkpoint.dense(f"{name}.cross_attn.out", n_state, n_state),
            mlp_norm=checkpoint.norm(f"{name}.mlp_ln", n_state),
            mlp_in=checkpoint.dense(f"{name}.mlp.0", 4 * n_state, n_state),
            mlp_out=checkpoint.dense(f"{name}.mlp.2", n_state, 4 * n_state),
        )

    cross = [
        checkpoint.projections(f"{name}.cross_attn", ("key", "value"), n_state) for name in names
    ]
    return Decoder(
        n_head=dims.n_text_head,
        embedding=checkpoint.tensor("decoder.token_embedding.weight", dims.n_vocab, n_state),
        positions=checkpoint.tensor("decoder.positional_embedding", dims.n_text_ctx, n_state),
        layers=tuple(layer(name) for name in names),
        cross_key_value=Dense(
            torch.cat([part.weight for part in cross]), torch.cat([part.bias for part in cross])
        ),
        norm=checkpoint.norm("decoder.ln", n_state),
    )
