"""The sentences that the emotion models learn from, and the fixed split of them."""

import json
import random
import re
import tomllib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.emotion.text_emotion import EMOTIONS
from training.emotion.labels import go_emotions_target, kote_target
from training.text.expand import expand

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared" / "data" / "safety"
GO_EMOTIONS_FILE = "emotion_en_goemotions.train.jsonl"
KOTE_FILE = "emotion_ko_kote.train.jsonl"
TRANSLATED_FILE = "emotion_ko_goemotions_mt.train.jsonl"

N_PARTS = 10
MEASURING = 9
"""The part of every set that nothing is trained or tuned on."""
TESTED = HERE.parents[1] / "tests" / "emotion_sentences.toml"
"""Sentences of the table test, which the models must not have seen."""
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Rows:
    """Sentences with how much of each emotion they have."""

    texts: tuple[str, ...]
    targets: NDArray[np.float64]
    """Shape (n, emotions), rows of sum 1."""
    labels: tuple[tuple[str, ...], ...]
    """As people gave them; empty for our own."""

    def of_parts(self, parts: Sequence[int]) -> "Rows":
        """The rows of some parts of the split."""
        at = [row for row, text in enumerate(self.texts) if part_of(text) in parts]
        return Rows(
            tuple(self.texts[row] for row in at),
            self.targets[at],
            tuple(self.labels[row] for row in at),
        )


def part_of(text: str) -> int:
    """0..N_PARTS - 1, by the letters of the text alone: repeats of a sentence stay together."""
    return zlib.crc32(b"emotion" + letters_of(text).encode()) % N_PARTS


def letters_of(text: str) -> str:
    """`text` without case, spaces and marks: what makes two sentences the same."""
    return re.sub(r"\W+", "", text.casefold())


def tested_pairs(language: str) -> list[tuple[str, str]]:
    """Sentence and emotion of the table test."""
    with TESTED.open("rb") as file:
        listed: dict[str, list[str]] = tomllib.load(file)[language]
    return [(sentence, emotion) for emotion, texts in listed.items() for sentence in texts]


def corpus(name: str, folder: Path = DATA) -> Rows:
    """A set of the shared data by its file name."""
    target = kote_target if name == KOTE_FILE else go_emotions_target
    texts: list[str] = []
    targets: list[NDArray[np.float64]] = []
    labels: list[tuple[str, ...]] = []
    for line in (folder / name).read_text("utf-8").splitlines():
        row = json.loads(line)
        texts.append(row["text"])
        targets.append(target(row["emotions"]))
        labels.append(tuple(row["emotions"]))
    return Rows(tuple(texts), np.array(targets), tuple(labels))


def robot_talk(language: str, most_of_a_pattern: int, seed: int = 1) -> Rows:
    """Our own sentences but the tested ones: up to `most_of_a_pattern` of each pattern."""
    tested = {letters_of(sentence) for sentence, _ in tested_pairs(language)}
    with (HERE / f"{language}.toml").open("rb") as file:
        document = tomllib.load(file)
    pick = random.Random(seed)
    texts: list[str] = []
    targets: list[NDArray[np.float64]] = []
    for emotion, pattern in _patterns(document["patterns"]):
        sentences = [
            sentence
            for sentence in expand(_with_slots(pattern, document["slots"]))
            if letters_of(sentence) not in tested
        ]
        for sentence in pick.sample(sentences, min(most_of_a_pattern, len(sentences))):
            texts.append(sentence)
            targets.append(np.eye(len(EMOTIONS))[EMOTIONS.index(emotion)])
    return Rows(tuple(texts), np.array(targets), ((),) * len(texts))


def _patterns(patterns: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    unknown = set(patterns) - set(EMOTIONS)
    if unknown:
        raise ValueError(f"no such emotion: {', '.join(sorted(unknown))}")
    for emotion, listed in patterns.items():
        for pattern in listed:
            yield emotion, pattern


def _with_slots(pattern: str, slots: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda match: slots[match[1]], pattern)
