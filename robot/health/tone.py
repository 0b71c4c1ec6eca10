"""Plays a tone and hears it: the speaker, the air and the microphone in one."""

import threading
from dataclasses import dataclass

import numpy as np

from audio.errors import DeviceError
from audio.microphone import Microphone
from audio.sound import SAMPLE_RATE_HZ, Samples, Sound
from audio.speaker import Speaker
from config.settings import Settings
from robot.health.finding import Finding, ToneNumbers
from robot.health.sound_devices import record

TONE_S, TONE_LEVEL = 0.4, 0.25
LOW_HZ, HIGH_HZ = 600.0, 1_800.0
"""It rises from one to the other, so that it is like nothing else that hums or beeps."""
BEFORE_S, AFTER_S = 0.3, 1.0
HEARD_MATCH = 16.0
"""Peak over mean of the correlation. Speech stays under 9, noise and hum under 6; a tone at the
level of the noise reaches 44."""
NOT_HEARD = (
    "It was played, but the microphone did not hear it: turn the volume up and unmute the speaker"
    " (`alsamixer`), or set `device.speaker`. Where headphones are worn, or the microphone takes"
    " the speaker's sound out by itself, this is as it should be: listen whether you heard it."
)


@dataclass(frozen=True, slots=True)
class Heard:
    """Where a tone is in a recording, if it is."""

    match: float
    at_s: float


def rising_tone() -> Samples:
    """What is played, at SAMPLE_RATE_HZ, with soft ends."""
    time_s = np.arange(round(TONE_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    phase = 2 * np.pi * (LOW_HZ * time_s + (HIGH_HZ - LOW_HZ) / (2 * TONE_S) * time_s**2)
    fade = np.minimum(1.0, 20 * np.minimum(time_s, TONE_S - time_s))
    tone: Samples = (TONE_LEVEL * fade * np.sin(phase)).astype(np.float32)
    return tone


def find_tone(recording: Samples, tone: Samples) -> Heard:
    """Where `tone` fits `recording` (both (n,), one rate) best, and how well."""
    size = len(recording) + len(tone)
    spectrum = np.fft.rfft(recording, size) * np.conj(np.fft.rfft(tone, size))
    match = np.abs(np.fft.irfft(spectrum, size)[: max(1, len(recording) - len(tone))])
    at = int(np.argmax(match))
    mean = float(np.sqrt(np.mean(match**2)))
    return Heard(float(match[at]) / mean if mean else 0.0, at / SAMPLE_RATE_HZ)


def check_tone(settings: Settings) -> Finding:
    """Play a short rising tone and look for it in what the microphone hears meanwhile.

    Raises DeviceError when the speaker fails; without a microphone it is only played.
    """
    speaker = Speaker.open(settings.device)
    try:
        microphone = Microphone.open(settings.device)
    except DeviceError:
        try:
            _play(speaker)
        finally:
            speaker.close()
        remedy = "It was played, but nothing listens: see the line on the microphone."
        return Finding("speaker", "warning", f"{speaker.device.name}: a tone was played", remedy)
    try:
        heard = _played_and_heard(speaker, microphone)
    finally:
        microphone.close()
        speaker.close()
    delay_ms = (heard.at_s - BEFORE_S) * 1_000
    detail = f"{speaker.device.name}: a tone was played"
    if heard.match < HEARD_MATCH:
        return Finding("speaker", "warning", detail, NOT_HEARD, ToneNumbers(round(heard.match, 1)))
    return Finding(
        "speaker",
        "ok",
        f"{detail} and heard {delay_ms:.0f} ms later",
        numbers=ToneNumbers(round(heard.match, 1), round(delay_ms, 1)),
    )


def _play(speaker: Speaker) -> None:
    voice = speaker.voice()
    voice.play(Sound(rising_tone(), SAMPLE_RATE_HZ))
    voice.finish()


def _played_and_heard(speaker: Speaker, microphone: Microphone) -> Heard:
    """Raises DeviceError when one of them is lost meanwhile."""
    failures: list[DeviceError] = []

    def play() -> None:
        try:
            _play(speaker)
        except DeviceError as error:
            failures.append(error)

    before = record(microphone, BEFORE_S)
    player = threading.Thread(target=play, name="test tone")
    player.start()
    after = record(microphone, TONE_S + AFTER_S)
    player.join()
    if failures:
        raise failures[0]
    return find_tone(np.concatenate([before, after]), rising_tone())
