"""Reads which emotion the words of a sentence sound like; "neutral" when unsure.

One file a language, `models/emotion-<language>.npz`, written by `training/emotion`: a
linear model over hashed words and n-grams, each weight as the signed root of its size in eight
bits; in English a small network over word vectors besides (`word_net.py`). It reads words. It does
not know what the person who said them feels.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from config.errors import ModelError
from config.model_files import BUILT_IN_DIRECTORY
from nlu.emotion.features import N_FEATURES, WORD_BUCKETS, features
from nlu.emotion.word_net import KEYS, WordNet

Emotion = Literal["neutral", "joy", "sadness", "anger", "fear", "surprise", "disgust"]
EMOTIONS: tuple[Emotion, ...] = get_args(Emotion)
LANGUAGES = ("en", "ko")
MODELS = BUILT_IN_DIRECTORY
FORMAT = 2

_NEUTRAL = EMOTIONS.index("neutral")


@dataclass(frozen=True, slots=True)
class Felt:
    """What words sound like."""

    label: str
    """One of EMOTIONS."""
    score: float
    """How often a reading like this one is right, 0..1; 0: nothing could be read."""


NOTHING_READ = Felt("neutral", 0.0)


def _half() -> NDArray[np.float32]:
    return np.full(len(EMOTIONS), 0.5, np.float32)


@dataclass(frozen=True, slots=True)
class EmotionModel:
    """The weights of one language."""

    weights: NDArray[np.int8]
    """Shape (N_FEATURES, emotions): words first, then n-grams. A weight is the stored number times
    its own absolute value times the scale, so that small weights, the most by far, keep digits."""
    scales: NDArray[np.float32]
    """Shape (2, emotions): for words and for n-grams."""
    biases: NDArray[np.float32]
    """Shape (emotions,)."""
    sharpness: float
    """Factor on the logits that makes the scores honest."""
    least: float
    """An emotion below this score is not believed; the sentence counts as neutral."""
    cuts: NDArray[np.float32] = field(default_factory=_half)
    """Shape (emotions,): above it an emotion counts as one of several that a sentence has."""
    net: WordNet | None = None
    """Its logits are added to those of the weights."""

    def logits(self, text: str) -> NDArray[np.float32] | None:
        """Shape (emotions,), or None where `text` has no words."""
        found = features(text)
        if not len(found.words) or not len(found.ngrams):
            return None
        total = self.biases.copy()
        for buckets, first, scale in (
            (found.words, 0, self.scales[0]),
            (found.ngrams, WORD_BUCKETS, self.scales[1]),
        ):
            roots = self.weights[buckets + np.int32(first)].astype(np.int32)
            squares = (roots * np.abs(roots)).sum(axis=0).astype(np.float32)
            total += scale * squares / np.sqrt(np.float32(len(buckets)))
        return total if self.net is None else total + self.net.logits(text)

    def probabilities(self, text: str) -> NDArray[np.float64] | None:
        """Shape (emotions,), in the order of EMOTIONS; None where `text` has no words."""
        logits = self.logits(text)
        if logits is None:
            return None
        sharp = logits.astype(np.float64) * self.sharpness
        odds: NDArray[np.float64] = np.exp(sharp - sharp.max())
        shares: NDArray[np.float64] = odds / odds.sum()
        return shares

    def read(self, text: str) -> Felt:
        """The likeliest emotion of `text`, or neutral."""
        probabilities = self.probabilities(text)
        if probabilities is None:
            return NOTHING_READ
        best = int(probabilities.argmax())
        if probabilities[best] < self.least:
            best = _NEUTRAL
        return Felt(EMOTIONS[best], round(float(probabilities[best]), 4))


class TextEmotion:
    """The models of all languages that have one; made by `load`."""

    def __init__(self, models: Mapping[str, EmotionModel]) -> None:
        self._models = dict(models)

    @classmethod
    def load(cls, folder: Path = MODELS) -> "TextEmotion":
        """Read the models in `folder`; ModelError says which file is missing or damaged."""
        return cls({name: read_model(folder / f"emotion-{name}.npz") for name in LANGUAGES})

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of the languages that are read."""
        return tuple(self._models)

    def read(self, text: str, language: str) -> Felt:
        """What `text` in `language` (ISO 639-1) sounds like.

        Neutral when unsure; neutral with score 0 in a language without a model.
        """
        model = self._models.get(language)
        return NOTHING_READ if model is None else model.read(text)


def read_model(file: Path) -> EmotionModel:
    """One model file; ModelError when it is missing, damaged or of another format."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            if int(stored["format"]) != FORMAT or tuple(stored["emotions"]) != EMOTIONS:
                raise ModelError(f"{file}: made for another version of Sori. Install it again.")
            model = EmotionModel(
                weights=stored["weights"],
                scales=stored["scales"],
                biases=stored["biases"],
                sharpness=float(stored["sharpness"]),
                least=float(stored["least"]),
                cuts=stored["cuts"],
                net=WordNet.stored(stored, len(EMOTIONS)) if KEYS[0] in stored else None,
            )
    except FileNotFoundError as error:
        raise ModelError(f"{file}: this emotion model is missing. Install Sori again.") from error
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"{file}: this emotion model is damaged. Install Sori again.") from error
    _check_shapes(file, model)
    return model


def _check_shapes(file: Path, model: EmotionModel) -> None:
    n = len(EMOTIONS)
    wanted = ((N_FEATURES, n), (2, n), (n,), (n,))
    found = (model.weights.shape, model.scales.shape, model.biases.shape, model.cuts.shape)
    if found != wanted or model.weights.dtype != np.int8:
        raise ModelError(f"{file}: this emotion model is damaged. Install Sori again.")
