"""Checks of every part, for `sori doctor`: each says what it found and what to do."""

import importlib.metadata
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from audio.microphone import Microphone
from audio.recognition.transcriber import Transcriber
from audio.resample import resample
from audio.sound import SAMPLE_RATE_HZ, Sound, Utterance
from audio.speaker import Speaker
from audio.synthesizer import Synthesizer
from audio.voices import VoiceBook
from config.errors import SoriError
from config.settings import Settings
from robot.assemble import model_store, open_typed_conversation, transcriber
from robot.onboard import open_onboard

State = Literal["ok", "warning", "failed"]

SELF_TEST_TEXT = "hello sori"
LISTEN_S = 1.0
SILENT_PEAK = 1e-4
"""A microphone that never exceeds this gives digital silence: it is muted or not connected."""
CHIME_HZ, CHIME_S, CHIME_LEVEL = 880.0, 0.3, 0.2
PACKAGES = ("torch", "openai-whisper", "llama-cpp-python", "webrtcvad-wheels", "pyttsx3", "numpy")
MAX_ENVIRONMENT_GB = 1.6


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    part: str
    state: State
    detail: str


def findings(settings: Settings) -> Iterator[Finding]:
    """Run every check, one after the other; a failing one never stops the next."""
    checks: tuple[tuple[str, Callable[[Settings], Finding]], ...] = (
        ("packages", _packages),
        ("voices", _voices),
        ("models", _models),
        ("recognition", _recognition),
        ("language model", _language_model),
        ("body", _body),
        ("microphone", _microphone),
        ("speaker", _speaker),
    )
    for part, check in checks:
        try:
            yield check(settings)
        except SoriError as error:
            yield Finding(part, "failed", error.message)


def _packages(_: Settings) -> Finding:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    size_gb = (
        sum(file.stat().st_size for file in Path(sys.prefix).rglob("*") if file.is_file()) / 1e9
    )
    state: State = "ok" if size_gb <= MAX_ENVIRONMENT_GB else "warning"
    python = ".".join(map(str, sys.version_info[:3]))
    return Finding("packages", state, f"Python {python}, {versions}; {size_gb:.2f} GB in .venv")


def _voices(settings: Settings) -> Finding:
    book = VoiceBook.load()
    chosen = {code: book.choose(code) for code in settings.language.served}
    listed = ", ".join(f"{code}: {voice}" for code, voice in chosen.items())
    return Finding("voices", "ok", f"{len(book.voices)} voices; {listed}")


def _models(settings: Settings) -> Finding:
    store = model_store(settings)
    for _, model in store.entries.values():
        store.verify(model)
    return Finding("models", "ok", f"{', '.join(store.entries)}: every file is as listed")


def _recognition(settings: Settings) -> Finding:
    """The robot's own voice must be understood by its own ear."""
    ear: Transcriber = transcriber(settings)
    with closing(Synthesizer.load(settings.speech)) as synthesizer:
        sound = synthesizer.render(SELF_TEST_TEXT, "en")
    samples = resample(sound.samples, sound.rate_hz, SAMPLE_RATE_HZ)
    utterance = Utterance(samples, 0.0, len(samples) / SAMPLE_RATE_HZ, 1.0, 0.0)
    heard = ear.transcribe(utterance, lambda odds, _: max(odds, key=odds.__getitem__)).text
    if heard == SELF_TEST_TEXT:
        return Finding("recognition", "ok", f"{settings.recognition.model} heard “{heard}”")
    return Finding(
        "recognition",
        "warning",
        f"{settings.recognition.model} heard “{heard}” instead of “{SELF_TEST_TEXT}”."
        " It works, but not well for this voice; a larger model hears better.",
    )


def _language_model(settings: Settings) -> Finding:
    with open_typed_conversation(settings, lambda _: None) as conversation:
        record = conversation.answer("hello")
    first_ms = record.timings_ms.first_token
    return Finding("language model", "ok", f"first word after {first_ms} ms: “{record.reply}”")


def _body(settings: Settings) -> Finding:
    """Told nothing but to stand still: `doctor` never moves a robot."""
    with open_onboard(settings, lambda _: None, live=False) as onboard:
        onboard.writer.halt()
        state = onboard.writer.observe()
        able = onboard.abilities
    if state.fault:
        return Finding("body", "warning", f"{able.body} tells of a fault: {state.fault}")
    battery = "does not tell" if state.battery_share is None else f"{state.battery_share:.0%}"
    moves = [name for name in ("walks", "turns", "looks") if getattr(able, name)]
    can = ", ".join([*moves, *able.gestures, *able.postures]) or "nothing that can be asked for"
    return Finding("body", "ok", f"{able.body}: {state.posture}, battery {battery}; {can}")


def _microphone(settings: Settings) -> Finding:
    microphone = Microphone.open(settings.device)
    try:
        peak, wanted = 0.0, int(LISTEN_S * SAMPLE_RATE_HZ)
        for block in microphone.blocks():
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
            wanted -= len(block)
            if wanted <= 0:
                break
    finally:
        microphone.close()
    if peak < SILENT_PEAK:
        return Finding(
            "microphone",
            "warning",
            "it delivers only digital silence. Is it muted, or is another one meant?"
            " See `sori devices` and `device.microphone`.",
        )
    return Finding("microphone", "ok", f"peak {20 * np.log10(peak):.0f} dBFS in {LISTEN_S:.0f} s")


def _speaker(settings: Settings) -> Finding:
    time_s = np.arange(int(CHIME_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    fade = np.minimum(1.0, 20 * np.minimum(time_s, CHIME_S - time_s))
    chime = (CHIME_LEVEL * fade * np.sin(2 * np.pi * CHIME_HZ * time_s)).astype(np.float32)
    speaker = Speaker.open(settings.device)
    try:
        voice = speaker.voice()
        voice.play(Sound(chime, SAMPLE_RATE_HZ))
        voice.finish()
    finally:
        speaker.close()
    return Finding("speaker", "ok", "a short tone was played")
