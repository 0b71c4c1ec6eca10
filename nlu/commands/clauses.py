"""From the wordings of a sentence to its orders: what belongs together, and in which order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from nlu.actions import MAX_STEPS, Action, Single
from nlu.actions import Sequence as Steps
from nlu.commands.grammar_file import Amounts
from nlu.commands.lexicon import Match, Value, amount
from nlu.commands.motions import Choice, NotSensible, Order
from nlu.commands.orders import order
from nlu.commands.reading import Command, NotACommand, Reading, Unclear

VerbPlace = Literal["first", "last"]
_ABILITY_HEADS = ("walk", "turn", "come", "go")
"""Asked without any way or amount, these are asked about: "can you walk"."""


@dataclass(slots=True)
class _Clause:
    """One order while it is being collected."""

    head: str = ""
    slots: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    requested: bool = False

    def add(self, name: str, value: Value) -> None:
        self.slots[name] = (*self.slots.get(name, ()), value)

    @property
    def is_empty(self) -> bool:
        return not self.head and not self.slots


class _Negated(Exception):
    """The sentence says what not to do."""


@dataclass(slots=True)
class _Collector:
    """Takes the matches of a sentence one by one."""

    verb: VerbPlace
    commas_part: bool
    done: list[_Clause] = field(default_factory=list)
    current: _Clause = field(default_factory=_Clause)
    misplaced: bool = False
    polite: bool = False
    """Somewhere it is asked for, so that a question mark makes no question of it."""

    def take(self, match: Match) -> None:
        meaning = match.meaning
        match meaning.kind:
            case "head":
                self._take_head(match)
            case "slot":
                self.current.add(meaning.name, meaning.value)
            case "measure":
                self.current.add(meaning.name, amount(meaning, match.captured))
            case "request":
                self.misplaced = self.misplaced or bool(self.current.head)
                self.current.requested = self.polite = True
            case "then":
                self.close()
            case "comma" if self.commas_part:
                self.close()
            case "instead":
                self.current = _Clause()

    def _take_head(self, match: Match) -> None:
        if self.current.head:
            self.close()
        self.current.head = match.meaning.name
        for name, value in match.meaning.presets:
            self.current.add(name, value)
        moods = {str(value) for name, value in match.captured if name.startswith("-")}
        for slot, said in match.captured:
            if not slot.startswith("-") and slot != "half":
                self.current.add(slot, said)
        if "negated" in moods:
            raise _Negated
        if "instead" in moods:
            self.current = _Clause()
        self.polite = self.polite or "request" in moods
        if "then" in moods or self.verb == "last":
            self.close()

    def close(self) -> None:
        if not self.current.is_empty:
            self.done.append(self.current)
        self.current = _Clause()

    def clauses(self) -> list[_Clause]:
        """All clauses; what stands after the last verb of a sentence that ends in one joins it."""
        last = self.current
        self.current = _Clause()
        if self.verb == "last" and last.slots and not last.head and self.done:
            before = self.done[-1]
            if before.head and not last.slots.keys() & before.slots.keys():
                for name, values in last.slots.items():
                    before.slots[name] = values
                return self.done
        return self.done if last.is_empty else [*self.done, last]


def reading(
    matches: Sequence[Match], verb: VerbPlace, amounts: Amounts, *, asks: bool
) -> Reading | None:
    """What the wordings of a whole sentence come to; None when they do not go together."""
    has_commas = any(match.meaning.kind == "comma" for match in matches)
    for commas_part in (False, True) if has_commas else (False,):
        collector = _Collector(verb, commas_part)
        try:
            for match in matches:
                collector.take(match)
            if (found := _orders(collector, amounts, asks=asks)) is not None:
                return found
        except _Negated:
            return NotACommand("negated")
        except NotSensible:
            return NotACommand("not_sensible")
    return None


def _orders(collector: _Collector, amounts: Amounts, *, asks: bool) -> Reading | None:
    clauses = collector.clauses()
    if not clauses or collector.misplaced:
        return None
    made: list[Order] = []
    head = ""
    for clause in clauses:
        if clause.requested and clause.head in _ABILITY_HEADS and not clause.slots:
            return NotACommand("question")
        possible = ((verb, order(verb, clause.slots, amounts)) for verb in _heads_of(clause, head))
        head, one = next((pair for pair in possible if pair[1] is not None), ("", None))
        if one is None:
            return None
        made.append(one)
    if asks and not collector.polite and not head.startswith("query"):
        return NotACommand("question")
    return _together(made)


def _heads_of(clause: _Clause, before: str) -> Iterator[str]:
    """The verb of a clause, or what is meant without one: the verb before it, which "and then
    right" leaves out; or what "two steps forward" and "ninety degrees left" are about."""
    if clause.head:
        yield clause.head
        return
    if before:
        yield before
    if clause.slots.keys() >= {"distance", "direction"}:
        yield "walk"
    if clause.slots.keys() >= {"angle", "direction"}:
        yield "turn"


def _together(made: Sequence[Order]) -> Reading:
    choices = [one for one in made if isinstance(one, Choice)]
    ways = [[(way,) for way in one.ways] if isinstance(one, Choice) else [one] for one in made]
    actions = list(_actions(ways))
    if not actions:
        return NotACommand("not_sensible")
    if choices:
        return Unclear(choices[0].question, tuple(actions))
    return Command(actions[0])


def _actions(ways: Sequence[Sequence[tuple[Single, ...]]]) -> Iterator[Action]:
    """Each way of doing all of it; none when it is too much at once."""
    for way in product(*ways):
        steps = tuple(step for part in way for step in part)
        if len(steps) > MAX_STEPS:
            return
        yield steps[0] if len(steps) == 1 else Steps(steps)
