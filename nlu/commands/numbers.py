"""Numbers in words and digits, from the words that a language file names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from nlu.commands.units import Units, units

_MAX_UNITS_OF_A_WORD = 4
_THOUSANDS = 3
"""Digits behind a single mark that are thousands and no fraction: 100,000."""

PartKind = Literal["number", "scale", "joiner", "point"]


@dataclass(frozen=True, slots=True)
class _Part:
    kind: PartKind
    value: float


@dataclass(slots=True)
class _Sum:
    """A number while it is being put together: 2 hundred, 70, 5."""

    whole: float = 0.0
    """What is multiplied by a thousand and more, already counted."""
    group: float = 0.0
    pending: float | None = None
    joined: bool = False

    def value(self) -> float:
        return self.whole + self.group + (self.pending or 0.0)


class Numbers:
    """The numbers of one language."""

    def __init__(
        self,
        words: Mapping[str, Sequence[str]],
        scales: Mapping[str, Sequence[str]],
        joiners: Sequence[str] = (),
        points: Sequence[str] = (),
        adding: Sequence[int] = (),
        *,
        units_first: bool = False,
    ) -> None:
        self._parts: dict[tuple[str, ...], _Part] = {}
        for kind, table in (("number", words), ("scale", scales)):
            for value, names in table.items():
                for name in names:
                    part = _Part("number" if kind == "number" else "scale", float(value))
                    self._parts[units(name).texts] = part
        self._joiners = {units(word).texts[0] for word in joiners}
        self._points = {units(word).texts[0] for word in points}
        self._adding = frozenset(adding)
        """Tens to which eleven to nineteen may be added: soixante-quinze."""
        self._units_first = units_first
        self._together = {"".join(name): part for name, part in self._parts.items()}
        self._split = lru_cache(maxsize=2_048)(self._split_word)

    @property
    def vocabulary(self) -> frozenset[str]:
        """All words of numbers."""
        return frozenset(word for name in self._parts for word in name)

    def ends(self, said: Units, begin: int) -> list[tuple[int, float]]:
        """Where a number that begins at `begin` may end, and its value; the longest first."""
        found = list(self._wholes(said, begin))
        if found and (at := found[-1][0]) < len(said) and said.texts[at] in self._points:
            found += sorted(self._fractions(said, at + 1, found[-1][1]))
        return found[::-1]

    def _wholes(self, said: Units, begin: int) -> Iterator[tuple[int, float]]:
        total = _Sum()
        at: int | None = begin
        while at is not None and at < len(said):
            at = self._add_next(said, at, total, is_first=at == begin)
            if at is not None:
                yield at, total.value()

    def _add_next(self, said: Units, at: int, total: _Sum, *, is_first: bool) -> int | None:
        """The place behind the part that begins at `at`, or None when none can be added."""
        if not is_first and said.texts[at] in self._joiners and at + 1 < len(said):
            total.joined = True
            at += 1
        for after, parts in self._next(said, at):
            if self._add_all(total, parts):
                total.joined = False
                return after
        total.joined = False
        return None

    def _next(self, said: Units, at: int) -> Iterator[tuple[int, tuple[_Part, ...]]]:
        if said.texts[at][0].isdigit():
            yield at + 1, (_Part("number", _digits(said.texts[at])),)
            return
        for length in range(_MAX_UNITS_OF_A_WORD, 0, -1):
            part = self._parts.get(said.texts[at : at + length])
            if part is not None and at + length <= len(said):
                yield at + length, (part,)
        if len(said.texts[at]) > 1 and (parts := self._split(said.texts[at])):
            yield at + 1, parts

    def _split_word(self, word: str) -> tuple[_Part, ...]:
        """The parts of a number written in one word: zwei-hundert-fünf-und-vierzig."""
        if word in self._together:
            return (self._together[word],)
        for end in range(len(word) - 1, 1, -1):
            first = self._together.get(word[:end])
            if first is None and word[:end] in self._joiners:
                first = _Part("joiner", 0.0)
            if first is not None and (rest := self._split(word[end:])):
                return (first, *rest)
        return ()

    def _add_all(self, total: _Sum, parts: Sequence[_Part]) -> bool:
        trial = _Sum(total.whole, total.group, total.pending, total.joined)
        for part in parts:
            if not self._add(trial, part):
                return False
        total.whole, total.group, total.pending = trial.whole, trial.group, trial.pending
        return True

    def _add(self, total: _Sum, part: _Part) -> bool:
        if part.kind == "joiner":
            total.joined = True
            return True
        if part.kind == "scale":
            return self._multiply(total, part.value)
        fits = total.pending is None and not (part.value >= 100 and total.value() > 0)
        if fits:
            total.pending = part.value
        elif total.pending is not None and self._adds_up(total.pending, part.value, total.joined):
            total.pending += part.value
            fits = True
        total.joined = False
        return fits

    def _adds_up(self, pending: float, value: float, joined: bool) -> bool:
        if self._units_first and joined:
            return 0 < pending < 10 and value in range(20, 100, 10)
        if pending in self._adding and 10 <= value < 20:
            return True
        return pending in range(10, 100, 10) and 0 < value < 10 and float(value).is_integer()

    @staticmethod
    def _multiply(total: _Sum, scale: float) -> bool:
        if total.joined and total.pending is None:
            return False
        if scale < 1_000:
            total.group += (1.0 if total.pending is None else total.pending) * scale
        else:
            total.whole += (total.group + (total.pending or 0.0) or 1.0) * scale
            total.group = 0.0
        total.pending = None
        return True

    def _fractions(self, said: Units, at: int, whole: float) -> Iterator[tuple[int, float]]:
        """What stands behind the point: a number, or its digits one by one."""
        for end, value in self._wholes(said, at):
            if value.is_integer() and value < 1_000:
                yield end, whole + float(f"0.{int(value)}")
        digits = ""
        while at < len(said):
            after, value = next(self._wholes(said, at), (0, -1.0))
            if value not in range(10):
                return
            digits += str(int(value))
            at = after
            yield at, whole + float(f"0.{digits}")


def _digits(text: str) -> float:
    """`1.5`, `1,5`, `100,000`."""
    parts = text.replace(",", ".").split(".")
    if len(parts) > 1 and all(len(part) == _THOUSANDS for part in parts[1:]):
        return float("".join(parts))
    return float(f"{''.join(parts[:-1])}.{parts[-1]}") if len(parts) > 1 else float(parts[0])
