"""Say and do agree: a clause that claims or promises a motion that did not happen is mended.

The language model means no harm: it has read of people who wave. Only what was performed in this
turn may be claimed in it; everything else is answered by an honest clause.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

from config.claim_phrases import ClaimBook, filled, patterns

DEVICE_KINDS = frozenset({"led", "volume", "express"})
"""What changes without a motion."""

_SIGNS = re.compile(r"[^\w\s,'?]|_")
_APOSTROPHES = str.maketrans("’‘`´", "''''")


@dataclass(frozen=True, slots=True)
class _Claim:
    kinds: frozenset[str]
    pattern: re.Pattern[str]
    is_promise: bool


class Claims:
    """The claims of all languages that have a file."""

    def __init__(self, books: Mapping[str, ClaimBook], *, has_body: bool = False) -> None:
        """`has_body`: that there is none is then not true either."""
        self._in = {language: _Language(book, has_body) for language, book in books.items()}

    def mend(
        self, clause: str, language: str, moved: frozenset[str], asked: str = ""
    ) -> str | None:
        """What to say instead of `clause`; None: it may be said.

        `moved` are the kinds of action that were performed in this turn, `asked` is what the
        person said: a translation of "I walk" claims nothing.
        """
        claims = self._in.get(language)
        return None if claims is None else claims.mend(clause, moved, asked)


class _Language:
    def __init__(self, book: ClaimBook, has_body: bool) -> None:
        self._book = book
        self._denials = [re.compile(pattern) for pattern in book.denials if has_body]
        self._spellings = _any_of(map(re.escape, book.spellings)) if book.spellings else None
        self._claims = [
            _Claim(frozenset(kinds), re.compile(pattern), form in book.promises)
            for form, kinds, pattern in patterns(book)
        ]
        self._innocent = [re.compile(filled(pattern, book)) for pattern in book.innocent]
        self._quoting = [re.compile(pattern) for pattern in book.innocent_questions]
        self._others = re.compile(filled(book.others, book)) if book.others else None

    def mend(self, clause: str, moved: frozenset[str], asked: str) -> str | None:
        text = self._normal(clause)
        if any(denial.search(text) for denial in self._denials):
            return self._book.able[crc32(clause.encode(errors="replace")) % len(self._book.able)]
        kinds = self._claimed(text, moved)
        if not kinds or any(pattern.search(text) for pattern in self._innocent):
            return None
        if asked and any(pattern.search(self._normal(asked)) for pattern in self._quoting):
            return None
        device = kinds <= DEVICE_KINDS
        sentences = self._book.honest_device if device else self._book.honest
        return sentences[crc32(clause.encode(errors="replace")) % len(sentences)]

    def _claimed(self, text: str, moved: frozenset[str]) -> frozenset[str]:
        """The kinds of the first claim that nothing in `moved` makes true."""
        about_others = self._others is not None and self._others.search(text) is not None
        for claim in self._claims:
            if claim.kinds & moved or (about_others and not claim.is_promise):
                continue
            if claim.pattern.search(text):
                return claim.kinds
        return frozenset()

    def _normal(self, clause: str) -> str:
        """In lower case, spelt out, without signs that do not matter here."""
        text = unicodedata.normalize("NFC", clause).translate(_APOSTROPHES).casefold()
        if self._spellings is not None:
            text = self._spellings.sub(lambda found: self._book.spellings[found[0]], text)
        text = _SIGNS.sub(" ", text)
        return " ".join(text.split()).strip(" ,")


def _any_of(words: "map[str]") -> re.Pattern[str]:
    """Any of the words as whole words, longer ones first."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(ordered)})(?!\w)")
