"""Model files: what the manifests list, where the files lie, and whether they are what they say."""

import fcntl
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from config.disk import check_free_space, temporary_file, writing_into
from config.errors import ConfigurationError, ModelError
from config.load import read_text

BUILT_IN_DIRECTORY = Path(__file__).resolve().parent.parent / "models"
MANIFEST_NAME = "manifest.toml"
BLOCK_BYTES = 1 << 20

Role = Literal["recognition", "chat", "adapter", "safety", "emotion"]
ROLE_OF_SUFFIX: dict[str, Role] = {".pt": "recognition", ".gguf": "chat"}
SUFFIX_OF_ROLE: dict[Role, str] = {
    "recognition": ".pt",
    "chat": ".gguf",
    "adapter": ".gguf",
    "safety": ".npz",
    "emotion": ".npz",
}

_USER_HEADER = """\
# The models you pulled or added. Written by `sori models`; lines of your own would be lost.
"""


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
        folders = (built_in, user_directory.expanduser())
        return cls(folders, _read_entries(folders))

    @property
    def user_folder(self) -> Path:
        """Where pulled and added models lie; it may not exist yet."""
        return self.folders[-1]

    def is_own(self, name: str) -> bool:
        """Whether `name` is one of the user's own models."""
        return name in self.entries and self.entries[name][0] == self.user_folder

    def part(self, name: str) -> Path:
        """Where a download of `name` that is not finished lies, if there is one."""
        return self.user_folder / f"{name}.part"

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

    def add(
        self,
        file: Path,
        licence: str,
        on_progress: Callable[[int], None],
        *,
        name: str = "",
        role: Role | None = None,
        check: Callable[[Path, str], None] | None = None,
    ) -> ModelFile:
        """Copy `file` into the user's folder and list it there, all or nothing.

        `on_progress` is told the bytes of each block. Without `name` the file's own is taken,
        without `role` its ending decides. `check` sees the copy and its SHA-256 before it is
        listed; what it raises leaves nothing behind.
        Raises ModelError for files that are no models, and when the name is taken.
        """
        role = role or ROLE_OF_SUFFIX.get(file.suffix.lower())
        if role is None:
            known = ", ".join(ROLE_OF_SUFFIX)
            raise ModelError(f"{file}: a model file ends in one of {known}.")
        if not file.is_file():
            raise ModelError(f"{file}: there is no such file. Check the path.")
        name = self.free_name(name or file.stem)
        folder = self.user_folder
        with writing_into(folder), temporary_file(folder) as copy:
            digest = _copy(file, copy, on_progress)
            if check is not None:
                check(copy, digest)
            model = ModelFile(
                name=name,
                role=role,
                file=f"{name}{SUFFIX_OF_ROLE[role]}",
                bytes=copy.stat().st_size,
                sha256=digest,
                licence=licence,
                source=f"added from {file.name}",
            )
            self.adopt(copy, model)
        return model

    def free_name(self, wanted: str) -> str:
        """`wanted` as a model name (small letters, no blanks); ModelError when it is taken."""
        name = re.sub(r"[^a-z0-9._-]+", "-", wanted.lower()).strip("-.")
        if not name:
            raise ModelError(f"`{wanted}` holds no letter a name could be made of. Give --name.")
        if name in self.entries:
            raise ModelError(
                f"A model named `{name}` is already there. Give another with --name, or remove it"
                f" first with `sori models remove {name}`."
            )
        return name

    def adopt(self, ready: Path, model: ModelFile) -> None:
        """Make `ready`, a finished file in the user's folder, the file of `model` and list it.

        Both steps are atomic: the file is there before the list says so. An own model of the same
        name is replaced.
        """
        ready.chmod(0o644)
        ready.replace(self.user_folder / model.file)
        self._rewrite(lambda own: [*(m for m in own if m.name != model.name), model])

    def remove(self, name: str) -> int:
        """Delete the user's own model `name`, or what came of its download; returns bytes freed.

        Raises ModelError for a built-in model and for a name that is not there.
        """
        leftovers = self.leftovers(name)
        if not self.is_own(name) and not leftovers:
            if name in self.entries:
                raise ModelError(
                    f"`{name}` is built in and stays: a fresh checkout must work without a"
                    " download. Only models you pulled or added can be removed."
                )
            raise ModelError(f"There is no model named `{name}`. See `sori models list`.")
        if self.is_own(name):
            model = self.entries[name][1]
            self._rewrite(lambda own: [m for m in own if m.name != name])
            leftovers.append(self.user_folder / Path(model.file).name)
        freed = 0
        for path in leftovers:
            freed += path.stat().st_size if path.is_file() else 0
            path.unlink(missing_ok=True)
        return freed

    def leftovers(self, name: str) -> list[Path]:
        """Files of a download of `name` that is not finished."""
        if name in {"", ".", ".."} or "/" in name:
            return []
        part = self.part(name)
        return [path for path in (part, part.with_suffix(".part.json")) if path.is_file()]

    def _rewrite(self, change: Callable[[list[ModelFile]], list[ModelFile]]) -> None:
        """Write the user's manifest anew, atomically, while no other `sori` does."""
        manifest = self.user_folder / MANIFEST_NAME
        with (self.user_folder / f"{MANIFEST_NAME}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            models = change(list(_read_manifest(manifest)))
            text = _USER_HEADER + "".join(_as_toml(model) for model in models)
            with temporary_file(self.user_folder) as fresh:
                fresh.write_text(text, encoding="utf-8")
                fresh.chmod(0o644)
                fresh.replace(manifest)
        self.entries = _read_entries(self.folders)


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


def _read_entries(folders: Iterable[Path]) -> dict[str, tuple[Path, ModelFile]]:
    """By name; the later folder wins."""
    return {
        model.name: (folder, model)
        for folder in folders
        for model in _read_manifest(folder / MANIFEST_NAME)
    }


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
    """Copy in blocks; returns the SHA-256."""
    check_free_space(target.parent, source.stat().st_size, source.name)
    digest = hashlib.sha256()
    with _opened(source) as reading, target.open("wb") as writing:
        while block := reading.read(BLOCK_BYTES):
            digest.update(block)
            writing.write(block)
            on_progress(len(block))
    return digest.hexdigest()


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise ModelError(
            f"{source}: cannot read this file: {error.strerror}. Check its rights."
        ) from error


def _as_toml(model: ModelFile) -> str:
    lines = ["\n[[model]]"]
    for field, value in msgspec.structs.asdict(model).items():
        quoted = msgspec.json.encode(value).decode()  # JSON strings and arrays are valid TOML
        lines.append(f"{field} = {quoted}")
    return "\n".join(lines) + "\n"
