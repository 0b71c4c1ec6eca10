"""The network over word vectors: its words, its sums, its storage."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu.emotion.word_net import MOST_WORDS, WIDTHS, WordNet, words_of

BIAS = -0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("I DON'T know!!", ["i", "do", "n't", "know", "!!"]),
        ("[NAME]'s dog, can’t it?", ["[name]", "'", "s", "dog", ",", "ca", "n't", "it", "?"]),
        ("they're sooooo good", ["they", "'re", "sooo", "good"]),
        ("'re", ["'", "re"]),
        ("😂😂", ["😂😂"]),
    ],
)
def test_words_are_those_of_the_vectors(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert words_of("word " * (MOST_WORDS + 5)) == ["word"] * MOST_WORDS


@pytest.fixture
def net() -> WordNet:
    """One filter a width, which adds up the first number of so many words in a row."""
    kernels = np.zeros((sum(WIDTHS), 2, 1), np.float32)
    kernels[:, 0] = 1.0
    output = np.array([[1.0, 0.0], [10.0, 0.0], [100.0, 0.0], [0.0, 7.0]], np.float32)
    return WordNet(
        {"good": 1, "bad": 2},
        np.array([[0, 0], [100, 1], [-100, 1]], np.int8),
        np.array([1.0, 0.01, 0.01], np.float32),
        kernels,
        np.full((len(WIDTHS), 1), BIAS, np.float32),
        output,
    )


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("", (0, 0, 0)),
        ("unheard of", (0, 0, 0)),
        ("good", (1, 1, 1)),
        ("good good", (1, 2, 2)),
        ("good bad good", (1, 1, 1)),
        ("good good good good", (1, 2, 3)),
        ("bad bad", (0, 0, 0)),
    ],
)
def test_the_best_place_of_each_filter_counts(
    net: WordNet, text: str, sums: tuple[int, ...]
) -> None:
    found = [max(0.0, best + BIAS) for best in sums]
    expected = np.array([found[0] + 10 * found[1] + 100 * found[2], 7.0])
    np.testing.assert_allclose(net.logits(text), expected, rtol=1e-5)


def test_a_stored_net_reads_the_same(net: WordNet) -> None:
    again = WordNet.stored(net.to_store(), 2)
    np.testing.assert_allclose(again.logits("good bad"), net.logits("good bad"), rtol=1e-3)


@pytest.mark.parametrize(
    "change",
    [
        {"net_words": np.frombuffer(b"good", np.uint8)},
        {"net_scales": np.ones(2, np.float16)},
        {"net_kernels": np.ones((5, 2, 1), np.float16)},
        {"net_output": np.ones((4, 3), np.float16)},
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    net: WordNet, change: dict[str, NDArray[np.generic]]
) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        WordNet.stored(net.to_store() | change, 2)
