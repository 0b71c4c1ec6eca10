"""Hashed n-grams of a text: the features of the linear models for safety and emotion.

Letters are code points after NFD, so Hangul comes as conjoining jamo and an n-gram may begin or end
inside a syllable. The text is taken as it is: fold case, look-alikes and marks before.
"""

import unicodedata
import zlib

import numpy as np
from numpy.typing import NDArray

LONGEST = 6
LONGEST_TEXT = 2_000
"""Characters that are read; what comes after them is left out, so that the time is bounded."""

_SPACE = ord(" ")
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)
_PAIR = np.uint64(0xA0761D6478BD642F)

Buckets = NDArray[np.int32]
"""Shape (n,): distinct bucket numbers, rising, each 0 <= bucket < the number of buckets."""


def ngram_buckets(text: str, buckets: int, longest: int = LONGEST) -> Buckets:
    """The buckets of all n-grams of 1 to `longest` letters inside the words of `text`.

    Words are what spaces separate; a space at either end of an n-gram says that the word begins
    or ends there, as in scikit-learn's `char_wb`. `text` without words gives an empty array.
    """
    letters = _letters(text)
    spaces = np.concatenate(([0], np.cumsum(letters == _SPACE)))
    found: list[NDArray[np.uint64]] = []
    hashes = np.zeros(len(letters), np.uint64)
    for length in range(1, min(longest, len(letters)) + 1):
        last = len(letters) - length + 1
        hashes = hashes[:last] * _FACTOR + letters[length - 1 :]
        # A single letter must not be a space; a longer n-gram must have none inside.
        first, end = min(1, length - 1), max(1, length - 1)
        has_space = spaces[end : end + last] != spaces[first : first + last]
        found.append(hashes[~has_space])
    return _in_buckets(found, buckets)


def word_buckets(text: str, buckets: int, window: int = 1) -> Buckets:
    """The buckets of all words of `text` and of their pairs, up to `window` words apart.

    A pair keeps its order but not its distance; `window` 0 gives the words alone.
    """
    words = np.array(
        [zlib.crc32(word.encode()) for word in text[:LONGEST_TEXT].split()], dtype=np.uint64
    )
    pairs = [
        (words[:-apart] + _PAIR) * _FACTOR + words[apart:]
        for apart in range(1, min(window, len(words) - 1) + 1)
    ]
    return _in_buckets([words + _PAIR, *pairs], buckets)


def _letters(text: str) -> NDArray[np.uint64]:
    """Shape (n,): code points with exactly one space before, between and after words."""
    words = text[:LONGEST_TEXT].split()
    if not words:
        return np.empty(0, np.uint64)
    spaced = unicodedata.normalize("NFD", f" {' '.join(words)} ")
    return np.frombuffer(spaced.encode("utf-32-le"), np.uint32).astype(np.uint64)


def _in_buckets(hashes: list[NDArray[np.uint64]], buckets: int) -> Buckets:
    if not hashes:
        return np.empty(0, np.int32)
    mixed = np.concatenate(hashes)
    mixed = (mixed ^ (mixed >> _SHIFT)) * _MIX
    mixed = (mixed ^ (mixed >> _SHIFT)) % np.uint64(buckets)
    return np.unique(mixed).astype(np.int32)
