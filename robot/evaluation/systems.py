"""What is evaluated: settings with a model, and the name their results are kept under."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import msgspec

from config.errors import ConfigurationError
from config.model_files import ModelFile, sha256_of
from config.settings import Settings
from robot.assemble import model_store

ROOT = Path(__file__).resolve().parent.parent.parent
HEARING_SOURCES = ("audio/**/*.py", "nlu/language_memory.py", "robot/hearing.py")
HEARING_DATA = ("config/phrases/invented.toml",)
HEARING_LIBRARIES = ("numpy", "soundfile", "soxr", "torch", "webrtcvad-wheels")
"""Together with settings and model they decide what is heard in a sound."""


@dataclass(frozen=True, slots=True)
class System:
    """One way to hear."""

    label: str
    settings: Settings
    model: ModelFile
    fingerprint: str
    """SHA-256 over all that decides what it hears in a sound."""

    def key(self, sound_sha256: str) -> str:
        """Names what this system hears in one sound."""
        return hashlib.sha256(f"{self.fingerprint} {sound_sha256}".encode()).hexdigest()[:32]


def with_model(settings: Settings, model: str) -> Settings:
    """The same settings with another recognition model."""
    recognition = msgspec.structs.replace(settings.recognition, model=model)
    return msgspec.structs.replace(settings, recognition=recognition)


def systems_of(named: Sequence[tuple[str, Settings]]) -> list[System]:
    """A system for each settings object; told apart by its model, or else by the name beside it.

    Raises ModelError for a model that is unknown or whose file is missing, ConfigurationError for
    two that hear alike.
    """
    code = _digest_of_code()
    systems = []
    for _, settings in named:
        store = model_store(settings)
        model = store.find(settings.recognition.model, "recognition")
        store.path(model)
        systems.append(System(model.name, settings, model, _fingerprint(settings, model, code)))
    if len({system.fingerprint for system in systems}) < len(systems):
        raise ConfigurationError(
            "There is nothing to compare: both have the same model and the same settings of"
            " everything that decides what is heard."
        )
    if len({system.label for system in systems}) == len(systems):
        return systems
    return [
        System(f"{one.label} ({name})", one.settings, one.model, one.fingerprint)
        for one, (name, _) in zip(systems, named, strict=True)
    ]


def _fingerprint(settings: Settings, model: ModelFile, code: str) -> str:
    # Threads change how long it takes, not what is heard.
    recognition = msgspec.structs.replace(settings.recognition, threads=0)
    parts = [settings.sound_file, settings.voice_activity, recognition, settings.language]
    digest = hashlib.sha256(msgspec.json.encode([code, model.sha256, *parts]))
    return digest.hexdigest()


def _digest_of_code() -> str:
    """Changes with every change of the code that hears, so that no stale result is shown."""
    digest = hashlib.sha256()
    for name in HEARING_LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    for pattern in (*HEARING_SOURCES, *HEARING_DATA):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(f"{path.relative_to(ROOT)} {sha256_of(path)}\n".encode())
    return digest.hexdigest()
