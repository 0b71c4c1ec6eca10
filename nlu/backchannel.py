"""Whether what was said over a reply is only a listener's noise: "mhm", 네, a laugh, a cough.

All served languages count at once, for nobody can tell the language of "mhm". The words are data:
`config/listening/backchannels.toml`.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec

from config.data_file import read_data
from config.load import CONFIG_DIRECTORY
from nlu.commands.units import fold

BACKCHANNEL_FILE = CONFIG_DIRECTORY / "listening" / "backchannels.toml"

MOST_WORDS = 6
"""Whoever says more has something to say."""
_SOUNDS = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♪♫🎵🎶]")
"""How recognisers write what is no speech: "[laughter]", "(coughs)"."""
_WORD = re.compile(r"[^\W_]+")
_TWICE = re.compile(r"(.{1,3}?)\1+")


class BackchannelTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one language; what a key means stands in the file."""

    noises: tuple[str, ...]
    assents: tuple[str, ...]


class Backchannels:
    """The listener's noises of all served languages; made by `load`."""

    def __init__(self, tables: Sequence[BackchannelTable]) -> None:
        self._noises = {_key(_words(one)) for table in tables for one in table.noises}
        assents = {_key(_words(one)) for table in tables for one in table.assents}
        # Of two languages the one in which it may be an answer decides.
        self._noises -= assents
        self._all = self._noises | assents
        self._longest = max(
            (len(_words(one)) for table in tables for one in (*table.noises, *table.assents)),
            default=1,
        )

    @classmethod
    def load(cls, languages: Sequence[str], file: Path = BACKCHANNEL_FILE) -> Self:
        """The words of `languages`. Raises ConfigurationError when the file cannot be used."""
        tables = read_data(file, dict[str, BackchannelTable], "list of listeners' noises")
        return cls([table for code, table in tables.items() if code in languages])

    def is_only(self, text: str, *, after_question: bool = False) -> bool:
        """Whether `text` is nothing but a listener's noise; so is no text at all.

        `after_question`: Sori has just asked something; a yes is then an answer, no noise.
        """
        words = _words(_SOUNDS.sub(" ", text))
        if len(words) > MOST_WORDS:
            return len(set(words)) == 1 and self._knows(words[:1], after_question)
        reached = {0}
        for end in range(1, len(words) + 1):
            if any(
                begin in reached and self._knows(words[begin:end], after_question)
                for begin in range(max(0, end - self._longest), end)
            ):
                reached.add(end)
        return len(words) in reached

    def _knows(self, words: Sequence[str], after_question: bool) -> bool:
        return _key(words) in (self._noises if after_question else self._all)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text.replace("'", "").replace("’", ""))))


def _key(words: Sequence[str]) -> str:
    """Words as one, with what is drawled or repeated said once: mmmm, hahaha, 네네."""
    joined = "".join(words)
    while (shorter := _TWICE.sub(r"\1", joined)) != joined:
        joined = shorter
    return joined
