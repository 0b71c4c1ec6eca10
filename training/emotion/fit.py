"""Fits the linear model: a convex problem, solved in full by L-BFGS on sparse matrices."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from nlu.emotion.features import N_FEATURES, WORD_BUCKETS, features
from nlu.emotion.text_emotion import EMOTIONS

LEAST_ROWS = 2
"""A bucket that fewer sentences of the training have gets no weight."""
_STEPS = 30
"""Of L-BFGS: stopping here is a little regularisation of its own."""
_DAMPING = 0.25
"""Keeps the rows near length 1, so that both penalties have the same size."""
_PRIOR_ROWS = 3.0
_TELLING, _TELLING_FLOOR = 0.8, 0.4
_PENALTY = 1e-4
_PENALTY_EACH = 5e-5
_BALANCE = 0.6
"""0: emotions count as often as they occur; 1: all count alike."""

Way = Literal["rare", "telling", "each"]
"""How one fit is made. "rare": one softmax, balanced, mild on rare buckets; "telling": the same but
mild on buckets that tell emotions apart; "each": yes or no for each emotion, mild on rare ones."""


@dataclass(frozen=True, slots=True)
class Bags:
    """Features of many sentences, row after row, as a compressed sparse matrix."""

    buckets: NDArray[np.int64]
    values: NDArray[np.float32]
    starts: NDArray[np.int64]
    """Shape (n + 1,)."""
    columns: int = N_FEATURES

    def matrix(self) -> torch.Tensor:
        """Shape (n, columns)."""
        values = torch.from_numpy(self.values)
        return _sparse(self.starts, self.buckets, values, (len(self.starts) - 1, self.columns))

    def transposed(self) -> torch.Tensor:
        """Shape (columns, n)."""
        n = len(self.starts) - 1
        rows = np.repeat(np.arange(n), np.diff(self.starts))
        order = np.argsort(self.buckets, kind="stable")
        starts = np.concatenate(([0], self.rows_of_columns().cumsum()))
        values = torch.from_numpy(self.values[order])
        return _sparse(starts, rows[order], values, (self.columns, n))

    def rows_of_columns(self) -> NDArray[np.int64]:
        """How many rows have each column, shape (columns,)."""
        return np.bincount(self.buckets, minlength=self.columns)

    def only(self, kept: NDArray[np.bool_]) -> "Bags":
        """The same rows with the columns that `kept` (columns,) says, numbered anew."""
        stays = kept[self.buckets]
        starts = np.concatenate(([0], stays.cumsum()))[self.starts]
        numbers = kept.cumsum() - 1
        return Bags(numbers[self.buckets[stays]], self.values[stays], starts, int(kept.sum()))


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights as they are used: a bucket's row divided by the root of its block's size."""

    weights: NDArray[np.float32]
    """Shape (N_FEATURES, emotions)."""
    biases: NDArray[np.float32]

    def logits(self, bags: Bags) -> NDArray[np.float32]:
        """Shape (n, emotions)."""
        found = bags.matrix() @ torch.from_numpy(self.weights)
        return found.numpy() + self.biases


def bags_of(texts: tuple[str, ...]) -> Bags:
    """The features of sentences, each block of a row at length 1."""
    buckets: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float32]] = []
    lengths = [0]
    for text in texts:
        found = features(text)
        for block, first in ((found.words, 0), (found.ngrams, WORD_BUCKETS)):
            buckets.append(block.astype(np.int64) + first)
            values.append(np.full(len(block), max(1, len(block)) ** -0.5, np.float32))
        lengths.append(len(found.words) + len(found.ngrams))
    return Bags(np.concatenate(buckets), np.concatenate(values), np.cumsum(lengths))


def joined(parts: list[Bags]) -> Bags:
    """Several sets under one another."""
    starts = np.concatenate([[0], *(np.diff(part.starts) for part in parts)]).cumsum()
    return Bags(
        np.concatenate([part.buckets for part in parts]),
        np.concatenate([part.values for part in parts]),
        starts,
    )


def fit(
    bags: Bags,
    targets: NDArray[np.float64],
    row_weights: NDArray[np.float64],
    ways: tuple[Way, ...],
) -> Fitted:
    """The mean of one fit for each of `ways`; it is one linear model again.

    `targets` is (n, emotions), rows of sum 1; `row_weights` (n,).
    """
    seen = bags.rows_of_columns() >= LEAST_ROWS
    bags = bags.only(seen)
    fits = [_fit_way(bags, targets, row_weights, way) for way in ways]
    weights = np.zeros((len(seen), len(EMOTIONS)), np.float32)
    weights[seen] = np.mean([one.weights for one in fits], axis=0)
    return Fitted(weights, np.mean([one.biases for one in fits], axis=0))


