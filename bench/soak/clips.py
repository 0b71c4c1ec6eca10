"""What people say in a soak: known sentences by several voices, rendered once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audio.sound import SAMPLE_RATE_HZ, Samples
from tests.speech import pause, say, write

QUESTIONS = (
    ("who are you", "en"),
    ("what is your name", "en"),
    ("how are you", "en"),
    ("tell me a joke", "en"),
    ("what time is it", "en"),
    ("thank you", "en"),
    ("good morning", "en"),
    ("tell me a story", "en"),
    ("너는 누구야", "ko"),
    ("이름이 뭐야", "ko"),
    ("고마워", "ko"),
    ("안녕하세요", "ko"),
    ("지금 몇 시야", "ko"),
    ("오늘 기분 어때", "ko"),
)
COMMANDS = (
    ("turn left", "en"),
    ("wave your hand", "en"),
    ("nod your head", "en"),
    ("왼쪽으로 돌아 줘", "ko"),
    ("손 흔들어 줘", "ko"),
)
LONG_ANSWERS = (("what can you do", "en"), ("tell me a story", "en"), ("너는 누구야", "ko"))
"""Sori speaks for some seconds: there is something to interrupt."""
STOPS = (("stop", "en"), ("멈춰", "ko"))
VOICES = {
    "en": ("en-us", "en-gb", "en-us+m3", "en-gb+f2"),
    "ko": ("ko", "ko+m3", "ko+f2"),
}
"""Never reserved ones (training/pocket_whisper/voices.py)."""
LEAD_S, TAIL_S = 0.3, 0.3
COUGH_S, COUGH_LEVEL = 0.25, 0.2
AUDIBLE = 0.02
"""Peak of full scale from which a frame counts as sound, here and at the monitors."""
INAUDIBLE = 0.01
"""Of the peak, -40 dB: where speech ends."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One sentence by one voice, ready to be played."""

    text: str
    language: str
    path: Path
    end_s: float
    """From the first audible moment to the end of speech."""


def render(
    folder: Path, sentences: Iterable[tuple[str, str]], voices: int | None = None
) -> list[Clip]:
    """Every sentence by the first `voices` of its language's, as files in `folder`."""
    return [
        clip(folder, text, language, voice)
        for text, language in dict.fromkeys(sentences)
        for voice in VOICES[language][:voices]
    ]


def clip(folder: Path, text: str, language: str, voice: str) -> Clip:
    """One sentence by one voice."""
    spoken = say(text, voice)
    loud = np.flatnonzero(np.abs(spoken) > INAUDIBLE * np.abs(spoken).max())
    spoken = spoken[loud[0] : loud[-1] + 1]
    path = folder / f"{len(list(folder.iterdir())):03}.wav"
    write(path, pause(LEAD_S), spoken, pause(TAIL_S))
    begins = int(np.argmax(np.abs(spoken) >= AUDIBLE))
    return Clip(text, language, path, (len(spoken) - begins) / SAMPLE_RATE_HZ)


def cough(folder: Path) -> Path:
    """A burst of noise."""
    random = np.random.default_rng(1)
    noise: Samples = random.normal(0, COUGH_LEVEL, round(COUGH_S * SAMPLE_RATE_HZ)).astype(
        np.float32
    )
    return write(folder / "cough.wav", noise, pause(TAIL_S))


def of(clips: Sequence[Clip], sentences: Sequence[tuple[str, str]]) -> list[Clip]:
    """Those clips that say one of `sentences`."""
    return [one for one in clips if (one.text, one.language) in sentences]
