"""Measure an exported checkpoint on held-out sentences spoken by held-out voices.

python -m training.pocket_whisper.evaluate --report models/pocket-whisper.md
"""

import argparse
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import whisper
from torch import Tensor
from whisper.model import Whisper

from training.pocket_whisper.augment import NoiseBank, Signal, non_speech
from training.pocket_whisper.dataset import SAMPLES_PER_CONTEXT_FRAME, Shards, log_mel
from training.pocket_whisper.export import DESTINATION
from training.pocket_whisper.model import encode_any_length, tokenizer
from training.pocket_whisper.render import (
    GRAMMARS,
    SAMPLE_RATE_HZ,
    SHARD_FOLDER,
    is_held_out,
    render,
)
from training.pocket_whisper.voices import DEVELOPMENT_VOICES, Speaker

NO_SPEECH_GATE = 0.6
NOISE_SNR_DB = 15.0
_MAX_TOKENS = 60


@dataclass(frozen=True)
class Spoken:
    """A test clip; `text` is "" where nobody speaks."""

    audio: Signal
    language: str
    text: str
    voice: str


@dataclass(frozen=True)
class Heard:
    """What a recogniser returned for one clip."""

    text: str
    language: str
    no_speech_probability: float
    took_s: float


Recogniser = Callable[[Signal], Heard]


def edit_distance(reference: Sequence[str], hypothesis: Sequence[str]) -> int:
    """Levenshtein distance between two sequences of words or letters."""
    row = list(range(len(hypothesis) + 1))
    for i, expected in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, found in enumerate(hypothesis, 1):
            best = min(diagonal + (expected != found), row[j] + 1, row[j - 1] + 1)
            diagonal, row[j] = row[j], best
    return row[-1]


def units(text: str, language: str) -> list[str]:
    """English words, or Korean syllables without spaces."""
    return text.split() if language == "en" else list(text.replace(" ", ""))


def test_clips(language: str, count: int, noisy: bool, bank: NoiseBank) -> list[Spoken]:
    """Held-out sentences, spoken in turn by the development voices."""
    rng = random.Random(99)
    noise_rng = np.random.default_rng(99)
    trained = Shards(SHARD_FOLDER).texts() if SHARD_FOLDER.exists() else set()
    accents = ["en-us", "en-gb"] if language == "en" else ["ko"]
    clips: list[Spoken] = []
    while len(clips) < count:
        text = GRAMMARS[language].sentence(rng)
        if not is_held_out(text) or text in trained:
            continue
        variant = DEVELOPMENT_VOICES[len(clips) % len(DEVELOPMENT_VOICES)]
        speaker = Speaker(
            language, rng.choice(accents), variant, rng.randint(130, 190), rng.randint(30, 70)
        )
        speech = render(text, speaker).astype(np.float32) / 32768.0
        audio = np.pad(speech, int(0.2 * SAMPLE_RATE_HZ))
        if noisy:
            level = float(np.sqrt(np.mean(speech**2))) * 10 ** (-NOISE_SNR_DB / 20)
            audio = audio + level * bank.clip(audio.size, noise_rng)
        clips.append(Spoken(audio.astype(np.float32), language, text, variant))
    return clips


def silent_clips(count: int, bank: NoiseBank) -> list[Spoken]:
    """Silence, noise, tones, breaths and knocks of 0.5-3 s."""
    rng = np.random.default_rng(98)
    lengths = rng.uniform(0.5, 3.0, count) * SAMPLE_RATE_HZ
    return [Spoken(non_speech(int(length), bank, rng), "", "", "") for length in lengths]


@torch.no_grad()
def right_sized(model: Whisper, audio: Signal) -> Heard:
    """Greedy decoding with the context of the clip: 50 frames/s + 128, floor 256, times 64."""
    started = time.perf_counter()
    n_context = max(256, math.ceil(50 * audio.size / SAMPLE_RATE_HZ) + 128)
    n_context = math.ceil(n_context / 64) * 64
    padded = torch.zeros(1, n_context * SAMPLES_PER_CONTEXT_FRAME)
    padded[0, : audio.size] = torch.from_numpy(audio)
    features = encode_any_length(model.encoder, log_mel(padded, [audio.size], [False]))
    codec = tokenizer()
    first = model.decoder(torch.tensor([[codec.sot]]), features)[0, -1]
    languages = {name: codec.to_language_token(name) for name in ("en", "ko")}
    language = max(languages, key=lambda name: float(first[languages[name]]))
    no_speech = float(first.softmax(-1)[codec.no_speech])
    tokens = [codec.sot, languages[language], codec.transcribe, codec.no_timestamps]
    prompt_length = len(tokens)
    while len(tokens) < _MAX_TOKENS and tokens[-1] != codec.eot:
        logits: Tensor = model.decoder(torch.tensor([tokens]), features)[0, -1]
        tokens.append(int(logits.argmax()))
    text = codec.decode([token for token in tokens[prompt_length:] if token < codec.eot]).strip()
    return Heard(text, language, no_speech, time.perf_counter() - started)


