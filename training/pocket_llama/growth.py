"""A larger network that begins where a smaller one stands."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from training.pocket_llama.model import PocketLlama


def with_layers(model: PocketLlama, layers: int) -> PocketLlama:
    """The same function in `layers` layers: new ones end each half and add nothing yet.

    The halves stay halves, because the topic is read between them.
    """
    old, grown = model.options, PocketLlama(replace(model.options, layers=layers))
    first_upper = grown.options.lower_layers
    upper = range(first_upper, first_upper + old.layers - old.lower_layers)
    if old.lower_layers > first_upper or upper.stop > layers:
        raise ValueError(f"{old.layers} layers do not grow into {layers}")
    kept = [*range(old.lower_layers), *upper]
    state = dict(grown.state_dict())
    for name, weight in model.state_dict().items():
        if name.startswith("layers."):
            _, number, rest = name.split(".", 2)
            state[f"layers.{kept[int(number)]}.{rest}"] = weight
        else:
            state[name] = weight
    for added in set(range(layers)) - set(kept):
        for part in ("attention.output", "feed.down"):
            state[f"layers.{added}.{part}.weight"].zero_()
    grown.load_state_dict(state)
    return grown


def with_pieces(model: PocketLlama, old: Sequence[str], new: Sequence[str]) -> PocketLlama:
    """The same network for another vocabulary; a new piece begins as the mean of its parts."""
    numbers = {piece: number for number, piece in enumerate(old)}
    changed = PocketLlama(replace(model.options, vocabulary=len(new)))
    state = model.state_dict()
    before, after = state["embedding.weight"], changed.state_dict()["embedding.weight"].clone()
    for number, piece in enumerate(new):
        if parts := _parts(piece, numbers):
            after[number] = before[torch.tensor(parts)].mean(dim=0)
    changed.load_state_dict({**state, "embedding.weight": after})
    return changed


def _parts(piece: str, numbers: dict[str, int]) -> list[int]:
    """The longest known pieces that make up `piece`, from its start; the unknown is left out."""
    parts: list[int] = []
    at = 0
    while at < len(piece):
        ends = (end for end in range(len(piece), at, -1) if piece[at:end] in numbers)
        end = next(ends, None)
        if end is not None:
            parts.append(numbers[piece[at:end]])
        at = end or at + 1
    return parts
