"""Words that must not be said, as data: `config/safety/<language>.toml`.

Alphabets match whole words: `word`, `stem*` (any ending), `several words`, `you ... word` with
up to two words in the gap, and `word .` at the end of the text. Hangul matches inside an eojeol,
at its start only for `^word`, and across eojeols, whatever the spacing, for a term with a space.
What an `innocent` phrase covers does not count.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from config.data_file import read_data
from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY
from nlu.safety.categories import Category
from nlu.safety.hangul import typed_in_latin
from nlu.safety.normalise import (
    fold,
    hangul_views,
    has_hangul,
    latin_words,
    spellings,
    squeezed,
    unleet,
)

SAFETY_DIRECTORY = CONFIG_DIRECTORY / "safety"
LANGUAGES = ("en", "ko", "es", "fr", "de")

GAP, END = "...", "."
OWN = "own"  # the user's file, in the place of a language
_LONGEST_GAP = 2
_MIN_SQUEEZED = 4
"""Shorter words become everyday ones when their double letters go."""
_MIN_MASKED = 4
_REMEMBERED_WORDS = 4_096


class WordListFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's data file."""

    terms: dict[Category, tuple[str, ...]]
    innocent: tuple[str, ...] = ()
    quotable: tuple[str, ...] = ()
    """Terms of which a reply may tell that somebody said them; the vulgar ones are not."""
    spellings: dict[str, str] = {}
    """Short forms and what they stand for: `gonna` is `going to`."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A term that was found; `term` is for counting and never to be logged."""

    category: Category
    term: str
    quotable: bool = False
    """Whether a reply may tell that somebody said it."""


Phrase = tuple[str, ...]


class WordList:
    """The terms of all languages, ready to be looked up; made by `load`."""

    def __init__(self, files: Mapping[str, WordListFile]) -> None:
        self._latin = LatinTerms()
        self._hangul = HangulTerms()
        self._innocent_phrases: dict[str, tuple[Phrase, ...]] = {}
        self._innocent_hangul: list[str] = []
        self._short_forms: dict[str, Phrase] = {}
        self.profanity: tuple[str, ...] = ()
        """The mild words, as written in the files: they can simply be left out."""
        quotable = {term for file in files.values() for term in file.quotable}
        for language, file in files.items():
            for category, terms in file.terms.items():
                for term in terms:
                    self._latin_or_hangul(term).add(term, category, term in quotable)
            self.profanity += file.terms.get("profanity", ())
            phrases = [phrase for phrase in file.innocent if not _is_hangul(phrase)]
            self._innocent_phrases[language] = tuple(_phrase(phrase) for phrase in phrases)
            self._innocent_hangul += [fold(text) for text in file.innocent if _is_hangul(text)]
            for short, long in file.spellings.items():
                self._short_forms[short] = _phrase(long)

    @classmethod
    def load(cls, folder: Path = SAFETY_DIRECTORY, own: Path | None = None) -> "WordList":
        """Read the data files and the user's own; ConfigurationError says which is unusable."""
        files = {language: read_word_list(folder / f"{language}.toml") for language in LANGUAGES}
        return cls(files if own is None else {**files, OWN: read_word_list(own)})

    def hits(self, text: str, language: str) -> list[Hit]:
        """Every term found in `text`, which is (said to be) in `language`."""
        folded = fold(text)
        return [*self._latin_hits(folded, language), *self._hangul_hits(folded)]

    def _latin_or_hangul(self, term: str) -> "LatinTerms | HangulTerms":
        return self._hangul if _is_hangul(term) else self._latin

    def _latin_hits(self, folded: str, language: str) -> Iterator[Hit]:
        found = latin_words(folded)
        words = self.long_forms(found.words)
        spoken = dict.fromkeys(("en", language, OWN))
        innocent = [phrase for name in spoken for phrase in self._innocent_phrases.get(name, ())]
        for start, end, hit in self._latin.matches(words):
            if not any(_covers(phrase, words, start, end) for phrase in innocent):
                yield hit
        yield from filter(None, map(self._latin.single, found.joined))
        yield from filter(None, map(self._latin.masked, found.masked))
        for korean in filter(None, map(typed_in_latin, found.words)):
            yield from (hit for _, _, hit in self._hangul.matches(korean))

    def long_forms(self, words: Iterable[str]) -> list[str]:
        """`words` with short forms written out: "i'm" becomes "i", "am"."""
        long: list[str] = []
        for word in words:
            if (spelled_out := self._short_forms.get(word)) is not None:
                long += spelled_out
            else:
                long.append(word.replace("'", ""))
        return long

    def _hangul_hits(self, folded: str) -> Iterator[Hit]:
        if not has_hangul(folded):
            return
        seen: set[Hit] = set()
        for view in hangul_views(folded):
            for start, end, hit in self._hangul.matches(view):
                if hit not in seen and not self._is_innocent(view, start, end):
                    seen.add(hit)
                    yield hit

    def _is_innocent(self, view: str, start: int, end: int) -> bool:
        for phrase in self._innocent_hangul:
            at = view.find(phrase, max(0, end - len(phrase)), start + len(phrase))
            if at >= 0:
                return True
        return False


def read_word_list(file: Path) -> WordListFile:
    """One data file; ConfigurationError when it cannot be used."""
    words = read_data(file, WordListFile, "word list")
    for category, terms in words.terms.items():
        for number, term in enumerate(terms, start=1):
            if not any(map(str.isalnum, term)) or (len(term) == 1 and term.isascii()):
                raise ConfigurationError(
                    f"{file}: term {number} of `{category}` is empty or a single letter, which"
                    " would block nearly everything. Write a word, or take it out."
                )
    return words


