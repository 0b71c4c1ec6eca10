"""The answer to one turn: history and persona in, clauses out as the model thinks of them."""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from config.errors import ModelError
from config.phrases import Phrases
from config.settings import ChatSettings, SpeechSettings
from nlu.adapters import Manner
from nlu.clauses import clauses
from nlu.errors import ReplyCancelled, ReplyError
from nlu.facts import with_facts
from nlu.history import History, fitting_prompt
from nlu.language_model import LanguageModel, ReplyLimits
from nlu.llama_template import Exchange, answer_only, prompt_tokens
from nlu.model_pool import ModelPool
from nlu.repeats import without_repeats
from nlu.routes import Route, RouteTable
from nlu.safety.instructions import kinder_instruction

_SYSTEM_SHARE = 0.6
"""Of the room for a prompt, for persona and guide lines; the rest is for the talk."""
_ROOM_FOR_WORDS = 48
"""Tokens of what a person says next, facts included, when the prompt before it is warmed up."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a reply that can be spoken on its own."""

    text: str
    index: int
    """Position in the reply, from 0."""


@dataclass(frozen=True, slots=True)
class ReplySettings:
    """The two sections that shape a reply."""

    chat: ChatSettings
    speech: SpeechSettings


@dataclass(frozen=True, slots=True)
class ReplyStyle:
    """How one reply is asked for."""

    manner: Manner
    """The adapter to wear."""
    max_reply_tokens: int
    lines: tuple[str, ...] = ()
    """For `Route.system_text`, the most important first."""
    facts: tuple[str, ...] = ()
    """Lines of `nlu.facts` about the person; for routes whose models are told facts."""


def no_facts(language: str) -> Sequence[str]:
    """For a robot that tells its model nothing."""
    return ()


