"""Does Sori hear itself, and does it hear a person who speaks over it?

    python -m bench.echo --minutes 20 --write docs/performance/echo.md

Sori's own speech comes back through simulated rooms; the listener must take it for nobody. Then
people speak over it. All of it is counted in sound, so it runs as fast as the machine can.
"""

import argparse
import math
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from audio.echo.own_sound import OwnSound
from audio.listener import Listener
from audio.own_noise import counts
from audio.sound import (
    FRAME_S,
    FRAME_SAMPLES,
    SAMPLE_RATE_HZ,
    Samples,
    SpeechEnded,
    SpeechStarted,
    Utterance,
)
from bench import machine
from bench.echo_scenes import ECHO_DB, LONGEST_SCENE_S, NOISE_DBFS, ROOMS, Scene, scenes
from config.load import load
from nlu.own_echo import Sounded
from nlu.turn_end import TurnEnd
from robot.live.overheard import Overhearing
from robot.stop_ears import StopEars
from tests.speech import say

OVER_DB = (0.0, -6.0)
"""The person's level against the echo's."""
ASKED = {
    "en": ("wait a moment please", "no, that is not what I meant", "what time is it now?",
           "turn left and go to the kitchen", "hello, who are you?", "can you stop for a second"),
    "ko": ("잠깐만 기다려 줘", "지금 몇 시야?", "그게 아니고 내 말 좀 들어 봐", "오늘 날씨 어때?",
           "왼쪽으로 돌아서 부엌으로 가", "이리 와 봐"),
}  # fmt: skip
VOICES = {"en": ("en-gb+m3", "en-us+f2", "en-gb+Andrea", "en-us+Michael"),
          "ko": ("ko+m3", "ko+f2", "ko+Andrea", "ko+victor")}  # fmt: skip
"""Development voices: never reserved ones."""
NEAR_S = 30.0
"""Older clauses of Sori's are forgotten (`robot/live/own_words.py`)."""
EARLY_S = 0.3
"""A beginning that the listener puts so much before the person's is still the person's."""

HEADER = """| ear | own voice alone: found | told | turns | person over the echo by | found \
| median, ms | 95 %, ms | told | median, ms | 95 %, ms |
|---|---|---|---|---|---|---|---|---|---|---|"""

Ear = OwnSound | None


@dataclass(slots=True)
class Alone:
    """What was heard while nobody but Sori spoke."""

    starts: list[tuple[float, float]] = field(default_factory=list)
    """Beginnings of speech: where, and when known."""
    told: list[float] = field(default_factory=list)
    """When the guard said that a person speaks."""
    utterances: list[Utterance] = field(default_factory=list)


@dataclass(slots=True)
class Found:
    """What was heard of people."""

    people: int = 0
    started_ms: list[float] = field(default_factory=list)
    """From a person's beginning to SpeechStarted."""
    told_ms: list[float] = field(default_factory=list)
    """From a person's beginning to the guard's word."""

    def cells(self) -> tuple[str, ...]:
        """For the table: share found, median and 95 %; the same of the guard's word."""
        return (
            f"{len(self.started_ms)} of {self.people}",
            *_spread(self.started_ms),
            f"{len(self.told_ms)} of {self.people}",
            *_spread(self.told_ms),
        )


def main() -> None:
    """Measure, print the table and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0, help="of Sori's speech, all rooms")
    parser.add_argument("--write", type=Path, help="Markdown file for the table")
    arguments = parser.parse_args()
    where, began = machine.describe(), time.process_time()
    random = np.random.default_rng(11)
    rounds = math.ceil(arguments.minutes * 60.0 / len(ROOMS) / LONGEST_SCENE_S)
    seconds = arguments.minutes * 60.0 / len(ROOMS) / rounds
    heard = [scene for _ in range(rounds) for scene in scenes(seconds, random)]
    minutes = sum(len(scene.far) for scene in heard) / SAMPLE_RATE_HZ / 60.0
    print(f"{minutes:.1f} minutes of sound", file=sys.stderr)
    ears = StopEars.load(load())
    languages = load().language.served
    overhearing = Overhearing.load(ears.recogniser, TurnEnd.load(languages), languages)
    rows = []
    for name in ("canceller and guard", "guard alone", "nothing"):
        alone = [_heard(_ear(name), scene.echo, scene.far) for scene in heard]
        by_room = [(len(one.starts), len(one.told)) for one in alone]
        print(name, "alone, found and told by room", by_room, file=sys.stderr, flush=True)
        starts = sum(len(one.starts) for one in alone)
        told = sum(len(one.told) for one in alone)
        turns = sum(
            _is_turn(overhearing, utterance, scene.clauses)
            for scene, one in zip(heard, alone, strict=True)
            for utterance in one.utterances
        )
        cells = [name, str(starts), str(told), str(turns)]
        for level_db in OVER_DB if name != "nothing" else ():
            found = Found()
            for scene in heard:
                _speak_over(_ear(name), scene, level_db, found)
            rows.append([*cells, f"{level_db:.0f} dB", *found.cells()])
            print(rows[-1], file=sys.stderr, flush=True)
        if name == "nothing":
            rows.append([*cells, *["-"] * 7])
    text = _page("\n".join(f"| {' | '.join(row)} |" for row in rows), minutes, where)
    print(text)
    print(f"{time.process_time() - began:.0f} s of processor time", file=sys.stderr)
    if arguments.write:
        arguments.write.write_text(text, "utf-8")


def _ear(name: str) -> Ear:
    match name:
        case "guard alone":
            return OwnSound(None)
        case "canceller and guard":
            own = OwnSound.load()
            assert not own.trouble, own.trouble
            return own
        case _:
            return None


def _heard(ear: Ear, near: Samples, far: Samples) -> Alone:
    """What the listener and the guard make of it."""
    listener = Listener.load(load().voice_activity)
    heard = Alone()
    was_over = False
    for at in range(0, len(near) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        samples, is_over = near[at : at + FRAME_SAMPLES], False
        now_s = at / SAMPLE_RATE_HZ + FRAME_S
        if ear is not None:
            block = ear.feed(samples, far[at : at + FRAME_SAMPLES])
            samples, is_over = block.samples, block.is_over
        if is_over and not was_over:
            heard.told.append(now_s)
        was_over = is_over
        for event in (*listener.feed(samples), *(listener.finish() if _ends(at, near) else ())):
            match event:
                case SpeechStarted():
                    heard.starts.append((event.at_s, now_s))
                case SpeechEnded(utterance):
                    heard.utterances.append(utterance)
    return heard


def _ends(at: int, near: Samples) -> bool:
    return at + 2 * FRAME_SAMPLES > len(near)


def _is_turn(overhearing: Overhearing, utterance: Utterance, clauses: list[Sounded]) -> bool:
    """Whether its words are taken for a person's, as `robot/live/ear.py` does, and are enough."""
    around = [one for one in clauses if abs(one.from_s - utterance.start_s) < NEAR_S]
    judged = overhearing.judge(utterance, around, after_question=False)
    voiced_s = utterance.voiced_share * (utterance.end_s - utterance.start_s)
    return judged.whose == "person" and counts(voiced_s, judged.text, moving=False, speaking=True)


