"""How finished a sentence sounds by its words, so that Sori knows how long to wait for more.

It reads what a recogniser made of the sentence so far. "Complete" only what can hardly go on: a
command that the grammar reads whole, an answer, a stop, a question to its end, a Korean final
ending. "Open" what cannot end so: "and", "the", a hesitation, a Korean connective ending, a command
that lacks its number or its way. The words are data: `config/listening/turn_end.toml`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, Self

import msgspec

from config.data_file import LANGUAGE_OF_LAST_RESORT, read_data
from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY
from nlu.actions import Action, Stop, Walk
from nlu.actions import Sequence as Actions
from nlu.commands.reader import CommandReader
from nlu.commands.reading import Command, Reading, Unclear
from nlu.commands.templates import choices
from nlu.commands.units import fold

TURN_END_FILE = CONFIG_DIRECTORY / "listening" / "turn_end.toml"

Ending = Literal["complete", "unsure", "open"]

MOST_COMMAND_WORDS = 7
"""In a longer sentence nobody looks for what a command lacks: it is none, and it takes time."""
FEWEST_QUESTION_WORDS = 5
"""A question without its mark is taken for whole from here on: "what time is it in Seoul"."""
_TRAILING_DOTS = re.compile(r"(\.\.+|…|[-–—,])\s*$")
_WORD = re.compile(r"[^\W_]+")


class TurnEndTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language; what a key means stands in the file."""

    hesitations: tuple[str, ...]
    open: tuple[str, ...]
    stranded: tuple[str, ...]
    open_endings: tuple[str, ...]
    closed: tuple[str, ...]
    whole: tuple[str, ...]
    whole_endings: tuple[str, ...]
    questions: tuple[str, ...]
    talk: tuple[str, ...]
    next_words: tuple[str, ...]
    amounts: tuple[str, ...]
    measured: tuple[str, ...]


class _Words:
    """The word lists of one language, as they are compared."""

    def __init__(self, table: TurnEndTable) -> None:
        self.hesitations = _phrases(table.hesitations)
        self.open = _phrases(table.open)
        self.stranded = _phrases(table.stranded)
        self.closed = _phrases(table.closed)
        self.closed_endings = tuple(map(_joined, table.closed))
        self.whole = _phrases(table.whole)
        self.questions = _phrases(table.questions)
        self.talk = _phrases(table.talk)
        self.open_endings = tuple(map(_joined, table.open_endings))
        self.whole_endings = tuple(map(_joined, table.whole_endings))
        self.next_words = table.next_words
        self.amounts = table.amounts
        self.measured = _phrases(table.measured)


