"""Reads what people say about manner, feedback and memory: the one door to this package."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from nlu.care.wish_file import CARE_DIRECTORY
from nlu.care.wish_grammar import WishGrammar
from nlu.care.wishes import Wish


class CareReader:
    """The wishes of all served languages; made by `load`, then only read from."""

    def __init__(self, grammars: Mapping[str, WishGrammar]) -> None:
        self._grammars = dict(grammars)

    @classmethod
    def load(cls, languages: Sequence[str], folder: Path = CARE_DIRECTORY) -> Self:
        """Read the wordings of `languages`; those without a file have no wishes.

        Raises ConfigurationError when a file cannot be used.
        """
        written = [code for code in languages if (folder / f"{code}.toml").exists()]
        return cls({code: WishGrammar.load(folder, code) for code in written})

    def read(self, text: str, language: str) -> Wish | None:
        """What `text`, said to be in `language`, wishes for; of several wishes the first."""
        return next(iter(self.read_all(text, language)), None)

    def read_all(self, text: str, language: str) -> tuple[Wish, ...]:
        """All wishes of `text` in their order: "be brief and speak slowly".

        When the grammar of `language` finds nothing, another language's reading is taken, if
        every word of it is as in its grammar.
        """
        if (own := self._grammars.get(language)) is not None and (found := own.read(text)):
            return found
        others = (
            grammar.read(text, exactly=True)
            for code, grammar in self._grammars.items()
            if code != language
        )
        return next((found for found in others if found), ())
