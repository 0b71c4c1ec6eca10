"""What is said in return to words: of the body, of manner and memory, else by the model."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

from audio.sound import Samples
from nlu.care.wishes import Forgotten
from nlu.emotion.text_emotion import Felt
from nlu.safety.screen import Verdict
from robot.acting.acting import Acted, Acting
from robot.answering import Answering, ScreenedClause
from robot.body.writer import Watch, nothing
from robot.care.care import CareReply
from robot.care.company import Company
from robot.turn_record import TurnRecord


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
    samples: Samples | None = None
    """Their sound, (n,) at 16 kHz; None: typed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back: the verdict on the words, what the body did, and clauses to speak."""

    question: Verdict
    felt: Felt
    """What the words sound like."""
    acted: Acted | None
    language: str
    """Of the clauses."""
    clauses: Generator[ScreenedClause, None, None]


class Exchange:
    """The body first, then wishes about manner and memory, then the language model.

    Despair goes before all three.
    """

    def __init__(self, answering: Answering, acting: Acting, company: Company) -> None:
        self._answering = answering
        self._acting = acting
        self._company = company

    def reply(self, said: Said, on_piece: Callable[[], None]) -> Reply:
        """Do what was asked for, and give the clauses of the answer, as they are made.

        Returns when the body has done its part. Close the clauses to leave them early.
        """
        text, language = said.text, self._company.language_of_reply(said.language)
        question = self._answering.screen_question(text, said.language)
        felt = self._company.heard(text, said.language, said.samples)
        acted = None if question.action == "crisis" else self._consider(said, language)
        if acted is not None:
            clauses = self._answering.tell(acted.reply, language)
        elif question.action != "crisis" and (wished := self._wished(said)) is not None:
            language = wished.language
            clauses = self._answering.tell(wished.text, language)
        else:
            self._show_mood(said.epoch)
            language = self._answering.language_of_answer(said.language, language)
            clauses = self._answering.answer(text, language, question, on_piece)
        return Reply(question, felt, acted, language, clauses)

    def _consider(self, said: Said, reply_language: str) -> Acted | None:
        acted = self._acting.consider(
            *(said.text, said.language, said.at_s, said.log_probability, said.watch, said.epoch),
            reply_language,
        )
        if acted is not None and (percent := acted.volume_percent) is not None:
            self._company.volume_set(percent)
        return acted

    def _wished(self, said: Said) -> CareReply | None:
        wished = self._company.consider(said.text, said.language)
        if wished is not None and wished.forgot is not None:
            self._answering.forget_words(wished.forgot)
        return wished

    def _show_mood(self, epoch: int | None) -> None:
        if (face := self._company.new_face()) is not None:
            self._acting.show(face, epoch)

    def ask_again(self, language: str) -> Generator[ScreenedClause, None, None]:
        """The sentence for speech that was not understood."""
        return self._answering.ask_again(language)

    def tell(
        self, text: str, language: str, *, composed: bool = False
    ) -> Generator[ScreenedClause, None, None]:
        """Words of another program or, `composed`, a phrase of Sori's own; screened."""
        return self._answering.tell(text, language, composed=composed)

    def cancel(self) -> None:
        """End the language model's part of a reply, from any thread."""
        self._answering.cancel()

    def warm(self, language: str) -> None:
        """Let the language model get ready for words in `language`; returns at once."""
        self._answering.warm(language)

    def forget_words(self, what: Forgotten) -> None:
        """Take what a person wants forgotten out of the language model's history."""
        self._answering.forget_words(what)

    def question_ended(self, at_s: float) -> None:
        """The question in the last reply was heard to its end: the time for a yes begins."""
        self._acting.question_ended(at_s)

    def remember(self, text: str, reply_heard: str, language: str) -> None:
        """Keep what was said, and of the reply only what was heard."""
        if not self._company.forgets:
            self._answering.remember(text, reply_heard, language)
        self._company.replied(reply_heard)

    def keep(self, record: TurnRecord) -> None:
        """Put a finished turn into the memory."""
        self._company.keep(record)

    def forget(self) -> None:
        """A new conversation begins."""
        self._answering.forget()
        self._acting.forget()
        self._company.begin()
