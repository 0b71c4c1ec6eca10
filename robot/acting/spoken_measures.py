"""Numbers and measures in words: "two and a half metres", "구십 도", "quatre-vingt-dix degrés".

What was measured is rounded as a person would say it; what was asked for keeps its numbers.
"""

import math
from typing import Literal

from config.body_phrases import BodyBook, NumberWords

UnitName = Literal["metre", "centimetre", "degree", "second", "percent"]

_ROUND_SHARE = 0.02
"""A rounder number is said when it is no further off than this: below what odometry can tell."""
_ROUND_CM = 1.0
_CM_GRIDS = (10, 5, 1)
_M_GRIDS_CM = (50, 10, 5)
_SMALL_TURN_DEG = 10.0
_TURN_GRID_DEG = 5
_THOUSAND = 1000


def whole_words(number: int, words: NumberWords) -> str:
    """A number as it is said before a unit; from a thousand on in digits."""
    if number >= _THOUSAND:
        return str(number)
    hundreds, rest = divmod(number, 100)
    if hundreds == 0:
        return words.below_hundred[rest]
    if rest == 0:
        return words.hundreds[hundreds - 1]
    return words.hundreds_and[hundreds - 1] + words.below_hundred[rest]


def times_words(count: int, words: NumberWords) -> str:
    """How often: "once", "세 번"."""
    if 1 <= count <= len(words.times):
        return words.times[count - 1]
    native = words.native[count] if count < len(words.native) else whole_words(count, words)
    return words.times_more.format(number=whole_words(count, words), native=native)


class SpokenMeasures:
    """The measures of one language."""

    def __init__(self, book: BodyBook) -> None:
        self._words = book.numbers
        self._units = book.measures

    def distance(self, metres: float, *, exact: bool = False, about: bool = False) -> str:
        """A distance; `exact`: to the centimetre, otherwise as round as it may be."""
        metres = finite(metres)
        centimetres = round(100 * metres) if exact else _rounded_cm(100 * metres)
        if centimetres < 100:
            amount = self._amount(centimetres, "centimetre")
        else:
            amount = self._metres(centimetres)
        return self._units.about.format(amount=amount) if about else amount

    def angle(self, radians: float, *, exact: bool = False, about: bool = False) -> str:
        """An angle, without its direction."""
        degrees = abs(math.degrees(finite(radians)))
        grid = 1 if exact or degrees < _SMALL_TURN_DEG else _TURN_GRID_DEG
        amount = self._amount(grid * round(degrees / grid), "degree")
        return self._units.about.format(amount=amount) if about else amount

    def percent(self, percent: float) -> str:
        """A share of a hundred."""
        return self._amount(round(percent), "percent")

    def time(self, seconds: float) -> str:
        """A time in whole seconds."""
        return self._amount(max(1, round(finite(seconds))), "second")

    def count(self, number: int) -> str:
        """A number alone."""
        return self._words.one_alone if number == 1 else whole_words(number, self._words)

    def times(self, count: int) -> str:
        """How often."""
        return times_words(count, self._words)

    def _amount(self, number: int, name: UnitName) -> str:
        said = whole_words(number, self._words)
        if number == 1:
            said = self._units.ones.get(name, said)
        return f"{said} {self._unit(number, name)}"

    def _unit(self, amount: float, name: UnitName) -> str:
        one, many = self._one_and_many(name)
        return one if amount == 1 or amount < self._words.singular_below else many

    def _one_and_many(self, name: UnitName) -> tuple[str, str]:
        pair: tuple[str, str] = getattr(self._units, name)
        return pair

    def _metres(self, centimetres: int) -> str:
        """A distance of a metre or more."""
        whole, rest = divmod(centimetres, 100)
        if rest == 0:
            return self._amount(whole, "metre")
        if rest == 50:
            return self._words.half.format(
                number=whole_words(whole, self._words),
                unit=self._unit(whole, "metre"),
                many=self._one_and_many("metre")[1],
            )
        return f"{self._decimal(whole, rest)} {self._unit(centimetres / 100, 'metre')}"

    def _decimal(self, whole: int, hundredths: int) -> str:
        digits = f"{hundredths:02}".rstrip("0")
        leading_zeros = len(digits) - len(digits.lstrip("0"))
        if self._words.digits_apart or len(digits) == 1:
            said = [self.count(int(digit)) for digit in digits]
        else:  # "un virgule zéro cinq": what follows the zeros is one number
            said = [self.count(0)] * leading_zeros + [self.count(int(digits))]
        return self._words.point.format(whole=self.count(whole), digits=" ".join(said))


def finite(number: float) -> float:
    """Nobody means infinity; what a sentence says of it need only be a sentence."""
    return number if math.isfinite(number) else 0.0


def _rounded_cm(centimetres: float) -> int:
    """The roundest number of centimetres that is still true."""
    small = centimetres < 99.5
    grids = _CM_GRIDS if small else _M_GRIDS_CM
    slack_cm = max(_ROUND_CM if small else 0.0, _ROUND_SHARE * centimetres)
    candidates = [grid * round(centimetres / grid) for grid in grids]
    near = [cm for cm in candidates if cm > 0 and abs(cm - centimetres) <= slack_cm]
    return near[0] if near else candidates[-1]
