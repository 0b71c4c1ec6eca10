"""Whisper's audio encoder on PyTorch, for any number of frames up to its full context."""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from audio.recognition.torch_checkpoint import Checkpoint, Dense, Norm


@dataclass(frozen=True, slots=True)
class EncoderLayer:
    """Weights of one encoder layer; query, key and value are one matrix."""

    attention_norm: Norm
    query_key_value: Dense
    attention_out: Dense
    mlp_norm: Norm
    mlp_in: Dense
    mlp_out: Dense


@dataclass(frozen=True, slots=True)
class Encoder:
    """Mel spectrogram to features, with the context cut to the sound.

    Same arithmetic as `AudioEncoder` in openai/whisper `model.py`, but only the first `n_frames`
    rows of the positional table are used, so five seconds do not cost thirty.
    """

    n_head: int
    convolutions: tuple[Dense, Dense]
    positions: Tensor
    layers: tuple[EncoderLayer, ...]
    norm: Norm

    def features(self, mel: Tensor) -> Tensor:
        """Features of shape (n_frames, n_state) of a mel of shape (n_mels, 2 * n_frames)."""
        first, second = self.convolutions
        x = F.gelu(F.conv1d(mel[None], first.weight, first.bias, padding=1))
        x = F.gelu(F.conv1d(x, second.weight, second.bias, stride=2, padding=1))[0].T
        x = x + self.positions[: len(x)]
        for layer in self.layers:
            x = self._through(layer, x)
        return normed(x, self.norm)

    def _through(self, layer: EncoderLayer, x: Tensor) -> Tensor:
        n_frames, n_state = x.shape
        projected = linear(normed(x, layer.attention_norm), layer.query_key_value)
        heads = projected.view(n_frames, 3, self.n_head, -1).permute(1, 2, 0, 3)
        query, key, value = heads[:, None]
        mixed = F.scaled_dot_product_attention(query, key, value)
        x = x + linear(mixed[0].transpose(0, 1).reshape(n_frames, n_state), layer.attention_out)
        inner = F.gelu(linear(normed(x, layer.mlp_norm), layer.mlp_in))
        return x + linear(inner, layer.mlp_out)


def linear(x: Tensor, dense: Dense) -> Tensor:
    """`x` of shape (rows, n_in) through a linear layer."""
    return F.linear(x, dense.weight, dense.bias)


def normed(x: Tensor, norm: Norm) -> Tensor:
    """Layer norm over the last axis."""
    return F.layer_norm(x, norm.weight.shape, norm.weight, norm.bias)


def from_checkpoint(checkpoint: Checkpoint) -> Encoder:
    """The encoder of a checkpoint; raises ModelError when weights are missing or misshapen."""
    dims = checkpoint.dimensions
    n_state = dims.n_audio_state

    def convolution(name: str, n_in: int) -> Dense:
        weight = checkpoint.tensor(f"encoder.{name}.weight", n_state, n_in, 3)
        return Dense(weight, checkpoint.tensor(f"encoder.{name}.bias", n_state))

    def layer(name: str) -> EncoderLayer:
        return EncoderLayer(
            attention_norm=checkpoint.norm(f"{name}.attn_ln", n_state),
            query_key_value=checkpoint.projections(
                f"{name}.attn", ("query", "key", "value"), n_state
            ),
            attention_out=checkpoint.dense(f"{name}.attn.out", n_state, n_state),
            mlp_norm=checkpoint.norm(f"{name}.mlp_ln", n_state),
            mlp_in=checkpoint.dense(f"{name}.mlp.0", 4 * n_state, n_state),
            mlp_out=checkpoint.dense(f"{name}.mlp.2", n_state, 4 * n_state),
        )

    return Encoder(
        n_head=dims.n_audio_head,
        convolutions=(convolution("conv1", dims.n_mels), convolution("conv2", n_state)),
        positions=checkpoint.tensor("encoder.positional_embedding", dims.n_audio_ctx, n_state),
        layers=tuple(layer(f"encoder.blocks.{index}") for index in range(dims.n_audio_layer)),
        norm=checkpoint.norm("encoder.ln_post", n_state),
    )
