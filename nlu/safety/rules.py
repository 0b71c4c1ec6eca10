"""Rules: sentences that hurt by what they say, not by a single word.

Data in `config/safety/rules/*.toml`, patterns in the form of `nlu.safety.patterns`:

    [words]
    looks = ["fat", "ugly"]

    [[rule]]
    category = "demeaning"
    side = "reply"            # "person", "reply" or, when left out, both
    say = ["you are too {looks} to"]
    unless = ["not"]          # in the same sentence: then the rule does not hold
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec

from config.data_file import read_data
from config.errors import ConfigurationError
from nlu.safety.categories import Category
from nlu.safety.patterns import PatternError, PatternIndex, compile_pattern
from nlu.safety.sentences import Sentence

Side = Literal["reply", "person"]
"""Whose words are judged: what Sori is about to say, or what a person said."""
About = Literal["self", "other"]


class RuleSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of a data file."""

    category: Category
    say: tuple[str, ...]
    unless: tuple[str, ...] = ()
    unless_reply: tuple[str, ...] = ()
    """The same, for what Sori says: it may name what it will not do."""
    side: Literal["reply", "person", "both"] = "both"
    about: About = "self"
    """Whose despair it is."""


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A data file of rules."""

    rule: tuple[RuleSource, ...]
    words: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that holds; `name` (file and number) is for counting and logs."""

    category: Category
    name: str
    about: About


class PatternSet:
    """Patterns of all alphabets that mean the same."""

    def __init__(self) -> None:
        self._latin = PatternIndex()
        self._korean = PatternIndex()

    def add(self, key: int, source: str, words: Mapping[str, tuple[str, ...]]) -> None:
        """Know one more; PatternError when it cannot be read."""
        pattern = compile_pattern(source, words)
        (self._korean if pattern.korean else self._latin).add(key, pattern)

    def found(self, sentence: Sentence) -> frozenset[int]:
        """Keys of everything in `sentence`."""
        keys = set(self._latin.found(sentence.latin, sentence.words)) if sentence.words else set()
        for view in sentence.korean:
            pairs = map("".join, pairwise(view))
            keys.update(self._korean.found(view, {*view, *pairs}))
        return frozenset(keys)


class Rules:
    """All rules; made by `load`."""

    def __init__(self) -> None:
        self._rules: list[tuple[str, RuleSource]] = []
        self._says, self._excuses, self._excuses_of_reply = (PatternSet() for _ in range(3))

    @classmethod
    def load(cls, folder: Path) -> "Rules":
        """Read every file of `folder`; ConfigurationError says which one cannot be used."""
        rules = cls()
        for file in sorted(folder.glob("*.toml")):
            try:
                rules.add(file.stem, read_data(file, RuleFile, "file of rules"))
            except PatternError as error:
                raise ConfigurationError(f"{file}: these rules cannot be used: {error}.") from error
        return rules

    def add(self, name: str, file: RuleFile) -> None:
        """Know the rules of one more file; PatternError names a pattern that cannot be read."""
        for number, rule in enumerate(file.rule, start=1):
            key = len(self._rules)
            self._rules.append((f"{name}#{number}", rule))
            for patterns, sources in (
                (self._says, rule.say),
                (self._excuses, rule.unless),
                (self._excuses_of_reply, rule.unless_reply),
            ):
                for source in sources:
                    patterns.add(key, source, file.words)

    def hits(self, sentences: Sequence[Sentence], side: Side) -> list[RuleHit]:
        """The rules that hold in any of `sentences`, each once."""
        found: dict[str, RuleHit] = {}
        for sentence in sentences:
            for key in self._holding(sentence, side):
                name, rule = self._rules[key]
                if rule.side in ("both", side):
                    found[name] = RuleHit(rule.category, name, rule.about)
        return list(found.values())

    def _holding(self, sentence: Sentence, side: Side) -> Iterable[int]:
        holding = self._says.found(sentence)
        if holding:
            holding -= self._excuses.found(sentence)
        if holding and side == "reply":
            holding -= self._excuses_of_reply.found(sentence)
        return holding
