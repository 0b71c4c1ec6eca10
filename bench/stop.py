"""How late, and how often, a spoken stop is heard while its sentence may still be going on.

    python -m bench.stop --write docs/performance/stop.md

Late is counted in sound: from the end of the word (below -40 dB of its peak) to the moment at which
it was found; less than zero means that the word was known before it was over. What the reading
itself takes comes on top and is given apart, for it depends on the machine.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from audio.listener import Listener
from audio.recognition.partial import PartialRecogniser, PartialText
from audio.sound import SAMPLE_RATE_HZ, Samples
from bench import machine
from config.load import load
from robot.stop_ear import StopEar
from robot.stop_ears import StopEars
from tests.speech import pause, say

WORDS = {
    "en": ("stop", "halt", "freeze", "wait", "don't move", "stop it"),
    "ko": ("멈춰", "정지", "그만", "그만해", "멈추세요", "스톱"),
    "es": ("para", "alto", "detente", "basta", "párate", "quieto"),
    "fr": ("arrête", "stop", "arrête-toi", "halte", "ne bouge plus", "ça suffit"),
    "de": ("stopp", "halt", "halt an", "anhalten", "bleib stehen", "hör auf"),
}
AROUND = {
    "en": ("we are going to the kitchen", "I said it already"),
    "ko": ("우리는 지금 부엌으로 가고 있어", "내가 벌써 말했어"),
    "es": ("vamos a la cocina", "ya lo he dicho"),
    "fr": ("nous allons à la cuisine", "je l'ai déjà dit"),
    "de": ("wir gehen in die Küche", "das habe ich schon gesagt"),
}
"""Said before and after the word; only words that count anywhere are meant to stop there."""
WITHIN = {
    "en": ("stop", "stop it", "don't move"),
    "ko": ("멈춰", "정지", "그만"),
    "es": ("detente", "párate", "para ya"),
    "fr": ("arrête", "stop", "arrête-toi"),
    "de": ("stopp", "halt an", "hör auf"),
}
GAP_S = 0.1
"""Between the word and what is around it."""
VOICES = {"en": "en-us", "ko": "ko", "es": "es", "fr": "fr", "de": "de"}
WORDS_PER_MINUTE = (130, 170, 210)
SNR_DB = 10.0
NOISE = f"{SNR_DB:.0f} dB of noise"
SPEECH = "within speech"
LEAD_S = 3.0
"""The noise floor is known by then."""
BUDGET_MS = 300.0


class TimedRecogniser(PartialRecogniser):
    """The same, with a stopwatch."""

    def __init__(self, recogniser: PartialRecogniser) -> None:
        self._inner = recogniser
        self.taken_ms: list[float] = []

    def read(self, samples: Samples) -> tuple[PartialText, ...]:
        """See `PartialRecogniser.read`."""
        began = time.perf_counter()
        texts = self._inner.read(samples)
        self.taken_ms.append((time.perf_counter() - began) * 1_000)
        return texts


@dataclass(slots=True)
class Row:
    """All rates of one language in one surrounding."""

    language: str
    where: str
    late_ms: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def cells(self) -> str:
        """The row as a Markdown table line."""
        n_clips = len(self.late_ms) + len(self.missed)
        heard = f"{len(self.late_ms)} of {n_clips}"
        in_time = sum(late <= BUDGET_MS for late in self.late_ms) / n_clips
        median = f"{statistics.median(self.late_ms):.0f}" if self.late_ms else "-"
        latest = f"{max(self.late_ms):.0f}" if self.late_ms else "-"
        missed = ", ".join(sorted(set(self.missed))) or "-"
        cells = (self.language, self.where, heard, f"{in_time:.0%}", median, latest, missed)
        return f"| {' | '.join(cells)} |"


HEADER = """| language | surrounding | heard | within 300 ms | median late, ms | latest, ms \
| missed |
|---|---|---|---|---|---|---|"""


def main() -> None:
    """Measure, print the table and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="Markdown file for the table")
    parser.add_argument("--languages", nargs="+", default=[*WORDS])
    parser.add_argument(
        "--innocent",
        nargs="*",
        default=[],
        metavar="LANGUAGE:FILE",
        help="also say the first 40 sentences (JSON lines with `text`) that hold no stop word",
    )
    arguments = parser.parse_args()
    where = machine.describe()
    ears = StopEars.load(load())
    timed = TimedRecogniser(ears.recogniser)
    rows = [
        measured(ears, timed, language, surrounding)
        for language in arguments.languages
        for surrounding in ("alone", NOISE, SPEECH)
    ]
    table = "\n".join([HEADER, *(row.cells() for row in rows)])
    taken = np.percentile(timed.taken_ms, [50, 95])
    table += f"\n\nOne reading takes {taken[0]:.0f} ms (median; 95 %: {taken[1]:.0f} ms)."
    for given in arguments.innocent:
        language, _, file = given.partition(":")
        table += "\n\n" + innocent(ears, timed, language, Path(file))
    print(table)
    if arguments.write:
        arguments.write.parent.mkdir(parents=True, exist_ok=True)
        arguments.write.write_text(page(table, where), "utf-8")
        print(f"Written to {arguments.write}.", file=sys.stderr)