def _fit_way(
    bags: Bags, targets: NDArray[np.float64], row_weights: NDArray[np.float64], way: Way
) -> Fitted:
    if way == "each":
        present = (targets > 0).astype(np.float64)
        return _solved(bags, present, row_weights, _rarity(bags), _PENALTY_EACH, _each)
    shares = (targets * row_weights[:, None]).sum(axis=0) / row_weights.sum()
    balanced = row_weights * (targets @ shares**-_BALANCE)
    trust = _telling(bags, targets) if way == "telling" else _rarity(bags)
    return _solved(bags, targets, balanced, trust, _PENALTY, _one_of_all)


Losses = Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
"""Logits and targets (n, emotions) -> losses and their slopes, both (n, emotions)."""


def _one_of_all(logits: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    logs = torch.log_softmax(logits, dim=1)
    return -targets * logs, logs.exp() - targets


def _each(logits: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    losses = torch.nn.functional.softplus(logits) - targets * logits
    return losses, torch.sigmoid(logits) - targets


def _solved(
    bags: Bags,
    targets: NDArray[np.float64],
    row_weights: NDArray[np.float64],
    trust: NDArray[np.float32],
    penalty: float,
    losses_of: Losses,
) -> Fitted:
    """The best weights under an L2 penalty on weights / trust; `trust` is (columns, emotions)."""
    matrix, transposed, scale = bags.matrix(), bags.transposed(), torch.from_numpy(trust)
    wanted = torch.from_numpy(targets.astype(np.float32))
    shares = torch.from_numpy((row_weights / row_weights.sum()).astype(np.float32))[:, None]
    weights = torch.zeros(bags.columns, len(EMOTIONS), requires_grad=True)
    biases = torch.zeros(len(EMOTIONS), requires_grad=True)
    solver = torch.optim.LBFGS(
        [weights, biases], max_iter=_STEPS, history_size=8, line_search_fn="strong_wolfe"
    )

    @torch.no_grad()
    def loss() -> torch.Tensor:
        losses, slopes = losses_of(matrix @ (weights * scale) + biases, wanted)
        weights.grad = (transposed @ (slopes * shares)) * scale + penalty * weights
        biases.grad = (slopes * shares).sum(dim=0)
        return (losses * shares).sum() + penalty / 2 * (weights**2).sum()

    solver.step(loss)  # type: ignore[no-untyped-call]  # torch's own
    return Fitted((weights * scale).detach().numpy(), biases.detach().numpy())


def _rarity(bags: Bags) -> NDArray[np.float32]:
    """Inverse document frequency, shape (columns, emotions)."""
    n = len(bags.starts) - 1
    rarity = (np.log((1 + n) / (1 + bags.rows_of_columns())) + 1) * _DAMPING
    return np.repeat(rarity[:, None], len(EMOTIONS), axis=1).astype(np.float32)


def _telling(bags: Bags, targets: NDArray[np.float64]) -> NDArray[np.float32]:
    """How unlike a bucket's share in an emotion is to its share in the others, with a floor.

    The log-count ratios of Wang and Manning (2012), "Baselines and bigrams". Shape (columns,
    emotions).
    """
    n = len(bags.starts) - 1
    of_row = np.repeat(np.arange(n), np.diff(bags.starts))
    counts = np.stack(
        [np.bincount(bags.buckets, shares[of_row], minlength=bags.columns) for shares in targets.T],
        axis=1,
    )
    of_emotion = targets.sum(axis=0)
    usual = of_emotion / n * _PRIOR_ROWS
    inside = (counts + usual) / (of_emotion + _PRIOR_ROWS)
    others = counts.sum(axis=1, keepdims=True) - counts + _PRIOR_ROWS - usual
    outside = others / (n - of_emotion + _PRIOR_ROWS)
    telling = np.abs(np.log(inside / outside)) * _TELLING + _TELLING_FLOOR
    trust: NDArray[np.float32] = telling.astype(np.float32)
    return trust


def _sparse(
    starts: NDArray[np.int64],
    columns: NDArray[np.int64],
    values: torch.Tensor,
    size: tuple[int, int],
) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls its sparse matrices beta
        return torch.sparse_csr_tensor(
            torch.from_numpy(starts), torch.from_numpy(columns), values, size=size
        )
