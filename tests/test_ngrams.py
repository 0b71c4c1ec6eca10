"""Hashed n-grams: what is counted, and that every bucket is a valid one."""

import unicodedata

import numpy as np
import pytest

from nlu.ngrams import LONGEST_TEXT, ngram_buckets, word_buckets

BUCKETS = 1 << 20  # so many that the few n-grams of these tests do not meet

PINNED_NGRAMS = [
    16187,
    30478,
    30848,
    31057,
    32029,
    35213,
    43016,
    59166,
    60349,
    61471,
    61801,
    67391,
    70153,
    70937,
    83913,
    94369,
    96490,
    100465,
    104681,
    108194,
    127651,
]
PINNED_WORDS = [5801, 129180, 129211]


@pytest.mark.parametrize(
    ("text", "longest", "count"),
    [
        ("", 6, 0),
        ("  \n ", 6, 0),
        ("a", 6, 4),  # a, _a, a_, _a_
        ("a", 1, 1),
        ("ab c", 6, 12),
        ("ab c", 2, 8),
        ("aaaa", 3, 7),  # a, aa, aaa, _a, _aa, a_, aa_: each counts once
        ("한", 1, 3),  # three jamo
    ],
)
def test_counts_the_ngrams_inside_words(text: str, longest: int, count: int) -> None:
    assert len(ngram_buckets(text, BUCKETS, longest)) == count


def test_ngrams_cross_the_parts_of_syllables() -> None:
    whole, other = ngram_buckets("각", BUCKETS), ngram_buckets("가", BUCKETS)
    assert len(np.intersect1d(whole, other)) == 5  # ㄱ, ㅏ, ㄱㅏ, _ㄱ, _ㄱㅏ


def test_composed_and_decomposed_hangul_are_the_same() -> None:
    text = "안녕하세요 반갑습니다"
    assert np.array_equal(
        ngram_buckets(text, BUCKETS), ngram_buckets(unicodedata.normalize("NFD", text), BUCKETS)
    )


@pytest.mark.parametrize("text", ["two  words", " two words ", "two\nwords"])
def test_spacing_does_not_matter(text: str) -> None:
    assert np.array_equal(ngram_buckets(text, BUCKETS), ngram_buckets("two words", BUCKETS))


@pytest.mark.parametrize(
    ("text", "window", "count"),
    [
        ("", 1, 0),
        ("one", 3, 1),
        ("one two three", 0, 3),
        ("one two three", 1, 5),
        ("one two three", 2, 6),
        ("one two three", 9, 6),
        ("one one", 1, 2),
    ],
)
def test_counts_words_and_their_pairs(text: str, window: int, count: int) -> None:
    assert len(word_buckets(text, BUCKETS, window)) == count


def test_a_pair_keeps_its_order_but_not_its_distance() -> None:
    near = set(word_buckets("we go", BUCKETS))
    assert near <= set(word_buckets("we must go", BUCKETS, window=2))
    assert near != set(word_buckets("go we", BUCKETS))


@pytest.mark.parametrize("buckets", [1, 7, 1 << 17])
@pytest.mark.parametrize("text", ["hello there", "오늘 날씨가 좋네요", "🙂 ok", "x" * 10_000])
def test_buckets_are_distinct_rising_and_in_range(text: str, buckets: int) -> None:
    for found in (ngram_buckets(text, buckets), word_buckets(text, buckets)):
        assert found.dtype == np.int32
        assert np.all(np.diff(found) > 0)
        assert found[0] >= 0
        assert found[-1] < buckets


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    text = "ab " * LONGEST_TEXT
    assert np.array_equal(ngram_buckets(text, BUCKETS), ngram_buckets(text[:LONGEST_TEXT], BUCKETS))


def test_the_same_on_every_machine() -> None:
    """The shipped weights are for these very buckets."""
    assert ngram_buckets("hi 안", 1 << 17).tolist() == PINNED_NGRAMS
    assert word_buckets("hi there", 1 << 17).tolist() == PINNED_WORDS
