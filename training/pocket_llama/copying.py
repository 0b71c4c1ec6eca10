"""Two first layers, made by hand, that find what followed the same piece before.

Olsson et al. 2022, "In-context Learning and Induction Heads": a head that tells every token its
predecessor and a head that looks for an earlier token with the present one as predecessor are what
copying from a prompt rests on. Gradient descent finds the pair late and at once; a network of this
size on two cores does not get there in an hour. Here both are written down:

Layer 1 looks one token back (two, in another head) by rotary positions alone, and notes a code of
what it sees in directions that embeddings hardly use. Layer 2 compares the code of the present
token with those notes, and notes what it finds at the best place: a hint at the next token. Half
of its heads compare the token before as well, so that "two point" and "two metres" are told apart.
The layers above learn when to follow a hint, and find the value of a fact by the note of its kind.

Looking back by position needs queries and keys that are the same for all tokens. So all embeddings
get one large constant, which changes no score (it adds the same to all); layer 1 takes it out.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from training.pocket_llama.model import ModelOptions, PocketLlama

LAYERS = 2
_TOP = 95  # directions that hold most of the embeddings
_CODE = 64  # numbers in the note of the predecessor, 16 for each of four heads
_SECOND_CODE = 32  # and of the token before that
_HINT = 64
_CONSTANT = 4.0  # in mean lengths of an embedding
_SHARP = 50.0  # of looking back by position
_MATCH = 110.0  # of comparing codes
_PAIR_SHARPER = 1.6  # of two tokens, each of which has half of the numbers
_LOUDNESS = 0.03  # of a hint: then it is about as long as an embedding
_WEIGHT = 6.0  # of embeddings, notes and hints: the layers above write forty times as much
_FAST_PAIRS = 6  # of the rotary pairs, which tell neighbours apart
_HEAD_CODE = 16  # dimensions in the slowest pairs, whose angle hardly depends on the distance


@dataclass(frozen=True)
class Directions:
    """An orthonormal basis (width, width), the most used directions first, and their weights."""

    axes: Tensor
    spread: Tensor

    @classmethod
    def of(cls, embedding: Tensor) -> "Directions":
        """Of rows (vocabulary, width)."""
        _, sizes, axes = torch.linalg.svd(embedding - embedding.mean(0), full_matrices=False)
        return cls(axes.T, sizes / math.sqrt(len(embedding)))

    def codes(self, count: int) -> Tensor:
        """(count, width): a random code of a token, equally strong in all its numbers."""
        mixing = torch.randn(count, _TOP) / math.sqrt(count * _TOP)
        return mixing @ (self.axes[:, :_TOP] / self.spread[:_TOP]).T

    def tail(self, first: int, count: int) -> Tensor:
        """(width, count): directions that embeddings hardly use."""
        return self.axes[:, _TOP + first : _TOP + first + count]


def with_copying_layers(model: PocketLlama) -> PocketLlama:
    """The network with two first layers that hint at what followed before."""
    old = model.options
    grown = PocketLlama(replace(old, layers=old.layers + LAYERS, copying_layers=LAYERS))
    state = dict(grown.state_dict())
    for name, weight in model.state_dict().items():
        if name.startswith("layers."):
            _, number, rest = name.split(".", 2)
            state[f"layers.{int(number) + LAYERS}.{rest}"] = weight
        else:
            state[name] = weight
    embedding = model.embedding.weight.detach()
    directions, length = Directions.of(embedding), float(embedding.norm(dim=1).mean())
    constant = directions.tail(0, 1)[:, 0]
    state["embedding.weight"] = embedding + _CONSTANT * length * constant
    codes = directions.codes(_CODE)
    for first in range(LAYERS):
        for part in ("query", "key", "value", "output"):
            state[f"layers.{first}.attention.{part}.weight"].zero_()
        state[f"layers.{first}.feed.down.weight"].zero_()
    _look_back(state, old, directions, codes, length)
    _compare(state, old, directions, codes)
    _raise(state)
    grown.load_state_dict(state)
    return grown


def _raise(state: dict[str, Tensor]) -> None:
    """Make the beginning of the stream loud enough to be heard above; the scores stay the same."""
    state["embedding.weight"] *= _WEIGHT
    state["norm.weight"] = state["norm.weight"] / _WEIGHT
    for number in range(LAYERS):
        state[f"layers.{number}.attention.output.weight"] *= _WEIGHT


def _look_back(
    state: dict[str, Tensor],
    sizes: ModelOptions,
    directions: Directions,
    codes: Tensor,
    length: float,
) -> None:
    """Layer 1: two heads for the predecessor, one for the token before, one for the constant."""
    query, key, value, output = (
        state[f"layers.0.attention.{part}.weight"] for part in ("query", "key", "value", "output")
    )
    width, head = sizes.width, sizes.head_width
    constant, root = directions.tail(0, 1)[:, 0], math.sqrt(width)
    # the normed stream is root * x / |x|, and |x| is nearly that of the constant
    whole = math.hypot(_CONSTANT * length, length)
    pairs = torch.arange(_FAST_PAIRS)
    angles = sizes.rotary_base ** (-pairs / (head // 2))
    amplitude = math.sqrt(_SHARP) / root
    for number, back in enumerate((1, 1, 2, 0)):
        rows = slice(number * head, (number + 1) * head)
        turned, still = torch.zeros(head), torch.zeros(head)
        turned[2 * pairs] = torch.cos(back * angles)
        turned[2 * pairs + 1] = -torch.sin(back * angles)
        still[2 * pairs] = 1.0
        query[rows] = amplitude * torch.outer(turned, constant)
        key[rows] = amplitude * torch.outer(still, constant)
    noted = _CODE + _SECOND_CODE
    value[:noted] = torch.cat([codes, codes[:_SECOND_CODE]]) * whole / root
    value[3 * head] = constant
    output[:, :noted] = directions.tail(1, noted)
    output[:, 3 * head] = -constant * _CONSTANT * length / root


def _compare(
    state: dict[str, Tensor], sizes: ModelOptions, directions: Directions, codes: Tensor
) -> None:
    """Layer 2: four heads compare one token, four compare two; each notes half of a hint."""
    query, key, value, output = (
        state[f"layers.1.attention.{part}.weight"] for part in ("query", "key", "value", "output")
    )
    head, half = sizes.head_width, _HEAD_CODE // 2
    before = directions.tail(1, _CODE).T
    second = directions.tail(1 + _CODE, _SECOND_CODE).T
    hints = (directions.axes[:, :_HINT] / directions.spread[:_HINT].sqrt()).T
    place = directions.tail(1 + _CODE + _SECOND_CODE, _HINT)
    strength = 2.0 * math.sqrt(_MATCH / sizes.width)
    for number in range(sizes.heads):
        end = (number + 1) * head
        if number < _CODE // _HEAD_CODE:
            part = slice(number * _HEAD_CODE, (number + 1) * _HEAD_CODE)
            query[end - _HEAD_CODE : end] = strength * codes[part]
            key[end - _HEAD_CODE : end] = strength * before[part]
        else:
            at = (number - _CODE // _HEAD_CODE) * half
            part, earlier = slice(at + _CODE // 2, at + _CODE // 2 + half), slice(at, at + half)
            both = torch.cat([codes[part], before[earlier]])
            query[end - _HEAD_CODE : end] = _PAIR_SHARPER * strength * both
            key[end - _HEAD_CODE : end] = strength * torch.cat([before[part], second[earlier]])
        quarter = slice((number % 2) * head, (number % 2 + 1) * head)
        value[end - head : end] = hints[quarter]
        output[:, end - head : end] = _LOUDNESS / 2 * place[:, quarter]
