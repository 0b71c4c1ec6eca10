"""Scores, and what is set on the validation part: shifts of the classes and honest confidence."""

import numpy as np
from numpy.typing import NDArray

from nlu.emotion.text_emotion import EMOTIONS

_STEPS = (0.8, 0.4, 0.2, 0.1, 0.05)
_SHARPNESS = np.geomspace(0.3, 3.0, 47)


def f1_of_classes(gold: NDArray[np.int64], found: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 of each emotion, shape (emotions,); `gold` and `found` are (n,) indices."""
    scores = np.zeros(len(EMOTIONS))
    for emotion in range(len(EMOTIONS)):
        both = int(((gold == emotion) & (found == emotion)).sum())
        either = int((gold == emotion).sum() + (found == emotion).sum())
        scores[emotion] = 2 * both / either if either else 0.0
    return scores


def f1_of_many(
    gold: NDArray[np.bool_], chances: NDArray[np.float64], cuts: NDArray[np.float64]
) -> float:
    """Macro-F1 where a sentence may have several emotions: `gold` and `chances` (n, emotions)."""
    found = chances > cuts
    both = (gold & found).sum(axis=0)
    return float(np.mean(2 * both / np.maximum(1, gold.sum(axis=0) + found.sum(axis=0))))


def best_cuts(gold: NDArray[np.bool_], chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cut of each emotion that gives it the highest F1, shape (emotions,)."""
    cuts = np.full(len(EMOTIONS), 0.5)
    for emotion in range(len(EMOTIONS)):
        scores = []
        for cut in np.linspace(0.03, 0.7, 68):
            found = chances[:, emotion] > cut
            both = (gold[:, emotion] & found).sum()
            scores.append((2 * both / max(1, gold[:, emotion].sum() + found.sum()), cut))
        cuts[emotion] = max(scores)[1]
    return cuts


def best_shifts(logits: NDArray[np.float32], gold: NDArray[np.int64]) -> NDArray[np.float32]:
    """What is added to the logits (n, emotions) for the best macro-F1; shape (emotions,)."""
    shifts = np.zeros(len(EMOTIONS), np.float32)
    best = float(f1_of_classes(gold, logits.argmax(axis=1)).mean())
    for step in _STEPS:
        for emotion in (*range(len(EMOTIONS)), *range(len(EMOTIONS))):
            for change in (-step, step):
                tried = shifts.copy()
                tried[emotion] += change
                score = float(f1_of_classes(gold, (logits + tried).argmax(axis=1)).mean())
                if score > best:
                    best, shifts = score, tried
    return shifts


def best_sharpness(logits: NDArray[np.float32], gold: NDArray[np.int64]) -> float:
    """The factor on the logits with the smallest calibration error of the chosen emotion."""
    errors = [
        (calibration_error(softmax(logits * np.float32(factor)), gold), factor)
        for factor in _SHARPNESS
    ]
    return float(min(errors)[1])


def calibration_error(chances: NDArray[np.float64], gold: NDArray[np.int64]) -> float:
    """Expected calibration error of the likeliest class, ten bins of equal width."""
    scores, right = chances.max(axis=1), chances.argmax(axis=1) == gold
    bins = np.minimum(9, (scores * 10).astype(np.int64))
    gaps = [
        abs(float(scores[bins == one].mean() - right[bins == one].mean()))
        * int((bins == one).sum())
        for one in np.unique(bins)
    ]
    return sum(gaps) / len(gold)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Shape (n, emotions), rows of sum 1."""
    odds = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
    return shares
