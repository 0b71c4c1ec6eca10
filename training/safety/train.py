"""Trains the safety classifiers and writes `models/safety-<language>.npz`.

    nice python -m training.safety.train ko en

Minutes a language on one core. `python -m bench.safety` measures what came out.
"""

import argparse
import os
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.safety.categories import CATEGORIES
from nlu.safety.classifier import ANY, FORMAT, LANGUAGES, MODELS, N_FEATURES, features, views
from training.safety.fit import Fit, Matrix, fit
from training.safety.neutral import own_rows
from training.safety.rows import Row, is_kept, said, shared_rows, train_and_kept, weighted

MIN_ROWS = 40
"""A category with fewer rows has no head of its own."""
STEPS = 127
CLIPPED = 1e-5
"""Share of the weights, at either end, that may be cut so that the steps of the rest are finer."""
ASSISTANT_LIKE = ("ko_chat_benign", "multi_chatterbot_benign", "own_texts", "own_questions")
THINNED = {"emotion_en_goemotions": 40, "en_davidson": 40}
"""Percent of the rows of a set that are used: more of the same teach little and cost minutes."""
WORKING_POINT = {"ko": 0.05, "en": -0.57}
"""The logit of `any` that gets the score 0.5: chosen so that at most 0.3 % of kept everyday replies
lie above it; where they leave room, by the neutral sentences that name groups."""


def main() -> None:
    """Train the languages named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", default=LANGUAGES, choices=LANGUAGES)
    parser.add_argument("--out", type=Path, default=MODELS)
    options = parser.parse_args()
    for language in options.languages:
        train(language, options.out / f"safety-{language}.npz")


def train(language: str, file: Path) -> None:
    """Train one language's heads and write them."""
    rows, kept = train_and_kept(shared_rows(language) + own_rows(language))
    rows = thinned(rows)
    counts = Counter(row.label for row in rows)
    heads = tuple(name for name in CATEGORIES if counts[name] >= MIN_ROWS)
    print(f"{language}: {len(rows)} rows, heads {heads}, {dict(counts)}")
    matrix, owners = read(rows, language)
    importance = np.array([[rows[owner].weight] for owner in owners], np.float32)
    fitted = fit(matrix, targets([rows[owner] for owner in owners], heads), importance, N_FEATURES)
    show_harmless(fitted, kept, language)
    write(file, fitted, heads, WORKING_POINT[language])


def thinned(rows: list[Row]) -> list[Row]:
    """`rows` with fewer, heavier ones of the two largest sets."""
    return [
        weighted(row, 100 / THINNED[row.source]) if row.source in THINNED else row
        for row in rows
        if is_kept(f"thinned {said(row.text)}", THINNED.get(row.source, 100))
    ]


def read(rows: list[Row], language: str) -> tuple[Matrix, NDArray[np.int64]]:
    """The features of every view of every row, and which row each belongs to."""
    found, owners = [], []
    for number, row in enumerate(rows):
        for view in views(row.text, language):
            found.append(features(view, language))
            owners.append(number)
    return Matrix.of(found), np.array(owners, np.int64)


def targets(rows: list[Row], heads: tuple[str, ...]) -> NDArray[np.float32]:
    """Shape (rows, 1 + heads): whether a row is unsafe at all, then of which category."""
    wanted = np.zeros((len(rows), 1 + len(heads)), np.float32)
    for number, row in enumerate(rows):
        wanted[number, 0] = row.is_unsafe
        if row.label in heads:
            wanted[number, 1 + heads.index(row.label)] = 1
    return wanted


def show_harmless(fitted: Fit, kept: list[Row], language: str) -> None:
    """Print the share of kept assistant-like sentences that the working point holds back."""
    benign = [row for row in kept if row.source in ASSISTANT_LIKE and not row.is_unsafe]
    matrix, owners = read(benign, language)
    worst = np.full(len(benign), -np.inf, np.float32)
    np.maximum.at(worst, owners, fitted.logits(matrix)[:, 0])
    flagged = float(np.mean(worst >= WORKING_POINT[language]))
    print(f"{language}: {100 * flagged:.2f} % of {len(benign)} harmless sentences held back")


def write(file: Path, fitted: Fit, heads: tuple[str, ...], threshold: float) -> None:
    """Eight-bit weights; the bias of `any` is moved so that the working point has score 0.5."""
    low, high = np.quantile(fitted.weights, [CLIPPED, 1 - CLIPPED], axis=0)
    scales = (np.maximum(np.abs(low), np.abs(high)) / STEPS).astype(np.float32)
    steps = np.clip(np.rint(fitted.weights / scales), -STEPS, STEPS).astype(np.int8)
    biases = fitted.biases.astype(np.float32)
    biases[0] -= np.float32(threshold)
    part = file.with_suffix(".part.npz")
    np.savez_compressed(
        part,
        format=np.int64(FORMAT),
        categories=np.array(heads),
        weights=steps,
        scales=scales,
        biases=biases,
    )
    os.replace(part, file)
    print(f"wrote {file}: {file.stat().st_size / 1e6:.2f} MB, heads {(ANY, *heads)}")


if __name__ == "__main__":
    main()
