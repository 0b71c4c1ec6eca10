"""The classifier behind the rules: cuts by audience, and two clauses read together."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from config.preferences import Audience
from nlu.safety.categories import Category
from nlu.safety.findings import Layers
from nlu.safety.word_list import SAFETY_DIRECTORY

LAYERS = Layers.load(SAFETY_DIRECTORY, None)


@dataclass(frozen=True)
class Scores:
    """A scorer that knows some texts by heart."""

    known: Mapping[str, float]
    category: Category = "demeaning"

    def scores(self, text: str, language: str) -> Mapping[Category, float]:
        return {self.category: self.known.get(text, 0.0)}


def found(scores: Scores, text: str, before: str = "", audience: Audience = "general") -> list[str]:
    LAYERS.scorer = scores
    try:
        return [each.layer for each in LAYERS.find(text, "en", before, "reply", audience).found]
    finally:
        LAYERS.scorer = None


@pytest.mark.parametrize(
    ("score", "category", "audience", "is_found"),
    [
        (0.34, "demeaning", "child", False),
        (0.36, "demeaning", "child", True),
        (0.49, "demeaning", "general", False),
        (0.50, "demeaning", "general", True),
        (0.60, "demeaning", "adult", False),
        (0.71, "demeaning", "adult", True),
        (0.60, "hate", "adult", True),
        (0.60, "threat", "adult", True),
        (0.60, "self_harm", "adult", True),
        (0.60, "sexual", "adult", True),
    ],
)
def test_cuts_follow_the_audience(
    score: float, category: Category, audience: Audience, is_found: bool
) -> None:
    scores = Scores({"the new words": score}, category)
    assert bool(found(scores, "the new words", audience=audience)) == is_found


@pytest.mark.parametrize(
    ("earlier", "alone", "pair", "is_found"),
    [
        (0.1, 0.1, 0.9, True),  # only together
        (0.1, 0.1, 0.4, False),
        (0.9, 0.1, 0.9, False),  # the earlier clause hurt already
        (0.45, 0.1, 0.55, False),  # it nearly did, and the new words change little
        (0.1, 0.9, 0.9, True),  # the new words alone
        (0.9, 0.9, 0.9, True),
    ],
)
def test_two_clauses_are_read_together(
    earlier: float, alone: float, pair: float, is_found: bool
) -> None:
    known = {"words before": earlier, "the new words": alone, "words before the new words": pair}
    assert bool(found(Scores(known), "the new words", "words before")) == is_found


def test_every_rule_file_and_layer_is_read_for_both_languages() -> None:
    assert LAYERS.find("You should be ashamed.", "en", "", "reply", "general").found
    assert LAYERS.find("네 잘못이야.", "ko", "", "reply", "general").found
