"""A small language for sentences that hurt, written as data and compiled to regular expressions.

    you are too {looks} to          words in a row; {looks} is one of a named list of words
    i [really|just] want to die     [..] may be missing
    (kill|hurt|end*) myself         one of several; `end*`: any ending
    what is ... wrong with you      ... up to three words, or ten characters of Korean
    i want to end it .              . the end of the sentence
    ^너 같은 건                       ^ the beginning of an eojeol (Korean)

Korean is matched within eojeols, and where a pattern has a space the text may have one or none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nlu.safety.normalise import fold

_TOKEN = re.compile(r"[()\[\]|^]|\.\.\.|[^\s()\[\]|^]+")
_NAMED = re.compile(r"\{(\w+)\}")
_MEANINGLESS = re.compile(r"[?+\\{}$]")
_LATIN_GAP = r"(?:\S+ ){0,3}?"
_KOREAN_GAP = r"[^.!?]{0,10}?"
_KOREAN_JOINT = r"[ ,~]{0,2}"
_KOREAN_START = r"(?<![가-힣a-z0-9])"
_KOREAN_END = r"[ .!?~]*$"
_OFTENER = 10
"""A single syllable or letter is in so many more texts than two of them."""
_CLOSING = {"(": ")", "[": "]"}

Words = Mapping[str, tuple[str, ...]]
"""Named lists of words."""


class PatternError(ValueError):
    """A pattern that cannot be read; the message says why."""


class Pattern:
    """One pattern that was read; made by `compile_pattern`."""

    def __init__(self, expression: str, korean: bool, anchors: frozenset[str]) -> None:
        self._source = expression
        self.korean = korean
        self.anchors = anchors
        """One of them stands in every text that fits: words (Latin), one or two syllables (Korean);
        empty when none is sure."""

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Compiled when it is first needed: all of them at once would take seconds."""
        return re.compile(self._source)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a regular expression and the anchors of what it finds."""

    expression: str
    anchors: frozenset[str] = frozenset()


def is_korean(text: str) -> bool:
    """Whether a pattern or a term is written in Hangul."""
    return any("ㄱ" <= letter <= "ㅣ" or "가" <= letter <= "힣" for letter in text)


def compile_pattern(source: str, words: Words) -> Pattern:
    """`source` ready to be searched for. PatternError for unknown names and open brackets."""
    spelled = _NAMED.sub(lambda match: f"({'|'.join(_named(match[1], words))})", source)
    if sign := _MEANINGLESS.search(spelled):
        raise PatternError(f"`{source}` has a `{sign[0]}`, which means nothing here")
    reading = _Reading(source, _TOKEN.findall(spelled), is_korean(spelled))
    part = reading.whole()
    begin = "" if reading.korean else "(?<![^ ])"
    return Pattern(begin + part.expression, reading.korean, part.anchors)


def _named(name: str, words: Words) -> tuple[str, ...]:
    if name not in words:
        raise PatternError(f"there is no list of words named `{name}`")
    return words[name]


class _Reading:
    """One pattern being read, token by token."""

    def __init__(self, source: str, tokens: list[str], korean: bool) -> None:
        self._source = source
        self._tokens = [*tokens, ""]
        self._at = 0
        self.korean = korean

    def whole(self) -> _Part:
        part = self._row()
        if self._tokens[self._at]:
            raise PatternError(f"`{self._source}` has a `{self._tokens[self._at]}` too many")
        return part

    def _row(self) -> _Part:
        """Parts one after the other, up to a closing bracket, a bar or the end."""
        parts: list[_Part] = []
        while (token := self._tokens[self._at]) not in ("", ")", "]", "|"):
            self._at += 1
            parts.append(self._choice(token) if token in _CLOSING else self._single(token))
        if not parts:
            raise PatternError(f"`{self._source}` has an empty place")
        joint = _KOREAN_JOINT if self.korean else ""
        return _Part(joint.join(part.expression for part in parts), _surest(parts))

    def _choice(self, opening: str) -> _Part:
        rows = [self._row()]
        while self._tokens[self._at] == "|":
            self._at += 1
            rows.append(self._row())
        if self._tokens[self._at] != _CLOSING[opening]:
            raise PatternError(f"`{self._source}` has a bracket that is not closed")
        self._at += 1
        either = f"(?:{'|'.join(row.expression for row in rows)})"
        if opening == "[":
            return _Part(f"{either}?")
        anchors = [row.anchors for row in rows]
        return _Part(either, frozenset().union(*anchors) if all(anchors) else frozenset())

    def _single(self, token: str) -> _Part:
        if token == "...":
            return _Part(_KOREAN_GAP if self.korean else _LATIN_GAP)
        if token == ".":
            return _Part(_KOREAN_END if self.korean else "$")
        if token == "^":
            return _Part(_KOREAN_START)
        folded = fold(token).replace("'", "")
        if self.korean:
            return _Part(re.escape(folded), frozenset({folded[:2]}))
        expression = re.escape(folded).replace(r"\*", r"\S*")
        return _Part(f"{expression} ", frozenset() if "*" in folded else frozenset({folded}))


def _surest(parts: Iterable[_Part]) -> frozenset[str]:
    """The anchors that the fewest texts have: few of them, and no single letters."""
    sure = [part.anchors for part in parts if part.anchors]
    if not sure:
        return frozenset()
    return min(sure, key=_commonness)


def _commonness(anchors: frozenset[str]) -> tuple[int, int]:
    shortest = min(map(len, anchors))
    return len(anchors) * (_OFTENER if shortest == 1 else 1), -shortest


class PatternIndex:
    """Patterns that are looked at only where one of their anchors stands in the text."""

    def __init__(self) -> None:
        self._by_anchor: dict[str, list[tuple[int, Pattern]]] = {}
        self._unanchored: list[tuple[int, Pattern]] = []

    def add(self, key: int, pattern: Pattern) -> None:
        """Know one more pattern, reported as `key`."""
        for anchor in pattern.anchors:
            self._by_anchor.setdefault(anchor, []).append((key, pattern))
        if not pattern.anchors:
            self._unanchored.append((key, pattern))

    def found(self, text: str, pieces: Iterable[str]) -> Iterator[int]:
        """Keys of the patterns in `text`; `pieces` are its words, or its syllables
        and pairs of them."""
        for key, pattern in self._unanchored:
            if pattern.expression.search(text):
                yield key
        for piece in set(pieces) & self._by_anchor.keys():
            for key, pattern in self._by_anchor[piece]:
                if pattern.expression.search(text):
                    yield key
