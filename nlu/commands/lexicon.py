"""All wordings of one language in trees, and what of a sentence they match."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from nlu.commands.likeness import Neighbours, one_jamo_apart, unlinked
from nlu.commands.numbers import Numbers
from nlu.commands.templates import Slot, Wording
from nlu.commands.units import Units

NUMBER = "n"
"""The slot of numbers."""
_DECIMALS = 6
_NEAR, _WRONG_JAMO = 1, 2
"""How much worse than exact a word is: one that sounds alike or is a letter apart; one jamo off."""
_MIN_SYLLABLES = 3
"""A Korean wording with a wrong jamo in it has at least this many units."""

Value = str | float
Captured = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a wording means."""

    kind: str
    """`head`, `slot`, `measure`, `filler`, `request`, `then`, `instead`."""
    name: str = ""
    value: Value = ""
    """Of a slot: its value; of a measure: what one of its unit is."""
    presets: tuple[tuple[str, str], ...] = ()
    """Of a head: slots that it fills by itself."""


@dataclass(frozen=True, slots=True)
class Match:
    """A wording found in a sentence, up to the unit `end`."""

    end: int
    meaning: Meaning
    captured: Captured = ()
    """The slots within it."""
    misheard: int = 0
    """0: every word is exact."""


@dataclass(slots=True)
class _Node:
    children: dict[str, "_Node"] = field(default_factory=dict)
    slots: dict[str, "_Node"] = field(default_factory=dict)
    meanings: list[Meaning] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Path:
    """What was found on the way down a tree."""

    captured: Captured = ()
    misheard: int = 0
    syllables: int = 0
    """Units of the wording itself, without what its slots hold."""

    def longer(self, by: int, misheard: int = 0) -> "_Path":
        return _Path(self.captured, self.misheard + misheard, self.syllables + by)

    def filled(self, name: str, inner: Match) -> "_Path":
        captured = self.captured + _captures(name, inner)
        return _Path(captured, self.misheard + inner.misheard, self.syllables)


class Lexicon:
    """Trees of wordings by class: `piece` for what may stand by itself, and one for each slot."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        self._roots: defaultdict[str, _Node] = defaultdict(_Node)
        self.vocabulary: set[str] = set(numbers.vocabulary)
        self._slots: set[str] = set()
        self._neighbours = Neighbours(())

    def add(self, wording: Wording, meaning: Meaning, *classes: str) -> None:
        """Know one more wording."""
        for name in classes:
            node = self._roots[name]
            for item in wording:
                if isinstance(item, Slot):
                    node = node.slots.setdefault(item.name, _Node())
                    self._slots.add(item.name)
                else:
                    node = node.children.setdefault(item, _Node())
                    self.vocabulary.add(item)
            if meaning not in node.meanings:
                node.meanings.append(meaning)

    def prepare(self) -> None:
        """Call it once, when all wordings are known."""
        self._neighbours = Neighbours(self.vocabulary - self.numbers.vocabulary)

    def near(self, said: str) -> tuple[str, ...]:
        """The words that `said` may be a mishearing of; none when it is a word itself."""
        if said in self.vocabulary:
            return ()
        return self._neighbours.near(said)

    def unknown_slots(self) -> set[str]:
        """Slots in wordings that nothing can fill: slips of the pen."""
        return self._slots - self._roots.keys() - {NUMBER}

    def root(self, name: str) -> _Node:
        """The tree of a class; an empty one when it has no wordings."""
        return self._roots[name]


class Chart:
    """What of one sentence the wordings match, each question answered once."""

    def __init__(
        self, lexicon: Lexicon, said: Units, *, firm: frozenset[int] | None = None
    ) -> None:
        """`firm`: the units that mean themselves while the others may be misheard; None: all."""
        self._lexicon = lexicon
        self._said = said
        self._firm = frozenset(range(len(said))) if firm is None else firm
        self._known: dict[tuple[str, int], list[Match]] = {}

    def matches(self, name: str, begin: int) -> list[Match]:
        """The wordings of the class `name` that begin at the unit `begin`."""
        key = (name, begin)
        if key not in self._known:
            self._known[key] = []  # what asks for itself finds nothing
            self._known[key] = list(self._search(name, begin))
        return self._known[key]

    def _search(self, name: str, begin: int) -> Iterator[Match]:
        if name == NUMBER:
            for end, value in self._lexicon.numbers.ends(self._said, begin):
                yield Match(end, Meaning("number"), ((NUMBER, value),))
            return
        yield from self._walk(self._lexicon.root(name), begin, _Path())

    def _walk(self, node: _Node, at: int, path: _Path) -> Iterator[Match]:
        if path.misheard < _WRONG_JAMO or path.syllables >= _MIN_SYLLABLES:
            for meaning in node.meanings:
                yield Match(at, meaning, path.captured, path.misheard)
        if at >= len(self._said):
            return
        if (child := node.children.get(self._said.texts[at])) is not None:
            yield from self._walk(child, at + 1, path.longer(1))
        for name, child in node.slots.items():
            for inner in self.matches(name, at):
                yield from self._walk(child, inner.end, path.filled(name, inner))
        if at not in self._firm and not path.misheard:
            yield from self._walk_near(node, at, path)

    def _walk_near(self, node: _Node, at: int, path: _Path) -> Iterator[Match]:
        """Go on although the unit at `at` is not the one that should stand there."""
        said = self._said.texts[at]
        if not "가" <= said[0] <= "힣":
            for word in self._lexicon.near(said):
                if (child := node.children.get(word)) is not None:
                    yield from self._walk(child, at + 1, path.longer(1, _NEAR))
            return
        for syllable, child in node.children.items():
            if one_jamo_apart(said, syllable):
                yield from self._walk(child, at + 1, path.longer(1, _WRONG_JAMO))
        if at + 1 < len(self._said):
            for first, second in unlinked(said, self._said.texts[at + 1]):
                if (child := node.children.get(first)) and (after := child.children.get(second)):
                    yield from self._walk(after, at + 2, path.longer(2, _NEAR))


def _captures(name: str, inner: Match) -> Captured:
    """What a filled slot hands on: its own value, and what was said within it."""
    if name == NUMBER or inner.meaning.kind == "part":
        return inner.captured
    if inner.meaning.kind == "measure":
        return ((name, amount(inner.meaning, inner.captured)),)
    return ((name, inner.meaning.value), *inner.captured)


def amount(measure: Meaning, captured: Captured) -> float:
    """How much a measure comes to: "two metres and a half", "one metre fifty", "twice"."""
    numbers = [value for name, value in captured if name == NUMBER and isinstance(value, float)]
    halves = sum(float(value) for name, value in captured if name == "half")
    said = (numbers[0] if numbers else 1.0) + halves
    if len(numbers) > 1:
        said += numbers[1] / 100
    return round(said * float(measure.value), _DECIMALS)


def presets_of(key: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """`turn:angle=180` as `turn` and its presets."""
    name, *given = key.split(":")
    pairs: list[tuple[str, str]] = []
    for preset in given:
        slot, _, value = preset.partition("=")
        pairs.append((slot, value))
    return name, tuple(pairs)
