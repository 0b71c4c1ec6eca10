"""From words to clauses that may be spoken: the language model behind the safety filter."""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass

from config.errors import ModelError
from config.phrases import Phrases
from nlu.clauses import clauses as cut
from nlu.errors import NluError
from nlu.reply import Responder
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
        return self._safety.screen(text, language)

    def answer(
        self, text: str, language: str, question: Verdict, on_piece: Callable[[], None]
    ) -> Generator[ScreenedClause, None, None]:
        """Clauses of the reply to `text`, as the model makes them.

        `on_piece` is called at every piece of the model's text. Despair is answered by the
        filter's warm words and help lines, without the model. After a clause that had to be
        replaced the reply ends: how the model meant to go on belongs to what was not said.
        """
        if question.action == "crisis":
            yield ScreenedClause(question.spoken, language, passed(question.spoken))
            return
        thought = self._clauses(text, language, on_piece)
        with closing(self._honest(thought, language, text)) as clauses:
            yield from self._screened(clauses, language)

    def tell(self, text: str, language: str) -> Generator[ScreenedClause, None, None]:
        """What Sori says without the model, such as what the body did; screened all the same."""
        return self._screened(cut([text], _TOLD_CHARACTERS, _TOLD_CHARACTERS), language)

    def _screened(
        self, clauses: Iterable[str], language: str
    ) -> Generator[ScreenedClause, None, None]:
        said = ""
        for clause in clauses:
            verdict = self._safety.screen(clause, language, said_before=said)
            yield ScreenedClause(verdict.spoken, language, verdict)
            if verdict.action not in ("pass", "soften"):
                return
            said = f"{said} {verdict.spoken}".strip()

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
        self, text: str, language: str, on_piece: Callable[[], None]
    ) -> Generator[str, None, None]:
        """The model's clauses; its failure is said aloud rather than met with silence."""
        try:
            with closing(self._responder.reply(text, language, on_piece)) as clauses:
                for clause in clauses:
                    yield clause.text
        except ModelError:
            yield self._phrases.say("model_missing", language)
        except NluError:
            yield self._phrases.say("apology", language)

    def ask_again(self, language: str) -> Generator[ScreenedClause, None, None]:
        """The sentence for speech that was not understood."""
        text = self._phrases.say("not_understood", language)
        yield ScreenedClause(text, language, passed(text))

    def remember(self, text: str, reply_heard: str, language: str) -> None:
        """Keep what was said, and of the reply only what was heard."""
        self._responder.heard(text, reply_heard, language)

    def forget(self) -> None:
        """A new conversation begins."""
        self._responder.forget()