class TurnEnd:
    """Reads how finished a sentence sounds, in all served languages; made by `load`."""

    def __init__(self, tables: Mapping[str, TurnEndTable], reader: CommandReader) -> None:
        self._words = {code: _Words(table) for code, table in tables.items()}
        self._reader = reader
        self._next_words = {
            code: tuple(
                word
                for word in words.next_words
                if not isinstance(reader.read(word, code), Command)
            )
            for code, words in self._words.items()
        }

    @classmethod
    def load(
        cls,
        languages: Sequence[str],
        reader: CommandReader | None = None,
        file: Path = TURN_END_FILE,
    ) -> Self:
        """The words of `languages`; a language without a table is read as English.

        `reader`: one that is there already; loading takes a second. Raises ConfigurationError
        when a file cannot be used.
        """
        tables = read_data(file, dict[str, TurnEndTable], "list of unfinished sentences")
        if LANGUAGE_OF_LAST_RESORT not in tables:
            raise ConfigurationError(
                f"{file}: there is no [{LANGUAGE_OF_LAST_RESORT}]. It stands in for others."
            )
        wanted = {*languages, LANGUAGE_OF_LAST_RESORT}
        served = {code: table for code, table in tables.items() if code in wanted}
        return cls(served, reader or CommandReader.load(languages))

    def read(self, text: str, language: str) -> Ending:
        """How finished `text` sounds, said to be in `language`."""
        said = _split(text)
        if not said:
            return "unsure"
        code = language if language in self._words else LANGUAGE_OF_LAST_RESORT
        words = self._words[code]
        reading = self._reader.read(text, language)
        if isinstance(reading, Command) and isinstance(reading.action, Stop):
            return "complete"
        answers = self._reader.answer(text, language) is not None
        if " ".join(said) in words.whole or (answers and len(said) == 1):
            # A lone "well" is an answer, or what somebody begins with.
            return "unsure" if _ends_in(said, words.hesitations) else "complete"
        if _TRAILING_DOTS.search(text) or _is_open(said, words):
            return "open"
        if isinstance(reading, Command):
            return self._of_command(text, code, reading)
        return "complete" if answers else self._of_others(text, code, reading)

    def _of_others(self, text: str, code: str, reading: Reading) -> Ending:
        """What is no command, or none yet."""
        said, words = _split(text), self._words[code]
        unclear = isinstance(reading, Unclear)
        if unclear and not words.amounts:
            return "complete"  # the verb comes last, so this is all; Sori asks which way
        talk = _of_talk(text, said, words)
        if talk == "complete" or len(said) > MOST_COMMAND_WORDS or said[0] in words.talk:
            return talk
        if self._lacks_words(text, code, already=unclear):
            return "open"
        return "complete" if unclear else talk

    def _of_command(self, text: str, code: str, command: Command) -> Ending:
        """A command is whole, but a walk without a length may get one."""
        if command.doubts:
            return "unsure"
        words = self._words[code]
        if not isinstance(_last(command.action), Walk) or _has_any(_split(text), words.measured):
            return "complete"
        for amount in words.amounts:
            longer = self._reader.read(f"{_bare(text)} {amount}", code)
            if (
                isinstance(longer, Command)
                and longer.action != command.action
                and _steps(longer.action) == _steps(command.action)
            ):
                return "open"
        return "complete"

    def _lacks_words(self, text: str, code: str, *, already: bool) -> bool:
        """Whether a word more would make a command of it: "walk forward two" and "metres".

        `already`: it is a command, of which Sori would ask back; then only a clear one counts.
        """
        bare = _bare(text)
        for word in self._next_words[code]:
            longer = self._reader.read(f"{bare} {word}", code)
            match longer:
                case Command(Stop()):
                    continue
                case Command(doubts=()):
                    return True
                case Unclear() if not already and self._words[code].amounts:
                    return True
        return False


def _is_open(said: tuple[str, ...], words: _Words) -> bool:
    if _ends_in(said, words.closed):
        return False
    if _ends_in(said, words.hesitations) or _ends_in(said, words.open):
        return True
    if _ends_in(said, words.stranded):
        return said[0] not in words.questions and len(said) > 1
    last = said[-1]
    if any(last.endswith(closed) for closed in words.closed_endings):
        return False
    return any(last.endswith(ending) and last != ending for ending in words.open_endings)


def _of_talk(text: str, said: tuple[str, ...], words: _Words) -> Ending:
    """A sentence that is no command."""
    if text.rstrip(" \"'”»").endswith("?"):
        return "complete"
    is_question = said[0] in words.questions or " ".join(said[:2]) in words.questions
    if is_question and len(said) >= FEWEST_QUESTION_WORDS:
        return "complete"
    is_over = bool(words.whole_endings) and "".join(said).endswith(words.whole_endings)
    return "complete" if is_over else "unsure"


def _last(action: Action) -> Action:
    return action.steps[-1] if isinstance(action, Actions) else action


def _steps(action: Action) -> int:
    return len(action.steps) if isinstance(action, Actions) else 1


def _bare(text: str) -> str:
    return text.rstrip(" .,!?…-–—")


def _phrases(written: Iterable[str]) -> frozenset[str]:
    """Phrases with all their choices, as they are compared."""
    return frozenset(" ".join(_split(choice)) for phrase in written for choice in choices(phrase))


def _joined(text: str) -> str:
    return "".join(_split(text))


def _split(text: str) -> tuple[str, ...]:
    """The words of `text` in lower case, without accents and signs."""
    return tuple(_WORD.findall(fold(text.replace("'", "").replace("’", ""))))


def _ends_in(said: tuple[str, ...], phrases: frozenset[str]) -> bool:
    """Whether the last words are one of `phrases`."""
    return any(" ".join(said[at:]) in phrases for at in range(max(0, len(said) - 4), len(said)))


def _has_any(said: tuple[str, ...], words: frozenset[str]) -> bool:
    return any(word in words for word in said)
