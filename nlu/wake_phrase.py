"""Whether somebody calls Sori by its wake phrase, and what they say after it.

A wake phrase is a name, with or without a caller before it ("hey"). A caller bears the name out:
then the name may be misheard. A bare name must sound right, and a lone Korean noun that is the
name must be all that was said, for 소리 is also an everyday word. The callers are data:
`config/listening/wake.toml`; the phrases are settings.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import msgspec

from config.attention_settings import AttentionSettings
from config.data_file import read_data
from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY
from nlu.commands.units import fold
from nlu.sound_alike import apart, sounds

WAKE_FILE = CONFIG_DIRECTORY / "listening" / "wake.toml"

_WITH_CALLER, _VOCATIVE, _BARE = 0.6, 0.4, 0.0
"""How far from the name it may sound, by what stands around it; a lost vowel costs 0.5."""
_SHORTEST_BARE = 3
"""Sounds of a name that is a call by itself."""
_MOST_BEFORE = 2
_MOST_LOOKED_AT = 120
"""Characters: a call stands at the beginning."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_AFTER = " \t,.;:!?¡¿…-–—'\"“”。、，"

Shape = Literal["with_caller", "vocative", "bare"]


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody called Sori."""

    rest: str
    """What they said after the call, as it was written; empty when that was all."""


class WakeTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people call in one language; what a key means stands in the file."""

    callers: tuple[tuple[str, ...], ...]
    before: tuple[str, ...]
    innocent: tuple[str, ...]
    titles: tuple[str, ...]
    vocatives: tuple[str, ...]


_NO_TABLE = WakeTable((), (), (), (), ())


@dataclass(frozen=True, slots=True)
class _Phrase:
    callers: frozenset[str]
    """Any of them, as sounds; empty: none is needed."""
    name: str
    """Its sounds."""
    words: int
    """Of the name."""
    shape: Shape
    hangul: bool


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    end: int
    """Where it ends in the sentence."""


class WakePhrase:
    """The wake phrases of all served languages; they count whatever language is spoken."""

    def __init__(
        self, phrases: Mapping[str, Sequence[str]], tables: Mapping[str, WakeTable], name: str = ""
    ) -> None:
        """`name`: what people call the robot besides, from the preferences."""
        self._tables = dict(tables)
        self._written = {code: tuple(texts) for code, texts in phrases.items()}
        self._phrases = {
            code: tuple(_phrases(texts, name, tables.get(code, _NO_TABLE)))
            for code, texts in self._written.items()
        }
        self._innocent = {
            " ".join(_folded(text)) for table in tables.values() for text in table.innocent
        }
        self._before = {
            " ".join(_folded(text)) for table in tables.values() for text in table.before
        }

    @classmethod
    def load(
        cls, settings: AttentionSettings, languages: Sequence[str], file: Path = WAKE_FILE
    ) -> Self:
        """The phrases of `languages`.

        Raises ConfigurationError when the file cannot be used, or nobody could call the robot.
        """
        tables = read_data(file, dict[str, WakeTable], "list of callers")
        served = {code: table for code, table in tables.items() if code in languages}
        phrases = {code: texts for code, texts in settings.wake.items() if code in languages}
        found = cls(phrases, served)
        if not any(found._phrases.values()):
            raise ConfigurationError(
                f"`attention.wake` has no usable phrase for {', '.join(languages)}: nobody could"
                ' wake the robot by voice. Add one, such as en = ["hey sori"].'
            )
        return found

    def with_phrases(self, phrases: Mapping[str, Sequence[str]]) -> "WakePhrase":
        """The same languages with other phrases, of the settings; without a further name."""
        kept = {code: phrases[code] for code in self._written if code in phrases}
        return WakePhrase(kept or self._written, self._tables)

    def with_name(self, name: str) -> "WakePhrase":
        """The same, answering to `name` too (`Preferences.robot_name`); empty: to no other."""
        return WakePhrase(self._written, self._tables, name)

    def read(self, text: str, language: str) -> Called | None:
        """The call that `text` begins with; the phrases of `language` first, then all others."""
        found_words = _WORD.finditer(text[:_MOST_LOOKED_AT])
        words = [_Word(fold(found[0]), found.end()) for found in found_words]
        order = sorted(self._phrases, key=lambda code: code != language)
        for begin in self._begins(words):
            said = words[begin:]
            if not said or self._is_innocent(said):
                continue
            for code in order:
                if (ends := self._end(said, code, text)) is not None:
                    return Called(text[ends:].strip(_AFTER))
        return None

    def _begins(self, words: Sequence[_Word]) -> Iterator[int]:
        """Where a call may begin: at first, or after a word or two that mean nothing."""
        yield 0
        for begin in range(1, min(_MOST_BEFORE, len(words)) + 1):
            if " ".join(word.text for word in words[:begin]) in self._before or all(
                word.text in self._before for word in words[:begin]
            ):
                yield begin

    def _is_innocent(self, said: Sequence[_Word]) -> bool:
        together = " ".join(word.text for word in said)
        bare = together.replace(" ", "")
        return any(
            together == phrase
            or together.startswith(f"{phrase} ")
            or (_is_hangul(phrase) and bare.startswith(phrase.replace(" ", "")))
            for phrase in self._innocent
        )

    def _end(self, said: Sequence[_Word], code: str, text: str) -> int | None:
        """Where the call ends in the text; the nearest phrase of a language counts."""
        found = [
            (distance, -end, end)
            for phrase in self._phrases[code]
            for distance, end in _matches(phrase, said, text)
        ]
        return min(found)[2] if found else None


