"""Whether somebody tells Sori to sleep, to wake up, or when to listen.

Only whole sentences count. The words are data: `config/listening/attention.toml`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Self

import msgspec

from config.data_file import read_data
from config.load import CONFIG_DIRECTORY
from nlu.commands.templates import choices
from nlu.commands.units import fold
from nlu.sound_alike import apart, sounds

ATTENTION_FILE = CONFIG_DIRECTORY / "listening" / "attention.toml"

AttentionWish = Literal["sleep", "wake", "get_up", "always", "on_call", "button"]
"""`get_up` wakes who sleeps, and means the body of who is awake."""

WISHES: tuple[AttentionWish, ...] = ("sleep", "wake", "get_up", "always", "on_call", "button")
_SHORTEST_FORGIVEN, _FORGIVEN = 7, 0.5
"""A sentence of that many sounds may sound a little otherwise."""
_WORD = re.compile(r"[^\W_]+")


class AttentionTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one language; what a key means stands in the file."""

    sleep: tuple[str, ...]
    wake: tuple[str, ...]
    get_up: tuple[str, ...]
    always: tuple[str, ...]
    on_call: tuple[str, ...]
    button: tuple[str, ...]
    around: tuple[str, ...]


class _Words:
    """The sentences of one language by their sounds."""

    def __init__(self, table: AttentionTable) -> None:
        self.around = {sounds(word) for word in table.around}
        self.wishes: dict[str, AttentionWish] = {
            sounds(choice): wish
            for wish in WISHES
            for phrase in getattr(table, wish)
            for choice in choices(phrase)
        }

    def read(self, words: Sequence[str]) -> AttentionWish | None:
        heard = ["".join(map(sounds, part)) for part in self._parts(words)]
        for said in heard:
            if (wish := self.wishes.get(said)) is not None:
                return wish
        near = [
            (apart(said, known), known)
            for said in heard
            if len(said) >= _SHORTEST_FORGIVEN
            for known in self.wishes
            if abs(len(said) - len(known)) <= 1 and said[0] == known[0]
        ]
        distance, known = min(near, default=(1.0, ""))
        return self.wishes[known] if distance <= _FORGIVEN else None

    def _parts(self, words: Sequence[str]) -> Iterator[Sequence[str]]:
        """The sentence without more and more of the words around it."""
        begin, end = 0, len(words)
        while begin < end:
            yield words[begin:end]
            if sounds(words[begin]) in self.around:
                begin += 1
            elif sounds(" ".join(words[begin : begin + 3])) in self.around:
                begin += 3
            elif sounds(words[end - 1]) in self.around:
                end -= 1
            elif sounds(" ".join(words[end - 2 : end])) in self.around:
                end -= 2
            elif sounds(" ".join(words[end - 3 : end])) in self.around:
                end -= 3
            else:
                return


class AttentionWords:
    """The words of all served languages; made by `load`."""

    def __init__(self, tables: Mapping[str, AttentionTable]) -> None:
        self._words = {code: _Words(table) for code, table in tables.items()}

    @classmethod
    def load(cls, languages: Sequence[str], file: Path = ATTENTION_FILE) -> Self:
        """The words of `languages`. Raises ConfigurationError when the file cannot be used."""
        tables = read_data(file, dict[str, AttentionTable], "list of words for attention")
        return cls({code: table for code, table in tables.items() if code in languages})

    def read(self, text: str, language: str) -> AttentionWish | None:
        """What `text`, without a wake phrase before it, wishes; `language` is asked first."""
        words = _WORD.findall(fold(text.replace("'", " ").replace("’", " ")))
        for code in sorted(self._words, key=lambda code: code != language):
            if (wish := self._words[code].read(words)) is not None:
                return wish
        return None
