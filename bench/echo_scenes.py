"""Sori's own speech, as simulated rooms send it back: what `bench/echo.py` listens to."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audio.resample import resample
from audio.sound import SAMPLE_RATE_HZ, Samples
from audio.synthesizer import Synthesizer
from audio.voice import CLAUSE_GAP_S
from bench.echo_room import Room
from config.load import load
from nlu.own_echo import Sounded

ECHO_DB = -6.0
NOISE_DBFS = -60.0
ROOMS = ((0.3, 0.02, 50.0), (0.3, 0.06, -50.0), (0.4, 0.08, 50.0), (0.5, 0.12, 50.0))
"""Reverberation time, delay, drift in ppm."""
LONGEST_SCENE_S = 300.0
"""The clocks' difference is whole here: in longer scenes the echo would overtake what is played,
which `FarEnd` keeps it from. A longer measurement has more rooms."""


@dataclass(slots=True)
class Scene:
    """Some minutes of one room."""

    far: Samples
    echo: Samples
    """With the noise of the room."""
    turns: list[tuple[int, int]]
    """Where Sori speaks, in samples."""
    clauses: list[Sounded]


def scenes(seconds: float, random: np.random.Generator) -> Iterator[Scene]:
    """Sori's replies of one to three sentences, English and Korean in turn, with pauses."""
    synthesizer = Synthesizer.load(load().speech)
    answers = {language: _answers(language, random) for language in ("en", "ko")}
    try:
        for rt60_s, delay_s, drift_ppm in ROOMS:
            pieces: list[Samples] = []
            turns: list[tuple[int, int]] = []
            clauses: list[Sounded] = []
            at = 0
            while at < seconds * SAMPLE_RATE_HZ:
                silence = np.zeros(round(random.uniform(0.4, 2.5) * SAMPLE_RATE_HZ), np.float32)
                pieces.append(silence)
                begin = at = at + len(silence)
                language = ("en", "ko")[len(turns) % 2]
                for _ in range(int(random.integers(1, 4))):
                    sound = synthesizer.render(answers[language].pop(), language)
                    gap = np.zeros(round(CLAUSE_GAP_S * SAMPLE_RATE_HZ), np.float32)
                    from_s = at / SAMPLE_RATE_HZ
                    clauses.append(Sounded(sound.text, from_s, from_s + sound.duration_s))
                    pieces += [resample(sound.samples, sound.rate_hz, SAMPLE_RATE_HZ), gap]
                    at += len(pieces[-2]) + len(gap)
                turns.append((begin, at))
            far = np.concatenate(pieces)
            echo = Room.draw(random, rt60_s, delay_s, drift_ppm).echo(far, ECHO_DB)
            noise = random.standard_normal(len(far)) * 10 ** (NOISE_DBFS / 20)
            yield Scene(far, (echo + noise).astype(np.float32), turns, clauses)
    finally:
        synthesizer.close()


def _answers(language: str, random: np.random.Generator) -> list[str]:
    topics = tomllib.loads(Path(f"training/text/topics_{language}.toml").read_text("utf-8"))
    texts = [answer for topic in topics["topic"] for answer in topic["answer"]]
    order = [int(place) for place in random.permutation(len(texts))]
    return [texts[place] for place in order] * 10