class Responder:
    """Holds the conversation's history; answers through the route of each language.

    `facts` gives what is true at this moment, in the words of a language, as lines of `nlu.facts`,
    and `style` how a reply in a language is wished for; both are asked before every reply.
    """

    def __init__(
        self,
        pool: ModelPool[LanguageModel],
        routes: RouteTable,
        phrases: Phrases,
        settings: ReplySettings,
        facts: Callable[[str], Sequence[str]] = no_facts,
        style: Callable[[str, Route], ReplyStyle] | None = None,
    ) -> None:
        self._pool = pool
        self._routes = routes
        self._phrases = phrases
        self._settings = settings
        self._facts = facts
        self._style = style or self._usual_style
        self._told: tuple[str, tuple[str, ...]] = "", ()
        self._history = History(settings.chat.history_turns)
        self._cancelled = threading.Event()

    def reply(
        self, text: str, language: str, on_piece: Callable[[], None] | None = None
    ) -> Generator[Clause, None, None]:
        """Clauses of the answer to `text`, as soon as each is whole; at least one.

        `on_piece` is called at every piece of text that comes from the model. A model with
        nothing to say is covered by a phrase, and so is a language without a model. Raises
        ModelError when the model cannot be loaded and ReplyError when it fails. Remembers nothing:
        call `heard` afterwards. Close the generator to leave a reply early; the model belongs to
        it until then. After `cancel` it raises ReplyCancelled, and half a clause stays unsaid.
        """
        self._cancelled.clear()
        return self._reply(text, language, on_piece)

    def _reply(
        self, text: str, language: str, on_piece: Callable[[], None] | None
    ) -> Generator[Clause, None, None]:
        if not self._routes.route(language).model:
            yield Clause(self._phrases.say("no_conversation", language, about=text), 0)
            return
        said_something = False
        speech = self._settings.speech
        with closing(self._pieces(text, language, on_piece)) as pieces:
            spoken = clauses(pieces, speech.first_clause_characters, speech.clause_characters)
            for index, clause in enumerate(without_repeats(spoken)):
                said_something = True
                yield Clause(clause, index)
        if not said_something:
            yield Clause(self._phrases.say("no_answer", language, about=text), 0)

    def kinder(
        self, text: str, language: str, on_piece: Callable[[], None] | None = None
    ) -> str | None:
        """The first clause of another answer to `text`, for which the model is told to be kind.

        None where it says nothing or no model speaks the language. The reply before must be
        closed. Raises as `reply` does. Takes the time of a whole prompt: what the model is told
        stands at its beginning.
        """
        if not self._routes.route(language).model:
            return None
        speech = self._settings.speech
        pieces = self._pieces(text, language, on_piece, kinder_instruction(language))
        with closing(pieces):
            cut = clauses(pieces, speech.clause_characters, speech.clause_characters)
            return next(iter(without_repeats(cut)), None)

    def cancel(self) -> None:
        """End the reply in progress from another thread, also while its prompt is evaluated.

        Holds until `reply` is called again. Returns at once.
        """
        self._cancelled.set()
        for model in self._pool.loaded:
            model.cancel()

    def warm(self, language: str) -> None:
        """Let the model of `language` evaluate the next prompt up to where the words begin.

        Saves what that takes from the first piece of the next reply, which never waits for it.
        Does nothing where the model is missing, busy or away; may wait a moment for the latter.
        """
        route = self._routes.route(language)
        if not route.model:
            return
        style = self._style(language, route)
        try:
            model = self._pool.get(route.model)
            room = _room_for_prompt(model, style) - _ROOM_FOR_WORDS
            persona = _system_text(model, route, style, room)
            one, other = (
                fitting_prompt(model.vocabulary, persona, self._history.exchanges, words, room)
                for words in ("a", "(")  # as words and facts begin
            )
        except (ModelError, ReplyError):
            return  # said where a reply is asked for
        shared = 0
        while shared < min(len(one), len(other)) and one[shared] == other[shared]:
            shared += 1
        model.warm(one[:shared], style.manner)

    def heard(self, user_text: str, reply_heard: str, language: str) -> None:
        """Remember a turn, with only that part of the reply which was really heard.

        The facts that stood before this text at the last reply are kept with it.
        """
        text, facts = self._told
        told = facts if text == user_text else ()
        self._history.remember(Exchange(user_text, reply_heard, language, told))

    def forget(self) -> None:
        """A new conversation begins."""
        self._history.forget()

    def forget_last(self) -> None:
        """The last turn is not to be remembered."""
        self._history.forget_last()

    def speaks(self, language: str, told_in: str) -> bool:
        """Whether the model of `language` can be told to speak it by a person of `told_in`.

        A model that takes no instructions speaks the language it is spoken to.
        """
        return language == told_in or bool(self._routes.route(language).guide_lines)

    @property
    def history(self) -> tuple[Exchange, ...]:
        """The remembered turns, oldest first."""
        return self._history.exchanges

    def _pieces(
        self,
        text: str,
        language: str,
        on_piece: Callable[[], None] | None,
        instruction: str = "",
    ) -> Generator[str, None, None]:
        route = self._routes.route(language)
        style = self._style(language, route)
        model = self._pool.get(route.model)
        room = _room_for_prompt(model, style)
        facts = (*self._facts(language), *style.facts) if route.facts else ()
        self._told = text, facts

        persona = _system_text(model, route, style, room)
        prompt = fitting_prompt(
            model.vocabulary,
            f"{persona}\n{instruction}" if instruction else persona,
            self._history.exchanges,
            with_facts(facts, text),
            room,
        )
        limits = ReplyLimits(style.max_reply_tokens, self._settings.chat.max_reply_s)
        with closing(model.generate(prompt, limits, style.manner)) as stream:
            if self._cancelled.is_set():  # from here on, the model itself is told
                raise ReplyCancelled("This reply was cancelled.")
            for piece in answer_only(stream):
                if on_piece is not None:
                    on_piece()
                yield piece

    def _usual_style(self, _language: str, route: Route) -> ReplyStyle:
        return ReplyStyle(route.manner, self._settings.chat.max_reply_tokens)


def _room_for_prompt(model: LanguageModel, style: ReplyStyle) -> int:
    return model.context_tokens - min(style.max_reply_tokens, model.context_tokens // 2)


def _system_text(model: LanguageModel, route: Route, style: ReplyStyle, room: int) -> str:
    def tokens(system: str) -> int:
        return len(prompt_tokens(model.vocabulary, system, (), ""))

    return route.system_text(style.lines, tokens, int(_SYSTEM_SHARE * room))
