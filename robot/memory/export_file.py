"""Files written for people: whole or not at all, and readable by their owner only."""

from pathlib import Path

from config.disk import temporary_file
from config.errors import ConfigurationError


def write_private(file: Path, text: str) -> None:
    """Write `text` as UTF-8. Raises ConfigurationError that names the file."""
    try:
        with temporary_file(file.absolute().parent) as half:
            half.write_text(text, encoding="utf-8")
            half.replace(file)
    except OSError as error:
        raise ConfigurationError(
            f"{file}: cannot be written ({error.strerror or error}). Choose another file."
        ) from error
