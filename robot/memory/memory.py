"""The door of the memory: what a conversation keeps, reads and forgets."""

import logging
import os
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from config.errors import SoriError
from config.memory_settings import MemorySettings
from config.preferences import Preferences
from nlu.safety.private_data import redacted
from robot.memory import feedback, forgetting, preferences, turns
from robot.memory.database import Database
from robot.memory.database_file import FILE_NAME
from robot.memory.errors import MemoryFileError
from robot.memory.feedback import Kind, NewReport, Report
from robot.memory.forgetting import DAY_S, Begun, NotBegun, What, WhichConversation
from robot.memory.turns import KeptTurn, Redact
from robot.turn_record import TurnRecord

log = logging.getLogger(__name__)

MOST_TURNS_IN_RAM = 200
"""Where nothing goes to the disk."""
NOT_KEPT = 0
"""In place of a number: it could not be kept, or is not to be."""
_GREETED = "greeted"

T = TypeVar("T")

Clock = Callable[[], float]
"""Seconds since 1970, UTC."""


def memory_file(settings: MemorySettings) -> Path:
    """Where the memory lies: in a folder of its own, which only its owner can look into."""
    if settings.directory:
        directory = Path(settings.directory).expanduser()
    elif (data_home := Path(os.environ.get("XDG_DATA_HOME", ""))).is_absolute():
        directory = data_home / "sori"
    else:
        directory = Path("~/.local/share/sori").expanduser()
    return directory / "memory" / FILE_NAME


