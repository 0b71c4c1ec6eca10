"""Digits said as words: "zero one zero one two three four", "공일공 일이삼사 오육칠팔"."""

import re
from collections.abc import Mapping
from functools import cache

_FEWEST = 7
"""Shorter rows of number words are counts, years and scores."""
_HANGUL = re.compile("[가-힣]")
_BETWEEN = r"(?:[ ,.\-]|에 |의 |다시 |dash )*"

Places = tuple[tuple[int, int], ...]
"""Where each character of the digits stands in the text: start and end."""


def with_digits(text: str, words: Mapping[str, Mapping[str, str]]) -> tuple[str, Places]:
    """The rows of at least seven number words in `text` as digits, and where they stand.

    Rows are told apart by a letter; the groups in a row by a space. Without a row: nothing.
    """
    digits, places = "", []
    for digit_of in words.values():
        apart = any(map(_HANGUL.match, digit_of))
        row, word = _expressions(tuple(digit_of))
        for match in row.finditer(text.casefold() if text.isascii() else text):
            end = match.start()
            for piece in word.finditer(match[0]):
                start = match.start() + piece.start()
                if start > end and (apart or text[end:start].strip()):
                    digits += " "
                    places.append((end, start))
                end = match.start() + piece.end()
                digits += digit_of[piece[0]]
                places.append((start, end))
            digits += "x"
            places.append((end, end))
    return digits, tuple(places)


@cache
def _expressions(words: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    either = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    if any(map(_HANGUL.match, words)):
        # A row fills whole eojeols, but for a particle at its end.
        row = rf"(?<![가-힣])(?:(?:{either}){_BETWEEN}){{{_FEWEST},}}"
        return re.compile(row), re.compile(f"(?:{either})")
    row = rf"\b(?:(?:{either})\b{_BETWEEN}){{{_FEWEST},}}"
    return re.compile(row), re.compile(rf"\b(?:{either})\b")
