"""Packages, voices and model files."""

import importlib.metadata
import sys
import time
from pathlib import Path

from audio.voices import VoiceBook
from config.settings import Settings
from robot.assemble import model_store
from robot.health.finding import Finding, ModelNumbers, SpaceNumbers

PACKAGES = ("torch", "openai-whisper", "llama-cpp-python", "webrtcvad-wheels", "pyttsx3", "numpy")
MAX_ENVIRONMENT_GB = 1.6


def check_packages(_: Settings) -> Finding:
    """Versions, and how much room they take."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    size_gb = (
        sum(file.stat().st_size for file in Path(sys.prefix).rglob("*") if file.is_file()) / 1e9
    )
    python = ".".join(map(str, sys.version_info[:3]))
    detail = f"Python {python}, {versions}; {size_gb:.2f} GB in .venv"
    numbers = SpaceNumbers(round(size_gb, 3))
    if size_gb <= MAX_ENVIRONMENT_GB:
        return Finding("packages", "ok", detail, numbers=numbers)
    remedy = "More is installed than Sori needs: delete .venv and run `./sori` once."
    return Finding("packages", "warning", detail, remedy, numbers)


def check_voices(settings: Settings) -> Finding:
    """A voice for each served language."""
    book = VoiceBook.load()
    chosen = {code: book.choose(code) for code in settings.language.served}
    listed = ", ".join(f"{code}: {voice}" for code, voice in chosen.items())
    return Finding("voices", "ok", f"{len(book.voices)} voices; {listed}")


def check_models(settings: Settings) -> Finding:
    """Every listed file is there, and is by its hash what the list says. Raises ModelError."""
    store = model_store(settings)
    began_s = time.monotonic()
    for _, model in store.entries.values():
        store.verify(model)
    checking_s = time.monotonic() - began_s
    total_mb = sum(model.bytes for _, model in store.entries.values()) / 1e6
    return Finding(
        "models",
        "ok",
        f"{', '.join(store.entries)}: every file is as listed",
        numbers=ModelNumbers(len(store.entries), round(total_mb, 1), round(checking_s, 2)),
    )
