"""A stream of model text becomes a stream of words fit for the ear: no markdown, links or emoji.

Text is held back only as long as it is undecided: to the next white space, or to the end of a
link that has begun.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_MAX_HELD = 300
"""Characters: an opening bracket that is not closed by then was no link."""

_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_URL = re.compile(r"\b(?:https?://|www\.)(?:www\.)?([^\s/?#:()<>\"']+)[^\s()<>\"']*", re.IGNORECASE)
_FENCE = re.compile(r"(?:```|~~~)\w*")
_TAG = re.compile(r"</?[A-Za-z][^<>\s]*/?>")
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}|[-*+•·>]|\d{1,2}[.)])(?=\s)")
_RULE = re.compile(r"^\s*[-*_=|:]{3,}\s*$")
_EMPHASIS = re.compile(r"[*`~]+|(?<!\w)_+|_+(?!\w)")
_NUMBER_TIMES = re.compile(r"(?<=\d)\*(?=\d)")
_SPLITTING = re.compile("([^\n]*\n)")
_FULL_STOPS = re.compile(r"(?<=[。！？])(?=[^\s。！？」』”’）)])")
_SPOKEN_SIGNS = frozenset("+=×÷%&<>°$€£¥₩−–—-")
"""Signs that mean something when they stand alone; other lone signs are dropped."""
_DROPPED = frozenset("[]{}<>\\^|~\ufffd")


def spoken_words(pieces: Iterable[str]) -> Iterator[str]:
    """The words of `pieces`, one by one as each is complete; punctuation stays with its word.

    Pieces may break anywhere. A piece source that raises leaves the last, incomplete word unsaid.
    """
    held = ""
    at_line_start = True
    for piece in pieces:
        held += piece
        sure = _sure_length(held)
        if sure:
            text, held = held[:sure], held[sure:]
            yield from _words(text, at_line_start)
            at_line_start = _ends_line(text, at_line_start)
    yield from _words(held, at_line_start)


def _sure_length(text: str) -> int:
    """How much of `text` cannot change its meaning by what follows: up to a white space."""
    end = _after_last_break(text)
    opened = text.rfind("[", 0, end)
    if opened >= 0 and len(text) - opened < _MAX_HELD and _is_open_link(text[opened:end]):
        end = _after_last_break(text[:opened])
    # A mark at the start of a line is only known with the word after it.
    line = text[text.rfind("\n", 0, end) + 1 : end]
    if _LINE_MARK.match(line) and _LINE_MARK.sub("", line).strip() == "":
        return end - len(line)
    return end if end or len(text) < _MAX_HELD else len(text)


def _after_last_break(text: str) -> int:
    return max(map(text.rfind, " \n。！？")) + 1


def _is_open_link(text: str) -> bool:
    _, closing, after = text.partition("]")
    return not closing or (after.startswith("(") and ")" not in after)


def _ends_line(text: str, was_at_start: bool) -> bool:
    rest = text[text.rfind("\n") + 1 :]
    return not rest.strip() and ("\n" in text or was_at_start)


def _words(text: str, at_line_start: bool) -> Iterator[str]:
    for number, line in enumerate(text.split("\n")):
        if number or at_line_start:
            line = "" if _RULE.match(line) else _LINE_MARK.sub("", line)  # noqa: PLW2901
        for word in _plain_text(line).split():
            if word in _SPOKEN_SIGNS or any(character.isalnum() for character in word):
                yield word


def _plain_text(line: str) -> str:
    line = unicodedata.normalize("NFC", line)
    line = _LINK.sub(r"\1", _FENCE.sub(" ", line))
    line = _TAG.sub("", _URL.sub(r"\1", line))
    line = _EMPHASIS.sub("", _NUMBER_TIMES.sub("×", line))
    line = "".join(map(_spoken, line))
    return _FULL_STOPS.sub(" ", line)


def _spoken(character: str) -> str:
    if character.isascii():
        if character in _DROPPED:
            return " " if character == "|" else ""
        return character if character.isprintable() else " "
    category = unicodedata.category(character)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    code = ord(character)
    is_picture = code >= 0x1F000 or 0x2190 <= code <= 0x2BFF or 0xFE00 <= code <= 0xFE0F
    if category[0] == "C" or character in _DROPPED:
        return ""
    return "" if is_picture and category in ("So", "Sk", "Mn", "Sm") else character
