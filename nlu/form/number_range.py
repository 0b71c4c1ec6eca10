"""Ranges of numbers as GBNF, the grammar notation of llama.cpp, which itself knows only digits."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

_MOST = 999.0
"""Of what is measured in metres or seconds; a body that publishes no end has this one."""
_ROUNDING = 1e-6
"""0.29 * 100 is 28.999999999999996."""

Pattern = tuple[tuple[int, int], ...]
"""First and last allowed digit of each place."""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """From `least` (0 or more) to `most`, both included, written with at most `decimals`."""

    least: float
    most: float
    decimals: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether no number lies in it; a range to what is not a number is empty."""
        return not self.least <= self.most

    def has(self, value: float) -> bool:
        """Whether `value` lies in it; what is not a number does not."""
        return self.least <= value <= min(self.most, _MOST)

    def grammar(self) -> str:
        """A GBNF expression that matches the numbers of this range and no other text."""
        written = [
            _expression(pattern, decimals)
            for decimals in range(self.decimals + 1)
            for pattern in self._patterns(decimals)
        ]
        return f"({' | '.join(written)})"

    def _patterns(self, decimals: int) -> Iterator[Pattern]:
        """Digits without the point, the numbers counted in units of the last place."""
        units = 10**decimals
        first = math.ceil(self.least * units - _ROUNDING)
        last = math.floor(min(self.most, _MOST) * units + _ROUNDING)
        shortest = decimals + 1  # 0.05 has three digits
        for places in range(shortest, max(shortest, len(str(last))) + 1):
            least = max(first, 10 ** (places - 1) if places > shortest else 0)
            most = min(last, 10**places - 1)
            if least <= most:
                yield from _between(f"{least:0{places}}", f"{most:0{places}}")


def _between(first: str, last: str) -> Iterator[Pattern]:
    """Patterns of all numbers from `first` to `last`, which have the same number of digits."""
    if not first:
        yield ()
        return
    low, high = int(first[0]), int(last[0])
    places = len(first) - 1
    if low == high:
        for rest in _between(first[1:], last[1:]):
            yield ((low, low), *rest)
        return
    if first[1:] != "0" * places:
        for rest in _between(first[1:], "9" * places):
            yield ((low, low), *rest)
        low += 1
    full = last[1:] == "9" * places
    top = high if full else high - 1
    if low <= top:
        yield ((low, top), *(((0, 9),) * places))
    if not full:
        for rest in _between("0" * places, last[1:]):
            yield ((high, high), *rest)


def _expression(pattern: Pattern, decimals: int) -> str:
    digits = [f"[{low}-{high}]" if low < high else f"[{low}]" for low, high in pattern]
    if decimals:
        digits.insert(len(digits) - decimals, '"."')
    return " ".join(digits)
