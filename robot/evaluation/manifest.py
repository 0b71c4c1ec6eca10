"""The clips to evaluate: `manifest.jsonl`, one JSON object a line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from config.errors import ConfigurationError

MANIFEST_NAME = "manifest.jsonl"
EXAMPLE = '{"file": "a.wav", "text": "walk forward", "language": "en"}'
MAX_FAULTS_NAMED = 8

Scalar = str | int | float | bool
_KNOWN_KEYS = frozenset({"file", "text", "language", "intent"})


@dataclass(frozen=True, slots=True)
class Clip:
    """One sound file, and what is said in it."""

    file: str
    """As the manifest writes it."""
    path: Path
    text: str
    """Empty: nothing is said, and nothing should be heard."""
    language: str | None
    """ISO 639-1, as Whisper writes it; None when nothing is said."""
    intent: str | None = None
    """Name of the wish behind the words, where the manifest tells."""
    traits: Mapping[str, str] = field(default_factory=dict)
    """Further keys of the line, such as voice, condition or snr_db."""


class _Intent(msgspec.Struct, frozen=True):
    """The form of the turn object; its arguments are not compared yet."""

    name: str


class _Line(msgspec.Struct, frozen=True):
    file: str
    text: str
    language: str | None = None
    intent: str | _Intent | None = None


def read_manifest(folder: Path) -> list[Clip]:
    """The clips of `folder`, in the manifest's order; blank lines are passed over.

    Raises ConfigurationError that names every line (up to a few) that is no clip.
    """
    manifest = folder / MANIFEST_NAME
    try:
        lines = manifest.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise ConfigurationError(
            f"{manifest}: cannot be read ({error.strerror}). It holds a line like {EXAMPLE}"
            " for each sound file beside it."
        ) from error
    clips, faults = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            clips.append(_clip(line, folder))
        except (msgspec.DecodeError, ValueError) as error:
            faults.append(f"{manifest}:{number}: {error}.")
    if faults:
        left_out = len(faults) - MAX_FAULTS_NAMED
        more = [f"... and {left_out} more such lines."] if left_out > 0 else []
        raise ConfigurationError(
            "\n".join([*faults[:MAX_FAULTS_NAMED], *more, f"A line looks like {EXAMPLE}"])
        )
    if not clips:
        raise ConfigurationError(f"{manifest}: it lists no clip. A line looks like {EXAMPLE}")
    return clips


def _clip(line: bytes, folder: Path) -> Clip:
    """One line; raises DecodeError (or its parent ValueError) with a reason for people."""
    fields = msgspec.json.decode(line, type=_Line)
    if not fields.file or "\0" in fields.file:
        raise ValueError("`file` names no sound file")
    if fields.text.strip() and not fields.language:
        raise ValueError("`language` is missing, though there is text")
    intent = fields.intent.name if isinstance(fields.intent, _Intent) else fields.intent
    return Clip(
        file=fields.file,
        path=folder / fields.file,
        text=fields.text,
        language=fields.language if fields.text.strip() else None,
        intent=intent,
        traits=_traits(line),
    )


def _traits(line: bytes) -> dict[str, str]:
    """The further keys whose values can name a group; lists and objects cannot."""
    traits = {}
    for key, raw in msgspec.json.decode(line, type=dict[str, msgspec.Raw]).items():
        if key in _KNOWN_KEYS:
            continue
        try:
            value = str(msgspec.json.decode(raw, type=Scalar))
        except msgspec.ValidationError:
            continue
        if value:
            traits[key] = value
    return traits
