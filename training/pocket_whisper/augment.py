"""Acoustic augmentation and non-speech clips. All signals are mono float32 at 16 kHz, |x| <= 1."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import signal

from training.pocket_whisper.render import SAMPLE_RATE_HZ

Signal = npt.NDArray[np.float32]
_NOISE_BANK_S = 40
_TELEPHONE_BAND = signal.butter(4, (300, 3400), "bandpass", fs=SAMPLE_RATE_HZ, output="sos")
_BREATH_BAND = signal.butter(2, (400, 3000), "bandpass", fs=SAMPLE_RATE_HZ, output="sos")


@dataclass(frozen=True)
class AugmentOptions:
    """Probabilities and ranges of the augmentation.

    Mild on purpose: an hour on two cores is too short to learn from strongly distorted speech.
    """

    noise_probability: float = 0.4
    noise_snr_db: tuple[float, float] = (6.0, 40.0)
    babble_share: float = 0.15
    reverb_probability: float = 0.06
    telephone_probability: float = 0.04
    speed_probability: float = 0.25
    speed_range: tuple[float, float] = (0.92, 1.12)
    gain_db: tuple[float, float] = (-30.0, 0.0)
    lead_s: tuple[float, float] = (0.0, 0.4)
    tail_s: tuple[float, float] = (0.0, 0.6)


def coloured_noise(n_samples: int, exponent: float, rng: np.random.Generator) -> Signal:
    """Noise of unit power whose spectrum falls as 1/f^exponent (0 white, 1 pink, 2 brown)."""
    spectrum = np.fft.rfft(rng.standard_normal(n_samples))
    frequencies = np.maximum(np.arange(spectrum.size), 20 * n_samples / SAMPLE_RATE_HZ)
    shaped = np.fft.irfft(spectrum / frequencies ** (exponent / 2), n_samples)
    return np.asarray(shaped / shaped.std(), np.float32)


def hum(n_samples: int, rng: np.random.Generator) -> Signal:
    """Mains or motor hum with harmonics, of unit power."""
    fundamental_hz = rng.choice([50.0, 60.0, 100.0, 120.0, rng.uniform(80, 400)])
    time_s = np.arange(n_samples) / SAMPLE_RATE_HZ
    total = np.zeros(n_samples)
    for harmonic in range(1, 8):
        phase = rng.uniform(0, 2 * np.pi)
        level = rng.uniform(0.2, 1.0) / harmonic
        total += level * np.sin(2 * np.pi * fundamental_hz * harmonic * time_s + phase)
    return np.asarray(total / total.std(), np.float32)


class NoiseBank:
    """Long stretches of noise made once; clips are cheap random cuts."""

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        n_samples = _NOISE_BANK_S * SAMPLE_RATE_HZ
        colours = [coloured_noise(n_samples, exponent, rng) for exponent in (0, 0, 1, 1, 2)]
        hums = [hum(n_samples, rng) for _ in range(4)]
        fans = [0.5 * tone + 0.8 * colours[2 + i % 3] for i, tone in enumerate(hums)]
        self._noises: list[Signal] = [*colours, *hums[:2], *fans]

    def clip(self, n_samples: int, rng: np.random.Generator) -> Signal:
        """A random cut of a random noise, about unit power."""
        noise = self._noises[rng.integers(len(self._noises))]
        start = rng.integers(noise.size - n_samples)
        return noise[start : start + n_samples]


def change_speed(speech: Signal, factor: float) -> Signal:
    """Faster (factor > 1) and higher, or slower and lower, by linear interpolation."""
    positions = np.arange(0, speech.size - 1, factor)
    return np.asarray(np.interp(positions, np.arange(speech.size), speech), np.float32)


def reverberate(speech: Signal, rng: np.random.Generator) -> Signal:
    """Convolve with a random exponentially decaying tail (RT60 0.1-0.5 s)."""
    rt60_s = rng.uniform(0.1, 0.5)
    time_s = np.arange(int(0.6 * rt60_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tail = rng.standard_normal(time_s.size) * np.exp(-6.9 * time_s / rt60_s)
    tail *= rng.uniform(0.1, 0.6) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(signal.fftconvolve(speech, tail)[: speech.size], np.float32)


def non_speech(n_samples: int, bank: NoiseBank, rng: np.random.Generator) -> Signal:
    """Silence, steady noise, tones, breaths or knocks at a random level."""
    makers: list[Callable[[], Signal]] = [
        lambda: np.zeros(n_samples, np.float32),
        lambda: bank.clip(n_samples, rng),
        lambda: bank.clip(n_samples, rng),
        lambda: _tones(n_samples, rng),
        lambda: _breath(n_samples, bank, rng),
        lambda: _knocks(n_samples, bank, rng),
    ]
    clip = makers[rng.integers(len(makers))]()
    if rng.random() < 0.3:
        clip = clip + 10 ** (-rng.uniform(10, 40) / 20) * bank.clip(n_samples, rng)
    peak = np.abs(clip).max()
    level = 10 ** (rng.uniform(-55, -1) / 20)
    return (clip * (level / peak) if peak > 0 else clip).astype(np.float32)


def _tones(n_samples: int, rng: np.random.Generator) -> Signal:
    time_s = np.arange(n_samples) / SAMPLE_RATE_HZ
    sweep_hz = rng.uniform(150, 4000) + rng.uniform(-300, 300) * time_s
    tone = np.sin(2 * np.pi * np.cumsum(sweep_hz) / SAMPLE_RATE_HZ)
    beeping = signal.square(2 * np.pi * rng.uniform(0.5, 4) * time_s, 0.5) > 0
    return (tone * beeping if rng.random() < 0.5 else tone).astype(np.float32)


def _breath(n_samples: int, bank: NoiseBank, rng: np.random.Generator) -> Signal:
    noise = signal.sosfilt(_BREATH_BAND, bank.clip(n_samples, rng))
    cycles = rng.uniform(0.3, 1.5)
    phase = rng.uniform(0, np.pi)
    envelope = np.sin(np.pi * cycles * np.arange(n_samples) / n_samples + phase) ** 2
    return np.asarray(noise * envelope, np.float32)


def _knocks(n_samples: int, bank: NoiseBank, rng: np.random.Generator) -> Signal:
    clip = np.zeros(n_samples, np.float32)
    for _ in range(rng.integers(1, 6)):
        length = min(n_samples, int(rng.uniform(0.01, 0.15) * SAMPLE_RATE_HZ))
        start = rng.integers(n_samples - length + 1)
        decay = np.exp(-8 * np.arange(length, dtype=np.float32) / length)
        clip[start : start + length] += bank.clip(length, rng) * decay
    return clip


def augment_speech(
    speech: Signal,
    babble: Callable[[int], Signal],
    bank: NoiseBank,
    options: AugmentOptions,
    rng: np.random.Generator,
) -> tuple[Signal, float, float]:
    """Returns the augmented clip and the true start and end of the speech in seconds.

    `babble(n_samples)` supplies a mixture of other speakers, about unit power.
    """
    if rng.random() < options.speed_probability:
        speech = change_speed(speech, rng.uniform(*options.speed_range))
    lead_s, tail_s = rng.uniform(*options.lead_s), rng.uniform(*options.tail_s)
    end_s = lead_s + speech.size / SAMPLE_RATE_HZ
    clip = np.zeros(int((end_s + tail_s) * SAMPLE_RATE_HZ), np.float32)
    start = int(lead_s * SAMPLE_RATE_HZ)
    clip[start : start + speech.size] = speech[: clip.size - start]
    if rng.random() < options.reverb_probability:
        clip = reverberate(clip, rng)
    if rng.random() < options.noise_probability:
        is_babble = rng.random() < options.babble_share
        noise = babble(clip.size) if is_babble else bank.clip(clip.size, rng)
        snr_db = rng.uniform(*options.noise_snr_db) + (5.0 if is_babble else 0.0)
        speech_rms = float(np.sqrt(np.mean(speech**2)))
        clip = clip + speech_rms * 10 ** (-snr_db / 20) * noise
    if rng.random() < options.telephone_probability:
        clip = signal.sosfilt(_TELEPHONE_BAND, clip).astype(np.float32)
    level = 10 ** (rng.uniform(*options.gain_db) / 20)
    return (clip * (level / max(float(np.abs(clip).max()), 1e-6))).astype(np.float32), lead_s, end_s
