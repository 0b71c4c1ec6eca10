"""Templates become sentences: slots filled, spaces squeezed, Korean endings fitted, one capital."""

import re
from collections.abc import Mapping, Sequence

from config.body_phrases import BodyBook

_FITTED = re.compile("(.)<(이요|은|이|을|예요|이야|으로)>")
_FIRST_LETTER = re.compile(r"\A[¿¡]?\w")
_ENDINGS = {
    "이요": ("이요", "요"),
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "예요": ("이에요", "예요"),
    "이야": ("이야", "야"),
    "으로": ("으로", "로"),
}
"""Ending -> its forms after a final consonant and after a vowel."""
_FINALS = 28
_FINAL_L = 8
"""Index of the final ㄹ, after which 으로 is 로."""


def sentence(template: str, **slots: str) -> str:
    """`template` filled and ready to be spoken."""
    return _FIRST_LETTER.sub(lambda letter: letter[0].upper(), fitted(template.format(**slots)))


def fitted(text: str) -> str:
    """Single spaces, and every `<이요>` in the form that the syllable before it asks for."""
    squeezed = " ".join(text.split())
    return _FITTED.sub(_fit, squeezed)


def _fit(match: re.Match[str]) -> str:
    before, ending = match.groups()
    final = (ord(before) - ord("가")) % _FINALS if "가" <= before <= "힣" else 0
    takes_long = final != 0 and not (ending == "으로" and final == _FINAL_L)
    return before + _ENDINGS[ending][0 if takes_long else 1]


def listed(parts: Sequence[str], book: BodyBook) -> str:
    """ "a, b and c" in the language of `book`."""
    if len(parts) < 2:
        return "".join(parts)
    return book.lists["comma"].join(parts[:-1]) + book.lists["last"] + parts[-1]


def narrowest(sentences: Mapping[str, str], *keys: str) -> str:
    """The first of `keys` that has a sentence, otherwise that for any case."""
    return next((sentences[key] for key in keys if key in sentences), sentences["any"])
