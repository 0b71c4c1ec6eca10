"""What Sori says about its manner, its memory and itself: one file a language in `phrases/care/`.

A phrase is one sentence, several of the same meaning, or a table of these by the manners that the
file names: `friendly`, `formal` and, in Korean, `plain`. Every phrase has all manners, or is the
same in all; every language has every phrase.
"""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.data_file import LANGUAGE_OF_LAST_RESORT, read_books
from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY

CARE_PHRASES_FOLDER = CONFIG_DIRECTORY / "phrases" / "care"

CareManner = Literal["friendly", "formal", "plain"]
"""The last is Korean as to a friend."""
Sentence = Annotated[str, Meta(min_length=1)]
Variants = Sentence | Annotated[tuple[Sentence, ...], Meta(min_length=1)]
Spoken = Variants | Mapping[CareManner, Variants]
Section = Mapping[str, Spoken]

SECTIONS = (
    "changed",
    "now",
    "bound",
    "refused",
    "answers",
    "report",
    "forget",
    "about",
    "greeting",
)


class CareBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language; what a key means stands beside it in `en.toml`."""

    manners: tuple[CareManner, ...]
    name: str
    """Sori's own."""
    comma: str
    last: str
    """Before the last part of a list."""
    day: str
    days: str
    """More than one: `{count}`."""
    languages: Mapping[str, str]
    """Language code -> its name."""
    changed: Section
    """A preference is otherwise from now on."""
    now: Section
    """How a preference is."""
    bound: Section
    """It cannot be more, or less, than it is now."""
    refused: Section
    answers: Section
    report: Section
    forget: Section
    about: Section
    greeting: Section

    def variants(self, section: str, key: str, manner: CareManner) -> tuple[str, ...]:
        """Sentences of one meaning in a manner, or in the first one where the file lacks it."""
        spoken: Spoken = getattr(self, section)[key]
        if isinstance(spoken, Mapping):
            spoken = spoken[manner if manner in self.manners else self.manners[0]]
        return (spoken,) if isinstance(spoken, str) else spoken


@dataclass(frozen=True, slots=True)
class CarePhrases:
    """The books by language."""

    books: Mapping[str, CareBook]

    def book(self, language: str) -> CareBook:
        """The book of `language`, or the English one."""
        return self.books.get(language) or self.books[LANGUAGE_OF_LAST_RESORT]


def load_care_phrases(folder: Path = CARE_PHRASES_FOLDER) -> CarePhrases:
    """Read every book of `folder`; ConfigurationError names the file and the key of a fault."""
    books = read_books(folder, CareBook, "phrase file")
    model = books[LANGUAGE_OF_LAST_RESORT]
    for language, book in books.items():
        _check(book, model, folder / f"{language}.toml")
    return CarePhrases(books)


def _check(book: CareBook, model: CareBook, file: Path) -> None:
    """Every language says the same things, in all its manners, with slots that are filled."""
    if not book.manners or book.manners[0] != "friendly":
        raise ConfigurationError(f"{file}: `manners` must begin with `friendly`.")
    for section in SECTIONS:
        wanted, found = getattr(model, section), getattr(book, section)
        if missing := set(wanted) - set(found):
            raise ConfigurationError(f"{file}: `{section}.{min(missing)}` is missing. Write it.")
        if unknown := set(found) - set(wanted):
            raise ConfigurationError(f"{file}: `{section}.{min(unknown)}` is not known.")
        for key, spoken in found.items():
            if isinstance(spoken, Mapping) and set(spoken) != set(book.manners):
                raise ConfigurationError(
                    f"{file}: `{section}.{key}` needs {', '.join(book.manners)}, or one for all."
                )
            _check_slots(book, model, (section, key), file)
    if missing := set(model.languages) - set(book.languages):
        raise ConfigurationError(f"{file}: `languages.{min(missing)}` is missing. Write it.")


def _check_slots(book: CareBook, model: CareBook, place: tuple[str, str], file: Path) -> None:
    """A sentence has the slots of the English ones, none of them left out."""
    wanted = _slots(next(_sentences(model, *place)))
    for sentence in _sentences(book, *place):
        try:
            found = _slots(sentence)
        except ValueError as error:
            raise ConfigurationError(
                f"{file}: `{'.'.join(place)}` has a brace too many or few."
            ) from error
        if found != wanted:
            raise ConfigurationError(
                f"{file}: `{'.'.join(place)}` needs the slots {sorted(wanted)}, not"
                f" {sorted(found)}: {sentence}"
            )


def _sentences(book: CareBook, section: str, key: str) -> Iterator[str]:
    for manner in book.manners:
        yield from book.variants(section, key, manner)


def _slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
