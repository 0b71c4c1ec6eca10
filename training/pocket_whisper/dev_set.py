"""Our own test clips: held-out sentences by held-out voices, and noise without speech.

`python -m training.pocket_whisper.dev_set DIR` writes them as a folder for `sori eval DIR`.
"""

import argparse
import functools
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from tqdm import tqdm

from training.pocket_whisper.augment import NoiseBank, Signal, non_speech
from training.pocket_whisper.render import SAMPLE_RATE_HZ, render
from training.pocket_whisper.sentences import LANGUAGES, STOP_WORDS, Said, SentenceSource
from training.pocket_whisper.voices import ACCENTS, DEVELOPMENT_VOICES, Speaker

SEED = 99
_PAUSE_S = 0.2  # of silence before and after the speech


@dataclass(frozen=True)
class Condition:
    """How clips are recorded; no SNR: clean."""

    name: str
    snr_db: float | None = None


CLEAN = Condition("clean")
NOISY = Condition("15 dB", 15.0)
LOUD_NOISE = Condition("10 dB", 10.0)


@dataclass(frozen=True)
class Spoken:
    """A test clip; `text` is "" where nobody speaks, `english` where no translation is known."""

    audio: Signal
    language: str
    text: str
    voice: str
    condition: str
    english: str = ""


def spoken(
    language: str,
    said: list[Said],
    condition: Condition,
    bank: NoiseBank,
    voices: Sequence[str] = DEVELOPMENT_VOICES,
) -> Iterator[Spoken]:
    """The sentences, spoken in turn by the voices at random rates and pitches."""
    rng = random.Random(SEED)
    noise_rng = np.random.default_rng(SEED)
    for number, sentence in enumerate(said):
        voice = voices[number % len(voices)]
        rate_wpm, pitch = rng.randint(130, 190), rng.randint(30, 70)
        speaker = Speaker(language, rng.choice(ACCENTS[language]), voice, rate_wpm, pitch)
        speech = render(sentence.text, speaker).astype(np.float32) / 32768.0
        audio = np.pad(speech, int(_PAUSE_S * SAMPLE_RATE_HZ))
        if condition.snr_db is not None:
            level = float(np.sqrt(np.mean(speech**2))) * 10 ** (-condition.snr_db / 20)
            audio = audio + level * bank.clip(audio.size, noise_rng)
        loudest = max(1.0, float(np.abs(audio).max()))  # a sound file ends at 1
        audio = (audio / loudest).astype(np.float32)
        yield Spoken(audio, language, sentence.text, voice, condition.name, sentence.english)


@functools.cache
def _source(language: str) -> SentenceSource:
    """It takes seconds to make."""
    return SentenceSource(language)


def held_out_sentences(
    language: str, count: int, kinds: frozenset[str] = frozenset()
) -> list[Said]:
    """The same `count` different sentences, of these kinds or of all, at every call."""
    rng = random.Random(SEED)
    said: dict[str, Said] = {}
    while len(said) < count:
        sentence = _source(language).draw_held_out(rng, kinds)
        said.setdefault(sentence.text, sentence)
    return list(said.values())


def stop_words(language: str, n_times: int = 2 * len(DEVELOPMENT_VOICES)) -> list[Said]:
    """Every stop word, by default twice for each development voice."""
    return [Said(word, "", "stop") for word in STOP_WORDS[language] for _ in range(n_times)]


def silent_clips(count: int, bank: NoiseBank) -> list[Spoken]:
    """Silence, noise, tones, breaths and knocks of 0.5-3 s."""
    rng = np.random.default_rng(SEED - 1)
    lengths = rng.uniform(0.5, 3.0, count) * SAMPLE_RATE_HZ
    return [
        Spoken(non_speech(int(length), bank, rng), "", "", "", "no speech") for length in lengths
    ]


def all_clips(count: int) -> Iterator[Spoken]:
    """`count` sentences a language, clean and noisy, every stop word, and noise."""
    bank = NoiseBank(seed=1)
    for language in LANGUAGES:
        said = held_out_sentences(language, count)
        yield from spoken(language, said, CLEAN, bank)
        yield from spoken(language, said, NOISY, bank)
        yield from spoken(language, stop_words(language, 1), LOUD_NOISE, bank)
    yield from silent_clips(count, bank)


def write(folder: Path, count: int) -> int:
    """Sound files and `manifest.jsonl`, for `sori eval`; returns how many clips."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for number, clip in enumerate(tqdm(all_clips(count), unit="clip")):
        name = f"{number:05d}.flac"
        soundfile.write(folder / name, clip.audio, SAMPLE_RATE_HZ)
        row = {"file": name, "text": clip.text, "language": clip.language}
        row |= {"voice": clip.voice, "condition": clip.condition}
        lines.append(json.dumps(row, ensure_ascii=False))
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--count", type=int, default=60, help="sentences a language and condition")
    options = parser.parse_args()
    print(f"{options.folder}: {write(options.folder, options.count)} clips")


if __name__ == "__main__":
    main()
