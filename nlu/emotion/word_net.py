"""A small convolutional network over word vectors, as Kim (2014) describes it.

"Convolutional neural networks for sentence classification". The linear model knows which words
occur; this also knows words that are like them, and up to three words in a row.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nlu.emotion.features import prepared

MOST_WORDS = 40
"""What follows is not read."""
WIDTHS = (1, 2, 3)
"""Words in a row that a filter sees."""
UNKNOWN = 0
"""The row of all words without one of their own."""
KEYS = ("net_words", "net_vectors", "net_scales", "net_kernels", "net_biases", "net_output")
_ENDING = re.compile(r"(?:n't|'(?:s|re|m|ve|ll|d))$")


def words_of(text: str) -> list[str]:
    """Words and marks as the vectors know them: "don't" is "do" and "n't"."""
    words: list[str] = []
    for token in prepared(text).split():
        ending = _ENDING.search(token)
        at = ending.start() if ending else 0
        words += [token[:at], token[at:]] if at else [token]
    return words[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class WordNet:
    """Weights as they are stored. D: size of a word vector; F: filters of each width."""

    rows: Mapping[str, int]
    """Of the words in `vectors`."""
    vectors: NDArray[np.int8]
    """Shape (1 + words, D); the first is of unknown words."""
    scales: NDArray[np.float32]
    """Shape (1 + words,)."""
    kernels: NDArray[np.float32]
    """Shape (sum of WIDTHS, D, F), one width after another."""
    biases: NDArray[np.float32]
    """Shape (len(WIDTHS), F)."""
    output: NDArray[np.float32]
    """Shape (len(WIDTHS) * F + 1, emotions); the last row is added always."""

    def logits(self, text: str) -> NDArray[np.float32]:
        """Shape (emotions,)."""
        rows = [self.rows.get(word, UNKNOWN) for word in words_of(text)]
        size = self.vectors.shape[1]
        most = max(WIDTHS)
        # As much nothing before and after the words as a filter can see.
        padded = np.zeros((len(rows) + 2 * most, size), np.float32)
        padded[most : most + len(rows)] = self.vectors[rows] * self.scales[rows][:, None]
        found: list[NDArray[np.float32]] = []
        first = 0
        for width, bias in zip(WIDTHS, self.biases, strict=True):
            places = len(rows) + width + 1
            begin = most - width
            sums = sum(
                padded[begin + place : begin + place + places] @ self.kernels[first + place]
                for place in range(width)
            )
            found.append(np.maximum(np.max(sums, axis=0) + bias, 0.0))
            first += width
        logits: NDArray[np.float32] = np.concatenate(found) @ self.output[:-1] + self.output[-1]
        return logits

    @classmethod
    def stored(cls, arrays: Mapping[str, NDArray[np.generic]], n_emotions: int) -> Self:
        """From the arrays of KEYS in a model file; ValueError where they do not fit together."""
        words = bytes(arrays["net_words"].astype(np.uint8)).decode().split("\n")
        net = cls(
            {word: row for row, word in enumerate(words, start=1)},
            arrays["net_vectors"].astype(np.int8),
            arrays["net_scales"].astype(np.float32),
            arrays["net_kernels"].astype(np.float32),
            arrays["net_biases"].astype(np.float32),
            arrays["net_output"].astype(np.float32),
        )
        n_filters, size = net.biases.shape[1], net.vectors.shape[1]
        if (
            net.vectors.shape[0] != len(words) + 1
            or net.scales.shape != (len(words) + 1,)
            or net.kernels.shape != (sum(WIDTHS), size, n_filters)
            or net.output.shape != (len(WIDTHS) * n_filters + 1, n_emotions)
        ):
            raise ValueError("arrays of the word net do not fit together")
        return net

    def to_store(self) -> dict[str, NDArray[np.generic]]:
        """The arrays of KEYS; halves are exact enough."""
        halves = (self.scales, self.kernels, self.biases, self.output)
        kept: list[NDArray[np.generic]] = [one.astype(np.float16) for one in halves]
        words = np.frombuffer("\n".join(self.rows).encode(), np.uint8)
        return dict(zip(KEYS, [words, self.vectors, *kept], strict=True))
