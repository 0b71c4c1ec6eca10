"""Long choices of a phrase as slots of their own, which keeps the wordings of a phrase few.

`(a|b|c) (d|e|f)` stands for nine wordings; with a slot for each choice it is one, and six short
ones that all phrases share.
"""

from collections.abc import Mapping

_FEWEST = 3
"""Alternatives of a choice that becomes a slot."""


class Choices:
    """The choices met so far, each under the name of its slot."""

    def __init__(self, macros: Mapping[str, str]) -> None:
        self._macros = macros
        self._names: dict[str, str] = {}

    def factored(self, phrase: str) -> tuple[str, dict[str, str]]:
        """`phrase` with slots for its long choices; and the new slots, with what fills them."""
        for name, text in self._macros.items():
            phrase = phrase.replace(f"{{{name}}}", text)
        new: dict[str, str] = {}
        pieces: list[str] = []
        depth = start = 0
        for at, sign in enumerate(phrase):
            if sign == "(":
                if depth == 0:
                    pieces.append(phrase[start:at])
                    start = at
                depth += 1
            elif sign == ")":
                depth -= 1
                if depth == 0:
                    before, after = phrase[max(start - 1, 0) : start], phrase[at + 1 : at + 2]
                    whole = not (_is_latin(before) or _is_latin(after))
                    pieces.append(self._slot(phrase[start + 1 : at], new, whole=whole))
                    start = at + 1
        return "".join([*pieces, phrase[start:]]), new

    def _slot(self, inside: str, new: dict[str, str], *, whole: bool) -> str:
        """What stands for the choice `inside`; `whole`: its words are not glued to others."""
        ways = _ways(inside)
        said = [way for way in ways if way.strip()]
        if len(said) < _FEWEST or not whole:
            return f"({inside})"
        key = "|".join(sorted(said))
        if key not in self._names:
            self._names[key] = f"choice_{len(self._names)}"
            new[self._names[key]] = "\n".join(said)
        return f"({{{self._names[key]}}}{'|' if len(said) < len(ways) else ''})"


def _ways(inside: str) -> list[str]:
    ways: list[str] = []
    depth = start = 0
    for at, sign in enumerate(f"{inside}|"):
        if sign == "|" and depth == 0:
            ways.append(inside[start:at])
            start = at + 1
        depth += {"(": 1, ")": -1}.get(sign, 0)
    return ways


def _is_latin(sign: str) -> bool:
    return sign.isalpha() and not "가" <= sign <= "힣"
