"""Who answers in which language: a table from language to model, persona and voice.

A persona is a text that anybody may edit. The guide lines of `config/persona/guide_lines/` stand
after it, whatever it says: no wish, name or question of a person gets in between or behind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from config.data_file import LANGUAGE_OF_LAST_RESORT
from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY, read_text
from config.settings import RouteSettings
from nlu.adapters import Manner

PERSONA_DIRECTORY = CONFIG_DIRECTORY / "persona"
GUIDE_LINES_DIRECTORY = PERSONA_DIRECTORY / "guide_lines"
ANY_LANGUAGE = "*"
_LEAST_LINES = 2
"""A heading alone says nothing."""


@dataclass(frozen=True, slots=True)
class Route:
    """One answerer: which model speaks as whom, with which voice."""

    model: str
    """Name in the model manifest; empty: no model speaks the language."""
    manner: Manner
    persona: str
    """The text of the system prompt."""
    voice: str
    """espeak-ng voice; empty: the voice of the language."""
    facts: bool = True
    """Whether the model is told time, date and what the body knows, at every turn."""
    actions: bool = False
    """Whether the model is asked for wishes of the body that the grammar did not catch."""
    guide_lines: tuple[str, ...] = ()
    """A heading and what holds whatever the persona says, the most important first; empty for a
    model that has to get its persona text as it is."""
    brief_adapter: str = ""
    """Worn while short answers are wished for; empty: none."""
    plain_adapter: str = ""
    """Worn while plain Korean speech is wished for; empty: none."""

    def system_text(
        self, manner: Sequence[str], tokens: Callable[[str], int], most_tokens: int
    ) -> str:
        """The system prompt: persona, lines of the wished `manner`, guide lines.

        Where all of it is over `most_tokens`, the lines of manner are left out first, the last one
        first, then guide lines from the end; the persona is always whole. A model without guide
        lines gets its persona alone.
        """
        if not self.guide_lines:
            return self.persona
        lines, wished = list(self.guide_lines), [line for line in manner if line]
        while lines:
            text = "\n".join([self.persona, *wished, *lines])
            if tokens(text) <= most_tokens:
                return text
            (wished or lines).pop()
            if len(lines) < _LEAST_LINES:
                break
        return self.persona


class RouteTable:
    """Routes by language; made by `load`."""

    def __init__(self, routes: dict[str, Route]) -> None:
        self._routes = routes

    @classmethod
    def load(
        cls,
        routes: Sequence[RouteSettings],
        personas: Path = PERSONA_DIRECTORY,
        guide_lines: Path = GUIDE_LINES_DIRECTORY,
    ) -> "RouteTable":
        """Read the persona texts that `routes` name, and the guide lines.

        Raises ConfigurationError for a persona without a text, a language with two routes, and
        guide lines that are missing.
        """
        table: dict[str, Route] = {}
        for settings in routes:
            route = Route(
                settings.model,
                Manner(settings.adapter, settings.adapter_scale),
                _persona(settings.persona, personas),
                settings.voice,
                settings.facts,
                settings.actions,
                brief_adapter=settings.brief_adapter,
                plain_adapter=settings.plain_adapter,
            )
            for language in settings.languages:
                if language in table:
                    raise ConfigurationError(
                        f"Two routes answer `{language}`. Keep that language in one of them."
                    )
                lines = _guide_lines(language, guide_lines) if settings.guide_lines else ()
                table[language] = replace(route, guide_lines=lines)
        return cls(table)

    def route(self, language: str) -> Route:
        """The route of `language`, or the one for every other language.

        Raises ConfigurationError when there is neither.
        """
        found = self._routes.get(language) or self._routes.get(ANY_LANGUAGE)
        if found is None:
            known = ", ".join(sorted(self._routes)) or "none"
            raise ConfigurationError(
                f"No route answers `{language}` (routes: {known})."
                ' Add a [[route]] for it, or one with languages = ["*"].'
            )
        return found

    def adapters(self, model: str) -> tuple[str, ...]:
        """The adapters that some language may wear over `model`, in the order of the table."""
        routes = [route for route in self._routes.values() if route.model == model]
        worn = [(r.manner.adapter, r.brief_adapter, r.plain_adapter) for r in routes]
        return tuple(dict.fromkeys(name for names in worn for name in names if name))


def _persona(name: str, folder: Path) -> str:
    known = sorted(file.stem for file in folder.glob("*.txt"))
    if name not in known:  # also keeps names such as ../secret inside the folder
        raise ConfigurationError(
            f"There is no persona `{name}` in {folder} (there: {', '.join(known) or 'none'})."
            f" Write {name}.txt, or name another one in the [[route]]."
        )
    return read_text(folder / f"{name}.txt", "persona text").strip()


def _guide_lines(language: str, folder: Path) -> tuple[str, ...]:
    """Of `language`, or the English ones; ConfigurationError where there are none."""
    file = folder / f"{language}.txt"
    if not language.isalpha() or not file.is_file():  # `*`, and languages without their own
        file = folder / f"{LANGUAGE_OF_LAST_RESORT}.txt"
    lines = read_text(file, "text of guide lines").split("\n")
    kept = tuple(line.strip() for line in lines if line.strip())
    if len(kept) < _LEAST_LINES:
        raise ConfigurationError(f"{file}: there are no guide lines. Put the file back.")
    return kept
