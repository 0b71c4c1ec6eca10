"""From words to clauses that may be spoken: the language model behind the safety filter."""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace

from config.errors import ModelError
from config.phrases import Phrases
from nlu.care.wishes import Forgotten
from nlu.clauses import clauses as cut
from nlu.errors import (
    NluError,
    ReplyCancelled,
    WorkerDied,
    WorkerRestarting,
    WorkerResting,
)
from nlu.reply import Clause, Responder
from nlu.safety.screen import SafetyFilter, Verdict, passed
from robot.acting.claims import Claims

_TOLD_CHARACTERS = 80
"""Longest clause of what is said without the model: it is all there at once."""


@dataclass(frozen=True, slots=True)
class ScreenedClause:
    """A clause that passed the filter: its own words, or the gentle ones put in their place."""

    text: str
    language: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _HeldBack:
    """A clause that must not be spoken, kept no longer than it takes to mend it."""

    text: str
    verdict: Verdict


class Answering:
    """Every word that Sori says comes out of here, and nothing comes out unscreened."""

    def __init__(
        self, responder: Responder, safety: SafetyFilter, phrases: Phrases, claims: Claims
    ) -> None:
        self._responder = responder
        self._safety = safety
        self._phrases = phrases
        self._claims = claims

    def screen_question(self, text: str, language: str) -> Verdict:
        """What the filter says of the person's own words."""
        return self._safety.screen(text, language, side="person")

    def answer(
        self, text: str, language: str, question: Verdict, on_piece: Callable[[], None]
    ) -> Generator[ScreenedClause, None, None]:
        """Clauses of the reply to `text`, as the model makes them.

        `on_piece` is called at every piece of the model's text. Despair is answered by the
        filter's warm words and help lines, insults by calm words, both without the model. A clause
        that is held back is asked for once more, in kinder words, and ends the reply: how the model
        meant to go on belongs to what was not said.
        """
        thought = self._responder.reply(text, language, on_piece)
        return self._answer(thought, text, language, question, on_piece)

    def _answer(
        self,
        reply: Generator[Clause, None, None],
        text: str,
        language: str,
        question: Verdict,
        on_piece: Callable[[], None],
    ) -> Generator[ScreenedClause, None, None]:
        if question.action in ("crisis", "replace"):
            yield ScreenedClause(question.spoken, language, passed(question.spoken))
            return
        thought = self._clauses(reply, language)
        with closing(self._honest(thought, language, text)) as clauses:
            said, held_back = yield from self._screened(clauses, language)
        if held_back is not None:
            yield self._mended(text, language, said, held_back, on_piece)

    def tell(
        self, text: str, language: str, *, composed: bool = True
    ) -> Generator[ScreenedClause, None, None]:
        """What Sori says without the model, such as what the body did; screened all the same.

        `composed`: of phrases of its own; False: words of another program.
        """
        clauses = cut([text], _TOLD_CHARACTERS, _TOLD_CHARACTERS)
        _, held_back = yield from self._screened(clauses, language, composed=composed)
        if held_back is not None:
            yield ScreenedClause(held_back.verdict.spoken, language, held_back.verdict)

    def _screened(
        self, clauses: Iterable[str], language: str, *, composed: bool = False
    ) -> Generator[ScreenedClause, None, tuple[str, _HeldBack | None]]:
        """The clauses that may be spoken; returns them joined, and the one that may not."""
        said = ""
        for clause in clauses:
            verdict = self._safety.screen(clause, language, said, composed=composed)
            if verdict.action not in ("pass", "soften"):
                return said, _HeldBack(clause, verdict)
            yield ScreenedClause(verdict.spoken, language, verdict)
            said = f"{said} {verdict.spoken}".strip()
        return said, None

    def _mended(
        self,
        text: str,
        language: str,
        said: str,
        held_back: _HeldBack,
        on_piece: Callable[[], None],
    ) -> ScreenedClause:
        """One kinder clause in the place of the one held back, or the filter's gentle words."""
        verdict = held_back.verdict
        if verdict.action == "replace" and "private" not in verdict.categories:
            for clause in self._honest(self._kinder(text, language, on_piece), language, text):
                again = self._safety.screen(clause, language, said_before=said)
                if again.action in ("pass", "soften") and _bare(clause) not in (
                    _bare(held_back.text),
                    _bare(said),
                ):
                    softened = replace(verdict, action="soften", spoken=again.spoken)
                    return ScreenedClause(again.spoken, language, softened)
        return ScreenedClause(verdict.spoken, language, verdict)

    def _kinder(
        self, text: str, language: str, on_piece: Callable[[], None]
    ) -> Generator[str, None, None]:
        try:
            if clause := self._responder.kinder(text, language, on_piece):
                yield clause
        except (ModelError, NluError):
            return  # the gentle words are there already

    def _honest(
        self, clauses: Generator[str, None, None], language: str, asked: str
    ) -> Generator[str, None, None]:
        """The clauses up to one that claims a motion: the model moves nothing.

        Honest words stand in the place of the claim, and end the reply: what follows in the model's
        mind belongs to a motion that there is not.
        """
        with closing(clauses):
            for clause in clauses:
                honest = self._claims.mend(clause, language, moved=frozenset(), asked=asked)
                yield clause if honest is None else honest
                if honest is not None:
                    return

    def _clauses(
        self, reply: Generator[Clause, None, None], language: str
    ) -> Generator[str, None, None]:
        """The model's clauses; its failure is said aloud rather than met with silence."""
        try:
            with closing(reply) as clauses:
                for clause in clauses:
                    yield clause.text
        except ReplyCancelled:
            return  # who cancelled it wants to hear no more
        except WorkerDied:
            yield self._phrases.say("thought_lost", language)
        except WorkerRestarting:
            yield self._phrases.say("thinking_again", language)
        except (ModelError, WorkerResting):
            yield self._phrases.say("model_missing", language)
        except NluError:
            yield self._phrases.say("apology", language)

    def cancel(self) -> None:
        """End the model's part of an answer from another thread, also within its prompt.

        Its clauses end without another word; the turn has to know why. Holds until `answer` is
        called again.
        """
        self._responder.cancel()

    def warm(self, language: str) -> None:
        """Let the model evaluate what it will be told before the next words in `language`."""
        self._responder.warm(language)

    def ask_again(self, language: str) -> Generator[ScreenedClause, None, None]:
        """The sentence for speech that was not understood."""
        text = self._phrases.say("not_understood", language)
        yield ScreenedClause(text, language, passed(text))

    def remember(self, text: str, reply_heard: str, language: str) -> None:
        """Keep what was said, and of the reply only what was heard."""
        self._responder.heard(text, reply_heard, language)

    def language_of_answer(self, spoken: str, wished: str) -> str:
        """The language in which the model answers words that were `spoken` in another."""
        return wished if self._responder.speaks(wished, spoken) else spoken

    def forget_words(self, what: Forgotten) -> None:
        """Take out of the model's history what a person wants forgotten."""
        if what == "last":
            self._responder.forget_last()
        else:
            self._responder.forget()

    def forget(self) -> None:
        """A new conversation begins."""
        self._responder.forget()


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
