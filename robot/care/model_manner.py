"""How preferences reach the language model: adapter, lines after the persona, length, facts."""

from collections.abc import Mapping
from typing import Self

from config.data_file import LANGUAGE_OF_LAST_RESORT
from config.persona_manner import MannerLines, load_manner_lines
from config.preferences import Length, Preferences
from config.settings import ChatSettings
from nlu.adapters import Manner
from nlu.reply import ReplyStyle
from nlu.routes import Route

PLAIN_SPEECH_LANGUAGE = "ko"
_SHARE_OF_TOKENS: Mapping[Length, float] = {"short": 0.75, "normal": 1.0, "detailed": 2.0}
"""Of `chat.max_reply_tokens`. A limit only cuts; the adapter and the lines make replies short."""
_MOST_OF_CONTEXT = 0.5


class ModelManners:
    """The manners of all languages; made by `load`."""

    def __init__(self, books: Mapping[str, MannerLines], chat: ChatSettings) -> None:
        self._books = books
        self._chat = chat

    @classmethod
    def load(cls, chat: ChatSettings) -> Self:
        """Read `config/persona/manner/`; ConfigurationError names a bad file."""
        return cls(load_manner_lines(), chat)

    def of(self, preferences: Preferences, language: str, route: Route) -> ReplyStyle:
        """How a model of `route` is asked for a reply in `language`."""
        return ReplyStyle(
            _adapter(preferences, language, route),
            self._most_tokens(preferences.length),
            self._lines(preferences, language),
            self._facts(preferences, language, route),
        )

    def _lines(self, preferences: Preferences, language: str) -> tuple[str, ...]:
        book = self._book(language)
        name = preferences.robot_name
        lines = (
            book.audience[preferences.audience],
            book.speech_level[preferences.speech_level],
            book.length[preferences.length],
            book.tone[preferences.tone],
            book.name.robot.format(name=name) if name else "",
        )
        return tuple(line for line in lines if line)

    def _most_tokens(self, length: Length) -> int:
        chat = self._chat
        wanted = round(chat.max_reply_tokens * _SHARE_OF_TOKENS[length])
        return max(1, min(wanted, int(chat.context_tokens * _MOST_OF_CONTEXT)))

    def _facts(self, preferences: Preferences, language: str, route: Route) -> tuple[str, ...]:
        name, book = preferences.user_name, self._books.get(language)
        if not name or book is None or not route.facts:
            return ()
        # A model that was trained on its texts alone has never seen a name with a capital there.
        written = name if route.guide_lines else name.lower()
        return (book.facts.name.format(name=written),)

    def _book(self, language: str) -> MannerLines:
        return self._books.get(language) or self._books[LANGUAGE_OF_LAST_RESORT]


def _adapter(preferences: Preferences, language: str, route: Route) -> Manner:
    """One adapter at a time: how a person is spoken to goes before how much is said."""
    plain = preferences.speech_level == "plain" and language == PLAIN_SPEECH_LANGUAGE
    if plain and route.plain_adapter:
        return Manner(route.plain_adapter)
    if preferences.length == "short" and route.brief_adapter:
        return Manner(route.brief_adapter)
    return route.manner
