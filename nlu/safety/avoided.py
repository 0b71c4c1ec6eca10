"""Phrases that people asked not to hear again, and their near copies."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlu.safety.normalise import fold

LIKENESS = 0.72
"""Share of common letter groups (Dice) from which two sentences are the same to the ear."""
CONTAINED = 0.9
"""Share of a phrase's letter groups that stand in a longer sentence: it was said again in it."""
_FEWEST_LETTERS = 8
"""Parts of a phrase with fewer letters, jamo counted, are in half of all sentences: "Yes."."""
_LETTERS_A_GROUP = 3

_SENTENCE_END = re.compile(r"[.!?…。]+\s*")
_KOREAN_ENDING = re.compile(
    r"(?:습니다|ㅂ니다|입니다|이에요|예요|에요|네요|군요|어요|아요|여요|해요|지요|죠|는데요|거든요|잖아요|래요|요|이야|네|다|어|야|지|군|구나|니|냐|자)$"
)
_KOREAN_PARTICLE = re.compile(r"(?<=[가-힣])(?:은|는|이|가|을|를|도|의|에|께서|한테|에게)(?= |$)")
_ENGLISH_FILLERS = re.compile(r"\b(?:a|an|the|so|very|really|just|is|are|am|was|were|s|re|m)\b")


@dataclass(frozen=True, slots=True)
class _Print:
    """What is compared of a sentence."""

    groups: Mapping[str, int]
    letters: int


class Avoided:
    """Looks up near copies of phrases."""

    def __init__(self, phrases: Iterable[str] = ()) -> None:
        parts = {part for phrase in phrases for part in sentences_of(phrase)}
        prints = [_print(part) for part in sorted(parts)]
        self._prints = [each for each in prints if each.letters >= _FEWEST_LETTERS]

    def is_near(self, text: str) -> bool:
        """Whether a sentence of `text` is one of the phrases, or nearly."""
        if not self._prints:
            return False
        said = [_print(part) for part in (*sentences_of(text), text)]
        return any(_alike(known, each) for known in self._prints for each in said)


def sentences_of(text: str) -> list[str]:
    """The sentences of `text`, without their marks."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def _print(text: str) -> _Print:
    words = "".join(sign if sign.isalnum() else " " for sign in fold(text))
    words = _ENGLISH_FILLERS.sub(" ", _KOREAN_PARTICLE.sub("", " ".join(words.split())))
    words = _KOREAN_ENDING.sub("", words)
    letters = unicodedata.normalize("NFD", "".join(words.split()))
    count = len(letters) - _LETTERS_A_GROUP + 1
    groups = Counter(letters[at : at + _LETTERS_A_GROUP] for at in range(max(count, 0)))
    return _Print(groups, len(letters))


def _alike(known: _Print, said: _Print) -> bool:
    if not said.groups:
        return False
    common = sum(min(count, said.groups.get(group, 0)) for group, count in known.groups.items())
    size, other = sum(known.groups.values()), sum(said.groups.values())
    return common >= CONTAINED * size or 2 * common >= LIKENESS * (size + other)
