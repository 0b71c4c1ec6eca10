"""Render the training sentences to 16 kHz int16 shards (skips the shards that are done).

python -m training.pocket_whisper.render --shards 0:56
"""

import argparse
import hashlib
import io
import json
import multiprocessing
import random
import time
import wave
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from training.pocket_whisper.voices import (
    ENGLISH_ACCENTS,
    TRAINING_FLITE_VOICES,
    TRAINING_VARIANTS,
    Speaker,
    speak,
)
from training.text import sentences_en, sentences_ko
from training.text.expand import load_topics, sample

SAMPLE_RATE_HZ = 16_000
SCRATCH = Path("/tmp/sori-training")
SHARD_FOLDER = SCRATCH / "whisper-shards"
UTTERANCES_PER_SHARD = 500
TEXT_FOLDER = Path(__file__).parents[1] / "text"
GRAMMARS = {"en": sentences_en.GRAMMAR, "ko": sentences_ko.GRAMMAR}

_HELD_OUT_ONE_IN = 20
_HELD_OUT_MIN_WORDS = 3
_TRIM_LEVEL = 200  # int16 units, about -44 dBFS
_TRIM_MARGIN_S = 0.02


@dataclass(frozen=True)
class Utterance:
    """Index row: where the samples lie inside their shard, and what they say."""

    offset: int
    n_samples: int
    language: str
    voice: str
    text: str


def is_held_out(text: str) -> bool:
    """True for the ~5 % of composed sentences that are never trained on.

    Very short sentences ("stop", "thank you") are product vocabulary and always trained.
    """
    if len(text.split()) < _HELD_OUT_MIN_WORDS:
        return False
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:4], "big") % _HELD_OUT_ONE_IN == 0


def ask_patterns(language: str) -> list[tuple[str, ...]]:
    """Per topic family, the question patterns of a language; empty while the file is missing."""
    path = TEXT_FOLDER / f"topics_{language}.toml"
    if not path.exists():
        return []
    families: dict[str, tuple[str, ...]] = {}
    for topic in load_topics(path):
        families[topic.family] = families.get(topic.family, ()) + topic.ask
    return list(families.values())


class SentenceSource:
    """Draws transcripts: grammar sentences, free word sequences and topic questions."""

    def __init__(self, language: str, topic_share: float) -> None:
        self._grammar = GRAMMARS[language]
        self._asks = ask_patterns(language)
        self._words = self._grammar.words()
        self._topic_share = topic_share if self._asks else 0.0
        if self._topic_share:
            rng = random.Random(0)
            questions = [self._question(rng) for _ in range(10_000)]
            self._words += sorted({word for text in questions for word in text.split()})

    def _question(self, rng: random.Random) -> str:
        return sample(rng.choice(rng.choice(self._asks)), rng)

    def draw(self, rng: random.Random) -> str:
        """One transcript that is not held out."""
        while True:
            kind = rng.random()
            if kind < self._topic_share:
                return self._question(rng)
            if kind < self._topic_share + 0.23:
                text = " ".join(rng.choices(self._words, k=rng.randint(2, 7)))
            else:
                text = self._grammar.sentence(rng)
            if not is_held_out(text):
                return text


def draw_speaker(language: str, rng: random.Random) -> Speaker:
    """A random training voice with random rate and pitch."""
    rate_wpm = rng.randint(120, 210)
    if language == "en" and rng.random() < 0.1:
        return Speaker("en", "flite", rng.choice(TRAINING_FLITE_VOICES), rate_wpm)
    accent = rng.choice(ENGLISH_ACCENTS) if language == "en" else "ko"
    return Speaker(language, accent, rng.choice(TRAINING_VARIANTS), rate_wpm, rng.randint(20, 80))


def render(text: str, speaker: Speaker) -> npt.NDArray[np.int16]:
    """Speech as 16 kHz int16 samples, with the silence at both ends trimmed."""
    with wave.open(io.BytesIO(speak(text, speaker))) as file:
        rate_hz = file.getframerate()
        samples = np.frombuffer(file.readframes(10_000_000), dtype=np.int16)
    if rate_hz != SAMPLE_RATE_HZ:
        samples = soxr.resample(samples, rate_hz, SAMPLE_RATE_HZ, quality="MQ")
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _TRIM_LEVEL)
    if loud.size == 0:
        return samples[:0]
    margin = int(_TRIM_MARGIN_S * SAMPLE_RATE_HZ)
    trimmed: npt.NDArray[np.int16] = samples[max(0, loud[0] - margin) : loud[-1] + margin]
    return trimmed


def render_shard(job: tuple[int, float]) -> str:
    """Render one shard; the index file is written last and marks the shard as done."""
    number, topic_share = job
    index_path = SHARD_FOLDER / f"{number:03d}.jsonl"
    if index_path.exists():
        return f"shard {number}: already there"
    started = time.monotonic()
    rng = random.Random(1_000 + number)
    sources = {language: SentenceSource(language, topic_share) for language in GRAMMARS}
    rows: list[Utterance] = []
    audio: list[npt.NDArray[np.int16]] = []
    offset = 0
    while len(rows) < UTTERANCES_PER_SHARD:
        language = rng.choice(("en", "ko"))
        text = sources[language].draw(rng)
        speaker = draw_speaker(language, rng)
        samples = render(text, speaker)
        if not 0.15 <= samples.size / SAMPLE_RATE_HZ <= 8.0:
            continue
        voice = f"{speaker.accent}+{speaker.variant}"
        rows.append(Utterance(offset, samples.size, language, voice, text))
        audio.append(samples)
        offset += samples.size
    np.concatenate(audio).tofile(SHARD_FOLDER / f"{number:03d}.i16")
    lines = [json.dumps(asdict(row), ensure_ascii=False) for row in rows]
    index_path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    mean_s = offset / SAMPLE_RATE_HZ / len(rows)
    return f"shard {number}: mean {mean_s:.2f} s, took {time.monotonic() - started:.0f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", default="0:48", help="range of shard numbers, first:end")
    parser.add_argument("--topic-share", type=float, default=0.0, help="share of topic questions")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    first, end = (int(part) for part in options.shards.split(":"))
    SHARD_FOLDER.mkdir(parents=True, exist_ok=True)
    jobs = [(number, options.topic_share) for number in range(first, end)]
    with multiprocessing.Pool(options.processes) as pool:
        for line in pool.imap_unordered(render_shard, jobs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
