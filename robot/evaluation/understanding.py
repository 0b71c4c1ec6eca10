"""From words to the name of the wish in them, as a robot with these languages understands it."""

from collections.abc import Callable, Sequence

from nlu.actions import action_name
from nlu.commands.reader import CommandReader
from nlu.commands.reading import Command, NotACommand, Unclear

Understand = Callable[[str, str], str | None]
"""Text and its language, to the name of the intent; None when there is none."""


def understander(languages: Sequence[str]) -> Understand:
    """What understands intents by the grammar of commands.

    It runs where clips are scored, not where they are heard: what was heard is kept, what it means
    is found anew each time. Raises ConfigurationError for wordings that cannot be used.
    """
    reader = CommandReader.load(languages)

    def understand(text: str, language: str) -> str | None:
        match reader.read(text, language):
            case Command(action=action):
                return action_name(action)
            case Unclear(choices=choices):  # which wish it is, is clear
                return action_name(choices[0])
            case NotACommand():
                return None

    return understand