def stock(model: Whisper, audio: Signal) -> Heard:
    """Unchanged whisper.transcribe over the full 30 s, with its language detection."""
    started = time.perf_counter()
    result = model.transcribe(audio, language=None, temperature=0.0, fp16=False)
    segments = result["segments"]
    no_speech = float(segments[0]["no_speech_prob"]) if segments else 1.0
    took_s = time.perf_counter() - started
    return Heard(str(result["text"]).strip(), str(result["language"]), no_speech, took_s)


def speech_row(clips: Sequence[Spoken], recognise: Recogniser, n_printed: int) -> str:
    """Table cells: error rate, exact sentences, language accuracy, lost to the gate, time."""
    errors = total = exact = right_language = gated = 0
    took_s = 0.0
    for number, clip in enumerate(clips):
        heard = recognise(clip.audio)
        reference = units(clip.text, clip.language)
        distance = edit_distance(reference, units(heard.text, clip.language))
        errors, total, exact = errors + distance, total + len(reference), exact + (distance == 0)
        right_language += heard.language == clip.language
        gated += heard.no_speech_probability > NO_SPEECH_GATE
        took_s += heard.took_s
        if distance and number < n_printed:
            print(f"  {clip.text!r} -> {heard.text!r}")
    shares = [errors / total, exact / len(clips), right_language / len(clips), gated / len(clips)]
    cells = [f"{100 * share:.1f} %" for share in shares]
    return " | ".join([*cells, f"{1000 * took_s / len(clips):.0f} ms"])


def silence_row(clips: Sequence[Spoken], recognise: Recogniser) -> str:
    """Table cells: share of clips that give text, without and with the no-speech gate."""
    heard = [recognise(clip.audio) for clip in clips]
    plain = sum(bool(item.text) for item in heard)
    gated = sum(bool(item.text) and item.no_speech_probability <= NO_SPEECH_GATE for item in heard)
    return f"{100 * plain / len(heard):.1f} % | {100 * gated / len(heard):.1f} %"


def voice_table(model: Whisper, count: int, bank: NoiseBank) -> list[str]:
    """Error rate of every development voice (clean, right-sized) as a Markdown table."""
    lines = [f"| error rate by voice | {' | '.join(DEVELOPMENT_VOICES)} |"]
    lines.append("|---" * (len(DEVELOPMENT_VOICES) + 1) + "|")
    for language in GRAMMARS:
        errors, total = Counter[str](), Counter[str]()
        for clip in test_clips(language, count, False, bank):
            reference = units(clip.text, language)
            found = units(right_sized(model, clip.audio).text, language)
            errors[clip.voice] += edit_distance(reference, found)
            total[clip.voice] += len(reference)
        shares = [f"{100 * errors[voice] / total[voice]:.0f} %" for voice in DEVELOPMENT_VOICES]
        lines.append(f"| {language} | {' | '.join(shares)} |")
        print(lines[-1], flush=True)
    return lines


def report(model: Whisper, count: int, n_stock: int, n_printed: int) -> str:
    """The whole measurement as Markdown tables."""
    bank = NoiseBank(seed=1)
    recognisers: list[tuple[str, Recogniser, int]] = [
        ("right-sized", lambda audio: right_sized(model, audio), count),
        ("stock transcribe, 30 s", lambda audio: stock(model, audio), n_stock),
    ]
    lines = [
        "| speech | decoder | clips | WER (en) / CER (ko) | exact | language right |"
        " above the no-speech gate | mean time |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for language in GRAMMARS:
        for noisy in (False, True):
            clips = test_clips(language, count, noisy, bank)
            condition = f"{language}, {f'noise, {NOISE_SNR_DB:.0f} dB SNR' if noisy else 'clean'}"
            for name, recognise, n_clips in recognisers:
                cells = speech_row(clips[:n_clips], recognise, n_printed)
                lines.append(f"| {condition} | {name} | {len(clips[:n_clips])} | {cells} |")
                print(lines[-1], flush=True)
    lines += [
        "",
        "| no speech | clips | gives text | gives text after the gate (0.6) |",
        "|---|---|---|---|",
    ]
    for name, recognise, n_clips in recognisers:
        clips = silent_clips(n_clips, bank)
        lines.append(f"| {name} | {len(clips)} | {silence_row(clips, recognise)} |")
        print(lines[-1], flush=True)
    lines += ["", *voice_table(model, count, bank)]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=DESTINATION)
    parser.add_argument("--clips", type=int, default=150, help="sentences per language")
    parser.add_argument("--stock-clips", type=int, default=60, help="of these with stock code")
    parser.add_argument("--print", type=int, default=0, help="show errors among the first N clips")
    parser.add_argument("--report", type=Path, help="Markdown file to write")
    options = parser.parse_args()
    torch.set_num_threads(1)  # several threads wait for each other on a busy machine
    model = whisper.load_model(str(options.model), device="cpu")
    table = report(model, options.clips, options.stock_clips, options.print)
    if options.report:
        options.report.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
