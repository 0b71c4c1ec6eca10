"""Fits the linear model: a convex problem, solved in full by L-BFGS on sparse matrices."""

import warnings
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Bags:
    """Features of many sentences, row after row, as a compressed sparse matrix."""

    buckets: NDArray[np.int64]
    values: NDArray[np.float32]
    starts: NDArray[np.int64]
    """Shape (n + 1,)."""

    def matrix(self) -> torch.Tensor:
        """Shape (n, N_FEATURES)."""
        values = torch.from_numpy(self.values)
        return _sparse(self.starts, self.buckets, values, (len(self.starts) - 1, N_FEATURES))

    def transposed(self) -> torch.Tensor:
        """Shape (N_FEATURES, n)."""
        n = len(self.starts) - 1
        rows = np.repeat(np.arange(n), np.diff(self.starts))
        order = np.argsort(self.buckets, kind="stable")
        starts = np.concatenate(([0], np.bincount(self.buckets, minlength=N_FEATURES).cumsum()))
        values = torch.from_numpy(self.values[order])
        return _sparse(starts, rows[order], values, (N_FEATURES, n))


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
    penalty: float,
    telling: bool,
) -> Fitted:
    """A fit whose penalty trusts rare buckets; with `telling` its mean with one that trusts those.

    `targets` is (n, emotions), rows of sum 1; `row_weights` (n,).
    """
    trusts = [_rarity(bags), *([_telling(bags, targets)] if telling else [])]
    fits = [_fit_with(bags, targets, row_weights, penalty, trust) for trust in trusts]
    weights = np.mean([one.weights for one in fits], axis=0)
    biases = np.mean([one.biases for one in fits], axis=0)
    return Fitted(weights, biases)


def _fit_with(
    bags: Bags,
    targets: NDArray[np.float64],
    row_weights: NDArray[np.float64],
    penalty: float,
    trust: NDArray[np.float32],
) -> Fitted:
    """Softmax regression on shares with an L2 penalty on weights / trust (N_FEATURES, emotions)."""
    matrix, transposed, scale = bags.matrix(), bags.transposed(), torch.from_numpy(trust)
    wanted = torch.from_numpy(targets.astype(np.float32))
    shares = torch.from_numpy((row_weights / row_weights.sum()).astype(np.float32))[:, None]
    weights = torch.zeros(N_FEATURES, len(EMOTIONS), requires_grad=True)
    biases = torch.zeros(len(EMOTIONS), requires_grad=True)
    solver = torch.optim.LBFGS(
        [weights, biases], max_iter=_STEPS, history_size=8, line_search_fn="strong_wolfe"
    )

    @torch.no_grad()
    def loss() -> torch.Tensor:
        logs = torch.log_softmax(matrix @ (weights * scale) + biases, dim=1)
        slope = (logs.exp() - wanted) * shares
        weights.grad = (transposed @ slope) * scale + penalty * weights
        biases.grad = slope.sum(dim=0)
        return -(shares * wanted * logs).sum() + penalty / 2 * (weights**2).sum()

    solver.step(loss)  # type: ignore[no-untyped-call]  # torch's own
    return Fitted((weights * scale).detach().numpy(), biases.detach().numpy())


def _rarity(bags: Bags) -> NDArray[np.float32]:
    """Inverse document frequency, 0 below LEAST_ROWS; shape (N_FEATURES, emotions)."""
    n = len(bags.starts) - 1
    rows = np.bincount(bags.buckets, minlength=N_FEATURES)
    rarity = np.where(rows >= LEAST_ROWS, np.log((1 + n) / (1 + rows)) + 1, 0) * _DAMPING
    return np.repeat(rarity[:, None], len(EMOTIONS), axis=1).astype(np.float32)


def _telling(bags: Bags, targets: NDArray[np.float64]) -> NDArray[np.float32]:
    """How unlike a bucket's share in an emotion is to its share in the others, with a floor.

    The log-count ratios of Wang and Manning (2012), "Baselines and bigrams"; 0 below LEAST_ROWS.
    Shape (N_FEATURES, emotions).
    """
    n = len(bags.starts) - 1
    of_row = np.repeat(np.arange(n), np.diff(bags.starts))
    counts = np.stack(
        [np.bincount(bags.buckets, shares[of_row], minlength=N_FEATURES) for shares in targets.T],
        axis=1,
    )
    of_emotion = targets.sum(axis=0)
    usual = of_emotion / n * _PRIOR_ROWS
    inside = (counts + usual) / (of_emotion + _PRIOR_ROWS)
    others = counts.sum(axis=1, keepdims=True) - counts + _PRIOR_ROWS - usual
    outside = others / (n - of_emotion + _PRIOR_ROWS)
    rows = np.bincount(bags.buckets, minlength=N_FEATURES)[:, None]
    telling = np.abs(np.log(inside / outside)) * _TELLING + _TELLING_FLOOR
    return np.where(rows >= LEAST_ROWS, telling, 0).astype(np.float32)


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
