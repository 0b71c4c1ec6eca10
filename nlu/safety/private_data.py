"""Finds private data in a text: numbers and addresses that belong to a person.

Works on the text as it is written, also with full-width digits, dots or spaces between the groups,
and digits said as words ("공일공 일이삼사 오육칠팔"). Numbers with a checksum (cards, IBAN, Korean
resident numbers) count only when it is right. Help lines, emergency numbers and the numbers of
offices are nobody's secret.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from config.data_file import LANGUAGE_OF_LAST_RESORT, read_data
from config.load import CONFIG_DIRECTORY
from nlu.safety import private_numbers, private_places
from nlu.safety.number_words import with_digits

PrivateKind = Literal[
    "phone", "card", "resident_number", "email", "address", "account", "ip_address"
]
PRIVATE_FILE = CONFIG_DIRECTORY / "safety" / "private.toml"
_UNUSUAL = re.compile(r"[^\x00-\x7f가-힣]")
_MOST_CHARACTERS = 20_000
"""Longer texts are looked through in pieces of this length."""


@dataclass(frozen=True, slots=True, order=True)
class PrivateSpan:
    """Where private data stands: characters `start` to `end` of the text."""

    start: int
    end: int
    kind: PrivateKind


class PrivateFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`config/safety/private.toml`."""

    public_numbers: tuple[str, ...]
    public_beginnings: tuple[str, ...]
    public_mailboxes: tuple[str, ...]
    public_places: tuple[str, ...]
    number_words: dict[str, dict[str, str]]
    mark: dict[str, dict[PrivateKind, str]]


@cache
def read_private_file(file: Path = PRIVATE_FILE) -> PrivateFile:
    """The data file; ConfigurationError when it cannot be used."""
    return read_data(file, PrivateFile, "data file")


def find(text: str) -> tuple[PrivateSpan, ...]:
    """Private data in `text`, in order, without overlaps."""
    if not (any(map(str.isalnum, text))):
        return ()
    spans: list[PrivateSpan] = []
    for start in range(0, len(text), _MOST_CHARACTERS):
        piece = text[start : start + _MOST_CHARACTERS]
        for span in sorted(set(_found(piece))):
            if not spans or start + span.start >= spans[-1].end:
                spans.append(PrivateSpan(start + span.start, start + span.end, span.kind))
    return tuple(spans)


def redacted(text: str, language: str) -> str:
    """`text` with a mark such as "[phone number]" in the place of private data."""
    marks = read_private_file().mark
    names: Mapping[PrivateKind, str] = marks.get(language) or marks[LANGUAGE_OF_LAST_RESORT]
    out, at = "", 0
    for span in find(text):
        out += text[at : span.start] + names.get(span.kind, "[...]")
        at = span.end
    return out + text[at:]


def _found(text: str) -> Iterator[PrivateSpan]:
    plain = _UNUSUAL.sub(lambda match: _plain(match[0]), text)
    file = read_private_file()
    if any(map(str.isdigit, plain)):
        for kind, start, end in private_numbers.find(plain):
            if not _is_public(plain[start:end], file):
                yield PrivateSpan(start, end, kind)
    for place, start, end in private_places.find(plain):
        if not _is_well_known(place, plain[start:end], file):
            yield PrivateSpan(start, end, place)
    digits, places = with_digits(plain, file.number_words)
    if places:
        for kind, start, end in private_numbers.find(digits):
            if not _is_public(digits[start:end], file):
                yield PrivateSpan(places[start][0], places[end - 1][1], kind)


def _plain(character: str) -> str:
    """One character for one: digits of any script, full-width signs and dashes as in ASCII."""
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    if len(folded) == 1 and folded.isascii():
        return folded
    if unicodedata.category(character) == "Pd":
        return "-"
    return " " if character.isspace() else character


def _is_well_known(kind: private_places.PlaceKind, found: str, file: PrivateFile) -> bool:
    if kind == "email":
        return found.partition("@")[0].strip().casefold() in file.public_mailboxes
    return any(place in found for place in file.public_places)


def _is_public(number: str, file: PrivateFile) -> bool:
    digits = "".join(filter(str.isdigit, number))
    if digits in file.public_numbers:
        return True
    return len(digits) <= 11 and digits.startswith(file.public_beginnings) and "+" not in number
