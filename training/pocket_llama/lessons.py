"""What the pocket Llama learns when: six lessons, mixed by shares that change along the budget.

From easy to hard. Topics: single prompts, of which the lower half of the network learns only what
is wanted, at a fraction of the cost of a talk. Echo: random pieces, repeated. Recall: made-up
facts that can only be copied. Phrases: translating, summing up, repeating. Easy: short talks,
mostly without the long system text. Full: talks as they are at run time.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from training.pocket_llama.batches import Batch, Vocabulary, batches, topic_batches
from training.pocket_llama.dialogues import DialogueOptions, Dialogues
from training.pocket_llama.echo import echo_batches
from training.pocket_llama.model import ModelOptions
from training.pocket_llama.recall import Recall

Lesson = Literal["topics", "echo", "recall", "phrases", "easy", "full"]

SINGLE = DialogueOptions(system_share=0.5, own_system_share=0.8, turn_weights=(1,))
PHRASES = DialogueOptions(skill_share=1.0, system_share=0.3, turn_weights=(1,))
OF_PHRASES = (
    "translate",
    "to_english",
    "from_english",
    "to_korean",
    "from_korean",
    "sum",
    "repeat",
)
"""What the names of skills of translating, summing up and repeating begin with."""
EASY = DialogueOptions(skill_share=0.6, own_system_share=0.25, turn_weights=(60, 30, 10))


@dataclass(frozen=True)
class Stage:
    """The lessons up to a share of the budget, each with its share of the steps."""

    until: float
    shares: Mapping[Lesson, float]


COURSE: tuple[Stage, ...] = (
    Stage(0.20, {"topics": 0.05, "echo": 0.5, "recall": 0.2, "easy": 0.25}),
    Stage(0.85, {"topics": 0.1, "echo": 0.03, "recall": 0.12, "phrases": 0.15, "easy": 0.6}),
    Stage(1.00, {"phrases": 0.25, "easy": 0.4, "full": 0.35}),
)
FURTHER: tuple[Stage, ...] = (Stage(1.00, {"phrases": 0.22, "easy": 0.48, "full": 0.30}),)
"""A second course, after the first one: whole talks, and no lesson that only prepares for them."""
FURTHER_KOREAN_SHARE = 0.72
"""Of the conversations in it: Korean is what the first course leaves weaker."""


@dataclass(frozen=True)
class LessonOptions:
    """How many rows a batch has; a recall row or a prompt is several times shorter than a talk."""

    topics: int = 48
    echo: int = 32
    recall: int = 24
    phrases: int = 64
    easy: int = 32
    full: int = 16


class Lessons:
    """Endless batches of each lesson, and which of them is due."""

    def __init__(
        self,
        talk: Dialogues,
        vocabulary: Vocabulary,
        sizes: ModelOptions,
        rng: random.Random,
        options: LessonOptions | None = None,
        course: tuple[Stage, ...] = COURSE,
    ) -> None:
        self._course = course
        rows, self._rng, context = options or LessonOptions(), rng, sizes.context
        easy, single = _drawn(talk, EASY), _drawn(talk, SINGLE)
        self._batches: dict[Lesson, Iterator[Batch]] = {
            "topics": topic_batches(single, vocabulary, rows.topics, rng),
            "echo": echo_batches(sizes.vocabulary, rows.echo, rng),
            "recall": batches(Recall(talk), vocabulary, context, rows.recall, rng),
            "phrases": batches(_phrases(talk), vocabulary, context, rows.phrases, rng),
            "easy": batches(easy, vocabulary, context, rows.easy, rng),
            "full": batches(talk, vocabulary, context, rows.full, rng),
        }

    def next(self, spent_share: float) -> tuple[Lesson, Batch]:
        """A batch of a lesson that is due when this share of the budget is spent."""
        shares = due(spent_share, self._course)
        lesson = self._rng.choices(list(shares), list(shares.values()))[0]
        return lesson, next(self._batches[lesson])


def _drawn(talk: Dialogues, options: DialogueOptions) -> Dialogues:
    """The same talks drawn in another way, with as much Korean."""
    return talk.with_options(replace(options, korean_share=talk.options.korean_share))


def _phrases(talk: Dialogues) -> Dialogues:
    """Single turns of the skills of phrases."""
    skills = {language: skills.only(OF_PHRASES) for language, skills in talk.skills.items()}
    return _drawn(talk.with_answers(talk.topics, skills), PHRASES)


def due(spent_share: float, course: tuple[Stage, ...] = COURSE) -> Mapping[Lesson, float]:
    """The lessons at a share of the budget, each with its share of the steps."""
    return next((stage for stage in course if spent_share < stage.until), course[-1]).shares
