"""The unit on disk: written whole, backed up when it was changed, and taken away again."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from config.disk import temporary_file
from robot.service_unit.errors import UnitError
from robot.service_unit.unit import UNIT

MARK = "# Written by `sori service install"
"""How every unit of ours begins."""
SYSTEMD_RUNS = Path("/run/systemd/system")
"""There while systemd is the one who started this machine: sd_booted(3)."""
SYSTEMCTL_TIMEOUT_S = 60.0
_UNIT_MODE = 0o644


def write(file: Path, text: str) -> Path | None:
    """Put `text` into `file`; the path that another text was moved to, if one stood there.

    Raises UnitError when the unit is masked or nothing can be written there.
    """
    if file.is_symlink():
        raise UnitError(f"{file} is a link (a masked unit is one, too). Remove it first.")
    with _told(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        backup = None
        if file.exists() and file.read_text("utf-8", "replace") != text:
            backup = _free_name(file)
            # A second name for the old text first: at no moment is there no unit.
            os.link(file, backup)
        with temporary_file(file.parent) as new:
            with new.open("w", encoding="utf-8") as opened:
                opened.write(text)
                opened.flush()
                os.fsync(opened.fileno())
            new.chmod(_UNIT_MODE)
            new.replace(file)
        return backup


def write_settings(file: Path, text: str) -> bool:
    """Put `text` into `file` unless there is one; whether it was written."""
    with _told(file):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        try:
            with file.open("x", encoding="utf-8") as opened:
                opened.write(text)
        except FileExistsError:
            return False
        file.chmod(_UNIT_MODE)
        return True


def remove(file: Path) -> bool:
    """Take the unit and the links that enable it away; False when there is none.

    Raises UnitError for a unit that we did not write.
    """
    if not file.exists():
        return False
    if not file.read_text("utf-8", "replace").startswith(MARK):
        raise UnitError(f"{file} was not written by `sori service install`. Remove it by hand.")
    with _told(file):
        for folder in file.parent.glob("*.wants"):
            if (link := folder / UNIT).is_symlink():
                link.unlink()
        file.unlink()
    return True


def systemctl(*arguments: str, user: bool) -> None:
    """Tell the running systemd; UnitError with its own words when it refuses."""
    command = ["systemctl", *(["--user"] if user else []), *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=SYSTEMCTL_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnitError(f"`{' '.join(command)}` did not work: {error}") from error
    if done.returncode != 0:
        said = done.stderr.strip() or f"exit code {done.returncode}"
        raise UnitError(f"`{' '.join(command)}` did not work: {said}")


def _free_name(file: Path) -> Path:
    number = 1
    while (name := file.with_name(f"{file.name}.bak-{number}")).exists():
        number += 1
    return name


@contextlib.contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnitError(f"{file}: cannot be changed: {error.strerror}.") from error