class Memory:
    """Threads may share one. While a conversation lasts, a full or broken disk is logged, not
    raised: only `forget` must not fail silently, and what the commands use.
    """

    def __init__(
        self,
        database: Database,
        settings: MemorySettings,
        defaults: Preferences,
        redact: Redact,
        clock: Clock,
        unused: Path | None = None,
    ) -> None:
        """`unused`: a file that may hold what was kept before, and is not written to now."""
        self._database = database
        self._unused = unused
        self._settings = settings
        self._defaults = defaults
        self._redact = redact
        self._clock = clock
        self._conversation: WhichConversation = NotBegun()
        self._expired_at_s = float("-inf")
        self.problem: str | None = None
        """Why something was not kept; None as long as all is well."""

    @classmethod
    def open(
        cls,
        settings: MemorySettings,
        defaults: Preferences = Preferences(),  # noqa: B008  # frozen
        redact: Redact = redacted,
        clock: Clock = time.time,
    ) -> Self:
        """The memory of these settings. Where the disk refuses, it works until the program ends.

        `defaults` hold where nobody said otherwise; `redact` takes private data out.
        """
        file = memory_file(settings)
        if not settings.enabled:
            return cls(Database.in_memory(), settings, defaults, redact, clock, file)
        try:
            return cls.open_or_raise(settings, defaults, redact, clock)
        except MemoryFileError as error:
            log.warning("%s Until then nothing is kept over a restart.", error.message)
            try:
                database = Database.copy_of(file)
            except MemoryFileError:
                database = Database.in_memory()
            memory = cls(database, settings, defaults, redact, clock, file)
            memory.problem = error.message
            return memory

    @classmethod
    def open_or_raise(
        cls,
        settings: MemorySettings,
        defaults: Preferences = Preferences(),  # noqa: B008  # frozen
        redact: Redact = redacted,
        clock: Clock = time.time,
    ) -> Self:
        """The one on the disk, also where the settings say to keep nothing more. For commands.

        Raises MemoryFileError.
        """
        database = Database.open(memory_file(settings))
        memory = cls(database, settings, defaults, redact, clock)
        memory._going_on("The end of old turns", memory._expire_daily, None)
        return memory

    @classmethod
    def without(cls) -> Self:
        """Keeps nothing once it is closed, and touches no file."""
        return cls(Database.in_memory(), MemorySettings(), Preferences(), redacted, time.time)

    @property
    def file(self) -> Path | None:
        """Where it lies; None: only in this program."""
        return self._database.file

    def begin_conversation(self) -> None:
        """What is kept from now on belongs together."""
        self._conversation = Begun(None)

    def keep_turn(self, record: TurnRecord) -> int:
        """Its number; 0 where it is not kept."""
        if not self._settings.keep_turns_days or not turns.is_worth_keeping(record):
            return NOT_KEPT
        return self._going_on("A turn", lambda: self._keep_turn(record), NOT_KEPT)

    def _keep_turn(self, record: TurnRecord) -> int:
        self._expire_daily()
        with self._database.writing(durable=False) as connection:
            now_s = self._clock()
            begun = self._conversation
            number = begun.number if isinstance(begun, Begun) else None
            if number is None or not turns.is_kept_conversation(connection, number):
                number = turns.begin_conversation(connection, now_s)
            turn = turns.keep(connection, number, now_s, record, self._redact)
            if self._database.file is None:
                turns.trim(connection, MOST_TURNS_IN_RAM)
        self._conversation = Begun(number)
        return turn

    def preferences(self) -> Preferences | None:
        """What people changed, over the defaults; None where they changed nothing."""

        def read() -> Preferences | None:
            with self._database.reading() as connection:
                return preferences.current(connection, self._defaults)

        return self._going_on("What was asked for", read, None)

    def save_preferences(self, new: Preferences) -> bool:
        """Put them on top of the former ones; False where they could not be kept."""

        def save() -> bool:
            with self._database.writing(durable=True) as connection:
                preferences.save(connection, new, self._defaults, self._clock())
            return True

        return self._going_on("What was asked for", save, False)

    def undo_preferences(self) -> Preferences | None:
        """Take back the newest change; what holds now, None where there is nothing to take back."""

        def undo() -> Preferences | None:
            with self._database.writing(durable=True) as connection:
                return preferences.undo(connection, self._defaults)

        return self._going_on("What was asked for", undo, None)

    def report(self, kind: Kind, phrase: str, turn_id: int | None, language: str) -> int:
        """Keep what somebody says of the robot's `phrase`: its number; 0 where it is not kept."""

        def add() -> int:
            begun = self._conversation
            number = begun.number if isinstance(begun, Begun) else None
            words = turns.storable(self._redact(phrase, language)).strip()
            new = NewReport(kind, words, language, turn_id, number)
            with self._database.writing(durable=True) as connection:
                return feedback.add(connection, new, self._clock())

        return self._going_on("A report", add, NOT_KEPT)

    def avoided(self) -> tuple[str, ...]:
        """Phrases not to be said again."""

        def read() -> tuple[str, ...]:
            with self._database.reading() as connection:
                return feedback.avoided(connection)

        return self._going_on("What to avoid", read, ())

    @property
    def greeted(self) -> bool:
        """Whether the greeting of the first start was given."""
        return self._going_on("The greeting", lambda: bool(self._database.fact(_GREETED)), False)

    @greeted.setter
    def greeted(self, given: bool) -> None:
        value = "1" if given else ""
        self._going_on("The greeting", lambda: self._database.set_fact(_GREETED, value), None)

    def forget(self, what: What) -> int:
        """Delete for good; returns how many rows. Raises MemoryFileError where traces may remain.

        "last": the last exchange; "conversation": all of this one, or of the newest where none
        began here; "me": everything, preferences and reports too.
        """
        rows = self._forget_in(self._database, what)
        if what != "last":
            self.begin_conversation()
        if what == "me" and self._unused is not None and self._unused.exists():
            with closing(Database.open(self._unused)) as database:
                rows += self._forget_in(database, what)
        return rows

    def _forget_in(self, database: Database, what: What) -> int:
        with database.deleting() as connection:
            rows = forgetting.forget(connection, what, self._conversation)
        database.scrub()
        return rows

    def turns(self, newest: int | None = None) -> list[KeptTurn]:
        """Kept turns, the oldest first. Raises MemoryFileError, as the next three do."""
        with self._database.reading() as connection:
            return turns.turns(connection, newest)

    def reports(self, *, only_open: bool = False) -> list[Report]:
        """Reports, the oldest first."""
        with self._database.reading() as connection:
            return feedback.reports(connection, only_open=only_open)

    def resolve(self, number: int, note: str = "", *, allow: bool = False) -> Report | None:
        """Close a report; `allow`: its phrase may be said again. None where there is none."""
        with self._database.writing(durable=True) as connection:
            feedback.resolve(connection, number, note, allow=allow, at_s=self._clock())
            return feedback.find(connection, number)

    def names(self) -> tuple[str, ...]:
        """Names that people gave themselves or the robot, by voice or in the settings."""
        with self._database.reading() as connection:
            given = preferences.names(connection)
        return tuple({*given, self._defaults.user_name, self._defaults.robot_name} - {""})

    def close(self) -> None:
        """End it."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _expire_daily(self) -> None:
        """Delete what has been kept for its time, and take its traces out."""
        now_s = self._clock()
        if 0 <= now_s - self._expired_at_s < DAY_S:
            return
        self._expired_at_s = now_s
        with self._database.writing(durable=False) as connection:
            expired = forgetting.expire(connection, now_s, self._settings)
        if expired:
            self._database.scrub_or_warn()

    def _going_on(self, what: str, do: Callable[[], T], otherwise: T) -> T:
        """A disk that refuses costs memory, never the conversation; told once a kind of trouble."""
        try:
            done = do()
        except SoriError as error:
            if self.problem != error.message:
                log.warning("%s could not be kept or read. %s", what, error.message)
            self.problem = error.message
            return otherwise
        if self._database.file is not None:  # in place of a file that could not be opened: it lasts
            self.problem = None
        return done
