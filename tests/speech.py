"""Makes sound for the tests: speech of espeak-ng, pauses and noise, as WAV files."""

import io
import subprocess
import wave
from pathlib import Path

import numpy as np

from audio.resample import resample
from audio.sound import SAMPLE_RATE_HZ, Samples, Sound
from audio.sound_file import write_wav

PAUSE_S = 1.2
"""Long enough for the end of speech to be believed."""


def say(text: str, voice: str, words_per_minute: int = 150) -> Samples:
    """`text` spoken by espeak-ng, at SAMPLE_RATE_HZ. Never use a reserved voice here."""
    command = ["espeak-ng", "--stdin", "--stdout", "-v", voice, "-s", str(words_per_minute)]
    spoken = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    with wave.open(io.BytesIO(spoken.stdout)) as file:
        rate_hz = file.getframerate()
        pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    samples: Samples = pcm.astype(np.float32) / np.float32(32_768)
    return resample(samples, rate_hz, SAMPLE_RATE_HZ)


def pause(seconds: float = PAUSE_S) -> Samples:
    """Silence."""
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)


def white_noise(seconds: float, level: float = 0.1) -> Samples:
    """Steady noise, the same at every call."""
    random = np.random.default_rng(7)
    return (level * random.standard_normal(round(seconds * SAMPLE_RATE_HZ))).astype(np.float32)


def write(path: Path, *pieces: Samples) -> Path:
    """One WAV file of several pieces; returns its path."""
    write_wav(path, Sound(np.concatenate(pieces), SAMPLE_RATE_HZ))
    return path
