"""Data files of ours that teams may edit: TOML in, a checked struct out."""

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from config.errors import ConfigurationError
from config.load import read_text

T = TypeVar("T")

LANGUAGE_OF_LAST_RESORT = "en"


def read_data(file: Path, kind: type[T], what: str) -> T:
    """The content of `file` as `kind`; ConfigurationError names the file and the key of a fault.

    `what` the file is stands in the sentence for people: "word list".
    """
    try:
        return msgspec.convert(tomllib.loads(read_text(file, what)), kind)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"{file}: this {what} cannot be used: {error}.") from error


def read_books(folder: Path, kind: type[T], what: str) -> dict[str, T]:
    """Every `LANGUAGE.toml` of `folder`, by language. Raises as `read_data` does, and where there
    is no English one, which stands in for other languages."""
    books = {file.stem: read_data(file, kind, what) for file in sorted(folder.glob("*.toml"))}
    if LANGUAGE_OF_LAST_RESORT not in books:
        raise ConfigurationError(
            f"{folder}: there is no {LANGUAGE_OF_LAST_RESORT}.toml. It stands in for other"
            " languages."
        )
    return books
