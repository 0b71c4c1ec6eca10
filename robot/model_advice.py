"""Which full models suit a machine: the largest that fit its memory and keep up with talking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.model_catalogue import PublicModel
from robot.machine import Machine

SPARE_MEMORY_MB = 768
"""For the system, the voice and everything else of Sori."""
SPARE_DISK_MB = 1_024
SHARE_FOR_EARS = 0.4
"""Of the memory; the rest is for the chat model, which gains more by it."""
DEFAULT_BUDGET_MB = 6_144
"""`chat.memory_budget_mb` as it is built in."""

UTTERANCE_S = 4.0
"""The example for hearing: a long command, about 12 words."""
UTTERANCE_FRAMES = 256
UTTERANCE_TOKENS = 16
MAX_HEARING_S = 1.5
"""Longer than this after the last word feels like a machine that thinks."""
MIN_TOKENS_A_S = 4.0
"""165 English words a minute; slower models pause between clauses."""
FLOAT_BYTES = 4
SHARE_OF_PEAK = 0.7
"""What llama.cpp and PyTorch reach of the measured speeds; two to one is possible both ways."""


@dataclass(frozen=True, slots=True)
class Suited:
    """A recommended model and what to expect of it."""

    name: str
    role: str
    there: bool
    """Pulled already."""
    download_mb: float
    """10^6 bytes."""
    memory_mb: int
    hearing_s: float | None = None
    """For a Whisper: until four seconds of speech are text."""
    tokens_a_s: float | None = None
    """For a chat model."""


@dataclass(frozen=True, slots=True)
class Advice:
    """The set, how to get it, and what to keep in mind."""

    models: tuple[Suited, ...]
    commands: tuple[str, ...]
    settings: str
    """A whole settings file that uses the set."""
    notes: tuple[str, ...]


def hearing_s(model: PublicModel, machine: Machine) -> float:
    """About how long four seconds of speech take to become text.

    Encoder: 2 * weights * frames products and sums, at the measured speed of float32 matrices.
    Decoder: all its float32 weights are read once a token, at the measured memory bandwidth. On
    two busy cores of a Xeon this gave 0.24, 0.47 and 1.6 s for tiny, base and small with random
    weights; Sori took 0.20, 0.31 and 1.15 s.
    """
    operations = 2 * model.encoder_millions * 1e6 * UTTERANCE_FRAMES
    bytes_read = FLOAT_BYTES * model.decoder_millions * 1e6 * UTTERANCE_TOKENS
    encoding_s = operations / (machine.gflops * 1e9)
    return (encoding_s + bytes_read / (machine.bandwidth_gb_s * 1e9)) / SHARE_OF_PEAK


def tokens_a_s(model: PublicModel, machine: Machine) -> float:
    """About how many tokens a second a chat model writes.

    Every weight is read once a token, so bandwidth / size of the file is the limit. The first
    reading of a prompt is slower on machines with few cores, and is not in this number.
    """
    return SHARE_OF_PEAK * machine.bandwidth_gb_s * 1e9 / model.size


def advise(
    machine: Machine, catalogue: Mapping[str, PublicModel], there: set[str], served: Iterable[str]
) -> Advice:
    """Choose a Whisper and a chat model for a robot that serves the languages `served`.

    Only models whose hash is known are recommended; `there` are the names already pulled.
    """
    known = sorted((m for m in catalogue.values() if m.checked), key=lambda m: m.size)
    room = _Room(machine.available_mb - SPARE_MEMORY_MB, machine.free_disk_mb - SPARE_DISK_MB)
    ears = [
        model
        for model in known
        if model.role == "recognition" and hearing_s(model, machine) <= MAX_HEARING_S
    ]
    ear = room.take_largest(room.modest(ears) or ears[:1], there)
    tongues = [
        model
        for model in known
        if model.role == "chat" and tokens_a_s(model, machine) >= MIN_TOKENS_A_S
    ]
    tongue = room.take_largest(tongues, there)
    chosen = tuple(model for model in (ear, tongue) if model)
    return Advice(
        models=tuple(_suited(model, machine, model.name in there) for model in chosen),
        commands=tuple(f"sori models pull {m.name}" for m in chosen if m.name not in there),
        settings=_settings(ear, tongue, "ko" in served),
        notes=_notes(machine, ear, tongue, "ko" in served),
    )


class _Room:
    """Memory and disk that are left, in MiB."""

    def __init__(self, memory_mb: int, disk_mb: int) -> None:
        self._memory_mb = memory_mb
        self._disk_mb = disk_mb

    def modest(self, models: list[PublicModel]) -> list[PublicModel]:
        """Those that leave enough memory for somebody to answer what was heard."""
        return [m for m in models if m.memory_mb <= SHARE_FOR_EARS * self._memory_mb]

    def take_largest(self, models: list[PublicModel], there: set[str]) -> PublicModel | None:
        """The last of `models` (in rising order) that fits; its room is then taken."""
        for model in reversed(models):
            disk_mb = 0 if model.name in there else model.size >> 20
            if model.memory_mb <= self._memory_mb and (not disk_mb or disk_mb <= self._disk_mb):
                self._memory_mb -= model.memory_mb
                self._disk_mb -= disk_mb
                return model
        return None


def _suited(model: PublicModel, machine: Machine, there: bool) -> Suited:
    hears = model.role == "recognition"
    return Suited(
        name=model.name,
        role=model.role,
        there=there,
        download_mb=0.0 if there else round(model.size / 1e6, 1),
        memory_mb=model.memory_mb,
        hearing_s=round(hearing_s(model, machine), 2) if hears else None,
        tokens_a_s=None if hears else round(tokens_a_s(model, machine), 1),
    )


def _settings(ear: PublicModel | None, tongue: PublicModel | None, korean: bool) -> str:
    lines = ["[recognition]", f'model = "{ear.name if ear else "pocket-whisper"}"', ""]
    if tongue and tongue.memory_mb > DEFAULT_BUDGET_MB - 512:
        budget_mb = -(-(tongue.memory_mb + 512) // 512) * 512
        lines += ["[chat]", f"memory_budget_mb = {budget_mb}", ""]
    if korean:
        lines += _route('["ko"]', "pocket-llama", "ko")
    spoken = [code for code in tongue.languages if code != "ko"] if tongue else ["en"]
    written = ", ".join(f'"{code}"' for code in spoken)
    lines += _route(f"[{written}]", tongue.name if tongue else "pocket-llama", "en")
    lines += _route('["*"]', "", "en")  # no model of the set speaks the rest
    return "\n".join(lines)


def _route(languages: str, model: str, persona: str) -> list[str]:
    lines = [
        "[[route]]",
        f"languages = {languages}",
        f'model = "{model}"',
        f'persona = "{persona}"',
    ]
    if model == "pocket-llama":
        lines += ["guide_lines = false", 'brief_adapter = "pocket-llama-brief"']
        if persona == "ko":
            lines.append('plain_adapter = "pocket-llama-plain-korean"')
    return [*lines, ""]


def _notes(
    machine: Machine, ear: PublicModel | None, tongue: PublicModel | None, korean: bool
) -> tuple[str, ...]:
    notes = [
        "Speeds are estimates from a measurement of half a second; other programs make it slower."
    ]
    if machine.load >= machine.cores:
        notes.append(
            f"This machine was busy while it was measured (load {machine.load:.1f} on"
            f" {machine.cores} cores), so it looks slower than it is: ask again when it is idle."
        )
    if ear is None:
        notes.append(
            "No Whisper fits its memory and hears fast enough: it stays with the built-in"
            " pocket-whisper."
        )
    if tongue is None:
        notes.append(
            "No chat model fits its memory and keeps up with speech: it stays with the built-in"
            " pocket-llama."
        )
    if korean and tongue is not None:
        notes.append(
            "Llama 2 and TinyLlama speak poor Korean, so Korean stays with pocket-llama."
            " `sori models list` shows Korean models, whose addresses and hashes could not be"
            " checked and which were trained with other prompts."
        )
    return tuple(notes)
