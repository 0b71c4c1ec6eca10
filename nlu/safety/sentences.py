"""A text as the rules read it: sentence by sentence, undisguised, short forms written out."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlu.safety.normalise import fold, hangul_views, has_hangul, latin_words

_SENTENCE_END = re.compile(r"(?<=[.!?…。])\s+|\n+")
_SPACES = re.compile(r"\s+")

LongForms = Callable[[Sequence[str]], Sequence[str]]
"""Words -> the same with short forms written out: "i'm" becomes "i", "am"."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in the two views that patterns are matched against."""

    words: tuple[str, ...]
    """Of alphabets, undisguised."""
    latin: str
    """The same, each followed by a space."""
    korean: tuple[str, ...]
    """The sentence in one line, as written and put together again; empty without Hangul."""
    is_question: bool


def sentences(text: str, long_forms: LongForms) -> tuple[Sentence, ...]:
    """`text` for the rules; texts without a full stop are one sentence."""
    whole = fold(text)
    return tuple(_read(part, long_forms) for part in _SENTENCE_END.split(whole) if part.strip())


def _read(part: str, long_forms: LongForms) -> Sentence:
    words = tuple(long_forms(latin_words(part).words))
    line = _SPACES.sub(" ", part).strip()
    korean = hangul_views(line) if has_hangul(line) else ()
    latin = "".join(f"{word} " for word in words)
    return Sentence(words, latin, korean, part.rstrip().endswith("?"))
