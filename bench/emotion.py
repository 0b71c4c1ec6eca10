"""The emotion models on rows that they were not trained or tuned on.

    python -m bench.emotion --write docs/emotion.md

Needs the shared data (training/emotion/rows.py). Replaces what stands between the two marks of the
page; prints the same.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import machine
from config.model_files import BUILT_IN_DIRECTORY
from nlu.emotion.text_emotion import EMOTIONS, EmotionModel, read_model
from training.emotion.labels import CLEAR
from training.emotion.rows import (
    GO_EMOTIONS_FILE,
    KOTE_FILE,
    MEASURING,
    Rows,
    corpus,
    tested_pairs,
)
from training.emotion.tuning import calibration_error, f1_of_classes, f1_of_many

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
SETS = {"en": ("GoEmotions", GO_EMOTIONS_FILE), "ko": ("KOTE", KOTE_FILE)}
NEUTRAL = EMOTIONS.index("neutral")


@dataclass(frozen=True, slots=True)
class Measured:
    """One language."""

    language: str
    name: str
    gold: NDArray[np.int64]
    """Shape (n,): the emotion of the rows that have a clear one."""
    found: NDArray[np.int64]
    """What the reader says of them, shape (n,)."""
    n_all: int
    """Rows with one or more emotions."""
    among: float
    """Share of all rows whose label is one of theirs."""
    many: float
    """Macro-F1 of all rows, several emotions each; cuts from the model file."""
    calibration: float
    own: tuple[int, int]
    """Short sentences of tests/emotion_sentences.toml: right, all."""
    times_ms: NDArray[np.float64]
    megabytes: float

    @property
    def f1(self) -> NDArray[np.float64]:
        """Of each emotion."""
        return f1_of_classes(self.gold, self.found)


def main() -> None:
    """Measure, print, and write into the page that `--write` names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="Markdown page with the two marks")
    parser.add_argument("--models", type=Path, default=BUILT_IN_DIRECTORY)
    arguments = parser.parse_args()
    all_measured = [measured(language, arguments.models) for language in SETS]
    text = report(all_measured)
    print(text)
    if arguments.write:
        page = arguments.write.read_text("utf-8")
        before, rest = page.split(BEGIN)
        after = rest.split(END)[1]
        arguments.write.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", "utf-8")
        print(f"Written to {arguments.write}.", file=sys.stderr)


def measured(language: str, folder: Path) -> Measured:
    """One language on the measuring part of its set."""
    name, file_name = SETS[language]
    file = folder / f"emotion-{language}.npz"
    model = read_model(file)
    rows = corpus(file_name)
    measuring = rows.of_parts((MEASURING,))
    chances = chances_of(model, measuring)
    found = np.array([EMOTIONS.index(model.read(text).label) for text in measuring.texts])
    one = measuring.targets.max(axis=1) > CLEAR[language]
    gold = measuring.targets.argmax(axis=1)
    pairs = tested_pairs(language)
    return Measured(
        language,
        name,
        gold[one],
        found[one],
        len(gold),
        float((measuring.targets[np.arange(len(gold)), found] > 0).mean()),
        f1_of_many(measuring.targets > 0, chances, model.cuts.astype(np.float64)),
        calibration_error(chances[one], gold[one]),
        (sum(model.read(text).label == emotion for text, emotion in pairs), len(pairs)),
        times_of(model, measuring.texts[:1_000]),
        file.stat().st_size / 1e6,
    )


def chances_of(model: EmotionModel, rows: Rows) -> NDArray[np.float64]:
    """Shape (n, emotions); a row without words is neutral."""
    nothing = np.eye(len(EMOTIONS))[NEUTRAL]
    read = [model.probabilities(text) for text in rows.texts]
    return np.array([nothing if chances is None else chances for chances in read])


def times_of(model: EmotionModel, texts: tuple[str, ...]) -> NDArray[np.float64]:
    """Milliseconds of processor time for each sentence, so that other programs do not count."""
    times = []
    for text in texts:
        begin = time.process_time_ns()
        model.read(text)
        times.append((time.process_time_ns() - begin) / 1e6)
    return np.array(times)


def report(all_measured: list[Measured]) -> str:
    """All tables as Markdown."""
    parts = [machine.describe(), "", summary(all_measured), "", per_emotion(all_measured)]
    for one in all_measured:
        parts += ["", confusion(one)]
    return "\n".join(parts)


def summary(all_measured: list[Measured]) -> str:
    """One row a language."""
    lines = [
        "| | rows with one clear emotion | macro-F1 | right | all rows | label among theirs"
        " | macro-F1, several each | calibration error | short sentences right"
        " | time, median / 99th percentile | file |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in all_measured:
        right = float((one.gold == one.found).mean())
        median, last = np.percentile(one.times_ms, (50, 99))
        lines.append(
            f"| {one.name} ({one.language}) | {len(one.gold)} | **{one.f1.mean():.3f}**"
            f" | {right:.1%} | {one.n_all} | {one.among:.1%} | **{one.many:.3f}**"
            f" | {one.calibration:.3f} | {one.own[0]} of {one.own[1]}"
            f" | {median:.2f} / {last:.2f} ms | {one.megabytes:.2f} MB |"
        )
    return "\n".join(lines)


def per_emotion(all_measured: list[Measured]) -> str:
    """F1 and rows of each emotion."""
    lines = [
        f"| F1 (rows) | {' | '.join(EMOTIONS)} |",
        f"|---|{'---|' * len(EMOTIONS)}",
    ]
    for one in all_measured:
        rows = np.bincount(one.gold, minlength=len(EMOTIONS))
        cells = (f"{f1:.2f} ({n})" for f1, n in zip(one.f1, rows, strict=True))
        lines.append(f"| {one.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def confusion(one: Measured) -> str:
    """Rows: what people said it is; columns: what the model reads."""
    lines = [
        f"| {one.name}: people's label, then the model's | {' | '.join(EMOTIONS)} |",
        f"|---|{'---|' * len(EMOTIONS)}",
    ]
    for at, emotion in enumerate(EMOTIONS):
        counts = np.bincount(one.found[one.gold == at], minlength=len(EMOTIONS))
        lines.append(f"| {emotion} | {' | '.join(map(str, counts.tolist()))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
