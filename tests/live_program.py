"""The programs that test_live_devices.py runs on a virtual card: `python -m tests.live_program`.

Each prints one JSON object a line.
"""

import json
import sys
import time

import numpy as np
import sounddevice

from audio.devices import list_devices
from audio.errors import DeviceError
from audio.microphone import Microphone
from audio.sound import SAMPLE_RATE_HZ, Sound
from audio.speaker import Speaker
from config.settings import DeviceSettings

CARD = DeviceSettings(microphone="vmic", speaker="vspk")
TONE_RATE_HZ = 22_050


def tone(seconds: float, pitch_hz: float = 440.0) -> Sound:
    time_s = np.arange(round(seconds * TONE_RATE_HZ)) / TONE_RATE_HZ
    samples = 0.5 * np.sin(2 * np.pi * pitch_hz * time_s)
    return Sound(samples.astype(np.float32), TONE_RATE_HZ)


def tell(**facts: str | float) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


class RawStream(sounddevice.InputStream):  # type: ignore[misc]
    """Takes nothing but 44.1 kHz stereo, as raw ALSA devices do."""

    def __init__(self, *, samplerate: int, channels: int, **rest: str | float) -> None:
        if (samplerate, channels) != (44_100, 2):
            raise sounddevice.PortAudioError(
                "Error opening InputStream: Invalid sample rate", -9997
            )
        super().__init__(samplerate=samplerate, channels=channels, **rest)


def hear(kind: str, seconds: str, path: str) -> None:
    """Save so much of what the microphone hears."""
    if kind == "raw":
        sounddevice.InputStream = RawStream
    microphone = Microphone.open(CARD)
    tell(event="open")
    heard: list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = []
    for block in microphone.blocks():
        heard.append(block)
        if sum(map(len, heard)) >= float(seconds) * SAMPLE_RATE_HZ:
            microphone.close()
    np.save(path, np.concatenate(heard))
    tell(event="saved", dropped=microphone.dropped_blocks)


def hear_until_lost() -> None:
    """Tell how long after the last block the loss was noticed."""
    microphone = Microphone.open(CARD)
    last = time.monotonic()
    try:
        for number, _ in enumerate(microphone.blocks()):
            last = time.monotonic()
            if number == 5:
                tell(event="open")
    except DeviceError as error:
        tell(event=error.code, message=error.message, after_s=time.monotonic() - last)
    microphone.close()


def say() -> None:
    """Two tones, to their end."""
    speaker = Speaker.open(CARD)
    voice = speaker.voice()
    voice.play(tone(0.6))
    voice.play(tone(0.4, pitch_hz=660.0))
    voice.finish()
    tell(event="said", heard_s=voice.heard_s, heard_clauses=voice.heard_clauses)
    speaker.close()


def say_and_stop() -> None:
    """A long tone, silenced; then the same voice and a new one."""
    speaker = Speaker.open(CARD)
    voice = speaker.voice()
    voice.play(tone(3.0))
    voice.play(tone(3.0))  # waits for about a second
    heard_s = voice.heard_s
    began = time.monotonic()
    voice.silence()
    voice.play(tone(1.0))
    voice.finish()
    took_s = time.monotonic() - began
    tell(event="silenced", heard_s=heard_s, took_s=took_s, heard_clauses=voice.heard_clauses)
    sys.stdin.readline()
    again = speaker.voice()
    again.play(tone(0.3, pitch_hz=880.0))
    again.finish()
    tell(event="said", heard_clauses=again.heard_clauses)
    speaker.close()


def say_until_lost() -> None:
    """Tell how the loss of the speaker in mid-sentence is told."""
    speaker = Speaker.open(CARD)
    voice = speaker.voice()
    voice.play(tone(3.0))
    voice.play(tone(3.0))
    tell(event="open")
    began = time.monotonic()
    try:
        voice.finish()
    except DeviceError as error:
        tell(event=error.code, message=error.message, after_s=time.monotonic() - began)
    speaker.close()


def open_devices() -> None:
    """Tell how many devices there are, and why none opens."""
    tell(event="listed", devices=len(list_devices()))
    for opening in (Microphone.open, Speaker.open):
        try:
            opening(DeviceSettings())
        except DeviceError as error:
            tell(event=error.code, message=error.message)


if __name__ == "__main__":
    programs = {
        program.__name__: program
        for program in (hear_until_lost, say, say_and_stop, say_until_lost, open_devices)
    }
    if sys.argv[1] == "hear":
        hear(*sys.argv[2:])
    else:
        programs[sys.argv[1]]()
