"""A sentence cut into known wordings without a rest, the likeliest ways first."""

from collections.abc import Iterator
from dataclasses import dataclass

from nlu.commands.lexicon import Chart, Match
from nlu.commands.units import Units

PIECE = "piece"
"""The class of wordings that may stand by themselves."""
_WAYS_KEPT = 12
"""Of the ways to cut up the sentence so far; more are never needed."""
_PIECE_COST, _FILLER_COST = 1.0, 0.7
_WITHIN_WORD_COST = 0.4
_MISHEARD_COST = 2.0
MAX_MISHEARD = 3
"""Of one sentence; a sentence worse than that was not understood."""


@dataclass(frozen=True, slots=True)
class _Way:
    cost: float
    misheard: int
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to understand every word of a sentence."""

    matches: tuple[Match, ...]
    misheard: bool


def cuts(said: Units, chart: Chart) -> Iterator[Cut]:
    """The ways to cut `said` into wordings, the cheapest first."""
    ways: list[list[_Way]] = [[] for _ in range(len(said) + 1)]
    ways[0].append(_Way(0.0, 0, ()))
    for at in range(len(said)):
        ways[at] = sorted(ways[at], key=_cost)[:_WAYS_KEPT]
        if not ways[at]:
            continue
        for match in chart.matches(PIECE, at):
            for way in ways[at]:
                longer = _with(way, match, said.begins_word[at])
                if longer.misheard <= MAX_MISHEARD:
                    ways[match.end].append(longer)
    for way in sorted(ways[-1], key=_cost)[:_WAYS_KEPT]:
        yield Cut(way.matches, way.misheard > 0)


def _cost(way: _Way) -> float:
    return way.cost


def _with(way: _Way, match: Match, begins_word: bool) -> _Way:
    cost = _FILLER_COST if match.meaning.kind == "filler" else _PIECE_COST
    cost += _MISHEARD_COST * match.misheard + (0.0 if begins_word else _WITHIN_WORD_COST)
    return _Way(way.cost + cost, way.misheard + match.misheard, (*way.matches, match))
