"""What care needs of others: a reader of wishes, a memory and a filter."""

from collections.abc import Iterable
from typing import Protocol

from config.preferences import Audience, Preferences
from nlu.care.wishes import Forgotten, Reported, Wish
from nlu.safety.screen import Verdict


class Reader(Protocol):
    """Reads wishes (`nlu/care/reader.py`)."""

    def read_all(self, text: str, language: str) -> tuple[Wish, ...]:
        """Every wish in `text`, in its order."""
        ...


class Keeper(Protocol):
    """What lasts over restarts (`robot/memory/memory.py`)."""

    greeted: bool

    def preferences(self) -> Preferences | None:
        """What people changed, over the settings; None where they changed nothing."""
        ...

    def save_preferences(self, new: Preferences) -> bool:
        """Put them on top of the former ones; False where they could not be kept."""
        ...

    def undo_preferences(self) -> Preferences | None:
        """Take back the newest change; None where there is none."""
        ...

    def report(self, kind: Reported, phrase: str, turn_id: int | None, language: str) -> int:
        """Keep a report; 0 where it could not be kept."""
        ...

    def avoided(self) -> tuple[str, ...]:
        """Phrases not to be said again."""
        ...

    def forget(self, what: Forgotten) -> int:
        """Delete for good. Raises MemoryFileError where traces may remain."""
        ...


class Screen(Protocol):
    """What keeps words from being said (`nlu/safety/screen.py`)."""

    audience: Audience

    def avoid(self, phrases: Iterable[str]) -> None:
        """Say none of these again, in the place of those given before."""
        ...

    def screen(self, text: str, language: str, said_before: str = "") -> Verdict:
        """Judge a text."""
        ...