def _is_hangul(text: str) -> bool:
    return any("ㄱ" <= letter <= "ㅣ" or "가" <= letter <= "힣" for letter in text)


def _phrase(text: str) -> Phrase:
    return tuple(unleet(word).replace("'", "") for word in fold(text).split())


def _covers(phrase: Phrase, words: Sequence[str], start: int, end: int) -> bool:
    for begin in range(max(0, end - len(phrase)), start + 1):
        if tuple(words[begin : begin + len(phrase)]) == phrase:
            return True
    return False


class LatinTerms:
    """Terms made of words."""

    def __init__(self) -> None:
        self._exact: dict[str, Hit] = {}
        self._squeezed: dict[str, Hit] = {}
        self._stems: dict[str, Hit] = {}
        # By their longest word, which few texts contain; by the first, "i" would find dozens.
        self._phrases: dict[str, list[tuple[Phrase, Hit]]] = defaultdict(list)
        self.single = lru_cache(_REMEMBERED_WORDS)(self._single)
        """The one-word term that a word is, whatever letters are drawled in it."""

    def add(self, term: str, category: Category, quotable: bool = False) -> None:
        """Know one more term."""
        words = _phrase(term)
        hit = Hit(category, " ".join(words), quotable)
        if len(words) > 1:
            self._phrases[_rarest(words)].append((words, hit))
            return
        word = words[0]
        if word.endswith("*"):
            self._stems[word[:-1]] = hit
            word = word[:-1]
        self._exact[word] = hit
        if len(short := squeezed(word)) >= _MIN_SQUEEZED:
            self._squeezed[short] = hit

    def matches(self, words: Sequence[str]) -> Iterator[tuple[int, int, Hit]]:
        """Start, end (in words) and term of everything found in `words`."""
        for at, word in enumerate(words):
            if hit := self.single(word):
                yield at, at + 1, hit
        for word in set(words) & self._phrases.keys():
            for phrase, hit in self._phrases[word]:
                for at in range(len(words)):
                    if end := _follow(phrase, words, at):
                        yield at, end, hit

    def _single(self, word: str) -> Hit | None:
        for spelling in spellings(word):
            if hit := self._exact.get(spelling) or self._by_stem(spelling):
                return hit
        short = squeezed(word)
        return self._squeezed.get(short) if len(short) < len(word) else None

    def masked(self, word: str) -> Hit | None:
        """The first term that fits `word`, in which `*` and `#` stand for any letter."""
        if len(word) < _MIN_MASKED or not word[0].isalpha():
            return None
        for term, hit in self._exact.items():
            if len(term) == len(word) and all(
                sign in ("*", "#", letter) for sign, letter in zip(word, term, strict=True)
            ):
                return hit
        return None

    def _by_stem(self, word: str) -> Hit | None:
        for length in range(3, len(word)):
            if hit := self._stems.get(word[:length]):
                return hit
        return None


def _rarest(words: Phrase) -> str:
    plain = [word for word in words if word not in (GAP, END) and not word.endswith("*")]
    return max(reversed(plain), key=len)  # of two as long, the later: "you" begins too many


def _follow(rest: Phrase, words: Sequence[str], at: int) -> int:
    """Where `rest` ends when it stands in `words` from `at` on, gaps included; 0 when not."""
    if not rest:
        return at
    if rest[0] == GAP:
        ends = (_follow(rest[1:], words, at + skipped) for skipped in range(_LONGEST_GAP + 1))
        return next((end for end in ends if end), 0)
    if rest[0] == END:
        return at if at == len(words) else 0
    if at >= len(words):
        return 0
    wanted = rest[0]
    fits = words[at].startswith(wanted[:-1]) if wanted.endswith("*") else words[at] == wanted
    return _follow(rest[1:], words, at + 1) if fits else 0


class HangulTerms:
    """Terms made of syllables."""

    def __init__(self) -> None:
        self._within: dict[str, list[tuple[str, bool, Hit]]] = defaultdict(list)
        self._across: dict[str, list[tuple[str, Hit]]] = defaultdict(list)

    def add(self, term: str, category: Category, quotable: bool = False) -> None:
        """Know one more term."""
        folded = fold(term.removeprefix("^"))
        hit = Hit(category, folded, quotable)
        if " " in folded:
            together = folded.replace(" ", "")
            self._across[together[0]].append((together, hit))
        else:
            self._within[folded[0]].append((folded, term.startswith("^"), hit))

    def matches(self, view: str) -> Iterator[tuple[int, int, Hit]]:
        """Start, end (in characters of `view`) and term of everything found."""
        for syllable in set(view) & self._within.keys():
            for term, only_at_start, hit in self._within[syllable]:
                for at in _places(term, view):
                    if not (only_at_start and at > 0 and view[at - 1].isalnum()):
                        yield at, at + len(term), hit
        yield from self._matches_across(view)

    def _matches_across(self, view: str) -> Iterator[tuple[int, int, Hit]]:
        together = "".join(view.split())
        for syllable in set(together) & self._across.keys():
            for term, hit in self._across[syllable]:
                for at in _places(term, together):
                    letters = [place for place, sign in enumerate(view) if not sign.isspace()]
                    yield letters[at], letters[at + len(term) - 1] + 1, hit


def _places(term: str, text: str) -> Iterator[int]:
    at = text.find(term)
    while at >= 0:
        yield at
        at = text.find(term, at + 1)
