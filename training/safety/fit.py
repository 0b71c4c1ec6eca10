"""Logistic regression over hashed features: fits all heads at once, with Adagrad.

Every head is its own logistic regression; they only share the reading of the features. A row says
nothing about a head whose target is NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nlu.ngrams import Buckets
from nlu.safety.classifier import DAMPING

BATCH = 256
PRIOR = 1e-7
"""Squared gradient that every weight begins with, as of about ten rows: without it a feature of a
single row moves as far as one of a thousand."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of binary features: row i has the features indices[starts[i]:starts[i + 1]]."""

    indices: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Buckets]) -> "Matrix":
        lengths = [len(row) for row in rows]
        starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        return cls(np.concatenate(rows), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def batch(self, rows: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Indices, offsets and per-feature values of some rows, for EmbeddingBag."""
        parts = [self.indices[self.starts[row] : self.starts[row + 1]] for row in rows]
        lengths = np.array([len(part) for part in parts])
        offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        values = np.repeat(1 / np.sqrt(lengths + DAMPING), lengths).astype(np.float32)
        return (
            torch.from_numpy(np.concatenate(parts)).long(),
            torch.from_numpy(offsets).long(),
            torch.from_numpy(values),
        )


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights (features, heads) and biases (heads,)."""

    weights: NDArray[np.float32]
    biases: NDArray[np.float32]

    def logits(self, matrix: Matrix) -> NDArray[np.float32]:
        """Shape (rows, heads)."""
        table, out = torch.from_numpy(self.weights), []
        for start in range(0, len(matrix), 2048):
            rows = np.arange(start, min(start + 2048, len(matrix)))
            indices, offsets, values = matrix.batch(rows)
            out.append(
                torch.nn.functional.embedding_bag(
                    indices, table, offsets, mode="sum", per_sample_weights=values
                ).numpy()
            )
        return np.concatenate(out) + self.biases


def fit(
    matrix: Matrix,
    targets: NDArray[np.float32],
    importance: NDArray[np.float32],
    n_features: int,
    epochs: int = 4,
    rate: float = 0.2,
    decay: float = 1e-6,
    prior: float = PRIOR,
) -> Fit:
    """Fit `targets` (rows, heads; NaN: unknown), each weighted by `importance`."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    n_heads = targets.shape[1]
    bag = torch.nn.EmbeddingBag(n_features, n_heads, mode="sum", sparse=True)
    torch.nn.init.zeros_(bag.weight)
    bias = torch.nn.Parameter(torch.zeros(n_heads))
    optimiser = torch.optim.Adagrad([bag.weight], lr=rate, initial_accumulator_value=prior)
    bias_optimiser = torch.optim.Adagrad([bias], lr=rate)
    known = torch.from_numpy(~np.isnan(targets)).float()
    wanted = torch.from_numpy(np.nan_to_num(targets))
    weighing = known * torch.from_numpy(importance)
    for epoch in range(epochs):
        order = rng.permutation(len(matrix))
        total = 0.0
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            indices, offsets, values = matrix.batch(rows)
            logits = bag(indices, offsets, per_sample_weights=values) + bias
            losses = torch.nn.functional.binary_cross_entropy_with_logits(
                logits, wanted[rows], weight=weighing[rows], reduction="sum"
            )
            loss = losses / BATCH
            optimiser.zero_grad()
            bias_optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            bias_optimiser.step()
            total += float(losses.detach())
        with torch.no_grad():
            bag.weight.mul_(1 - decay * len(order))
        print(f"epoch {epoch + 1}: loss a row {total / len(order):.4f}", flush=True)
    return Fit(bag.weight.detach().numpy(), bias.detach().numpy())
