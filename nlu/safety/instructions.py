"""What the language model is told when its words were held back and it may try once more."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from config.data_file import LANGUAGE_OF_LAST_RESORT, read_data
from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY

KINDER_FILE = CONFIG_DIRECTORY / "safety" / "kinder.toml"


class _KinderFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    instruction: dict[str, str]


@cache
def read_kinder(file: Path = KINDER_FILE) -> Mapping[str, str]:
    """Instructions by language; ConfigurationError when the file cannot be used."""
    content = read_data(file, _KinderFile, "data file")
    if not content.instruction.get(LANGUAGE_OF_LAST_RESORT, "").strip():
        raise ConfigurationError(
            f"{file}: there is no `{LANGUAGE_OF_LAST_RESORT}`. It stands in for other languages."
        )
    return content.instruction


def kinder_instruction(language: str) -> str:
    """The instruction in `language`, or in English."""
    instructions = read_kinder()
    return instructions.get(language) or instructions[LANGUAGE_OF_LAST_RESORT]
