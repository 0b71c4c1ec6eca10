"""Measure an exported checkpoint on held-out sentences spoken by held-out voices.

python -m training.pocket_whisper.evaluate --report FILE
"""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
import whisper
from whisper.model import Whisper

from training.pocket_whisper.augment import NoiseBank, Signal
from training.pocket_whisper.decoding import Heard, edit_distance, right_sized, stock, units
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
from training.pocket_whisper.render import SAMPLE_RATE_HZ
from training.pocket_whisper.sentences import LANGUAGES
from training.pocket_whisper.voices import DEVELOPMENT_VOICES, PLAIN_VOICE

NO_SPEECH_GATE = 0.6
_SHORT_S = 1.0  # a language is judged by longer clips
_TRANSLATED = frozenset(("orders",))


@dataclass(frozen=True)
class TestSet:
    """Held-out sentences of these kinds (none: of all), by these voices."""

    name: str
    kinds: frozenset[str] = frozenset()
    languages: tuple[str, ...] = LANGUAGES
    voices: tuple[str, ...] = DEVELOPMENT_VOICES


TEST_SETS = (
    TestSet("everything"),
    TestSet("orders", frozenset(("orders",))),
    TestSet("orders, plain voice", frozenset(("orders",)), voices=(PLAIN_VOICE,)),
    TestSet("grammar", frozenset(("grammar",)), ("en", "ko")),
)


@dataclass
class Tally:
    """Sums over clips."""

    errors: int = 0
    total: int = 0
    exact: int = 0
    clips: int = 0
    long_clips: int = 0
    language_right: int = 0
    gated: int = 0
    took_s: float = 0.0
    by_voice: Counter[str] = field(default_factory=Counter)
    total_by_voice: Counter[str] = field(default_factory=Counter)

    def add(self, clip: Spoken, heard: Heard) -> bool:
        """Count one clip; True where every word is right."""
        reference = units(clip.text, clip.language)
        distance = edit_distance(reference, units(heard.text, clip.language))
        self.errors += distance
        self.total += len(reference)
        self.exact += distance == 0
        self.clips += 1
        if clip.audio.size > _SHORT_S * SAMPLE_RATE_HZ:
            self.long_clips += 1
            self.language_right += heard.language == clip.language
        self.gated += heard.no_speech_probability > NO_SPEECH_GATE
        self.took_s += heard.took_s
        self.by_voice[clip.voice] += distance
        self.total_by_voice[clip.voice] += len(reference)
        return distance == 0

    @property
    def error_rate(self) -> float:
        """Share of the words, or Korean letters, that are wrong."""
        return self.errors / max(self.total, 1)


def tally(clips: Sequence[Spoken], recognise: Callable[[Signal], Heard], n_printed: int) -> Tally:
    """Recognise every clip; print the mistakes among the first ones."""
    sums = Tally()
    for number, clip in enumerate(clips):
        heard = recognise(clip.audio)
        if not sums.add(clip, heard) and number < n_printed:
            print(f"  {clip.text!r} -> {heard.text!r}")
    return sums


def percent(part: float, whole: float = 1.0) -> str:
    """A share as a table cell."""
    return f"{100 * part / max(whole, 1e-9):.1f} %"


def speech_rows(
    model: Whisper, tests: TestSet, count: int, n_printed: int
) -> tuple[list[str], dict[str, Tally]]:
    """Table lines of one test set, and the clean sums by language."""
    bank = NoiseBank(seed=1)
    lines: list[str] = []
    clean_sums: dict[str, Tally] = {}
    for language in tests.languages:
        said = held_out_sentences(language, count, tests.kinds)
        clean, noisy = (
            tally(
                list(spoken(language, said, condition, bank, tests.voices)),
                lambda audio: right_sized(model, audio),
                n_printed if condition is CLEAN else 0,
            )
            for condition in (CLEAN, NOISY)
        )
        clean_sums[language] = clean
        cells = [tests.name, language, str(clean.clips), percent(clean.error_rate)]
        cells += [
            percent(noisy.error_rate),
            f"{noisy.error_rate / max(clean.error_rate, 1e-9):.1f}",
        ]
        cells += [percent(clean.exact, clean.clips)]
        cells += [percent(clean.language_right + noisy.language_right, 2 * clean.long_clips)]
        cells += [percent(clean.gated + noisy.gated, 2 * clean.clips)]
        cells += [f"{1000 * clean.took_s / clean.clips:.0f} ms"]
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    return lines, clean_sums


