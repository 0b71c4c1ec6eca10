"""Names of people and robots within a sentence: any words but those that are no names."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from nlu.commands.units import Units, units

NAME, CLOSED_NAME, OPEN_NAME = "name", "name_c", "name_v"
"""Slots: any name; one that ends in a consonant (서윤이라고), one in a vowel (민아라고)."""
NAME_SLOTS = frozenset([NAME, CLOSED_NAME, OPEN_NAME])
MOST_SYLLABLES, MOST_WORDS = 7, 3
_FIRST, _LAST, _FINALS = "가", "힣", 28


class Names:
    """Finds the names that may stand at a place of a sentence."""

    def __init__(self, no_names: Iterable[str], whole_names: Iterable[str]) -> None:
        self._no_names = frozenset("".join(units(word).texts) for word in no_names)
        self._whole = frozenset(whole_names)

    def ends(self, slot: str, said: Units, begin: int) -> Iterator[tuple[int, str]]:
        """Where a name that begins at `begin` may end, and its words as in `said`."""
        if not said.begins_word[begin]:
            return
        hangul = is_syllable(said.texts[begin])
        most = MOST_SYLLABLES if hangul else MOST_WORDS
        for end in range(begin + 1, min(begin + most, len(said)) + 1):
            last = said.texts[end - 1]
            if not last.isalpha() or is_syllable(last) != hangul:
                return
            words = _words(said, begin, end)
            if not hangul and words[-1] in self._no_names:
                return
            if not hangul or self._is_korean(slot, said, begin, end, words):
                yield end, " ".join(words)

    def _is_korean(self, slot: str, said: Units, begin: int, end: int, words: list[str]) -> bool:
        whole = "".join(words)
        if whole in self._no_names or set(words) & self._no_names:
            return False
        if len(words) > 2 or (len(words) == 2 and len(words[0]) > 1):
            return False  # a family name may stand before, and has one syllable
        if slot == NAME:
            return said.begins_word[end] and not said.begins_word[end - 1]
        closed = _is_closed(said.texts[end - 1])
        if slot == CLOSED_NAME:
            return closed and f"{whole}이" not in self._whole
        takes_i = whole.endswith("이") and len(whole) > 1 and _is_closed(whole[-2])
        return not closed and (not takes_i or whole in self._whole)


def spelled(name: str, text: str) -> str:
    """`name`, which is made of units, as `text` writes it; with capitals, where there are any."""
    parts = text.split()
    wanted = tuple(name.split())
    for begin in range(len(parts)):
        for end in range(begin + 1, min(begin + MOST_WORDS, len(parts)) + 1):
            if units(" ".join(parts[begin:end])).texts == wanted:
                return _capital(" ".join(part.strip(".,!?;:\"“”'") for part in parts[begin:end]))
    return name if is_syllable(name[0]) else _capital(name)


def _capital(name: str) -> str:
    return name.title() if name.islower() else name


def _words(said: Units, begin: int, end: int) -> list[str]:
    starts = [at for at in range(begin, end) if at == begin or said.begins_word[at]]
    return ["".join(said.texts[one:other]) for one, other in pairwise([*starts, end])]


def is_syllable(text: str) -> bool:
    """Whether a unit is one syllable of Hangul."""
    return len(text) == 1 and _FIRST <= text <= _LAST


def _is_closed(syllable: str) -> bool:
    """Whether a syllable of Hangul ends in a consonant."""
    return (ord(syllable) - ord(_FIRST)) % _FINALS != 0
