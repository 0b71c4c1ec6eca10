"""What of one sentence the wordings of wishes match: names too, and without looking in vain."""

from collections import defaultdict

from nlu.care.names import NAME_SLOTS, Names
from nlu.commands.lexicon import NUMBER, Chart, Lexicon, Match, Meaning
from nlu.commands.likeness import one_jamo_apart
from nlu.commands.templates import Slot, Wording
from nlu.commands.units import Units

_MOST_REMEMBERED = 4_096


class Beginnings:
    """The units with which the wordings of each class begin: most classes begin otherwise."""

    def __init__(self) -> None:
        self._texts: defaultdict[str, set[str]] = defaultdict(set)
        self._slots: defaultdict[str, set[str]] = defaultdict(set)
        self._open: set[str] = {NUMBER, *NAME_SLOTS}
        """Classes that may begin with anything."""
        self._nearly: dict[str, frozenset[str]] = {}

    def add(self, wording: Wording, name: str) -> None:
        """Know one more wording of the class `name`."""
        first = wording[0]
        if isinstance(first, Slot):
            self._slots[name].add(first.name)
        else:
            self._texts[name].add(first)

    def prepare(self) -> None:
        """Call it once, when all wordings are known: hands on what the first slots begin with."""
        changed = True
        while changed:
            changed = False
            for name, slots in self._slots.items():
                before = len(self._texts[name]), name in self._open
                if slots & self._open:
                    self._open.add(name)
                for slot in slots:
                    self._texts[name] |= self._texts.get(slot, set())
                changed = changed or before != (len(self._texts[name]), name in self._open)

    def fit(self, name: str, text: str) -> bool:
        """Whether a wording of the class `name` may begin with the unit `text`."""
        return name in self._open or text in self._texts.get(name, ())

    def nearly(self, text: str, near: tuple[str, ...]) -> frozenset[str]:
        """The classes that may begin with `text` misheard: with one of `near`, or a jamo off."""
        if text not in self._nearly:
            if len(self._nearly) >= _MOST_REMEMBERED:
                self._nearly.clear()
            said = {text, *near}
            self._nearly[text] = frozenset(
                name
                for name, texts in self._texts.items()
                if not texts.isdisjoint(said) or any(one_jamo_apart(text, one) for one in texts)
            )
        return self._nearly[text] | self._open


class WishChart(Chart):
    """A chart that knows names, and does not look where nothing can begin."""

    def __init__(
        self,
        lexicon: Lexicon,
        said: Units,
        names: Names,
        beginnings: Beginnings,
        *,
        firm: frozenset[int] | None = None,
    ) -> None:
        super().__init__(lexicon, said, firm=firm)
        self._sentence = said
        self._names = names
        self._beginnings = beginnings
        self._nearly = firm is not None and [
            beginnings.nearly(text, lexicon.near(text)) for text in said.texts
        ]

    def matches(self, name: str, begin: int) -> list[Match]:
        """As of any chart; a name is whatever may be one."""
        said = self._sentence
        if name in NAME_SLOTS:
            return [
                Match(end, Meaning("slot", "name", found))
                for end, found in self._names.ends(name, said, begin)
            ]
        if begin >= len(said):
            return []
        text = said.texts[begin]
        nearly = self._nearly
        fits = name in nearly[begin] if nearly else self._beginnings.fit(name, text)
        return super().matches(name, begin) if fits else []
