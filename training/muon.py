"""Muon: momentum whose matrix is made orthogonal before each step.

Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"
(kellerjordan.github.io/posts/muon). PyTorch's own `torch.optim.Muon` computes in bfloat16, for
which many processors have no instructions: there it takes twenty times as long as this one.
"""

from collections.abc import Iterable

import torch
import torch.distributed
from torch import Tensor, nn

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # Jordan et al.: of the quintic iteration
_ITERATIONS = 5


class Muon(torch.optim.Optimizer):
    """For the matrices of hidden layers; matrices of one shape are stacked and done together.

    Processes that train together share this work, which costs as much as ten short clips.
    """

    def __init__(
        self,
        weights: Iterable[nn.Parameter],
        momentum: float,
        weight_decay: float,
        lr: float = 0.02,
    ) -> None:
        shapes: dict[tuple[int, ...], list[nn.Parameter]] = {}
        for weight in weights:
            shapes.setdefault(tuple(weight.shape), []).append(weight)
        super().__init__(
            [{"params": alike} for alike in shapes.values()],
            {"lr": lr, "momentum": momentum, "weight_decay": weight_decay},
        )

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # no closures here
        """One step; weights without a gradient stay as they are."""
        for group in self.param_groups:
            moved = [weight for weight in group["params"] if weight.grad is not None]
            if not moved:
                continue
            for weight in moved:
                state = self.state[weight]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(weight)
                state["momentum"].lerp_(weight.grad, 1 - group["momentum"])
            ahead = torch.stack(
                [
                    weight.grad.lerp(self.state[weight]["momentum"], group["momentum"])
                    for weight in moved
                ]
            )
            rows, columns = ahead.shape[-2:]
            size = group["lr"] * max(1.0, rows / columns) ** 0.5
            for weight, direction in zip(moved, _shared(ahead), strict=True):
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.sub_(size * direction)


def _shared(matrices: Tensor) -> Tensor:
    """`orthogonal`, each process a part of them."""
    if not torch.distributed.is_initialized():
        return orthogonal(matrices)
    rank, processes = torch.distributed.get_rank(), torch.distributed.get_world_size()
    whole = torch.zeros_like(matrices)
    whole[rank::processes] = orthogonal(matrices[rank::processes])
    torch.distributed.all_reduce(whole)
    return whole


def orthogonal(matrices: Tensor) -> Tensor:
    """(N, rows, columns) -> the same with all singular values near 1, by Newton and Schulz."""
    first, third, fifth = _COEFFICIENTS
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(_ITERATIONS):
        square = x @ x.mT
        x = first * x + (third * square + fifth * square @ square) @ x
    result: Tensor = x.mT if tall else x
    return result
