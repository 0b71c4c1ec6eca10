"""The Llama 2 network, written out.

Touvron et al. 2023, "Llama 2: Open Foundation and Fine-Tuned Chat Models": a decoder of equal
layers, each with root-mean-square norm, causal attention with rotary positions, and a SwiGLU
feed-forward part. Shapes are given as (B, T, ...): B conversations of T tokens.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class ModelOptions:
    """Sizes of the network; all widths are multiples of 32, the block length of Q8_0."""

    vocabulary: int = 4096
    width: int = 256
    layers: int = 8
    copying_layers: int = 2  # of them, the first, made by `copying.py` and not trained
    heads: int = 8
    hidden: int = 704  # about 8/3 of the width, as in Llama
    context: int = 512
    rotary_base: float = 10000.0
    norm_epsilon: float = 1e-5

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    @property
    def lower_layers(self) -> int:
        """Where the network is cut in halves: the copying layers and half of the others."""
        return self.copying_layers + (self.layers - self.copying_layers) // 2


class RmsNorm(nn.Module):
    """Root-mean-square norm (Zhang and Sennrich 2019): x / sqrt(mean(x^2) + epsilon) * weight."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.epsilon = epsilon
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) -> (..., width)."""
        return functional.rms_norm(x, self.weight.shape, self.weight, self.epsilon)


def rotary_angles(options: ModelOptions) -> tuple[Tensor, Tensor]:
    """Cosines and sines of position * base^(-2i / head width), each (context, head width / 2)."""
    pairs = torch.arange(0, options.head_width, 2, dtype=torch.float32)
    frequencies = options.rotary_base ** (-pairs / options.head_width)
    angles = torch.outer(torch.arange(options.context, dtype=torch.float32), frequencies)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Rotary positions (Su et al. 2021) on x (B, heads, T, head width).

    Neighbouring numbers (2i, 2i + 1) form the pair that is turned, the layout of Meta's code and
    of llama.cpp for this architecture, so nothing has to be permuted for the GGUF file.
    """
    even, odd = x[..., 0::2], x[..., 1::2]
    turned = torch.stack((even * cosines - odd * sines, even * sines + odd * cosines), dim=-1)
    return turned.flatten(-2)


