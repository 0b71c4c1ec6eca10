"""What is said in return to words: by the body for what it did, else by the language model."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

from nlu.safety.screen import Verdict
from robot.acting.acting import Acted, Acting
from robot.answering import Answering, ScreenedClause
from robot.body.writer import Watch, nothing


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a person."""

    text: str
    language: str
    at_s: float
    """When they ended to be said, on the conversation's clock."""
    log_probability: float | None = None
    """The recogniser's trust in them, a token; None: typed."""
    watch: Watch = nothing
    """Listens on while the body moves."""
    epoch: int | None = None
    """The writer's when they were said; None: now."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back: the verdict on the words, what the body did, and clauses to speak."""

    question: Verdict
    acted: Acted | None
    clauses: Generator[ScreenedClause, None, None]


class Exchange:
    """The body first, then the language model; despair before both."""

    def __init__(self, answering: Answering, acting: Acting) -> None:
        self._answering = answering
        self._acting = acting

    def reply(self, said: Said, on_piece: Callable[[], None]) -> Reply:
        """Do what was asked for, and give the clauses of the answer, as they are made.

        Returns when the body has done its part. Close the clauses to leave them early.
        """
        question = self._answering.screen_question(said.text, said.language)
        acted = None if question.action == "crisis" else self._consider(said)
        if acted is None:
            clauses = self._answering.answer(said.text, said.language, question, on_piece)
        else:
            clauses = self._answering.tell(acted.reply, said.language)
        return Reply(question, acted, clauses)

    def _consider(self, said: Said) -> Acted | None:
        return self._acting.consider(
            said.text, said.language, said.at_s, said.log_probability, said.watch, said.epoch
        )

    def ask_again(self, language: str) -> Generator[ScreenedClause, None, None]:
        """The sentence for speech that was not understood."""
        return self._answering.ask_again(language)

    def tell(self, text: str, language: str) -> Generator[ScreenedClause, None, None]:
        """Words of another program, screened."""
        return self._answering.tell(text, language)

    def question_ended(self, at_s: float) -> None:
        """The question in the last reply was heard to its end: the time for a yes begins."""
        self._acting.question_ended(at_s)

    def remember(self, text: str, reply_heard: str, language: str) -> None:
        """Keep what was said, and of the reply only what was heard."""
        self._answering.remember(text, reply_heard, language)

    def forget(self) -> None:
        """A new conversation begins."""
        self._answering.forget()
        self._acting.forget()