def measured(ears: StopEars, timed: TimedRecogniser, language: str, surrounding: str) -> Row:
    """Every word at every rate."""
    row = Row(language, surrounding)
    for words_per_minute in WORDS_PER_MINUTE:
        for word in (WITHIN if surrounding == SPEECH else WORDS)[language]:
            spoken = trimmed(say(word, VOICES[language], words_per_minute))
            sound, end_s = surrounded(spoken, surrounding, language, words_per_minute)
            stops = stops_in(ears, timed, sound)
            if stops:
                row.late_ms.append(1_000 * (stops[0] - end_s))
            else:
                row.missed.append(word)
    return row


def surrounded(
    word: Samples, surrounding: str, language: str, words_per_minute: int
) -> tuple[Samples, float]:
    """The whole sound, and where the word ends in it."""
    before, after = pause(LEAD_S), pause(1.2)
    if surrounding == SPEECH:
        said = [trimmed(say(text, VOICES[language], words_per_minute)) for text in AROUND[language]]
        before = np.concatenate([pause(0.5), said[0], pause(GAP_S)])
        after = np.concatenate([pause(GAP_S), said[1], after])
    sound = np.concatenate([before, word, after])
    if surrounding == NOISE:
        level = np.sqrt(np.square(word).mean()) * 10 ** (-SNR_DB / 20)
        noise = np.random.default_rng(3).standard_normal(len(sound))
        sound = (sound + level * noise).astype(np.float32)
    return sound, (len(before) + len(word)) / SAMPLE_RATE_HZ


def stops_in(ears: StopEars, timed: TimedRecogniser, sound: Samples) -> list[float]:
    """When a stop was heard."""
    stops: list[float] = []
    ear = StopEar(Listener.load(ears.voice_activity), timed, ears.words, stops.append)
    ear.watching = True
    ear.feed(sound)
    ear.finish()
    return stops


def innocent(ears: StopEars, timed: TimedRecogniser, language: str, file: Path) -> str:
    """Sentences that ask for no stop, spoken: how many stop it all the same."""
    texts = [text for text in sentences(file) if ears.words.heard_in(text) is None][:40]
    stopped = []
    for text in texts:
        spoken = say(text, VOICES[language], WORDS_PER_MINUTE[1])
        if stops_in(ears, timed, np.concatenate([pause(0.5), spoken, pause(1.2)])):
            stopped.append(text)
    listed = "; ".join(stopped) or "none"
    return (
        f"Of {len(texts)} spoken sentences ({language}) without a stop word {len(stopped)} stop"
        f" all the same: {listed}."
    )


def sentences(file: Path) -> Iterable[str]:
    """Texts of JSON lines, spread over the file."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    texts = [row.get("text") or row["question"] for row in rows]
    return texts[:: max(1, len(texts) // 50)]


def trimmed(sound: Samples) -> Samples:
    """Without what is 40 dB below the peak at both ends."""
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    return sound[loud[0] : loud[-1] + 1]


def page(table: str, where: str) -> str:
    """The Markdown page around the table."""
    rates = ", ".join(map(str, WORDS_PER_MINUTE))
    return f"""# Stop: how late a spoken stop is heard

{where}. The built-in recogniser; espeak-ng's plain voices at {rates} words a minute.

{table}

Late is counted in sound, from the end of the word (below -40 dB of its peak) to the moment at which
it was found; below zero, it was known before it was over. The time of one reading comes on top.
White noise; "within speech": other words {GAP_S} s before and after, and only words that count
anywhere (`config/stop_words.toml`). Synthetic voices: how it takes
people was not measured. A spoken stop is a convenience, not an emergency stop. Made by

    python -m bench.stop --write docs/performance/stop.md

and the sentences without a stop word, with `--innocent en:FILE ko:FILE`.
"""


if __name__ == "__main__":
    main()
