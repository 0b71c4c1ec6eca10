"""What the emotion model sees of a sentence: its words, neighbouring words, and n-grams."""

import re
import unicodedata
from dataclasses import dataclass

from nlu.ngrams import Buckets, ngram_buckets, word_buckets

NGRAM_BUCKETS = 1 << 18
WORD_BUCKETS = 1 << 18
N_FEATURES = WORD_BUCKETS + NGRAM_BUCKETS
"""Rows of the weights: words first, then n-grams."""
LONGEST = 5
"""Letters of the longest n-gram; jamo for Korean."""

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\ud800-\udfff]")
"""Characters without a shape, and halves of characters that cannot be encoded."""
_REPEATS = re.compile(r"(.)\1{2,}")
# Placeholders such as [NAME], words with apostrophes, numbers, runs of one sign ("!!", emoji).
_TOKEN = re.compile(r"\[\w+\]|[^\W\d_]+(?:'[^\W\d_]+)*|\d+|([^\w\s])\1*")


@dataclass(frozen=True, slots=True)
class Features:
    """One sentence."""

    words: Buckets
    """Words and pairs of neighbours; 0 <= bucket < WORD_BUCKETS."""
    ngrams: Buckets
    """N-grams of letters; 0 <= bucket < NGRAM_BUCKETS."""


def prepared(text: str) -> str:
    """`text` in lower case with spaces between words and signs; drawls shortened ("soooo")."""
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold().replace("’", "'")
    return " ".join(match[0] for match in _TOKEN.finditer(_REPEATS.sub(r"\1\1\1", text)))


def features(text: str) -> Features:
    """The features of `text`; both arrays are empty where there is nothing to read."""
    tokens = prepared(text)
    return Features(
        word_buckets(tokens, WORD_BUCKETS), ngram_buckets(tokens, NGRAM_BUCKETS, LONGEST)
    )
