"""Reads what people say as commands to the body: the one door to this package."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from nlu.actions import Stop
from nlu.commands.grammar import Grammar, served
from nlu.commands.grammar_file import COMMANDS_DIRECTORY, read_amounts
from nlu.commands.reading import Command, NotACommand, Reading
from nlu.stop_words import StopWords


class CommandReader:
    """The grammars of all served languages; made by `load`, then only read from."""

    def __init__(
        self, grammars: Mapping[str, Grammar], stop_words: StopWords, doubtful: float
    ) -> None:
        self._grammars = dict(grammars)
        self._stop_words = stop_words
        self._doubtful_log_probability = doubtful

    @classmethod
    def load(cls, languages: Sequence[str], folder: Path = COMMANDS_DIRECTORY) -> Self:
        """Read the wordings of `languages`; those without a file have no commands but to stop.

        Raises ConfigurationError when a file cannot be used.
        """
        amounts = read_amounts(folder)
        written = [code for code in languages if (folder / f"{code}.toml").exists()]
        grammars = {code: Grammar.load(folder, code, amounts) for code in written}
        doubtful = amounts.sense.doubtful_log_probability
        return cls(grammars, StopWords.load(languages), doubtful)

    def read(self, text: str, language: str, confidence: float | None = None) -> Reading:
        """What `text`, said to be in `language`, asks the body to do.

        `confidence` is the mean log probability of the transcript, when there is one. A sentence
        with a stop word in it is a stop, whatever else it says. When the grammar of `language`
        finds nothing, another language's reading is taken if it is free of doubt.
        """
        if self._stop_words.heard_in(text):
            return Command(Stop())
        if self.answer(text, language) is not None:
            return NotACommand()  # "go ahead" alone lets somebody go on; it moves nothing
        in_doubt = confidence is not None and confidence < self._doubtful_log_probability
        first: Reading = NotACommand()
        if (own := self._grammars.get(language)) is not None:
            first = own.read(text, in_doubt=in_doubt)
            if first != NotACommand():
                return first
        others = [
            found
            for code, grammar in self._grammars.items()
            if code != language and isinstance(found := grammar.read(text, exactly=True), Command)
        ]
        if others and not in_doubt and all(other == others[0] for other in others):
            return others[0]
        return first

    def answer(self, text: str, language: str) -> bool | None:
        """A spoken yes or no to a read-back; None for any other sentence."""
        answers = (grammar.answer(text) for grammar in served(self._grammars, language))
        return next((answer for answer in answers if answer is not None), None)
