"""Telephone numbers of people who listen, by country."""

from pathlib import Path

import msgspec

from config.data_file import LANGUAGE_OF_LAST_RESORT, read_data
from config.phrases import Occasion, Phrases


class HelpLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One country's line."""

    number: str
    name: dict[str, str]
    """By language."""


class _HelpLineFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    country_of_language: dict[str, str]
    line: dict[str, HelpLine]


class HelpLines:
    """Help lines by country; made by `load`."""

    def __init__(self, country_of_language: dict[str, str], lines: dict[str, HelpLine]) -> None:
        self._country_of_language = country_of_language
        self._lines = lines

    @classmethod
    def load(cls, folder: Path) -> "HelpLines":
        """Read `help_lines.toml`; ConfigurationError when it cannot be used."""
        file = folder / "help_lines.toml"
        content = read_data(file, _HelpLineFile, "list of help lines")
        return cls(content.country_of_language, content.line)

    def sentence(
        self,
        phrases: Phrases,
        language: str,
        about: str,
        country: str = "",
        *,
        for_other: bool = False,
    ) -> str:
        """Warm words with the help line of `country`, or of the country `language` suggests.

        Without a line in that country they name no number. `for_other`: the words of somebody who
        worries about another person.
        """
        line = self._lines.get(country or self._country_of_language.get(language, ""))
        if line is None:
            nowhere: Occasion = "crisis_other_no_line" if for_other else "crisis_no_line"
            return phrases.say(nowhere, language, about)
        names = line.name
        name = names.get(language) or names.get(LANGUAGE_OF_LAST_RESORT) or line.number
        sentence = phrases.say("crisis_other" if for_other else "crisis", language, about)
        return sentence.replace("{name}", name).replace("{number}", line.number)
