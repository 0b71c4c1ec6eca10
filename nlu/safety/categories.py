"""The kinds of hurt that the filter knows."""

from typing import Literal

Category = Literal[
    "insult",
    "hate",
    "sexual",
    "threat",
    "self_harm",
    "demeaning",
    "dangerous",
    "private",
    "blame",
    "profanity",
    "despair",
]

CATEGORIES: tuple[Category, ...] = (
    "hate",
    "threat",
    "self_harm",
    "despair",
    "sexual",
    "dangerous",
    "demeaning",
    "insult",
    "blame",
    "private",
    "profanity",
)
"""All of them, the gravest first: the order in which they are reported."""
