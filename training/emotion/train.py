"""Trains and writes `models/emotion-<language>.npz`.

    python -m training.emotion.train en ko

Needs the shared data (`training/emotion/rows.py`); four minutes of one core. Rows of the parts
VALIDATION and MEASURING of every set stay out of the weights.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from config.model_files import BUILT_IN_DIRECTORY
from nlu.emotion.features import WORD_BUCKETS
from nlu.emotion.text_emotion import EMOTIONS, FORMAT
from training.emotion.fit import Fitted, bags_of, fit, joined
from training.emotion.labels import CLEAR
from training.emotion.rows import (
    GO_EMOTIONS_FILE,
    KOTE_FILE,
    MEASURING,
    N_PARTS,
    TRANSLATED_FILE,
    VALIDATION,
    Rows,
    corpus,
    robot_talk,
)
from training.emotion.tuning import best_sharpness, best_shifts, f1_of_classes

LEARNING = tuple(part for part in range(N_PARTS) if part not in (VALIDATION, MEASURING))
NEUTRAL_FAVOUR = 0.1
"""Added to the logit of neutral: an order read as a feeling is worse than a feeling missed."""
LEAST = 0.35
"""Below this share of the odds an emotion is not believed."""


@dataclass(frozen=True, slots=True)
class Source:
    """A set with how much one of its rows counts."""

    rows: Rows
    weight: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a language is trained on; `judged` is the set whose validation part sets the shifts."""

    language: str
    sources: tuple[Source, ...]
    judged: Rows
    penalty: float
    balance: float
    """0: emotions count as often as they occur; 1: all count alike."""
    telling: bool
    """A second fit: helps English (several each 0.573 to 0.586), hurts Korean (0.567 to 0.487)."""


def recipe(language: str) -> Recipe:
    """The sets of a language."""
    if language == "en":
        comments = corpus(GO_EMOTIONS_FILE)
        english = (Source(comments.of_parts(LEARNING), 1.0), Source(robot_talk("en", 40), 1.5))
        return Recipe(language, english, comments, penalty=1e-4, balance=0.6, telling=True)
    comments = corpus(KOTE_FILE)
    translated = corpus(TRANSLATED_FILE).of_parts((0, 1, 2))  # noisy, and each row costs time
    sources = (
        Source(comments.of_parts(LEARNING), 1.0),
        Source(translated, 0.15),
        Source(robot_talk("ko", 40), 1.0),
    )
    return Recipe(language, sources, comments, penalty=1e-4, balance=0.6, telling=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="+", choices=["en", "ko"])
    parser.add_argument("--into", type=Path, default=BUILT_IN_DIRECTORY)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for language in arguments.languages:
        train(recipe(language), arguments.into / f"emotion-{language}.npz")


def train(given: Recipe, file: Path) -> None:
    """Fit, set the shifts on the validation part, and write `file`."""
    bags = joined([bags_of(source.rows.texts) for source in given.sources])
    targets = np.concatenate([source.rows.targets for source in given.sources])
    weights = np.concatenate(
        [np.full(len(source.rows.texts), source.weight) for source in given.sources]
    )
    print(f"{file.name}: {len(targets)} rows, {len(bags.buckets)} features in them", flush=True)
    shares = (targets * weights[:, None]).sum(axis=0) / weights.sum()
    fitted = fit(
        bags, targets, weights * (targets @ shares**-given.balance), given.penalty, given.telling
    )
    judged = given.judged.of_parts((VALIDATION,))
    one = judged.targets.max(axis=1) > CLEAR[given.language]
    logits = fitted.logits(bags_of(judged.texts))[one]
    gold = judged.targets[one].argmax(axis=1)
    shifts = best_shifts(logits, gold)
    shifts[EMOTIONS.index("neutral")] += NEUTRAL_FAVOUR
    shifted = logits + shifts
    sharpness = best_sharpness(shifted, gold)
    score = float(f1_of_classes(gold, shifted.argmax(axis=1)).mean())
    write(file, Fitted(fitted.weights, fitted.biases + shifts), sharpness)
    print(f"macro-F1 {score:.3f} on {len(gold)} rows, shifts {shifts}, x {sharpness:.2f}")


def write(file: Path, fitted: Fitted, sharpness: float) -> None:
    """Eight bits a weight; words and n-grams have steps of their own size."""
    blocks = (fitted.weights[:WORD_BUCKETS], fitted.weights[WORD_BUCKETS:])
    scales = np.array([np.abs(block).max(axis=0) / 127 for block in blocks], np.float32)
    steps = [np.rint(block / scale) for block, scale in zip(blocks, scales, strict=True)]
    np.savez_compressed(
        file,
        format=np.int32(FORMAT),
        emotions=np.array(EMOTIONS),
        weights=np.concatenate(steps).astype(np.int8),
        scales=scales,
        biases=fitted.biases.astype(np.float32),
        sharpness=np.float32(sharpness),
        least=np.float32(LEAST),
    )
    print(f"{file}: {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
