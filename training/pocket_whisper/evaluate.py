"""Measure an exported checkpoint on held-out sentences spoken by held-out voices.

python -m training.pocket_whisper.evaluate --report FILE
"""

import argparse
import functools
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
import whisper

from training.pocket_whisper.augment import NoiseBank, Signal
from training.pocket_whisper.decoding import Heard, Recogniser, edit_distance, stock, units
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


@functools.cache
def recogniser(path: Path) -> Recogniser:
    """The model, loaded once in each process."""
    torch.set_num_threads(1)  # several threads wait for each other on a busy machine
    return Recogniser(path)


def speech(path: Path, tests: TestSet, language: str, count: int, n_printed: int) -> list[str]:
    """Table line of one test set and language; of the first set, the error rates by voice too."""
    bank = NoiseBank(seed=1)
    said = held_out_sentences(language, count, tests.kinds)
    clean, noisy = (
        tally(
            list(spoken(language, said, condition, bank, tests.voices)),
            recogniser(path).right_sized,
            n_printed if condition is CLEAN else 0,
        )
        for condition in (CLEAN, NOISY)
    )
    ratio = f"{noisy.error_rate / clean.error_rate:.1f}" if clean.errors else "-"
    cells = [tests.name, language, str(clean.clips), percent(clean.error_rate)]
    cells += [percent(noisy.error_rate), ratio, percent(clean.exact, clean.clips)]
    cells += [percent(clean.language_right + noisy.language_right, 2 * clean.long_clips)]
    cells += [percent(clean.gated + noisy.gated, 2 * clean.clips)]
    cells += [f"{1000 * clean.took_s / clean.clips:.0f} ms"]
    shares = [
        percent(clean.by_voice[voice], clean.total_by_voice[voice]) for voice in DEVELOPMENT_VOICES
    ]
    return [table_line(cells), table_line([language, *shares])]


def stop_words_heard(path: Path, language: str) -> list[str]:
    """Share of stop words heard exactly, clean and in loud noise."""
    counts = Counter[str]()
    bank = NoiseBank(seed=1)
    said = stop_words(language)
    for condition in (CLEAN, LOUD_NOISE):
        for clip in spoken(language, said, condition, bank):
            text = recogniser(path).right_sized(clip.audio).text
            counts[condition.name] += text == clip.text
            if text != clip.text:
                print(f"  {condition.name}: {clip.text!r} by {clip.voice} -> {text!r}")
    shares = [percent(counts[kind.name], len(said)) for kind in (CLEAN, LOUD_NOISE)]
    return [table_line([language, str(len(said)), *shares])]


def translated(path: Path, language: str, count: int) -> list[str]:
    """Held-out orders of another language, written in English."""
    said = held_out_sentences(language, count, _TRANSLATED)
    errors = total = exact = 0
    for clip in spoken(language, said, CLEAN, NoiseBank(seed=1)):
        heard = recogniser(path).right_sized(clip.audio, "translate")
        reference = units(clip.english, "en")
        distance = edit_distance(reference, units(heard.text, "en"))
        errors, total, exact = errors + distance, total + len(reference), exact + (not distance)
    cells = [language, str(len(said)), percent(errors, total), percent(exact, len(said))]
    return [table_line(cells)]


def silence(path: Path, count: int) -> list[str]:
    """Share of clips without speech that give text, without and with the no-speech gate."""
    heard = [
        recogniser(path).right_sized(clip.audio) for clip in silent_clips(count, NoiseBank(seed=1))
    ]
    plain = sum(bool(item.text) for item in heard)
    gated = sum(bool(item.text) and item.no_speech_probability <= NO_SPEECH_GATE for item in heard)
    return [table_line([str(count), percent(plain, count), percent(gated, count)])]


def stock_transcribed(path: Path, language: str, count: int) -> list[str]:
    """whisper.transcribe on a few clean sentences of everything."""
    model = whisper.load_model(str(path), device="cpu")
    clips = list(spoken(language, held_out_sentences(language, count), CLEAN, NoiseBank(seed=1)))
    sums = tally(clips, functools.partial(stock, model), 0)
    mean = f"{1000 * sums.took_s / sums.clips:.0f} ms"
    return [table_line([language, str(sums.clips), percent(sums.error_rate), mean])]


def table_line(cells: Sequence[str]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def heading(*cells: str) -> list[str]:
    """The first two lines of a Markdown table, after an empty one."""
    return ["", table_line(cells), "|---" * len(cells) + "|"]


def flat(parts: Sequence[Sequence[str]]) -> list[str]:
    """The lines of all parts."""
    return [line for part in parts for line in part]


def done(job: Callable[[], list[str]]) -> list[str]:
    """Run one part of the measurement and show its lines."""
    lines = job()
    print("\n".join(lines), flush=True)
    return lines


def report(path: Path, count: int, n_stock: int, n_printed: int, n_processes: int) -> str:
    """The whole measurement as Markdown tables."""
    speaking = [
        functools.partial(speech, path, tests, language, count, n_printed)
        for tests in TEST_SETS
        for language in tests.languages
    ]
    stopping = [functools.partial(stop_words_heard, path, language) for language in LANGUAGES]
    translating = [functools.partial(translated, path, name, count) for name in LANGUAGES[1:]]
    silent = [functools.partial(silence, path, 4 * count)]
    by_stock = [functools.partial(stock_transcribed, path, name, n_stock) for name in LANGUAGES]
    with multiprocessing.Pool(n_processes, os.setsid) as pool:  # see train_process
        parts = [
            pool.map_async(done, jobs, chunksize=1)
            for jobs in (speaking, stopping, translating, silent, by_stock if n_stock else [])
        ]
        spoke, stopped, translations, silences, stock_lines = (part.get() for part in parts)
    columns = ["test set", "language", "clips", "WER (ko: CER) clean", "15 dB", "ratio"]
    columns += [
        "exact, clean",
        "language right (over 1 s)",
        "above the no-speech gate",
        "mean time",
    ]
    lines = heading(*columns)[1:] + [line for line, _ in spoke]
    lines += heading("stop words heard", "clips", "clean", "10 dB") + flat(stopped)
    lines += heading("orders put into English", "clips", "WER", "exact") + flat(translations)
    lines += heading("clips without speech", "give text", f"after the gate ({NO_SPEECH_GATE})")
    lines += flat(silences)
    lines += heading("error rate by voice (everything)", *DEVELOPMENT_VOICES)
    lines += [line for _, line in spoke[: len(LANGUAGES)]]
    if n_stock:
        lines += heading("whisper.transcribe, 30 s", "clips", "WER (ko: CER)", "mean time")
        lines += flat(stock_lines)
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=DESTINATION)
    parser.add_argument("--clips", type=int, default=60, help="sentences a set and language")
    parser.add_argument("--stock-clips", type=int, default=8, help="a language, with stock code")
    parser.add_argument("--print", type=int, default=0, help="show errors among the first N clips")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--report", type=Path, help="Markdown file to write")
    options = parser.parse_args()
    table = report(
        options.model, options.clips, options.stock_clips, options.print, options.processes
    )
    if options.report:
        options.report.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
