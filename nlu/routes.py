"""Who answers in which language: a table from language to model, persona and voice."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY, read_text
from config.settings import RouteSettings
from nlu.adapters import Manner

PERSONA_DIRECTORY = CONFIG_DIRECTORY / "persona"
ANY_LANGUAGE = "*"


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


class RouteTable:
    """Routes by language; made by `load`."""

    def __init__(self, routes: dict[str, Route]) -> None:
        self._routes = routes

    @classmethod
    def load(
        cls, routes: Sequence[RouteSettings], personas: Path = PERSONA_DIRECTORY
    ) -> "RouteTable":
        """Read the persona texts that `routes` name.

        Raises ConfigurationError for a persona without a text and a language with two routes.
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
            )
            for language in settings.languages:
                if language in table:
                    raise ConfigurationError(
                        f"Two routes answer `{language}`. Keep that language in one of them."
                    )
                table[language] = route
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
        """The adapters that some language wears over `model`, in the order of the table."""
        routes = [route for route in self._routes.values() if route.model == model]
        return tuple(dict.fromkeys(r.manner.adapter for r in routes if r.manner.adapter))


def _persona(name: str, folder: Path) -> str:
    known = sorted(file.stem for file in folder.glob("*.txt"))
    if name not in known:  # also keeps names such as ../secret inside the folder
        raise ConfigurationError(
            f"There is no persona `{name}` in {folder} (there: {', '.join(known) or 'none'})."
            f" Write {name}.txt, or name another one in the [[route]]."
        )
    return read_text(folder / f"{name}.txt", "persona text").strip()
