"""Measure an exported checkpoint on held-out sentences spoken by held-out voices.

python -m training.pocket_whisper.evaluate --report models/pocket-whisper.md
"""

import argparse
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import whisper
from torch import Tensor
from whisper.model import Whisper

from training.pocket_whisper.augment import NoiseBank, Signal
from training.pocket_whisper.dataset import SAMPLES_PER_CONTEXT_FRAME, log_mel
from training.pocket_whisper.dev_set import (
    CLEAN,
    LOUD_NOISE,
    NOISY,
    Spoken,
    held_out_sentences,
    silent_clips,
    spoken,
    stop_words,
)
from training.pocket_whisper.export import DESTINATION
from training.pocket_whisper.model import encode_any_length, tokenizer
from training.pocket_whisper.render import SAMPLE_RATE_HZ
from training.pocket_whisper.sentences import LANGUAGES
from training.pocket_whisper.voices import DEVELOPMENT_VOICES

NO_SPEECH_GATE = 0.6
_MAX_TOKENS = 60


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
    """Words, or Korean syllables without spaces."""
    return list(text.replace(" ", "")) if language == "ko" else text.lower().split()


@torch.no_grad()
def right_sized(model: Whisper, audio: Signal, task: str = "transcribe") -> Heard:
    """Greedy decoding with the context of the clip: 50 frames/s + 128, floor 256, times 64."""
    started = time.perf_counter()
    n_context = max(256, math.ceil(50 * audio.size / SAMPLE_RATE_HZ) + 128)
    n_context = math.ceil(n_context / 64) * 64
    padded = torch.zeros(1, n_context * SAMPLES_PER_CONTEXT_FRAME)
    padded[0, : audio.size] = torch.from_numpy(audio)
    features = encode_any_length(model.encoder, log_mel(padded, [audio.size], [False]))
    codec = tokenizer()
    first = model.decoder(torch.tensor([[codec.sot]]), features)[0, -1]
    languages = {name: codec.to_language_token(name) for name in LANGUAGES}
    language = max(languages, key=lambda name: float(first[languages[name]]))
    no_speech = float(first.softmax(-1)[codec.no_speech])
    tokens = [codec.sot, languages[language], getattr(codec, task), codec.no_timestamps]
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


def translation_row(model: Whisper, clips: Sequence[Spoken]) -> str:
    """Table cells: word error rate against the English meaning, exact sentences."""
    errors = total = exact = 0
    for clip in clips:
        heard = right_sized(model, clip.audio, "translate")
        reference = units(clip.english, "en")
        distance = edit_distance(reference, units(heard.text, "en"))
        errors, total, exact = errors + distance, total + len(reference), exact + (distance == 0)
    return f"{len(clips)} | {100 * errors / total:.1f} % | {100 * exact / len(clips):.1f} %"


def stop_word_row(model: Whisper, language: str, bank: NoiseBank) -> str:
    """Table cells: share of stop words heard exactly, clean and at 10 dB."""
    cells = []
    for condition in (CLEAN, LOUD_NOISE):
        clips = list(spoken(language, stop_words(language), condition, bank))
        heard = sum(right_sized(model, clip.audio).text == clip.text for clip in clips)
        cells.append(f"{100 * heard / len(clips):.1f} %")
    return " | ".join(cells)


def voice_table(model: Whisper, clips: dict[str, list[Spoken]]) -> list[str]:
    """Error rate of every development voice (clean, right-sized) as a Markdown table."""
    lines = [f"| error rate by voice | {' | '.join(DEVELOPMENT_VOICES)} |"]
    lines.append("|---" * (len(DEVELOPMENT_VOICES) + 1) + "|")
    for language, spoken_clips in clips.items():
        errors, total = Counter[str](), Counter[str]()
        for clip in spoken_clips:
            reference = units(clip.text, language)
            found = units(right_sized(model, clip.audio).text, language)
            errors[clip.voice] += edit_distance(reference, found)
            total[clip.voice] += len(reference)
        shares = [f"{100 * errors[voice] / total[voice]:.0f} %" for voice in DEVELOPMENT_VOICES]
        lines.append(f"| {language} | {' | '.join(shares)} |")
        print(lines[-1], flush=True)
    return lines


def speech_table(
    model: Whisper, clips: dict[str, list[Spoken]], n_stock: int, n_printed: int
) -> list[str]:
    """Both decoders on clean and noisy speech of every language."""
    lines = [
        "| speech | decoder | clips | WER (ko: CER) | exact | language right |"
        " above the no-speech gate | mean time |",
        "|---|---|---|---|---|---|---|---|",
    ]
    bank = NoiseBank(seed=1)
    recognisers: list[tuple[str, Recogniser, int]] = [
        ("right-sized", lambda audio: right_sized(model, audio), -1),
        ("stock transcribe, 30 s", lambda audio: stock(model, audio), n_stock),
    ]
    for language, clean in clips.items():
        pairs = held_out_sentences(language, len(clean))
        for condition in (CLEAN, NOISY):
            heard = clean if condition is CLEAN else list(spoken(language, pairs, NOISY, bank))
            for name, recognise, n_clips in recognisers:
                chosen = heard[:n_clips] if n_clips >= 0 else heard
                if not chosen:
                    continue
                cells = speech_row(chosen, recognise, n_printed)
                lines.append(f"| {language}, {condition.name} | {name} | {len(chosen)} | {cells} |")
                print(lines[-1], flush=True)
    return lines


def report(model: Whisper, count: int, n_stock: int, n_printed: int) -> str:
    """The whole measurement as Markdown tables."""
    bank = NoiseBank(seed=1)
    clips = {
        language: list(spoken(language, held_out_sentences(language, count), CLEAN, bank))
        for language in LANGUAGES
    }
    lines = speech_table(model, clips, n_stock, n_printed)
    lines += ["", "| translated into English | clips | WER | exact |", "|---|---|---|---|"]
    for language in LANGUAGES[1:]:
        known = [clip for clip in clips[language] if clip.english]
        lines.append(f"| {language} | {translation_row(model, known)} |")
        print(lines[-1], flush=True)
    lines += ["", "| stop words heard | clean | 10 dB |", "|---|---|---|"]
    for language in LANGUAGES:
        lines.append(f"| {language} | {stop_word_row(model, language, bank)} |")
        print(lines[-1], flush=True)
    lines += [
        "",
        "| no speech | clips | gives text | gives text after the gate (0.6) |",
        "|---|---|---|---|",
    ]
    silent = silent_clips(2 * count, bank)
    row = silence_row(silent, lambda audio: right_sized(model, audio))
    lines.append(f"| right-sized | {len(silent)} | {row} |")
    print(lines[-1], flush=True)
    lines += ["", *voice_table(model, clips)]
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