def voice_rows(sums: dict[str, Tally]) -> list[str]:
    """Error rate of every development voice as a Markdown table."""
    lines = [f"| error rate by voice | {' | '.join(DEVELOPMENT_VOICES)} |"]
    lines.append("|---" * (len(DEVELOPMENT_VOICES) + 1) + "|")
    for language, total in sums.items():
        shares = [
            percent(total.by_voice[voice], total.total_by_voice[voice])
            for voice in DEVELOPMENT_VOICES
        ]
        lines.append(f"| {language} | {' | '.join(shares)} |")
    return lines


def stock_rows(model: Whisper, count: int) -> list[str]:
    """whisper.transcribe on a few clean sentences of everything."""
    lines = [
        "| whisper.transcribe, 30 s | clips | WER (ko: CER) | mean time |",
        "|---|---|---|---|",
    ]
    for language in LANGUAGES:
        said = held_out_sentences(language, count)
        clips = list(spoken(language, said, CLEAN, NoiseBank(seed=1)))
        sums = tally(clips, lambda audio: stock(model, audio), 0)
        cells = [language, str(sums.clips), percent(sums.error_rate)]
        lines.append(f"| {' | '.join(cells)} | {1000 * sums.took_s / sums.clips:.0f} ms |")
        print(lines[-1], flush=True)
    return lines


def translation_rows(model: Whisper, count: int) -> list[str]:
    """Held-out orders of the other languages, written in English."""
    lines = ["| orders put into English | clips | WER | exact |", "|---|---|---|---|"]
    for language in LANGUAGES[1:]:
        said = held_out_sentences(language, count, _TRANSLATED)
        errors = total = exact = 0
        for clip in spoken(language, said, CLEAN, NoiseBank(seed=1)):
            heard = right_sized(model, clip.audio, "translate")
            reference = units(clip.english, "en")
            distance = edit_distance(reference, units(heard.text, "en"))
            errors, total, exact = errors + distance, total + len(reference), exact + (not distance)
        cells = [language, str(len(said)), percent(errors, total), percent(exact, len(said))]
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    return lines


def stop_word_rows(model: Whisper) -> list[str]:
    """Share of stop words heard exactly, in whatever language, clean and in loud noise."""
    lines = ["| stop words heard | clips | clean | 10 dB |", "|---|---|---|---|"]
    all_counts = Counter[str]()
    bank = NoiseBank(seed=1)
    for language in LANGUAGES:
        counts = Counter[str]()
        for condition in (CLEAN, LOUD_NOISE):
            for clip in spoken(language, stop_words(language), condition, bank):
                text = right_sized(model, clip.audio).text
                counts[condition.name] += text == clip.text
                if text != clip.text:
                    print(f"  {condition.name}: {clip.text!r} by {clip.voice} -> {text!r}")
        counts["clips"] = len(stop_words(language))
        all_counts += counts
        lines.append(stop_word_row(language, counts))
        print(lines[-1], flush=True)
    return [*lines, stop_word_row("all", all_counts)]


def stop_word_row(name: str, counts: Counter[str]) -> str:
    """One table line."""
    shares = [percent(counts[kind.name], counts["clips"]) for kind in (CLEAN, LOUD_NOISE)]
    return f"| {name} | {counts['clips']} | {' | '.join(shares)} |"


def silence_rows(model: Whisper, count: int) -> list[str]:
    """Share of clips without speech that give text, without and with the no-speech gate."""
    heard = [right_sized(model, clip.audio) for clip in silent_clips(count, NoiseBank(seed=1))]
    plain = sum(bool(item.text) for item in heard)
    gated = sum(bool(item.text) and item.no_speech_probability <= NO_SPEECH_GATE for item in heard)
    return [
        f"| no speech | clips | gives text | gives text after the gate ({NO_SPEECH_GATE}) |",
        "|---|---|---|---|",
        f"| right-sized | {count} | {percent(plain, count)} | {percent(gated, count)} |",
    ]


def report(model: Whisper, count: int, n_stock: int, n_printed: int) -> str:
    """The whole measurement as Markdown tables."""
    lines = [
        "| test set | language | clips | WER (ko: CER) clean | 15 dB | ratio | exact, clean |"
        " language right (over 1 s) | above the no-speech gate | mean time |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    by_voice: list[str] = []
    for tests in TEST_SETS:
        rows, sums = speech_rows(model, tests, count, n_printed)
        lines += rows
        by_voice = by_voice or voice_rows(sums)
    lines += ["", *stop_word_rows(model)]
    lines += ["", *translation_rows(model, count)]
    lines += ["", *silence_rows(model, 4 * count)]
    lines += ["", *by_voice]
    if n_stock:
        lines += ["", *stock_rows(model, n_stock)]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=DESTINATION)
    parser.add_argument("--clips", type=int, default=60, help="sentences a set and language")
    parser.add_argument("--stock-clips", type=int, default=8, help="a language, with stock code")
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
