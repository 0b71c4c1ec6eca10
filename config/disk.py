"""Files that appear whole or not at all, and what is said when the disk does not play along."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.errors import ModelError

SPARE_BYTES = 32 << 20
"""Left free beside a model: a full disk stops logs and memory too."""

_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def temporary_file(folder: Path) -> Iterator[Path]:
    """An empty file in `folder` that is gone afterwards unless it was renamed."""
    handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
    os.close(handle)
    try:
        yield Path(name)
    finally:  # also at Ctrl-C: nothing half-made may stay behind
        Path(name).unlink(missing_ok=True)


def check_free_space(folder: Path, n_bytes: int, what: str) -> None:
    """Raise ModelError unless `n_bytes` more, and some air, fit into `folder`."""
    free = shutil.disk_usage(folder).free
    if free < n_bytes + SPARE_BYTES:
        raise ModelError(
            f"{folder}: not enough free space for {what}: {n_bytes / 1e6:.0f} MB are needed and"
            f" {free / 1e6:.0f} MB are free. {_MAKE_ROOM}"
        )


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into a ModelError that says what to do; `folder` is made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise ModelError(f"{folder}: the disk is full. {_MAKE_ROOM}") from error
        raise ModelError(
            f"{folder}: cannot write there: {error.strerror or error}. Check its rights, or choose"
            " another folder with `directory` under [models]."
        ) from error


_MAKE_ROOM = "Delete something, or choose another disk with `directory` under [models]."
