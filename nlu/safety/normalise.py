"""Undoes disguises: invisible characters, look-alikes, leet, repeats, letters pulled apart.

Two views of a text come out, for two kinds of matching: `latin_words`, words of alphabets, and
`hangul_views`, Korean text with and without what was pushed between its syllables.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from nlu.safety.hangul import compose_jamo, without_lengthening

# Cyrillic and Greek letters that look like Latin ones; NFKC leaves them alone.
_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁһтмкнвгпԛԝɡɑαβεικνορτυχω",
    "aeopcyxijsdhtmkhbrnqwgaabeiknoptuxw",
)
_LEET = str.maketrans("@$!|01345789€", "asiioieastbge")
_LEET_SIGNS = re.compile(r"[@$!|01345789€]")
_FOLDABLE = re.compile(r"[^\x20-\x7e가-힣]")
_TOKEN = re.compile(r"[^\s가-힣ᄀ-ᇿ]+")
_SEPARATORS = re.compile(r"[.,;:\-_/\\·…~+\"“”()\[\]{}<>?¿¡&=^%]+")
_EDGES = ".,;:!?¿¡\"“”„«»()[]{}<>…-–—_~'’‘`*#|/\\"
_RUN_OF_3 = re.compile(r"(.)\1{2,}")
_RUN_OF_2 = re.compile(r"(.)\1+")
_VOWELS = frozenset("aeiouy")

_HANGUL = re.compile(r"[가-힣ᄀ-ᇿ]")
_BETWEEN_SYLLABLES = re.compile(r"(?<=[가-힣ᄀ-ᇿ])[^\w\s가-힣]{1,3}(?=[가-힣ᄀ-ᇿ])")
_DIGIT_BETWEEN = re.compile(r"(?<=[가-힣ᄀ-ᇿ])\d(?=[가-힣ᄀ-ᇿ])")
_LONE_SYLLABLES = re.compile(r"(?<![^\s])[가-힣ᄀ-ᇿ](?: +[가-힣ᄀ-ᇿ](?![^\s]))+")
_SYLLABLE_RUN = re.compile(r"([가-힣ᄀ-ᇿ])\1{2,}")


_REMEMBERED_TEXTS = 16
"""Every layer of the filter reads the same text; a few are enough."""


@dataclass(frozen=True, slots=True)
class LatinWords:
    """Words of a text in alphabets that `words` separate."""

    words: tuple[str, ...]
    """In order, undisguised."""
    joined: tuple[str, ...]
    """Words that appear when letters that were pulled apart are put together again."""
    masked: tuple[str, ...]
    """Words with `*` or `#` in the place of letters."""


@lru_cache(_REMEMBERED_TEXTS)
def fold(text: str) -> str:
    """`text` in lower case, composed, without accents, invisible characters and look-alikes."""
    text = compose_jamo(unicodedata.normalize("NFC", text))
    text = _FOLDABLE.sub(lambda match: _fold_character(match[0]), text)
    return text.casefold()


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in "\t\n\r":
        return " "
    folded = ""
    for part in unicodedata.normalize("NFKC", character).casefold():
        for base in part if "가" <= part <= "힣" else unicodedata.normalize("NFD", part):
            category = unicodedata.category(base)
            if category == "Zs":
                folded += " "
            elif category[0] not in "CM":
                folded += base
    return folded.translate(_LOOK_ALIKES)


@lru_cache(_REMEMBERED_TEXTS)
def latin_words(folded: str) -> LatinWords:
    """The words of a folded text that are not Hangul."""
    words: list[str] = []
    joined: list[str] = []
    masked: list[str] = []
    breaks: set[int] = set()
    for token in _TOKEN.findall(folded):
        bare = token.strip(_EDGES)
        if not bare:
            continue
        if "*" in bare or "#" in bare:
            masked.append(bare)
            joined.append(unleet(bare.replace("*", "").replace("#", "")))
        if _SEPARATORS.search(bare):
            parts = [part for part in _SEPARATORS.split(bare) if part]
            words += map(unleet, parts)
            joined.append(unleet("".join(parts)))
        else:
            words.append(unleet(bare))
        if not token.endswith(bare):
            breaks.add(len(words))
    joined += _runs_of_letters(words)
    joined += _torn_pairs(words, breaks)
    return LatinWords(tuple(words), tuple(joined), tuple(masked))


@lru_cache(maxsize=4096)
def unleet(word: str) -> str:
    """`word` with digits and signs read as the letters they stand for; numbers stay numbers."""
    if _LEET_SIGNS.search(word) and not word.isdigit():
        word = word.translate(_LEET)
    return word.replace("’", "'")


def _runs_of_letters(words: list[str]) -> list[str]:
    """Single letters in a row as one word."""
    found: list[str] = []
    run = ""
    for word in [*words, "  "]:
        if len(word) == 1:
            run += word
            continue
        if len(run) > 2:
            found.append(run)
        run = ""
    return found


def _torn_pairs(words: list[str], breaks: set[int]) -> list[str]:
    """Neighbours of which one has no vowel, as one word: no real pair of words reads so.

    `breaks` holds the places before which there is punctuation.
    """
    without_vowel = [_VOWELS.isdisjoint(word) for word in words]
    return [
        words[at - 1] + words[at]
        for at in range(1, len(words))
        if (without_vowel[at - 1] or without_vowel[at]) and at not in breaks
    ]


def spellings(word: str) -> tuple[str, ...]:
    """`word` and, when letters repeat in it, the words it may be a drawling of."""
    if not _RUN_OF_3.search(word):
        return (word,)
    return (word, _RUN_OF_3.sub(r"\1\1", word), _RUN_OF_3.sub(r"\1", word))


def squeezed(word: str) -> str:
    """`word` with every run of a letter as one letter."""
    return _RUN_OF_2.sub(r"\1", word)


def has_hangul(folded: str) -> bool:
    """Whether a folded text has Korean letters."""
    return _HANGUL.search(folded) is not None


@lru_cache(_REMEMBERED_TEXTS)
def hangul_views(folded: str) -> tuple[str, ...]:
    """A folded text as it is and, where that differs, with its Korean put together again."""
    together = _SYLLABLE_RUN.sub(r"\1", folded)
    together = _BETWEEN_SYLLABLES.sub("", together)
    together = _DIGIT_BETWEEN.sub("", together)
    together = _LONE_SYLLABLES.sub(lambda match: match[0].replace(" ", ""), together)
    together = without_lengthening(together)
    return (folded,) if together == folded else (folded, together)
