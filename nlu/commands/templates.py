"""Phrases as people write them in the data files, and all the wordings that they stand for.

`(a|b|)` is a choice, `{direction}` a slot, `{your}` a macro of the file. `<걸어/걷/걸으>` is a
Korean verb by three of its stems: as it is said by itself, before 고 and 지, before 세요. Forms
come out of it that end in the slots `-a`, `-p`, `-go`, `-eu`, `-n` and `-l`; the first also stands
alone. What the macro `before_verb` stands for may come between an object and its verb.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from nlu.commands.units import units

MAX_WORDINGS = 4_000
"""Of one phrase; more are a slip of the pen."""

_MACRO = re.compile(r"\{(\w[\w ]*)\}")
_SLOT = re.compile(r"\{(-?\w+)\}")
_VERB = re.compile(r"<([^/<>]+)/([^/<>]+)/([^/<>]+)>")
_FIRST_SYLLABLE, _FINALS = 0xAC00, 28
_FINAL_N, _FINAL_L, _FINAL_SS = 4, 8, 20


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a wording that something of the kind `name` fills."""

    name: str


Wording = tuple[str | Slot, ...]


def wordings(phrase: str, macros: Mapping[str, str]) -> set[Wording]:
    """Every wording of `phrase`. Raises ValueError, with a sentence, when it cannot be read."""
    for _ in range(3):
        phrase = _MACRO.sub(lambda found: macros.get(found[1], found[0]), phrase)
    between = macros.get("before_verb", "")
    phrase = _VERB.sub(lambda verb: _forms(verb, between if verb.start() else ""), phrase)
    written = set(choices(phrase))
    if len(written) > MAX_WORDINGS:
        raise ValueError(f"`{phrase}` stands for {len(written)} wordings; split it")
    found = {_wording(text) for text in written}
    if () in found:
        raise ValueError(f"`{phrase}` can be nothing at all")
    return found


def choices(phrase: str) -> Iterator[str]:
    """All ways through the choices of `phrase`."""
    pieces: list[list[str]] = []
    depth, start = 0, 0
    for at, sign in enumerate(phrase):
        if sign == "(":
            if depth == 0:
                pieces.append([phrase[start:at]])
                start = at + 1
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth < 0:
                raise ValueError(f"`{phrase}` closes more parentheses than it opens")
            if depth == 0:
                pieces.append(list(_alternatives(phrase[start:at])))
                start = at + 1
    if depth:
        raise ValueError(f"`{phrase}` leaves a parenthesis open")
    pieces.append([phrase[start:]])
    yield from ("".join(way) for way in product(*pieces))


def _alternatives(inside: str) -> Iterator[str]:
    """The alternatives between one pair of parentheses, each expanded."""
    depth, start = 0, 0
    for at, sign in enumerate(f"{inside}|"):
        if sign == "|" and depth == 0:
            yield from choices(inside[start:at])
            start = at + 1
        depth += {"(": 1, ")": -1}.get(sign, 0)


def _wording(text: str) -> Wording:
    wording: list[str | Slot] = []
    start = 0
    for slot in _SLOT.finditer(text):
        wording += _texts(text[start : slot.start()])
        wording.append(Slot(slot[1]))
        start = slot.end()
    return (*wording, *_texts(text[start:]))


def _texts(text: str) -> Iterator[str]:
    for word in text.split():
        yield from _units_of(word)


@lru_cache(maxsize=8_192)
def _units_of(word: str) -> tuple[str, ...]:
    return units(word).texts


def _forms(verb: re.Match[str], before: str) -> str:
    a, go, eu = verb.groups()
    forms = [
        a,
        f"{a}{{-a}}",
        f"{_with_final(a, _FINAL_SS)}{{-p}}",
        f"{go}{{-go}}",
        f"{eu}{{-eu}}",
        f"{_with_final(eu, _FINAL_N)}{{-n}}",
        f"{_with_final(eu, _FINAL_L)}{{-l}}",
    ]
    return f"{before}({'|'.join(forms)})"


def _with_final(stem: str, final: int) -> str:
    """`stem`, which ends in a vowel, with a final consonant: 걸으 becomes 걸은."""
    if (ord(stem[-1]) - _FIRST_SYLLABLE) % _FINALS:
        raise ValueError(f"the first and third stem of a verb end in a vowel, unlike `{stem}`")
    return stem[:-1] + chr(ord(stem[-1]) + final)
