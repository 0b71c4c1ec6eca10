"""Whether somebody said stop: words of every served language, looked for in any piece of text.

It reads what a recogniser made of an unfinished sentence, so it forgives spelling and spaces; what
it must not forgive is a missed word. The words are data: `config/stop_words.toml`.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, Self

import msgspec

from config.data_file import read_data
from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY

STOP_WORDS_FILE = CONFIG_DIRECTORY / "stop_words.toml"
MIN_FORGIVEN = 6
"""Letters, or jamo of Hangul, of a word in which one may be wrong. Of shorter ones too many
everyday words are a letter away: shop and step from stop, 그 말 from 그만, hatte from halte."""

Place = Literal["anywhere", "at_edge", "at_end", "alone"]

_APOSTROPHES = re.compile(r"['’`´]")
_WORD = re.compile(r"[^\W_]+")
_HANGUL = re.compile(r"[가-힣]+")


class StopTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one language, by where in a sentence they count."""

    anywhere: tuple[str, ...] = ()
    at_edge: tuple[str, ...] = ()
    at_end: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    innocent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    """A stop word in a sentence; `begin` and `end` count words."""

    term: str
    begin: int
    end: int


class StopWords:
    """The stop words of all served languages in one list."""

    def __init__(self, tables: Sequence[StopTable]) -> None:
        self._places: dict[str, Place] = {}
        for table in tables:
            for place, words in _by_place(table):
                # Of two languages the more generous one decides.
                self._places.update({_key(_words(word)): place for word in words})
        self._innocent = {_key(_words(phrase)) for table in tables for phrase in table.innocent}
        self._around = {
            word for table in tables for filler in table.around for word in _words(filler)
        }
        terms = [*self._places, *self._innocent]
        self._longest = max((_length(term) for term in terms), default=0)
        self._forgiving: defaultdict[int, list[str]] = defaultdict(list)
        for term in filter(_is_forgiving, self._places):
            self._forgiving[len(_letters(term))].append(term)

    @classmethod
    def load(cls, languages: Sequence[str], file: Path = STOP_WORDS_FILE) -> Self:
        """The words of `languages`; one without a table has none of its own.

        Raises ConfigurationError when the file cannot be used, or holds none of them.
        """
        tables = read_data(file, dict[str, StopTable], "list of stop words")
        served = [tables[language] for language in languages if language in tables]
        if not any(table.anywhere for table in served):
            raise ConfigurationError(
                f"{file} has no stop words `anywhere` for {', '.join(languages)}: a robot that"
                " cannot be stopped by voice does not start. Add a table for one of them."
            )
        return cls(served)

    def heard_in(self, text: str, *, begins: bool = True, ends: bool = True) -> str | None:
        """The stop word in `text`, as it stands in the list, or None.

        `begins` and `ends` say whether the text starts and stops where the person did; a piece
        out of the middle of a sentence has neither.
        """
        words = _words(text)
        hits = [hit for hit in self._hits(words) if not self._is_innocent(words, hit)]
        if not begins:  # the first word may be what is left of another: "st" of "stock"
            hits = [hit for hit in hits if hit.begin > 0 or hit.end == len(words)]
        for one, next_one in pairwise(hits):
            if one.term == next_one.term and one.end == next_one.begin:
                return one.term
        spoken = [at for at, word in enumerate(words) if word not in self._around]
        for hit in hits:
            first = begins and all(at >= hit.begin for at in spoken)
            last = ends and all(at < hit.end for at in spoken)
            if _counts(self._places[hit.term], first=first, last=last):
                return hit.term
        return None

    def is_among(self, word: str, text: str) -> bool:
        """Whether `text` has `word`, a form of it or one a letter away among its stop words."""
        return any(_is_much_like(word, hit.term) for hit in self._hits(_words(text)))

    def _hits(self, words: Sequence[str]) -> Iterator[_Hit]:
        """Everything on the list in order, the longest first where several begin."""
        for begin in range(len(words)):
            for end in range(min(len(words), begin + self._longest), begin, -1):
                if term := self._term(words[begin:end]):
                    yield _Hit(term, begin, end)

    def _term(self, words: Sequence[str]) -> str | None:
        key = _key(words)
        if key in self._places:
            return key
        if " " in key or key in self._innocent:
            return None
        letters = _letters(key)
        for length in (len(letters), len(letters) - 1, len(letters) + 1):
            for term in self._forgiving.get(length, ()):
                if _at_most_one_apart(letters, _letters(term)):
                    return term
        return None

    def _is_innocent(self, words: Sequence[str], hit: _Hit) -> bool:
        return any(
            _key(words[begin:end]) in self._innocent
            for begin in range(max(0, hit.end - self._longest), hit.begin + 1)
            for end in range(hit.end, min(len(words), begin + self._longest) + 1)
        )


def _by_place(table: StopTable) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """The most generous place last."""
    yield "alone", table.alone
    yield "at_end", table.at_end
    yield "at_edge", table.at_edge
    yield "anywhere", table.anywhere


def _counts(place: Place, *, first: bool, last: bool) -> bool:
    match place:
        case "anywhere":
            return True
        case "at_edge":
            return first or last
        case "at_end":
            return last
        case "alone":
            return first and last


def _words(text: str) -> tuple[str, ...]:
    """The words of `text` in lower case, without accents, apostrophes and signs."""
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    bare = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    return tuple(_WORD.findall(unicodedata.normalize("NFC", bare)))


def _key(words: Sequence[str]) -> str:
    """Words as one term: Korean ones run together, for nobody agrees on their spaces."""
    together = all(map(_HANGUL.fullmatch, words))
    return ("" if together else " ").join(words)


def _length(term: str) -> int:
    """The most words that a term can be spread over: a Korean one over all its syllables."""
    return min(len(term), 4) if _HANGUL.fullmatch(term) else len(term.split())


def _is_forgiving(term: str) -> bool:
    return " " not in term and len(_letters(term)) >= MIN_FORGIVEN


def _letters(word: str) -> str:
    """Letters, Hangul taken apart into jamo."""
    return unicodedata.normalize("NFD", word)


def _is_much_like(one: str, other: str) -> bool:
    return one in other or other in one or _at_most_one_apart(_letters(one), _letters(other))


def _at_most_one_apart(one: str, other: str) -> bool:
    """Whether a single letter added, left out or changed makes one of the other."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    same = next(
        (at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter)
    )
    skipped = same + (len(shorter) == len(longer))
    return shorter[skipped:] == longer[same + 1 :]
