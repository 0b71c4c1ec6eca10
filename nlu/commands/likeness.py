"""Words that a recogniser may have written for others: a letter or a jamo apart."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

SHORTEST = 4
"""Letters of the shortest word that may have one wrong: of shorter ones too many are a letter
apart."""
_TWO_FROM = 9
"""Letters of a word in which two may be wrong."""
_FIRST, _LAST = 0xAC00, 0xD7A3
_N_FINALS = 28
_PER_INITIAL = 21 * _N_FINALS
_SILENT_INITIAL = 11
# Final consonant -> what stays in the syllable, and the initial it becomes before a vowel.
_LIAISON = {
    1: (0, 0), 2: (0, 1), 3: (1, 9), 4: (0, 2), 5: (4, 12), 6: (4, 11), 7: (0, 3), 8: (0, 5),
    9: (8, 0), 10: (8, 6), 11: (8, 7), 14: (8, 17), 15: (8, 11), 16: (0, 6), 17: (0, 7),
    18: (17, 9), 19: (0, 9), 20: (0, 10), 22: (0, 12), 23: (0, 14), 24: (0, 15), 25: (0, 16),
    26: (0, 17), 27: (0, 11),
}  # fmt: skip


class Neighbours:
    """A vocabulary, asked for the words that are near one that is not in it."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_rest: defaultdict[str, set[str]] = defaultdict(set)
        for word in words:
            if len(word) >= SHORTEST and word.isalpha():
                for rest in _rests(word):
                    self._by_rest[rest].add(word)
        self.near = lru_cache(maxsize=2_048)(self._near)
        """The words within the distance that their length allows, the nearest first."""

    def _near(self, said: str) -> tuple[str, ...]:
        if len(said) < SHORTEST or not said.isalpha():
            return ()
        candidates = {word for rest in _rests(said) for word in self._by_rest.get(rest, ())}
        found = [(distance(said, word), word) for word in candidates]
        return tuple(
            word for apart, word in sorted(found) if apart <= _allowed(min(len(said), len(word)))
        )


def _allowed(letters: int) -> int:
    return 2 if letters >= _TWO_FROM else 1


def _rests(word: str) -> set[str]:
    """`word` and what is left of it when as many letters go as may be wrong in it."""
    rests = {word}
    for _ in range(_allowed(len(word))):
        rests |= {rest[:at] + rest[at + 1 :] for rest in rests for at in range(len(rest))}
    return rests


def distance(one: str, other: str) -> int:
    """Letters to add, leave out, change or swap with the next, to make `other` of `one`."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, wanted in enumerate(other, start=1):
            best = min(
                last[column] + 1,
                current[column - 1] + 1,
                last[column - 1] + (letter != wanted),
            )
            swapped = row > 1 and column > 1 and one[row - 2] == wanted
            if swapped and letter == other[column - 2]:
                best = min(best, before[column - 2] + 1)
            current.append(best)
        before, last = last, current
    return last[-1]


@lru_cache(maxsize=16_384)
def one_jamo_apart(said: str, wanted: str) -> bool:
    """Whether two syllables of Hangul differ in their initial, vowel or final alone."""
    if not (_is_syllable(said) and _is_syllable(wanted)):
        return False
    different = [one != other for one, other in zip(_jamo(said), _jamo(wanted), strict=True)]
    return sum(different) == 1


@lru_cache(maxsize=4_096)
def unlinked(first: str, second: str) -> tuple[tuple[str, str], ...]:
    """Pairs of syllables that sound like `first` and `second`: 드러 is heard for 들어."""
    if not (_is_syllable(first) and _is_syllable(second)):
        return ()
    initial, vowel, final = _jamo(second)
    one, one_vowel, one_final = _jamo(first)
    return tuple(
        (_syllable(one, one_vowel, written), _syllable(_SILENT_INITIAL, vowel, final))
        for written, (stays, moves) in _LIAISON.items()
        if stays == one_final and moves == initial
    )


def _is_syllable(text: str) -> bool:
    return len(text) == 1 and _FIRST <= ord(text) <= _LAST


def _jamo(syllable: str) -> tuple[int, int, int]:
    index = ord(syllable) - _FIRST
    return index // _PER_INITIAL, index % _PER_INITIAL // _N_FINALS, index % _N_FINALS


def _syllable(initial: int, vowel: int, final: int) -> str:
    return chr(_FIRST + initial * _PER_INITIAL + vowel * _N_FINALS + final)
