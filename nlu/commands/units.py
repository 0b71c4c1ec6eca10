"""A sentence as units: words of alphabets, single syllables of Hangul, numbers, and a few signs.

Nobody agrees on the spaces of Korean, recognisers least of all; so a Korean sentence is read
syllable by syllable, and only remembers where its words began.
"""

import re
import unicodedata
from dataclasses import dataclass

COMMA = ","
MINUS = "-"

_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)|(?P<syllable>[가-힣])|(?P<word>[^\W\d_가-힣]+(?:'[^\W\d_가-힣]+)*)"
    r"|(?P<comma>[,;:،、，])|(?P<minus>(?<![\w)])[-−–](?=\d))|(?P<silent>(?:[\s.!?¿¡\"“”„«»()…'·~—]"
    r"|[-–](?!\d)|(?<=\w)[-–])+)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
_ELIDED_LETTERS = 2
"""What stands before an apostrophe is a word of its own when it is this short: l'avant, n'avance,
qu'il; a longer one belongs to what follows: don't."""
_APOSTROPHES = str.maketrans("’‘`´", "''''")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
MAX_CHARACTERS = 400
"""Nobody says a longer command; the rest of a longer text is not looked at, see `units`."""


@dataclass(frozen=True, slots=True)
class Units:
    """The units of one sentence."""

    texts: tuple[str, ...]
    begins_word: tuple[bool, ...]
    """One more than there are units: behind the last one a word could begin."""
    asks: bool = False
    """It ends with a question mark."""

    def __len__(self) -> int:
        return len(self.texts)

    def without(self, places: frozenset[int]) -> "Units":
        """Without the units at `places`."""
        kept = [at for at in range(len(self.texts)) if at not in places]
        return Units(
            tuple(self.texts[at] for at in kept),
            (*(self.begins_word[at] for at in kept), True),
            self.asks,
        )


def units(text: str) -> Units:
    """The units of `text`, in lower case and without accents. Punctuation but commas is dropped."""
    texts: list[str] = []
    begins: list[bool] = []
    folded = fold(text[:MAX_CHARACTERS])
    after_silence = True
    for match in _TOKEN.finditer(folded):
        kind, said = match.lastgroup, match[0]
        if kind == "silent":
            after_silence = True
            continue
        parts = _words(said) if kind == "word" else [said]
        if kind == "comma":
            parts = [COMMA]
        elif kind == "minus":
            parts = [MINUS]
        texts += parts
        begins += [after_silence or kind != "syllable", *[True] * (len(parts) - 1)]
        after_silence = kind != "syllable"
    return Units(tuple(texts), (*begins, True), text.rstrip(" .!\"'”»").endswith("?"))


def fold(text: str) -> str:
    """`text` in lower case, without accents, Hangul composed."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    return "".join(map(_without_accent, plain.translate(_LIGATURES)))


def _without_accent(letter: str) -> str:
    if letter.isascii() or "가" <= letter <= "힣":
        return letter
    return "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))


def _words(said: str) -> list[str]:
    """The words in `said`, which holds letters and apostrophes."""
    words: list[str] = []
    head, *rest = said.split("'")
    for part in rest:
        if len(head) <= _ELIDED_LETTERS:
            words.append(head)
            head = part
        else:
            head += part
    return [*words, head]
