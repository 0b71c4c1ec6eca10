"""A question that waits for a spoken answer: at most one, and not for long.

Times are those of the conversation's sound. An answer counts for a while after the question was
heard to its end; `question_ended` tells when that was. Where replies take no time, as with sound
files, nobody calls it and the time of asking counts.
"""

from dataclasses import dataclass

from nlu.actions import Action
from nlu.commands.reading import Unclear


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Shall I do `action`?"""

    action: Action
    why: str
    """A reason code: `far`, `posture`, `misheard`, ..."""


@dataclass(frozen=True, slots=True)
class AskedBack:
    """Which of the choices did you mean?"""

    unclear: Unclear
    text: str
    """The sentence that was not clear."""


Question = ReadBack | AskedBack


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that was taken out, to be answered or dropped."""

    question: Question
    late: bool
    """The answer came too late to count."""


class Confirmation:
    """Holds the one question that is open."""

    def __init__(self, confirm_s: float) -> None:
        self._confirm_s = confirm_s
        self._question: Question | None = None
        self._since_s = 0.0

    @property
    def question(self) -> Question | None:
        """The open question, be it late or not."""
        return self._question

    def ask(self, question: Question, now_s: float) -> None:
        """`question` is being asked; it takes the place of an older one."""
        self._question = question
        self._since_s = now_s

    def question_ended(self, at_s: float) -> None:
        """The question was heard to its end at `at_s`: from then on the time runs."""
        self._since_s = max(self._since_s, at_s)

    def take(self, now_s: float) -> Pending | None:
        """The open question, which is then open no more; `now_s`: the answer began then."""
        question, self._question = self._question, None
        if question is None:
            return None
        return Pending(question, late=now_s - self._since_s > self._confirm_s)

    def drop(self) -> None:
        """Forget the open question."""
        self._question = None
