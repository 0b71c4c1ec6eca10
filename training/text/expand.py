"""Dialogue topics and the small pattern language in which their questions are written.

A pattern is plain text with alternations in parentheses: "(please|) tell me your (name|age)"
stands for four sentences. Alternations may be nested and a choice may be empty. White space is
squeezed after the choices are made, so an empty choice leaves no double space behind.

Korean particles have two forms, after a consonant and after a vowel. "<은>" stands for the right
one of 은 and 는 after the syllable before it, likewise <이>, <을>, <야>, <예요>, <란> and <랑>.
"""

import itertools
import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PARTICLES = {
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "야": ("이야", "야"),
    "예요": ("이에요", "예요"),
    "란": ("이란", "란"),
    "랑": ("이랑", "랑"),
}
"""Particle -> its forms after a final consonant and after a vowel."""


@dataclass(frozen=True)
class Sequence:
    """Parts which follow one another: literal text or a choice."""

    parts: tuple["str | Choice", ...]


@dataclass(frozen=True)
class Choice:
    """Exactly one of the options is spoken."""

    options: tuple[Sequence, ...]


@dataclass(frozen=True)
class Topic:
    """One thing a person can want, the ways of asking for it and the possible answers.

    `family` is shared by all topics that one [[template]] made ("sum" for every little sum), so
    that a sampler can weigh families rather than single topics.
    """

    name: str
    family: str
    ask: tuple[str, ...]
    answer: tuple[str, ...]

    def questions(self) -> list[str]:
        """All sentences of all patterns, without duplicates, in the order of writing."""
        return list(dict.fromkeys(itertools.chain.from_iterable(map(expand, self.ask))))


def expand(pattern: str) -> list[str]:
    """All sentences that the pattern stands for, without duplicates."""
    return list(dict.fromkeys(_squeeze(text) for text in _all_of(parse(pattern))))


def sample(pattern: str, rng: random.Random) -> str:
    """One sentence of the pattern; every option of a choice is equally likely."""
    return _squeeze(_one_of(parse(pattern), rng))


def parse(pattern: str) -> Sequence:
    """The tree of a pattern; ValueError where parentheses do not match."""
    sequence, end = _parse_sequence(pattern, 0)
    if end != len(pattern):
        raise ValueError(f"unmatched '{pattern[end]}' at {end} in pattern: {pattern}")
    return sequence


def load_topics(path: Path, say: Callable[[str], str] = str) -> tuple[Topic, ...]:
    """The topics of a TOML file: its [[topic]] tables, then what its [[template]] tables make.

    Every answer, as it is written there, goes through `say`: another manner of speaking.

    A template has `items`, rows of texts; each row makes one topic in whose `ask` and `answer`
    texts {0}, {1}, ... are replaced by the texts of the row.
    """
    with path.open("rb") as file:
        document = tomllib.load(file)
    topics = [
        Topic(row["name"], row["name"], tuple(row["ask"]), tuple(map(say, row["answer"])))
        for row in document.get("topic", [])
    ]
    for template in document.get("template", []):
        topics += [_topic_of(template, items, say) for items in template["items"]]
    names = [topic.name for topic in topics]
    if len(set(names)) != len(names):
        raise ValueError(f"a topic name is used twice in {path}")
    return tuple(topics)


def _topic_of(template: dict[str, list[str]], items: list[str], say: Callable[[str], str]) -> Topic:
    """The topic that one row of items makes of a template."""
    family = str(template["name"])
    answers = [fit_particles(say(text).format(*items)) for text in template["answer"]]
    asks = [text.format(*items) for text in template["ask"]]
    return Topic(f"{family}.{items[0]}", family, tuple(asks), tuple(answers))


def _parse_sequence(pattern: str, start: int) -> tuple[Sequence, int]:
    """Reads up to the end of the pattern or to an unmatched '|' or ')', whose place it returns."""
    parts: list[str | Choice] = []
    at = start
    while at < len(pattern) and pattern[at] not in "|)":
        if pattern[at] == "(":
            choice, at = _parse_choice(pattern, at)
            parts.append(choice)
        else:
            end = at
            while end < len(pattern) and pattern[end] not in "(|)":
                end += 1
            parts.append(pattern[at:end])
            at = end
    return Sequence(tuple(parts)), at


def _parse_choice(pattern: str, start: int) -> tuple[Choice, int]:
    """Reads the alternation whose '(' stands at `start`; returns it and the place after its ')'."""
    options: list[Sequence] = []
    at = start
    while True:
        option, at = _parse_sequence(pattern, at + 1)
        options.append(option)
        if at == len(pattern):
            raise ValueError(f"'(' at {start} is never closed in pattern: {pattern}")
        if pattern[at] == ")":
            return Choice(tuple(options)), at + 1


def _all_of(sequence: Sequence) -> Iterator[str]:
    """Every text of the sequence, not yet squeezed."""
    choices = [
        [part]
        if isinstance(part, str)
        else [text for option in part.options for text in _all_of(option)]
        for part in sequence.parts
    ]
    for texts in itertools.product(*choices):
        yield "".join(texts)


def _one_of(sequence: Sequence, rng: random.Random) -> str:
    """One text of the sequence, not yet squeezed."""
    return "".join(
        part if isinstance(part, str) else _one_of(rng.choice(part.options), rng)
        for part in sequence.parts
    )


def _squeeze(text: str) -> str:
    """Particles in their right forms, single spaces inside, none at the ends."""
    return " ".join(fit_particles(text).split())


def fit_particles(text: str) -> str:
    """Every "<은>" and so on becomes the form that fits the syllable before it."""
    return re.sub("(.)<([은이을야예요란랑]+)>", _fit_particle, text)


def _fit_particle(match: re.Match[str]) -> str:
    """Hangul syllables are ordered by initial, vowel, then 28 finals, the first being "none"."""
    before, particle = match.group(1), match.group(2)
    has_final = "가" <= before <= "힣" and (ord(before) - ord("가")) % 28 != 0
    return before + _PARTICLES[particle][0 if has_final else 1]
