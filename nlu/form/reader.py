"""Reads with the language model what the grammar of commands did not catch."""

from collections.abc import Mapping
from typing import Self

from config.errors import ConfigurationError, ModelError
from config.settings import ChatSettings, Settings
from nlu.abilities import Abilities
from nlu.commands.reading import NotACommand, Reading
from nlu.errors import NluError
from nlu.form.action_form import ActionForm
from nlu.form.lessons import ELSE, Lesson, load_lessons
from nlu.language_model import LanguageModel, ReplyLimits
from nlu.llama_template import prompt_tokens
from nlu.model_pool import ModelPool
from nlu.routes import Route, RouteTable

_MAX_TOKENS = 160
"""A sequence of four or five steps; one that is cut off is refused."""
_SENTENCE_TOKENS = 64
"""A spoken sentence; of a longer one nothing is asked."""


class FormReader:
    """Asks the model of a language's route, where the route says that it can; made by `load`."""

    def __init__(
        self,
        pool: ModelPool[LanguageModel],
        routes: RouteTable,
        form: ActionForm,
        lessons: Mapping[str, Lesson],
        chat: ChatSettings,
    ) -> None:
        self._pool = pool
        self._routes = routes
        self._form = form
        self._lessons = lessons
        self._limits = ReplyLimits(_MAX_TOKENS, chat.max_reply_s)

    @classmethod
    def load(
        cls,
        pool: ModelPool[LanguageModel],
        routes: RouteTable,
        abilities: Abilities,
        settings: Settings,
    ) -> Self:
        """The form of a body with `abilities`, its caps lowered by the rules.

        Raises ConfigurationError for lessons that cannot be used, and for a model with `actions`
        whose context has no room for them.
        """
        form = ActionForm(abilities)
        reader = cls(pool, routes, form, load_lessons(form), settings.chat)
        for language in settings.language.served:
            reader.check_room(language)
        return reader

    def check_room(self, language: str) -> None:
        """Raise ConfigurationError where the lesson leaves no room for a sentence and the form."""
        route = self._routes.route(language)
        if not self._is_asked(route):
            return
        model = self._pool.get(route.model)
        needed = len(self._prompt(model, language, "")) + _SENTENCE_TOKENS + _MAX_TOKENS
        if needed > model.context_tokens:
            raise ConfigurationError(
                f"`actions` in the [[route]] of `{language}` needs a context of {needed} tokens;"
                f" `{route.model}` has {model.context_tokens} here. Raise `chat.context_tokens`,"
                " or leave `actions` out."
            )

    def read(self, text: str, language: str) -> Reading:
        """What the model takes `text` for: a command in doubt, or none.

        Never raises for the model: without one, or when it fails, there is no command, and what is
        wrong is said where the model is needed for the reply.
        """
        route = self._routes.route(language)
        if not self._is_asked(route):
            return NotACommand()
        try:
            model = self._pool.get(route.model)
            prompt = self._prompt(model, language, text)
            return self._form.parse(model.fill(prompt, self._form.grammar, self._limits))
        except (ModelError, NluError):
            return NotACommand()

    def _is_asked(self, route: Route) -> bool:
        return route.actions and bool(route.model) and not self._form.is_empty

    def _prompt(self, model: LanguageModel, language: str, text: str) -> list[int]:
        lesson = self._lessons.get(language) or self._lessons[ELSE]
        return prompt_tokens(model.vocabulary, lesson.instruction, lesson.examples, text)
