"""From words to clauses that may be spoken: the language model behind the safety filter."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass

from config.errors import ModelError
from config.phrases import Phrases
from nlu.errors import NluError
from nlu.reply import Responder
from nlu.safety.screen import SafetyFilter, Verdict, passed


@dataclass(frozen=True, slots=True)
class ScreenedClause:
    """A clause that passed the filter: its own words, or the gentle ones put in their place."""

    text: str
    language: str
    verdict: Verdict


class Answering:
    """Every word that Sori says comes out of here, and nothing comes out unscreened."""

    def __init__(self, responder: Responder, safety: SafetyFilter, phrases: Phrases) -> None:
        self._responder = responder
        self._safety = safety
        self._phrases = phrases

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
        said = ""
        with closing(self._clauses(text, language, on_piece)) as clauses:
            for clause in clauses:
                verdict = self._safety.screen(clause, language, said_before=said)
                yield ScreenedClause(verdict.spoken, language, verdict)
                if verdict.action not in ("pass", "soften"):
                    return
                said = f"{said} {verdict.spoken}".strip()

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
