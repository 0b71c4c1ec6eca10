"""Model files: what the manifests list, where the files lie, and whether they are what they say."""

import hashlib
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from config.errors import ConfigurationError, ModelError
from config.load import read_text

BUILT_IN_DIRECTORY = Path(__file__).resolve().parent.parent / "models"
MANIFEST_NAME = "manifest.toml"
BLOCK_BYTES = 1 << 20

Role = Literal["recognition", "chat", "adapter"]
ROLE_OF_SUFFIX: dict[str, Role] = {".pt": "recognition", ".gguf": "chat"}


class ModelFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of a manifest."""

    name: str
    role: Role
    file: str
    """File name inside the manifest's folder."""
    bytes: int
    sha256: str
    licence: str
    source: str
    languages: tuple[str, ...] = ()
    about: str = ""


class _ManifestText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: tuple[ModelFile, ...] = ()


class ModelStore:
    """The built-in models and the user's own, by name; the user's win."""

    def __init__(
        self, folders: tuple[Path, ...], entries: dict[str, tuple[Path, ModelFile]]
    ) -> None:
        self.folders = folders
        self.entries = entries

    @classmethod
    def load(cls, user_directory: Path, built_in: Path = BUILT_IN_DIRECTORY) -> "ModelStore":
        """Read both manifests; a missing user manifest is an empty one."""
        entries: dict[str, tuple[Path, ModelFile]] = {}
        folders = (built_in, user_directory.expanduser())
        for folder in folders:
            for model in _read_manifest(folder / MANIFEST_NAME):
                entries[model.name] = (folder, model)
        return cls(folders, entries)

    def find(self, name: str, role: Role) -> ModelFile:
        """The entry `name`; ModelError when it is unknown or of another role."""
        if name not in self.entries:
            of_role = sorted(n for n, (_, m) in self.entries.items() if m.role == role)
            raise ModelError(
                f"There is no model named `{name}`. Known for {role}: {', '.join(of_role)}."
                " Add a file with `sori models add FILE`."
            )
        model = self.entries[name][1]
        if model.role != role:
            raise ModelError(f"The model `{name}` is for {model.role}, not for {role}.")
        return model

    def path(self, model: ModelFile) -> Path:
        """Where the model's file lies; ModelError when it is not there."""
        path = self.entries[model.name][0] / model.file
        if not path.is_file():
            raise ModelError(
                f"{path}: the file of the model `{model.name}` is missing."
                " Restore it (built-in models: `git checkout -- models`)"
                " or add it with `sori models add FILE`."
            )
        return path

    def verify(self, model: ModelFile) -> None:
        """Raise ModelError unless the file is byte for byte what the manifest says."""
        path = self.path(model)
        size = path.stat().st_size
        if size != model.bytes:
            raise ModelError(
                f"{path}: {size} bytes instead of {model.bytes}: the file is cut or damaged."
                " Fetch it again."
            )
        check_sha256(path, model.sha256)

    def add(self, file: Path, licence: str, on_progress: Callable[[int], None]) -> ModelFile:
        """Copy `file` into the user's folder and list it there, all or nothing.

        `on_progress` is told the bytes of each block. Raises ModelError for files that are no
        models, and when the name is taken.
        """
        role = ROLE_OF_SUFFIX.get(file.suffix.lower())
        if role is None:
            known = ", ".join(ROLE_OF_SUFFIX)
            raise ModelError(f"{file}: a model file ends in one of {known}.")
        if not file.is_file():
            raise ModelError(f"{file}: there is no such file. Check the path.")
        name = re.sub(r"[^a-z0-9._-]+", "-", file.stem.lower()).strip("-.")
        if name in self.entries:
            raise ModelError(f"A model named `{name}` is already there. Rename the file first.")
        folder = self.folders[-1]
        folder.mkdir(parents=True, exist_ok=True)
        digest = _copy(file, folder / f"{name}{file.suffix.lower()}", on_progress)
        model = ModelFile(
            name=name,
            role=role,
            file=f"{name}{file.suffix.lower()}",
            bytes=file.stat().st_size,
            sha256=digest,
            licence=licence,
            source=f"added from {file.name}",
        )
        with (folder / MANIFEST_NAME).open("a", encoding="utf-8") as manifest:
            manifest.write(_as_toml(model))
        self.entries[name] = (folder, model)
        return model


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_sha256(path: Path, expected: str) -> None:
    """Raise ModelError unless the file's hash is the expected one.

    Called before any loader sees the file: checkpoints and GGUF files are attack surface.
    """
    if sha256_of(path) != expected:
        raise ModelError(
            f"{path}: its SHA-256 is not the one in the manifest: the file was changed or damaged."
            " It was not loaded. Fetch it again, or add your own with `sori models add FILE`."
        )


def _read_manifest(path: Path) -> tuple[ModelFile, ...]:
    if not path.exists():
        return ()
    try:
        return msgspec.convert(
            tomllib.loads(read_text(path, "model manifest")), _ManifestText
        ).model
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"{path}: this model manifest is damaged: {error}.") from error


def _copy(source: Path, target: Path, on_progress: Callable[[int], None]) -> str:
    """Copy by way of a temporary file and an atomic rename; returns the SHA-256."""
    if shutil.disk_usage(target.parent).free < source.stat().st_size:
        raise ModelError(f"{target.parent}: not enough free space for {source.name}.")
    digest = hashlib.sha256()
    handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with source.open("rb") as reading, os.fdopen(handle, "wb") as writing:
            while block := reading.read(BLOCK_BYTES):
                digest.update(block)
                writing.write(block)
                on_progress(len(block))
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except BaseException:  # also Ctrl-C: nothing half-copied may stay behind
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def _as_toml(model: ModelFile) -> str:
    lines = ["\n[[model]]"]
    for field, value in msgspec.structs.asdict(model).items():
        quoted = msgspec.json.encode(value).decode()  # JSON strings and arrays are valid TOML
        lines.append(f"{field} = {quoted}")
    return "\n".join(lines) + "\n"
