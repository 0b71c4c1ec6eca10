"""How the form is asked for: an instruction and a few examples a language, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from config.data_file import read_data
from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY
from nlu.commands.reading import NotACommand
from nlu.form.action_form import ActionForm
from nlu.llama_template import Exchange

LESSONS_DIRECTORY = CONFIG_DIRECTORY / "action_form"
ELSE = "en"
"""Languages without a file are asked in this one."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the model reads before the sentence."""

    instruction: str
    examples: tuple[Exchange, ...]


class _Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    said: str
    form: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    instruction: str
    example: tuple[_Example, ...]


def load_lessons(form: ActionForm, folder: Path = LESSONS_DIRECTORY) -> Mapping[str, Lesson]:
    """The lessons of `folder` by language, with the examples that this body can follow.

    Raises ConfigurationError for a file that cannot be used, or without the one for the rest.
    """
    lessons = {file.stem: _lesson(file, form) for file in sorted(folder.glob("*.toml"))}
    if ELSE not in lessons:
        raise ConfigurationError(f"{folder}: {ELSE}.toml is missing; other languages use it too.")
    return lessons


def _lesson(file: Path, form: ActionForm) -> Lesson:
    read = read_data(file, _File, "lesson")
    examples = tuple(
        Exchange(example.said, example.form, file.stem)
        for example in read.example
        if form.parse(example.form) != NotACommand("not_sensible")
    )
    return Lesson(f"{read.instruction.strip()}\n{form.shown}", examples)