def _phrases(texts: Sequence[str], name: str, table: WakeTable) -> Iterator[_Phrase]:
    """The wordings of one language, taken apart."""
    for text in (*texts, *_named(name, table)):
        if (phrase := _phrase(text, table)) is not None:
            yield phrase


def _matches(phrase: _Phrase, said: Sequence[_Word], text: str) -> Iterator[tuple[float, int]]:
    """How far what was said is from the phrase, and where it ends in the text."""
    if phrase.hangul:
        yield from _korean_matches(phrase, said, text)
        return
    for called in (1, 2) if phrase.callers else (0,):
        caller = "".join(sounds(word.text) for word in said[:called])
        if called and caller not in phrase.callers:
            continue
        for size in range(max(phrase.words - 1, 1), phrase.words + 2):
            words = said[called : called + size]
            if len(words) < size:
                continue
            distance = apart("".join(sounds(word.text) for word in words), phrase.name)
            if distance <= _allowed(phrase.shape):
                yield distance, words[-1].end


def _korean_matches(
    phrase: _Phrase, said: Sequence[_Word], text: str
) -> Iterator[tuple[float, int]]:
    """The same for Hangul, of which nobody agrees on the spaces."""
    ends = [
        word.end - len(word.text) + at + 1
        for word in said
        if _is_hangul(word.text)
        for at in range(len(word.text))
    ]
    if not _is_hangul(said[0].text):
        return
    begin = said[0].end - len(said[0].text)
    word_ends = {word.end for word in said}
    for end in ends[:12]:
        heard = sounds(text[begin:end].replace(" ", "").strip(_AFTER))
        # A call runs into the next word at times (소리야앞으로); a bare name is all there is.
        if phrase.shape == "bare" and end != said[-1].end:
            continue
        if phrase.shape == "with_caller" and end not in word_ends:
            continue
        for caller in phrase.callers or ("",):
            if not heard.startswith(caller):
                continue
            distance = apart(heard[len(caller) :], phrase.name)
            if distance <= _allowed(phrase.shape):
                yield distance, end


def _allowed(shape: Shape) -> float:
    match shape:
        case "with_caller":
            return _WITH_CALLER
        case "vocative":
            return _VOCATIVE
        case "bare":
            return _BARE


def _phrase(text: str, table: WakeTable) -> _Phrase | None:
    """A phrase as it is written, taken apart into caller and name; None when it is empty."""
    words = _folded(text)
    group, used = _caller(words, table)
    name = words[used:]
    if not name or not sounds("".join(name)):
        return None
    hangul = all(map(_is_hangul, name))
    vocative = any(name[-1].endswith(end) for end in (*table.vocatives, *table.titles))
    shape: Shape = "bare"
    if group:
        shape = "with_caller"
    elif hangul and vocative and len("".join(name)) > 1:
        shape = "vocative"
    if shape == "bare" and len(sounds("".join(name))) < _SHORTEST_BARE:
        return None
    return _Phrase(group, "".join(map(sounds, name)), len(name), shape, hangul)


def _caller(words: Sequence[str], table: WakeTable) -> tuple[frozenset[str], int]:
    """The callers that stand for the one at the beginning, as sounds, and its words."""
    for used in (2, 1):
        said = " ".join(words[:used])
        for group in table.callers:
            if len(words) > used and said in {" ".join(_folded(caller)) for caller in group}:
                return frozenset("".join(map(sounds, _folded(one))) for one in group), used
    return frozenset(), 0


def _named(name: str, table: WakeTable) -> Iterator[str]:
    """The wake phrases of a robot called `name`, in the language of `table`."""
    words = _folded(name)
    if not words:
        return
    plain = " ".join(words)
    called = [plain]
    if all(map(_is_hangul, words)):
        if not table.vocatives:
            return
        closed, is_open = table.vocatives
        last = words[-1][-1]
        called.append(plain + (is_open if (ord(last) - 0xAC00) % 28 == 0 else closed))
    yield from called
    for group in table.callers:
        yield from (f"{group[0]} {one}" for one in called)


def _folded(text: str) -> tuple[str, ...]:
    return tuple(fold(found[0]) for found in _WORD.finditer(text))


def _is_hangul(text: str) -> bool:
    return bool(text) and all("가" <= letter <= "힣" or letter == " " for letter in text)
