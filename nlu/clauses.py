"""Cuts a reply into clauses while it is still being thought, so that speaking can begin at once.

A clause is also what a barge-in lets finish, so none may be long; the first is the shortest,
because the person waits for it.
"""

import re
from collections.abc import Iterable, Iterator

from nlu.spoken_words import spoken_words

_CLOSERS = "\"'”’»)）」』"
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")
_PAUSES = (",", ";", ":", "，", "、", "；", "：", "–", "—")
_PAUSE_SHARE = 0.5
"""A pause ends a clause that has reached this share of the allowed length."""

_ABBREVIATIONS = (
    "mr. mrs. ms. dr. prof. st. jr. sr. vs. etc. e.g. i.e. vol. fig. approx. dept. inc. ltd."
    " a.m. p.m. u.s. u.k. mt. ave. capt. gen. sgt."  # English
    " z.b. d.h. u.a. bzw. usw. ca. nr. hr. fr. str."  # German
    " sra. sr. dra. ud. uds. pág. p.ej."  # Spanish
    " m. mme. mlle. p.ex. env."  # French
)
# Before these a breath sounds natural. Korean needs none: it links at the end of words.
_LINKING_WORDS = (
    "and or but because so that which who when while if with for from in on at to of by as"
    " y o pero porque que con para de en a et ou mais parce qui avec pour dans à du und oder aber"
    " weil dass mit für von zu im"
)
_ABBREVIATION_SET = frozenset(_ABBREVIATIONS.split())
_LINKING_WORD_SET = frozenset(_LINKING_WORDS.split())
_INITIAL_OR_NUMBER = re.compile(r"(?:[A-Za-zÀ-ÿ]|\d{1,3})\.")


def clauses(pieces: Iterable[str], first_characters: int, characters: int) -> Iterator[str]:
    """Clauses of at most `characters` (the first: `first_characters`), never an empty one.

    Cut at sentence ends, at pauses once the clause is long enough, and at a space when it would
    grow too long; a single word over the limit is cut within. Joined by spaces they give
    `spoken_reply` of the pieces. When `pieces` raises, what is not yet a clause stays unsaid.
    """
    limit = first_characters
    clause: list[str] = []
    for word in _short_words(spoken_words(pieces), min(first_characters, characters)):
        if clause and _length([*clause, word]) > limit and _has_sound(clause):
            cut = _best_cut(clause, limit)
            yield " ".join(clause[:cut])
            clause, limit = clause[cut:], characters
        clause.append(word)
        if _may_end(clause, limit) and _has_sound(clause):
            yield " ".join(clause)
            clause, limit = [], characters
    if _has_sound(clause):
        yield " ".join(clause)


def spoken_reply(text: str) -> str:
    """The whole of `text` as it is spoken: without markdown, links and emoji, in one line."""
    return " ".join(spoken_words([text]))


def _short_words(words: Iterable[str], characters: int) -> Iterator[str]:
    for word in words:
        for start in range(0, len(word), characters):
            yield word[start : start + characters]


def _best_cut(words: list[str], limit: int) -> int:
    """How many of `words` to say now: up to the last linking word in the second half, or all."""
    for cut in range(len(words) - 1, 0, -1):
        if _length(words[:cut]) < _PAUSE_SHARE * limit:
            break
        if words[cut].casefold() in _LINKING_WORD_SET and _has_sound(words[:cut]):
            return cut
    return len(words)


def _may_end(words: list[str], limit: int) -> bool:
    bare = words[-1].rstrip(_CLOSERS)
    if bare.endswith(_PAUSES):
        return _length(words) >= _PAUSE_SHARE * limit
    return bare.endswith(_SENTENCE_ENDS) and not _is_abbreviation(bare.lstrip("(\"'“‘«"))


def _is_abbreviation(word: str) -> bool:
    """Whether the full stop belongs to the word: "Dr.", "e.g.", "J.", and ordinals such as "3."."""
    return word.casefold() in _ABBREVIATION_SET or bool(_INITIAL_OR_NUMBER.fullmatch(word))


def _length(words: list[str]) -> int:
    return sum(map(len, words)) + len(words) - 1


def _has_sound(words: list[str]) -> bool:
    return any(character.isalnum() for word in words for character in word)
