"""What Sori says of its body without a language model: one file a language in `phrases/body/`."""

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from config.data_file import LANGUAGE_OF_LAST_RESORT, read_books
from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY

BODY_PHRASES_FOLDER = CONFIG_DIRECTORY / "phrases" / "body"

_OPTIONAL = re.compile(
    r".*\.(?:then|now|ones\.\w+|sides\.(?:none|left|right|both))|numbers\.native"
)
"""What a language may have or leave out."""
_FREE_SLOTS = {
    "numbers.half": {"number", "unit", "many"},
    "numbers.times_more": {"number", "native"},
}
_MORE_SLOTS = {
    "refused": {"cap", "count", "do"},
    "stopped": {"did", "do"},
    "stopped_before": {"did", "do"},
    "stopped_within": {"do"},
    "failed": {"do", "now"},
    "ask": {"do", "choices", "choice"},
    "facts.from_start_apart": {"apart", "distance", "way", "other", "sideways"},
}
"""Where a language may use other slots than English does."""

Texts = Mapping[str, str]
Hundreds = Annotated[tuple[str, ...], Meta(min_length=9, max_length=9)]
Colour = Annotated[tuple[int, ...], Meta(min_length=3, max_length=3)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a phrase file; a key that is not known is a mistake."""


class NumberWords(_Table, frozen=True):
    """How numbers are said before a unit."""

    below_hundred: Annotated[tuple[str, ...], Meta(min_length=100, max_length=100)]
    hundreds: Hundreds
    """Exactly one hundred, two hundred, ..."""
    hundreds_and: Hundreds
    """The same before more, with the space if there is one."""
    one_alone: str
    """One when no unit follows: "eins", "uno"."""
    point: str
    """A decimal number: `{whole}`, `{digits}`."""
    digits_apart: bool
    """The digits after the point are said one by one."""
    half: str
    """A number and a half: `{number}`, `{unit}`, `{many}` (the unit in the plural)."""
    times: tuple[str, ...]
    """Once, twice, ..."""
    times_more: str
    """Beyond those: `{number}` or `{native}`."""
    singular_below: float
    """Besides exactly 1, amounts below this take the singular."""
    native: tuple[str, ...] = ()
    """Another way of counting, for times (Korean), from 0 to 99."""


class Measures(_Table, frozen=True):
    """Units of measure as (one, many)."""

    metre: tuple[str, str]
    centimetre: tuple[str, str]
    degree: tuple[str, str]
    second: tuple[str, str]
    percent: tuple[str, str]
    about: str
    ones: Texts = {}
    """Unit -> its own word for one, where gender or case ask for it."""


class Deed(_Table, frozen=True):
    """One action in words: done, to be done, and done before another."""

    did: str
    do: str
    then: str = ""
    """Empty: as `did`."""
    now: str = ""
    """Of a posture: what the body is doing in it."""
    sides: Texts = {}
    """In the place of the language's own words for the side."""


class ColourWord(_Table, frozen=True):
    """A colour that can be named."""

    word: str
    rgb: Colour


class BodyBook(_Table, frozen=True):
    """One language."""

    numbers: NumberWords
    measures: Measures
    ways: Texts
    look: Texts
    point: Texts
    sides: Texts
    lists: Texts
    deeds: Mapping[str, Deed]
    gestures: Mapping[str, Deed]
    postures: Mapping[str, Deed]
    abilities: Texts
    colours: Mapping[str, ColourWord]
    done: Texts
    stopped: Texts
    stopped_before: Texts
    stopped_within: Texts
    refused: Texts
    failed: Texts
    steps: Texts
    answers: Texts
    ask: Texts
    order_words: Mapping[str, tuple[str, ...]]
    """Words that name one of several choices by its place: `first`, `second`, `third`."""
    way_words: Mapping[str, tuple[str, ...]]
    """Words that name one by its way: `forward`, `backward`, `left`, `right`, `both`."""
    facts: Texts


@dataclass(frozen=True, slots=True)
class BodyPhrases:
    """The books by language."""

    books: Mapping[str, BodyBook]

    def book(self, language: str) -> BodyBook:
        """The book of `language`, or the English one."""
        return self.books.get(language) or self.books[LANGUAGE_OF_LAST_RESORT]


def load_body_phrases(folder: Path = BODY_PHRASES_FOLDER) -> BodyPhrases:
    """Read every book of `folder`; ConfigurationError names the file and the key of a fault."""
    books = read_books(folder, BodyBook, "phrase file")
    model = books[LANGUAGE_OF_LAST_RESORT]
    for language, book in books.items():
        _check_against(model, book, folder / f"{language}.toml")
    return BodyPhrases(books)


def _check_against(model: BodyBook, book: BodyBook, file: Path) -> None:
    """Every language says the same things, and only with slots that are filled."""
    wanted, found = dict(_texts(model)), dict(_texts(book))
    for place in wanted:
        if place not in found and not _OPTIONAL.fullmatch(place):
            raise ConfigurationError(f"{file}: `{place}` is missing. Write it as en.toml has it.")
    for place, text in found.items():
        if place not in wanted and not _OPTIONAL.fullmatch(place):
            raise ConfigurationError(f"{file}: `{place}` is not known. Is it misspelt?")
        try:
            slots = _slots(text)
        except ValueError as error:
            raise ConfigurationError(f"{file}: `{place}` has a brace too many or few.") from error
        if unknown := slots - _allowed_slots(place, wanted):
            raise ConfigurationError(
                f"{file}: `{place}` has `{{{min(unknown)}}}`, which is never filled there."
            )


def _allowed_slots(place: str, wanted: Mapping[str, str]) -> set[str]:
    if place in _FREE_SLOTS:
        return _FREE_SLOTS[place]
    section = place.split(".", maxsplit=1)[0]
    more = _MORE_SLOTS.get(place) or _MORE_SLOTS.get(section, set())
    if section in ("deeds", "gestures", "postures"):
        deed = place.rpartition(".")[0]
        return _slots(wanted.get(f"{deed}.did", ""))
    return _slots(wanted.get(place, "")) | more


def _slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _texts(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a book with the dotted name of its place."""
    if isinstance(value, str):
        yield place, value
        return
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, Mapping):
        for key, part in value.items():
            if part != "" or not _OPTIONAL.fullmatch(f"{place}.{key}"):
                yield from _texts(part, f"{place}.{key}".lstrip("."))
