"""Whether a transcript comes from Sori's own voice, and what in it a person said.

The sounds of the transcript are aligned with those of the words that Sori may have been heard with
at that moment. What fits is its own, errors of the recogniser included; what has no counterpart
is a person's. Only words that could still be in the air count: a person who repeats a word of a
reply that is over ("stop", "yes") is not swallowed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nlu.sound_alike import apart, lost, sounds, unlike

AIR_S = 0.6
"""How far the times of what sounded may be off: buffers of the sound card, reverberation."""
MOST_SOUNDS = 400
"""Of either text; the last ones count. The time grows with both."""
_OWN_WORD = 0.55
"""Share of a word's sounds that must fit for it to be Sori's."""
_OWN_SHORT_WORDS = ((2, 0.9), (4, 0.7))
"""The same for words of no more sounds than that: by chance they fit anywhere."""
_MISHEARD_WORD = 0.3
"""The same for a word between two of Sori's own, with words of Sori's between those, too."""
_MISHEARD_RUN = 0.6
"""How far words between two runs of Sori's may be from hers there, as a share of their sounds."""
_MOST_LONGER = 1.5
"""And how much longer than hers; what is longer still has a person's words in it."""
_LONG_RUN, _RUN_SHARE, _SURE_WORD = 7, 0.5, 0.75
"""Words in a row are Sori's with this many sounds; fewer only when they are this share of all that
was said, whole words of Sori's, and each sure."""
_NEXT_TO = 3
"""So many more sounds of Sori's than were heard may lie between a short run and the long one that
it belongs to."""
_LEAST_LEFT = 2
"""Sounds; what is left over with less is no word of anybody's."""
_MOSTLY_OWN = 0.5
"""Share of the sounds that are Sori's, from which on what is left over must mean something."""
_INSERTED = 0.75
"""What a sound costs that Sori did not make."""
_SKIP, _SKIP_ON = 1.2, 0.03
"""What it costs to leave out words of Sori's, at first and for each further sound."""
_WORD = re.compile(r"\S+")

Costs = NDArray[np.float64]
Place = tuple[int, int] | None
"""Where in Sori's sounds a word was found, from and to; None: nowhere."""


@dataclass(frozen=True, slots=True)
class Sounded:
    """A clause that Sori said, in seconds of the stream that the ear hears."""

    text: str
    from_s: float
    until_s: float
    """When it ends, or will end."""


def words_of_people(
    text: str,
    heard_from_s: float,
    heard_until_s: float,
    sounded: Sequence[Sounded],
    *,
    matters: Callable[[str], bool] | None = None,
) -> str:
    """What a person said in `text`, which was heard between the two times; "" if all is Sori's.

    `sounded`: the last clauses of Sori's, in order; older ones do no harm. `matters`: whether the
    words that are left over mean something, such as a stop or a command; if not, and most of the
    text is Sori's, they are only misheard. None: they always do.
    """
    own, begins_word = _own_sounds(heard_from_s - AIR_S, heard_until_s + AIR_S, sounded)
    said = _WORD.findall(text)
    heard = [sounds(word) for word in said]
    total = sum(map(len, heard))
    if not own or not total or total > MOST_SOUNDS:
        return text.strip()
    fits = _aligned("".join(heard), own)
    is_own = _own_words(heard, fits, own, begins_word)
    left = [word for word, mine in zip(said, is_own, strict=True) if not mine]
    n_left = sum(len(sounds(word)) for word in left)
    if all(is_own) or n_left < _LEAST_LEFT:
        return ""
    person = " ".join(left)
    mostly_own = n_left <= (1 - _MOSTLY_OWN) * total
    return "" if mostly_own and matters is not None and not matters(person) else person


def _own_sounds(
    from_s: float, until_s: float, sounded: Sequence[Sounded]
) -> tuple[str, frozenset[int]]:
    """The sounds of Sori's that may be heard between two times, and where words begin in them."""
    own = ""
    begins: set[int] = set()
    for clause in sounded:
        if clause.until_s < from_s or clause.from_s > until_s:
            continue
        parts = [sounds(word) for word in _WORD.findall(clause.text)]
        total = sum(map(len, parts))
        lasts_s = max(clause.until_s - clause.from_s, 1e-3)
        first = (from_s - clause.from_s) / lasts_s * total
        last = (until_s - clause.from_s) / lasts_s * total
        at = 0
        for part in parts:
            if at + len(part) > first and at < last:
                begins.add(len(own))
                own += part
            at += len(part)
    begins.add(len(own))
    dropped = max(len(own) - MOST_SOUNDS, 0)
    return own[dropped:], frozenset(at - dropped for at in begins)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Where a sound of the transcript stands in Sori's, and how well it fits, 0..1."""

    at: int
    likeness: float


