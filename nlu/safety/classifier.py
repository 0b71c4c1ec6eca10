"""Linear classifiers over hashed character n-grams: how likely a text hurts, and in what way.

One file a language, `models/safety-<language>.npz`, written by `training/safety`: eight-bit weights
of one head a category and of the head `any`, which says whether the text hurts at all. That head
alone decides; the others say what kind of harm it is.
"""

import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from config.errors import ModelError
from config.model_files import BUILT_IN_DIRECTORY
from nlu.ngrams import Buckets, ngram_buckets, word_buckets
from nlu.safety.categories import CATEGORIES, Category
from nlu.safety.normalise import fold, hangul_views, has_hangul, latin_words

MODELS = BUILT_IN_DIRECTORY
LANGUAGES = ("ko", "en")
ANY = "any"
FORMAT = 1

NGRAM_BUCKETS = 1 << 17
WORD_BUCKETS = 1 << 16
N_FEATURES = NGRAM_BUCKETS + WORD_BUCKETS
LONGEST = {"ko": 7, "en": 6}
"""Letters of the longest n-gram; jamo for Korean."""
DAMPING = 20
"""Added to the number of features: else the few features of "yes" would each count too much."""
SHORTEST = {"ko": 4, "en": 6}
"""Letters; what is shorter, such as "Black", says too little and is left to the word lists."""
WINDOW = 3
"""How far apart two words may be that are looked at together."""

_NOT_LETTERS = re.compile(r"[\W_]+")
_DRAWLED = re.compile(r"([^\W\d_])\1{2,}")
_MAX_LOGIT = 30.0
_KNOWN: Mapping[str, Category] = {category: category for category in CATEGORIES}


def features(view: str, language: str) -> Buckets:
    """The features of one view of a text: n-grams, then words and pairs of words."""
    words = word_buckets(view, WORD_BUCKETS, WINDOW) + np.int32(NGRAM_BUCKETS)
    return np.concatenate((ngram_buckets(view, NGRAM_BUCKETS, LONGEST[language]), words))


def views(text: str, language: str) -> tuple[str, ...]:
    """What the classifier of `language` reads of `text`: as it is said, and undisguised."""
    folded = _DRAWLED.sub(r"\1", fold(text))
    if language == "ko":
        found = [_NOT_LETTERS.sub(" ", view) for view in hangul_views(folded)]
    else:
        latin = latin_words(folded)
        longer = [word for word in latin.words if len(word) > 1]
        # Of letters that were pulled apart the letters themselves say nothing.
        found = [" ".join(latin.words)] if 2 * len(longer) >= len(latin.words) else []
        if latin.joined or not found:
            found.append(" ".join((*longer, *latin.joined)))
    shortest = SHORTEST[language]
    return tuple(dict.fromkeys(view for view in found if len(view.replace(" ", "")) >= shortest))


@dataclass(frozen=True, slots=True)
class Heads:
    """The weights of one language."""

    categories: tuple[Category, ...]
    weights: NDArray[np.int8]
    """Shape (features, 1 + categories); the first column is the head `any`."""
    scales: NDArray[np.float32]
    """Shape (1 + categories,): what one step of a weight is worth."""
    biases: NDArray[np.float32]
    """Shape (1 + categories,); that of `any` puts the working point at a score of 0.5."""

    def logits(self, found: Buckets) -> NDArray[np.float32]:
        """Shape (1 + categories,)."""
        total = self.weights[found].sum(axis=0, dtype=np.int32).astype(np.float32)
        length = np.float32(math.sqrt(len(found) + DAMPING))
        logits: NDArray[np.float32] = self.scales * total / length + self.biases
        return logits


class Classifier:
    """The classifiers of all languages that have one; made by `load`."""

    def __init__(self, heads: Mapping[str, Heads]) -> None:
        self._heads = dict(heads)

    @classmethod
    def load(cls, folder: Path = MODELS) -> "Classifier":
        """Read the models in `folder`; ModelError says which file is missing or damaged."""
        return cls(
            {language: read_heads(folder / f"safety-{language}.npz") for language in LANGUAGES}
        )

    def scores(self, text: str, language: str) -> Mapping[Category, float]:
        """How likely `text` hurts, by category, 0..1; from 0.5 on it does at the working point.

        The largest score is that of the head `any`. Hangul is read as Korean and Korean without
        Hangul as English, whatever `language` says; a language without a model gives {}.
        """
        found: dict[Category, float] = {}
        for model in self._models(text, language):
            for category, score in self._scores(text, model).items():
                found[category] = max(score, found.get(category, 0.0))
        return found

    def _models(self, text: str, language: str) -> tuple[str, ...]:
        hangul = has_hangul(fold(text))
        if language == "ko":
            return ("ko",) if hangul else ("en",)
        return tuple(name for name in (language, "ko" if hangul else "") if name in self._heads)

    def _scores(self, text: str, language: str) -> Mapping[Category, float]:
        heads = self._heads[language]
        all_logits = [heads.logits(features(view, language)) for view in views(text, language)]
        if not all_logits:
            return {}
        worst = max(all_logits, key=lambda logits: float(logits[0]))
        probabilities = 1 / (1 + np.exp(-np.clip(worst, -_MAX_LOGIT, _MAX_LOGIT)))
        shares = probabilities[1:] / probabilities[1:].max()
        return {
            category: float(probabilities[0] * share)
            for category, share in zip(heads.categories, shares, strict=True)
        }


def read_heads(file: Path) -> Heads:
    """One language's weights; ModelError when the file is missing, damaged or of another kind."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            if int(arrays["format"]) != FORMAT:
                raise ModelError(
                    f"{file}: this safety model is of another version. Restore it"
                    " (`git checkout -- models`) or train it anew (training/safety)."
                )
            names = tuple(str(name) for name in arrays["categories"])
            heads = Heads(
                categories=tuple(_KNOWN[name] for name in names if name in _KNOWN),
                weights=arrays["weights"],
                scales=arrays["scales"],
                biases=arrays["biases"],
            )
    except FileNotFoundError as error:
        raise ModelError(
            f"{file}: the safety model is not there. Restore it (`git checkout -- models`)."
        ) from error
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, EOFError) as error:
        raise ModelError(
            f"{file}: the safety model is damaged. Restore it (`git checkout -- models`)."
        ) from error
    n_heads = 1 + len(names)
    if (
        len(heads.categories) != len(names)
        or heads.weights.shape != (N_FEATURES, n_heads)
        or heads.weights.dtype != np.int8
        or heads.scales.shape != (n_heads,)
        or heads.biases.shape != (n_heads,)
    ):
        raise ModelError(
            f"{file}: the safety model does not fit this program. Restore it"
            " (`git checkout -- models`) or train it anew (training/safety)."
        )
    return heads
