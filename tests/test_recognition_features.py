"""Log-mel features against openai/whisper's own."""

import io
import subprocess
from collections.abc import Callable

import numpy as np
import pytest
import soundfile
import soxr
import whisper

from audio.recognition.features import log_mel, mel_filters
from audio.sound import SAMPLE_RATE_HZ, Samples


def speech() -> Samples:
    command = ["espeak-ng", "-v", "en-us", "--stdout", "please turn to the left and wave"]
    wav = subprocess.run(command, capture_output=True, check=True).stdout
    samples, rate_hz = soundfile.read(io.BytesIO(wav), dtype="float32")
    resampled: Samples = soxr.resample(samples, rate_hz, SAMPLE_RATE_HZ)
    return resampled


def noise() -> Samples:
    return np.random.default_rng(1).standard_normal(20_000).astype(np.float32) * 0.1


def tone_in_silence() -> Samples:
    samples = np.zeros(48_000, np.float32)
    samples[:8_000] = np.sin(np.arange(8_000) * 0.1)
    return samples


SOUNDS: dict[str, Callable[[], Samples]] = {
    "speech": speech,
    "noise": noise,
    "silence": lambda: np.zeros(16_000, np.float32),
    "tone in silence": tone_in_silence,
    "odd length": lambda: noise()[:3_777],
}


@pytest.mark.parametrize("n_mels", [80, 128])
@pytest.mark.parametrize("sound", SOUNDS)
def test_features_equal_whispers(sound: str, n_mels: int) -> None:
    samples = SOUNDS[sound]()
    ours = log_mel(samples, n_mels)
    theirs = whisper.log_mel_spectrogram(samples, n_mels).numpy()
    assert ours.shape == theirs.shape
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


@pytest.mark.parametrize("n_mels", [80, 128])
def test_filters_equal_the_ones_whisper_ships(n_mels: int) -> None:
    theirs = whisper.audio.mel_filters("cpu", n_mels).numpy()
    np.testing.assert_allclose(mel_filters(n_mels), theirs, atol=1e-7)
