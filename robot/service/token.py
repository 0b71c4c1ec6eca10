"""The token that lets a client in: made at the first start, readable by its owner alone."""

import hmac
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from config.service_settings import ServiceSettings
from robot.service.errors import ServiceError

FILE_NAME = "token"
TOKEN_BYTES = 32
_MOST_BYTES = 256
"""A token is 43 characters; a file that is longer holds something else."""
_FEWEST_CHARACTERS = 32


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """Never printed by accident: it has no `repr`."""

    text: str
    file: Path

    def is_same(self, other: str) -> bool:
        """Compare without telling by the time it takes how much was right."""
        return hmac.compare_digest(self.text.encode(), other.encode("utf-8", "replace"))


def state_directory(settings: ServiceSettings) -> Path:
    """Where the service keeps what it has to keep."""
    if settings.directory:
        return Path(settings.directory).expanduser()
    if systemd := os.environ.get("STATE_DIRECTORY"):
        return Path(systemd.split(":")[0])
    if (state_home := Path(os.environ.get("XDG_STATE_HOME", ""))).is_absolute():
        return state_home / "sori"
    return Path("~/.local/state/sori").expanduser()


def load_token(settings: ServiceSettings) -> Token:
    """The token of this machine; made where there is none. Raises ServiceError."""
    folder = state_directory(settings)
    file = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(file)
        text = _read(file)
    except OSError as error:
        raise ServiceError(
            f"{file}: the token cannot be kept there ({error.strerror}). Choose another folder with"
            " `directory` under [service]."
        ) from error
    if len(text) < _FEWEST_CHARACTERS or not text.isascii() or not text.isprintable():
        raise ServiceError(f"{file}: this is no token. Delete the file; a new one is made.")
    return Token(text, file)


def _make(file: Path) -> None:
    """Appears whole, and only once however many programs start at the same time."""
    if file.exists():
        return
    fresh = file.with_name(f".{FILE_NAME}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as opened:
            opened.write(secrets.token_urlsafe(TOKEN_BYTES) + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        try:
            os.link(fresh, file)
        except FileExistsError:
            return
    finally:
        fresh.unlink(missing_ok=True)


def _read(file: Path) -> str:
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as opened:
        about = os.fstat(opened.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise ServiceError(f"{file}: this is no file. Delete it; a token is made in its place.")
        if about.st_mode & 0o077:
            os.fchmod(opened.fileno(), 0o600)
        return opened.read(_MOST_BYTES).decode("ascii", "replace").strip()