class Attention(nn.Module):
    """Causal attention with as many key heads as query heads, as in the small Llama 2 models."""

    def __init__(self, options: ModelOptions) -> None:
        super().__init__()
        self.shape = (options.heads, options.head_width)
        self.query = nn.Linear(options.width, options.width, bias=False)
        self.key = nn.Linear(options.width, options.width, bias=False)
        self.value = nn.Linear(options.width, options.width, bias=False)
        self.output = nn.Linear(options.width, options.width, bias=False)

    def forward(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        """(B, T, width) -> (B, T, width)."""
        query = rotate(self._split(self.query(x)), cosines, sines)
        key = rotate(self._split(self.key(x)), cosines, sines)
        value = self._split(self.value(x))
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        joined: Tensor = self.output(mixed.transpose(1, 2).flatten(-2))
        return joined

    def _split(self, x: Tensor) -> Tensor:
        """(B, T, width) -> (B, heads, T, head width)."""
        return x.reshape(*x.shape[:-1], *self.shape).transpose(1, 2)


class FeedForward(nn.Module):
    """SwiGLU (Shazeer 2020): down(silu(gate(x)) * up(x))."""

    def __init__(self, options: ModelOptions) -> None:
        super().__init__()
        self.gate = nn.Linear(options.width, options.hidden, bias=False)
        self.up = nn.Linear(options.width, options.hidden, bias=False)
        self.down = nn.Linear(options.hidden, options.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, width) -> (B, T, width)."""
        mixed: Tensor = self.down(functional.silu(self.gate(x)) * self.up(x))
        return mixed


class Layer(nn.Module):
    """Attention and feed-forward, each behind a norm and added to its input."""

    def __init__(self, options: ModelOptions) -> None:
        super().__init__()
        self.attention_norm = RmsNorm(options.width, options.norm_epsilon)
        self.attention = Attention(options)
        self.feed_norm = RmsNorm(options.width, options.norm_epsilon)
        self.feed = FeedForward(options)

    def forward(
        self, x: Tensor, cosines: Tensor, sines: Tensor, places: Tensor | None = None
    ) -> Tensor:
        """(B, T, width) -> (B, T, width), or (N, width) of some places (B, T) alone."""
        x = x + self.attention(self.attention_norm(x), cosines, sines)
        x = x if places is None else x[places]
        fed: Tensor = x + self.feed(self.feed_norm(x))
        return fed


class PocketLlama(nn.Module):
    """Token ids to scores of the next token; the output matrix is the embedding matrix."""

    def __init__(self, options: ModelOptions) -> None:
        super().__init__()
        self.options = options
        self.embedding = nn.Embedding(options.vocabulary, options.width)
        self.layers = nn.ModuleList(Layer(options) for _ in range(options.layers))
        self.norm = RmsNorm(options.width, options.norm_epsilon)
        cosines, sines = rotary_angles(options)
        self.register_buffer("cosines", cosines, persistent=False)
        self.register_buffer("sines", sines, persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        """Normal weights of deviation 0.02; what is added to the stream starts smaller (GPT-2)."""
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                depth = (2 * self.options.layers) ** 0.5
                added = name.endswith(("attention.output.weight", "feed.down.weight"))
                nn.init.normal_(weight, std=0.02 / depth if added else 0.02)

    def hidden(self, ids: Tensor) -> Tensor:
        """Ids (B, T) -> last normed states (B, T, width)."""
        return self.upper(self.lower(ids))

    def lower(self, ids: Tensor) -> Tensor:
        """Ids (B, T) -> states after the lower layers (B, T, width).

        The copying layers stay as they are; gradients pass by them to the embeddings.
        """
        x: Tensor = self.embedding(ids)
        with torch.no_grad():
            noted = self._pass(x, 0, self.options.copying_layers) - x
        return self._pass(x + noted, self.options.copying_layers, self.options.lower_layers)

    def upper(self, middle: Tensor) -> Tensor:
        """States after the lower layers -> last normed states (B, T, width)."""
        everywhere = torch.ones(middle.shape[:2], dtype=torch.bool, device=middle.device)
        return self.upper_at(middle, everywhere).view_as(middle)

    def upper_at(self, middle: Tensor, places: Tensor) -> Tensor:
        """The same at some places (B, T) alone -> (N, width); the rest is not worked out."""
        x = self._pass(middle, self.options.lower_layers, self.options.layers - 1)
        last: Tensor = self.norm(self.layers[-1](x, *self._angles(x), places))
        return last

    def _angles(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines for the places of states (B, T, width)."""
        count = x.shape[1]
        return self.get_buffer("cosines")[:count], self.get_buffer("sines")[:count]

    def _pass(self, x: Tensor, first: int, end: int) -> Tensor:
        """States (B, T, width) through the layers from `first` to before `end`."""
        angles = self._angles(x)
        for layer in self.layers[first:end]:
            x = layer(x, *angles)
        return x

    def scores(self, states: Tensor) -> Tensor:
        """States (..., width) -> scores of the next token (..., vocabulary)."""
        return functional.linear(states, self.embedding.weight)

    def forward(self, ids: Tensor) -> Tensor:
        """Ids (B, T) -> scores (B, T, vocabulary)."""
        return self.scores(self.hidden(ids))

    @torch.no_grad()
    def continue_greedily(self, ids: list[int], stop: int, limit: int) -> list[int]:
        """The most likely next tokens after `ids`, up to `limit` of them or before `stop`."""
        told: list[int] = []
        while len(told) < limit and len(ids) + len(told) < self.options.context:
            states = self.hidden(torch.tensor([ids + told]))
            best = int(self.scores(states[0, -1]).argmax())
            if best == stop:
                break
            told.append(best)
        return told
