"""Trains and writes `models/emotion-<language>.npz`.

    python -m training.emotion.train en ko

Needs the shared data (`training/emotion/rows.py`) and half an hour of one core; English needs npm
(`training/emotion/word_vectors.py`). Rows of the part MEASURING of every set stay out of
everything. The other rows of the judged set are read once by models that were fitted without their
third of them: these readings set the shifts of the emotions, the sharpness and the cuts. The
weights that are written come from all of them.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from config.model_files import BUILT_IN_DIRECTORY
from nlu.emotion.features import WORD_BUCKETS
from nlu.emotion.text_emotion import EMOTIONS, FORMAT
from nlu.emotion.word_net import WordNet
from training.emotion.fit import Bags, Fitted, Way, bags_of, fit, joined
from training.emotion.fit_net import fit_net
from training.emotion.labels import CLEAR
from training.emotion.rows import (
    GO_EMOTIONS_FILE,
    KOTE_FILE,
    MEASURING,
    N_PARTS,
    TRANSLATED_FILE,
    Rows,
    corpus,
    robot_talk,
)
from training.emotion.tuning import (
    best_cuts,
    best_sharpness,
    best_shifts,
    f1_of_classes,
    f1_of_many,
    softmax,
)

LEARNING = tuple(part for part in range(N_PARTS) if part != MEASURING)
N_THIRDS = 3
LEAST = 0.35
"""Below this share of the odds an emotion is not believed."""


@dataclass(frozen=True, slots=True)
class Source:
    """Sentences as the fit sees them."""

    rows: Rows
    bags: Bags
    weight: float
    """How much one row counts."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a language is trained on."""

    language: str
    judged: tuple[Source, ...]
    """The thirds of the set whose readings set shifts, sharpness and cuts."""
    others: tuple[Source, ...]
    ways: tuple[Way, ...]
    has_net: bool = False
    """Whether the network over word vectors is fitted, too: it knows English."""


@dataclass(frozen=True, slots=True)
class Both:
    """What is fitted to one choice of sources."""

    linear: Fitted
    net: WordNet | None

    def logits(self, source: Source) -> NDArray[np.float32]:
        """Shape (n, emotions)."""
        logits = self.linear.logits(source.bags)
        if self.net is None:
            return logits
        return logits + np.stack([self.net.logits(text) for text in source.rows.texts])


def recipe(language: str) -> Recipe:
    """The sets of a language."""
    if language == "en":
        own = source(robot_talk("en", 40), 1.5)
        return Recipe(language, thirds(GO_EMOTIONS_FILE), (own,), ("telling", "each"), has_net=True)
    translated = corpus(TRANSLATED_FILE).of_parts((0, 1, 2))  # noisy, and each row costs time
    others = (source(translated, 0.15), source(robot_talk("ko", 40), 1.0))
    return Recipe(language, thirds(KOTE_FILE), others, ("rare",))


def source(rows: Rows, weight: float) -> Source:
    """Sentences with their features."""
    return Source(rows, bags_of(rows.texts), weight)


def thirds(name: str) -> tuple[Source, ...]:
    """A set of the shared data without its measuring part."""
    comments = corpus(name)
    return tuple(
        source(comments.of_parts(LEARNING[third::N_THIRDS]), 1.0) for third in range(N_THIRDS)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="+", choices=["en", "ko"])
    parser.add_argument("--into", type=Path, default=BUILT_IN_DIRECTORY)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for language in arguments.languages:
        train(recipe(language), arguments.into / f"emotion-{language}.npz")


def train(given: Recipe, file: Path) -> None:
    """Fit, set what is set on readings of unseen rows, and write `file`."""
    logits, targets = unseen(given)
    one = targets.max(axis=1) > CLEAR[given.language]
    gold = targets[one].argmax(axis=1)
    shifts = best_shifts(logits[one], gold)
    sharpness = best_sharpness((logits + shifts)[one], gold)
    chances = softmax((logits + shifts) * np.float32(sharpness))
    cuts = best_cuts(targets > 0, chances)
    fitted = fitted_to(given, (*given.judged, *given.others))
    linear = Fitted(fitted.linear.weights, fitted.linear.biases + shifts)
    write(file, Both(linear, fitted.net), sharpness, cuts)
    one_each = float(f1_of_classes(gold, chances[one].argmax(axis=1)).mean())
    several = f1_of_many(targets > 0, chances, cuts)
    print(f"unseen: macro-F1 {one_each:.3f}, several each {several:.3f}; shifts {shifts}")


def unseen(given: Recipe) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Logits and targets, both (n, emotions), of the judged rows by models without their third."""
    logits: list[NDArray[np.float32]] = []
    for third in given.judged:
        rest = (source for source in given.judged if source is not third)
        logits.append(fitted_to(given, (*rest, *given.others)).logits(third))
    return np.concatenate(logits), np.concatenate([third.rows.targets for third in given.judged])


def fitted_to(given: Recipe, sources: tuple[Source, ...]) -> Both:
    """The models that learn from `sources`."""
    targets = np.concatenate([source.rows.targets for source in sources])
    weights = np.concatenate([np.full(len(source.rows.texts), source.weight) for source in sources])
    bags = joined([source.bags for source in sources])
    print(f"{given.language}: {len(targets)} rows, {len(bags.buckets)} features", flush=True)
    linear = fit(bags, targets, weights, given.ways)
    if not given.has_net:
        return Both(linear, None)
    return Both(linear, fit_net([(source.rows, source.weight) for source in sources]))


def write(file: Path, both: Both, sharpness: float, cuts: NDArray[np.float64]) -> None:
    """The signed roots of the weights in eight bits; words and n-grams have scales of their own."""
    fitted = both.linear
    blocks = (fitted.weights[:WORD_BUCKETS], fitted.weights[WORD_BUCKETS:])
    scales = np.array([np.abs(block).max(axis=0) / 127**2 for block in blocks], np.float32)
    roots = [
        np.rint(np.sign(block) * np.sqrt(np.abs(block) / scale))
        for block, scale in zip(blocks, scales, strict=True)
    ]
    np.savez_compressed(
        file,
        format=np.int32(FORMAT),
        emotions=np.array(EMOTIONS),
        weights=np.concatenate(roots).astype(np.int8),
        scales=scales,
        biases=fitted.biases.astype(np.float32),
        sharpness=np.float32(sharpness),
        least=np.float32(LEAST),
        cuts=cuts.astype(np.float32),
        allow_pickle=False,
        **({} if both.net is None else both.net.to_store()),
    )
    print(f"{file}: {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