def _aligned(heard: str, own: str) -> list[_Fit | None]:
    """For each sound that was heard its counterpart; None: it was inserted.

    The cheapest way to make `heard` of a piece of `own`: sounds changed or inserted, stretches of
    `own` skipped. Rows are sounds of `heard`, columns places in `own`.
    """
    columns = np.arange(len(own) + 1)
    alphabet = {one: np.array([unlike(one, other) for other in own]) for one in set(heard)}
    # With nothing heard yet, any place is as good.
    rows: list[Costs] = [np.zeros(len(own) + 1)]
    for sound in heard:
        best = rows[-1]
        row = best + _INSERTED * max(lost(sound), 0.8)
        jumped = np.minimum.accumulate(best - _SKIP_ON * columns) + _SKIP_ON * columns + _SKIP
        before = np.minimum(best, jumped)
        row[1:] = np.minimum(row[1:], before[:-1] + alphabet[sound])
        rows.append(row)
    return _traced(heard, own, rows, alphabet)


def _traced(
    heard: str, own: str, rows: Sequence[Costs], alphabet: dict[str, Costs]
) -> list[_Fit | None]:
    """The way back through the rows of `_aligned`."""
    fits: list[_Fit | None] = []
    column = int(np.argmin(rows[-1]))
    for row in range(len(heard), 0, -1):
        sound, cost, best = heard[row - 1], rows[row][column], rows[row - 1]
        if np.isclose(cost, best[column] + _INSERTED * max(lost(sound), 0.8)):
            fits.append(None)
            continue
        likeness = 1.0 - float(alphabet[sound][column - 1])
        fits.append(_Fit(column - 1, likeness))
        rest = cost - alphabet[sound][column - 1]
        if np.isclose(rest, best[column - 1]):
            column -= 1
        else:
            jumps = best[:column] + _SKIP_ON * (column - 1 - np.arange(column)) + _SKIP
            column = int(np.argmin(np.abs(jumps - rest)))
    return fits[::-1]


def _own_words(
    heard: Sequence[str], fits: Sequence[_Fit | None], own: str, begins_word: frozenset[int]
) -> list[bool]:
    """Which words of the transcript are Sori's."""
    shares: list[float] = []
    places: list[Place] = []
    at = 0
    for word in heard:
        inside = [fit for fit in fits[at : at + len(word)] if fit is not None]
        shares.append(sum(fit.likeness for fit in inside) / len(word) if word else 0.0)
        places.append((inside[0].at, inside[-1].at + 1) if inside else None)
        at += len(word)
    is_own = [share >= _needed(word) for word, share in zip(heard, shares, strict=True)]
    for at in range(1, len(heard) - 1):
        if not is_own[at] and is_own[at - 1] and is_own[at + 1]:
            is_own[at] = not heard[at] or shares[at] >= _MISHEARD_WORD
    total = sum(map(len, heard))
    runs = _runs(is_own)
    long = [run for run in runs if sum(map(len, heard[slice(*run)])) >= _LONG_RUN]
    for begin, end in runs:
        size = sum(map(len, heard[begin:end]))
        sure = size >= _RUN_SHARE * total and min(shares[begin:end]) >= _SURE_WORD
        is_own[begin:end] = [
            (begin, end) in long
            or (sure and _on_words(places[begin:end], begins_word))
            or any(_belong_together((begin, end), run, heard, places) for run in long)
        ] * (end - begin)
    _take_misheard(is_own, heard, places, own)
    return is_own


def _needed(word: str) -> float:
    """The share of a word's sounds that must fit."""
    return next((share for most, share in _OWN_SHORT_WORDS if len(word) <= most), _OWN_WORD)


def _take_misheard(
    is_own: list[bool], heard: Sequence[str], places: Sequence[Place], own: str
) -> None:
    """Words between two runs of Sori's are hers too if they stand for words of hers there."""
    runs = _runs(is_own)
    for (_, end), (begin, _) in pairwise(runs):
        before, after = places[end - 1], places[begin]
        if before is None or after is None:
            continue
        said, meant = "".join(heard[end:begin]), own[before[1] : after[0]]
        alike = len(said) <= _MOST_LONGER * len(meant) and (
            apart(said, meant) <= _MISHEARD_RUN * max(len(said), len(meant))
        )
        is_own[end:begin] = [alike or word in meant for word in heard[end:begin]]


def _belong_together(
    one: tuple[int, int],
    other: tuple[int, int],
    heard: Sequence[str],
    places: Sequence[Place],
) -> bool:
    """Whether two runs follow each other in Sori's words as they do in what was heard."""
    first, second = sorted((one, other))
    before, after = places[first[1] - 1], places[second[0]]
    if before is None or after is None:
        return False
    between = sum(map(len, heard[first[1] : second[0]]))
    return -_NEXT_TO <= after[0] - before[1] <= between + _NEXT_TO


def _on_words(places: Sequence[Place], begins_word: frozenset[int]) -> bool:
    """Whether a short run begins and ends where words of Sori's do: "yes" is not "yesterday"."""
    first, last = places[0], places[-1]
    return (
        first is not None
        and last is not None
        and first[0] in begins_word
        and last[1] in begins_word
    )


def _runs(is_own: Sequence[bool]) -> list[tuple[int, int]]:
    """Where words in a row are Sori's."""
    runs: list[tuple[int, int]] = []
    begin = None
    for at, mine in enumerate([*is_own, False]):
        if mine and begin is None:
            begin = at
        elif not mine and begin is not None:
            runs.append((begin, at))
            begin = None
    return runs
