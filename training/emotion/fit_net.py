"""Fits the network over word vectors: a few rounds of AdamW, the vectors slower than the rest."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from nlu.emotion.text_emotion import EMOTIONS
from nlu.emotion.word_net import MOST_WORDS, UNKNOWN, WIDTHS, WordNet, words_of
from training.emotion.labels import GO_EMOTIONS
from training.emotion.rows import Rows
from training.emotion.word_vectors import SIZE, word_vectors

FILTERS = 200
"""Of each width."""
ROUNDS = 5
BATCH = 64
RATE, VECTOR_RATE = 1e-3, 5e-4
WARM_UP = 200
DECAY = 0.05
FINE_SHARE = 8.0
"""Weight of the mean loss of the labels as people gave them; without them it learns less."""
BALANCE = 0.5
"""0: emotions count as often as they occur; 1: all count alike."""
LEAST_TIMES = 2
"""A word that comes fewer times in the training is unknown."""
VECTOR_DROPOUT, DROPOUT = 0.3, 0.5
NEW_WORD_SPREAD = 0.3
"""Standard deviation of the vectors that GloVe does not have, about that of its own."""
FINE = tuple(label for labels in GO_EMOTIONS.values() for label in labels)


class Network(nn.Module):
    """`WordNet` while it learns; rows are shifted by one, 0 is nothing."""

    def __init__(self, vectors: Tensor) -> None:
        super().__init__()
        self.vectors = nn.Embedding(len(vectors), SIZE, padding_idx=0)
        self.vectors.weight.data.copy_(vectors)
        self.convolutions = [nn.Conv1d(SIZE, FILTERS, width, padding=width) for width in WIDTHS]
        self.of_widths = nn.ModuleList(self.convolutions)
        self.output = nn.Linear(len(WIDTHS) * FILTERS, len(EMOTIONS))
        self.fine = nn.Linear(len(WIDTHS) * FILTERS, len(FINE))

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Words (batch, n) -> logits of EMOTIONS and of FINE."""
        seen = functional.dropout(self.vectors(words), VECTOR_DROPOUT, self.training)
        seen = seen.transpose(1, 2)
        found = [torch.relu(one(seen)).amax(dim=2) for one in self.convolutions]
        kept = functional.dropout(torch.cat(found, dim=1), DROPOUT, self.training)
        return self.output(kept), self.fine(kept)


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be learnt, as arrays with a row a sentence."""

    words: NDArray[np.int64]
    lengths: NDArray[np.int64]
    targets: NDArray[np.float32]
    fine: NDArray[np.float32]
    """Shape (n, FINE); all nothing where people gave no labels."""
    weights: NDArray[np.float32]


def fit_net(sources: Sequence[tuple[Rows, float]], seed: int = 1) -> WordNet:
    """The network that learns from rows, each set with the weight of one of its rows."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    sentences = [words_of(text) for rows, _ in sources for text in rows.texts]
    counts = Counter(word for words in sentences for word in words)
    known = [word for word, times in counts.most_common() if times >= LEAST_TIMES]
    network = Network(_first_vectors(known, rng))
    task = _task(sources, sentences, known)
    shares = task.targets.mean(axis=0)
    balance = torch.from_numpy(shares**-BALANCE / (shares ** (1.0 - BALANCE)).sum())
    slow = list(network.vectors.parameters())
    others = [p for name, p in network.named_parameters() if not name.startswith("vectors")]
    optimiser = torch.optim.AdamW(
        [{"params": slow, "weight_decay": 0.0}, {"params": others, "weight_decay": DECAY}]
    )
    n_steps = ROUNDS * -(-len(sentences) // BATCH)
    network.train()
    for step, rows_of_batch in enumerate(_batches(task, rng)):
        pace = min(1.0, (step + 1) / WARM_UP) * max(0.02, 1.0 - step / n_steps)
        for group, rate in zip(optimiser.param_groups, (VECTOR_RATE, RATE), strict=True):
            group["lr"] = rate * pace
        loss = _loss(network, task, rows_of_batch, balance)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
    return _as_stored(network, known)


def _first_vectors(known: Sequence[str], rng: np.random.Generator) -> Tensor:
    glove = word_vectors()
    vectors = rng.normal(0.0, NEW_WORD_SPREAD, (len(known) + 2, SIZE)).astype(np.float32)
    vectors[0] = 0.0
    for row, word in enumerate(known, start=2):
        if (vector := glove.get(word)) is not None:
            vectors[row] = vector
    return torch.from_numpy(vectors)


def _task(
    sources: Sequence[tuple[Rows, float]], sentences: Sequence[list[str]], known: Sequence[str]
) -> _Task:
    numbers = {word: row for row, word in enumerate(known, start=UNKNOWN + 2)}
    words = np.zeros((len(sentences), MOST_WORDS), np.int64)
    for row, sentence in enumerate(sentences):
        words[row, : len(sentence)] = [numbers.get(word, UNKNOWN + 1) for word in sentence]
    labels = [labels for rows, _ in sources for labels in rows.labels]
    fine = np.array([[label in given for label in FINE] for given in labels], np.float32)
    return _Task(
        words,
        np.array([len(sentence) for sentence in sentences]),
        np.concatenate([rows.targets for rows, _ in sources]).astype(np.float32),
        fine,
        np.concatenate([np.full(len(rows.texts), each, np.float32) for rows, each in sources]),
    )


def _batches(task: _Task, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Rows of about the same length together, in another order each round."""
    n = len(task.lengths)
    for _ in range(ROUNDS):
        order = np.argsort(task.lengths + rng.uniform(0.0, 4.0, n))
        batches = [order[at : at + BATCH] for at in range(0, n, BATCH)]
        for place in rng.permutation(len(batches)):
            yield batches[place]


def _loss(network: Network, task: _Task, rows: NDArray[np.int64], balance: Tensor) -> Tensor:
    words = torch.from_numpy(task.words[rows, : max(1, task.lengths[rows].max())])
    targets, fine = torch.from_numpy(task.targets[rows]), torch.from_numpy(task.fine[rows])
    found, found_fine = network(words)
    losses = -(targets * torch.log_softmax(found, dim=1)).sum(dim=1)
    weights = (targets @ balance) * torch.from_numpy(task.weights[rows])
    loss: Tensor = (losses * weights).sum() / weights.sum()
    labelled = fine.sum(dim=1) > 0
    if labelled.any():
        each = functional.binary_cross_entropy_with_logits(found_fine[labelled], fine[labelled])
        loss = loss + FINE_SHARE * each
    return loss


def _as_stored(network: Network, known: Sequence[str]) -> WordNet:
    """Vectors in eight bits, the rest in halves."""
    stored = {name: values.numpy() for name, values in network.state_dict().items()}
    vectors = stored["vectors.weight"][1:]
    places = range(len(WIDTHS))
    kernels = [stored[f"of_widths.{place}.weight"].transpose(2, 1, 0) for place in places]
    biases = np.stack([stored[f"of_widths.{place}.bias"] for place in places])
    output = np.concatenate((stored["output.weight"].T, [stored["output.bias"]]))
    scales = np.abs(vectors).max(axis=1) / 127
    halves = (scales, np.concatenate(kernels), biases, output)
    scales, kernel, biases, output = (one.astype(np.float16).astype(np.float32) for one in halves)
    return WordNet(
        {word: row for row, word in enumerate(known, start=1)},
        np.rint(vectors / scales[:, None]).clip(-127, 127).astype(np.int8),
        scales,
        kernel,
        biases,
        output,
    )
