"""Render the training sentences to 16 kHz int16 shards (skips the shards that are done).

python -m training.pocket_whisper.render --shards 0:80
"""

import argparse
import functools
import io
import json
import multiprocessing
import random
import time
import wave
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import soxr
from tqdm import tqdm

from training.pocket_whisper.invented_voices import invented_voice_name
from training.pocket_whisper.sentences import LANGUAGES, SentenceSource
from training.pocket_whisper.voices import (
    ACCENTS,
    PLAIN_VOICE,
    TRAINING_FLITE_VOICES,
    TRAINING_VARIANTS,
    Speaker,
    speak,
)
from training.scratch import SCRATCH

SAMPLE_RATE_HZ = 16_000
SHARD_FOLDER = SCRATCH / "whisper-shards"
UTTERANCES_PER_SHARD = 500
OVER = "over"
"""The kind of a sentence that was said over the robot's own voice."""

_LANGUAGE_SHARES = {"en": 0.27, "ko": 0.285, "es": 0.14, "fr": 0.16, "de": 0.145}
"""Of all that the shipped weights were last trained on."""
_PLAIN_SHARE = 0.08
_INVENTED_SHARE = 0.55

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
    english: str = ""  # what it means, where that is to be learnt
    kind: str = ""  # of the sentence, such as "stop"


def draw_speaker(language: str, rng: random.Random) -> Speaker:
    """A random training voice with random rate and pitch."""
    rate_wpm = rng.randint(110, 220)
    if language == "en" and rng.random() < 0.1:
        return Speaker("en", "flite", rng.choice(TRAINING_FLITE_VOICES), rate_wpm)
    accent = rng.choice(ACCENTS[language])
    if rng.random() < _PLAIN_SHARE:
        return Speaker(
            language, accent, PLAIN_VOICE, rate_wpm, rng.choice((50, rng.randint(10, 90)))
        )
    invented = rng.random() < _INVENTED_SHARE
    variant = invented_voice_name(rng) if invented else rng.choice(TRAINING_VARIANTS)
    return Speaker(language, accent, variant, rate_wpm, rng.randint(10, 90))


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


@functools.cache
def sentence_sources() -> dict[str, SentenceSource]:
    """One source a language; they take seconds to make, so a process makes them once."""
    return {language: SentenceSource(language) for language in LANGUAGES}


def render_shard(number: int) -> str:
    """Render one shard; the index file is written last and marks the shard as done."""
    index_path = SHARD_FOLDER / f"{number:03d}.jsonl"
    if index_path.exists():
        return f"shard {number}: already there"
    started = time.monotonic()
    rng = random.Random(1_000 + number)
    sources = sentence_sources()
    rows: list[Utterance] = []
    audio: list[npt.NDArray[np.int16]] = []
    offset = 0
    while len(rows) < UTTERANCES_PER_SHARD:
        (language,) = rng.choices(list(_LANGUAGE_SHARES), list(_LANGUAGE_SHARES.values()))
        said = sources[language].draw(rng)
        speaker = draw_speaker(language, rng)
        samples = render(said.text, speaker)
        if not 0.15 <= samples.size / SAMPLE_RATE_HZ <= 8.0:
            continue
        voice = f"{speaker.accent}+{speaker.variant}"
        rows.append(
            Utterance(offset, samples.size, language, voice, said.text, said.english, said.kind)
        )
        audio.append(samples)
        offset += samples.size
    write_shard(number, rows, audio)
    mean_s = offset / SAMPLE_RATE_HZ / len(rows)
    return f"shard {number}: mean {mean_s:.2f} s, took {time.monotonic() - started:.0f} s"


def write_shard(number: int, rows: list[Utterance], audio: list[npt.NDArray[np.int16]]) -> None:
    """The samples of `rows` one after another, then the index."""
    np.concatenate(audio).tofile(SHARD_FOLDER / f"{number:03d}.i16")
    lines = [json.dumps(asdict(row), ensure_ascii=False) for row in rows]
    (SHARD_FOLDER / f"{number:03d}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    render_shards(parser, render_shard)


def render_shards(parser: argparse.ArgumentParser, make: Callable[[int], str]) -> None:
    """Let processes `make` the shards that the command line names."""
    parser.add_argument("--shards", default="0:80", help="range of shard numbers, first:end")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    first, end = (int(part) for part in options.shards.split(":"))
    SHARD_FOLDER.mkdir(parents=True, exist_ok=True)
    sentence_sources()  # before the processes fork, which then share them
    with multiprocessing.get_context("fork").Pool(options.processes) as pool:
        for line in tqdm(pool.imap_unordered(make, range(first, end)), total=end - first):
            tqdm.write(line)


if __name__ == "__main__":
    main()