def _speak_over(ear: Ear, scene: Scene, level_db: float, found: Found) -> None:
    """A person speaks over every turn but the first, which teaches the room."""
    random = np.random.default_rng(5)
    near, spans = scene.echo.copy(), []
    for number, (begin, end) in enumerate(scene.turns[1:]):
        language = ("en", "ko")[number // 2 % 2]
        texts, voices = ASKED[language], VOICES[language]
        words = say(texts[number % len(texts)], voices[number % len(voices)])
        loud = np.flatnonzero(np.abs(words) > 0.01 * np.abs(words).max())
        words = words[loud[0] : loud[-1] + 1]
        at = begin + round(random.uniform(0.3, 1.5) * SAMPLE_RATE_HZ)
        if at + SAMPLE_RATE_HZ // 2 > end or at + len(words) > len(near):
            continue  # Sori is about to fall silent
        gain = _rms(scene.echo[begin:end]) / _rms(words) * 10 ** (level_db / 20)
        near[at : at + len(words)] += gain * words
        spans.append((at / SAMPLE_RATE_HZ, (at + len(words)) / SAMPLE_RATE_HZ))
    alone = _heard(ear, near, scene.far)
    starts, told = alone.starts, alone.told
    found.people += len(spans)
    for begin_s, end_s in spans:
        known = [at_s for where_s, at_s in starts if begin_s - EARLY_S <= where_s <= end_s]
        found.started_ms += [(at_s - begin_s) * 1_000 for at_s in known if at_s > begin_s][:1]
        found.told_ms += [(at_s - begin_s) * 1_000 for at_s in told if begin_s < at_s < end_s][:1]


def _rms(samples: Samples) -> np.float32:
    return np.float32(np.sqrt(np.square(samples).mean()))


def _spread(values: list[float]) -> tuple[str, str]:
    if len(values) < 2:
        return "-", "-"
    return f"{statistics.median(values):.0f}", f"{statistics.quantiles(values, n=20)[-1]:.0f}"


def _page(rows: str, minutes: float, where: str) -> str:
    """The Markdown page around the table."""
    rooms = "; ".join(f"{rt60_s} s, {delay_s * 1_000:.0f} ms" for rt60_s, delay_s, _ in ROOMS)
    return f"""# Echo: does Sori hear itself?

{where}. {minutes:.1f} minutes of Sori's own speech in English and Korean, fed back at
{ECHO_DB:.0f} dB through simulated rooms (reverberation time, delay: {rooms}),
with clocks that differ by 50 ppm and noise at {NOISE_DBFS:.0f} dBFS.

{HEADER}
{rows}

The second to fourth columns should be 0. "Turns": found, and the words, too, were taken for a
person's (`robot/live/overheard.py`). "Found" is `SpeechStarted` of the listener, counted from
the person's beginning; without any echo it takes 180 to 190 ms. "Told" is the guard's own word
(`GuardedBlock.is_over`): a false one costs a short pause in Sori's speech. The person speaks while
Sori does, which here never falls silent for him; in a conversation it does, and the rest of his
words is heard without echo. Every room begins with a canceller that knows nothing; the clocks'
difference is whole, though `FarEnd` takes most of it out. Synthetic voices (espeak-ng) and
simulated rooms: loudspeakers that distort, and people who walk about, were not measured. Made by

    python -m bench.echo --minutes {minutes:.0f} --write docs/performance/echo.md
"""


if __name__ == "__main__":
    main()
