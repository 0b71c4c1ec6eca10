"""Whether hurtful words are reported or meant, and for whom. Data: `config/safety/quoting.toml`."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from config.data_file import read_data
from config.errors import ConfigurationError
from nlu.safety.patterns import PatternError
from nlu.safety.rules import PatternSet, Side
from nlu.safety.sentences import Sentence

_MOST_WORDS_OF_AN_INSULT = 3
"""Words on their own, without any hint for whom they are, up to so many: meant for the listener."""


class QuotingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data file: patterns by what they show."""

    reported: tuple[str, ...]
    reported_in_reply: tuple[str, ...]
    counter_speech: tuple[str, ...]
    others: tuple[str, ...]
    spoken_to: tuple[str, ...]


class Quoting:
    """Tells reports from attacks; made by `load`."""

    def __init__(self, file: QuotingFile) -> None:
        self._reported: dict[Side, PatternSet] = {
            "person": _set(file.reported),
            "reply": _set(file.reported_in_reply),
        }
        self._counter_speech = _set(file.counter_speech)
        self._others = _set(file.others)
        self._spoken_to = _set(file.spoken_to)

    @classmethod
    def load(cls, folder: Path) -> "Quoting":
        """Read `quoting.toml`; ConfigurationError when it cannot be used."""
        file = folder / "quoting.toml"
        try:
            return cls(read_data(file, QuotingFile, "data file"))
        except PatternError as error:
            raise ConfigurationError(f"{file}: this data file cannot be used: {error}.") from error

    def is_report(self, sentences: Sequence[Sentence], side: Side) -> bool:
        """Whether somebody else's words are told, or words are asked about."""
        return any(self._reported[side].found(sentence) for sentence in sentences)

    def is_counter_speech(self, sentences: Sequence[Sentence]) -> bool:
        """Whether it is said that words are hateful, or must not be used."""
        return any(self._counter_speech.found(sentence) for sentence in sentences)

    def is_meant_for_listener(self, sentences: Sequence[Sentence]) -> bool:
        """Whether the words are for the one who is spoken to, not for others or for the air."""
        if any(self._spoken_to.found(sentence) for sentence in sentences):
            return True
        if any(self._others.found(sentence) for sentence in sentences):
            return False
        return sum(map(_length, sentences)) <= _MOST_WORDS_OF_AN_INSULT


def _length(sentence: Sentence) -> int:
    return len(sentence.korean[0].split()) if sentence.korean else len(sentence.words)


def _set(sources: Sequence[str]) -> PatternSet:
    patterns = PatternSet()
    for source in sources:
        patterns.add(0, source, {})
    return patterns
