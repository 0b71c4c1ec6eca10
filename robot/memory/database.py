"""One SQLite file, used by several threads and programs at once."""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from robot.memory.database_file import BUSY_MS, RETRY_S, is_damage, leftovers, open_file, prepare
from robot.memory.errors import MemoryFileError
from robot.memory.schema import migrate

log = logging.getLogger(__name__)

_SCRUB_DUE = "scrub_due"


class Database:
    """A connection under a lock. Every failure comes out as a MemoryFileError."""

    def __init__(self, connection: sqlite3.Connection, file: Path | None) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self.file = file
        """None: in memory only."""
        self._inode = None if file is None else file.stat().st_ino

    @classmethod
    def open(cls, file: Path) -> Self:
        """Make, mend or just open `file`. Raises MemoryFileError."""
        with _explained(file):
            database = cls(open_file(file), file)
        if database.fact(_SCRUB_DUE):  # a deletion was not finished when the program ended
            database.scrub_or_warn()
        return database

    @classmethod
    def in_memory(cls) -> Self:
        """Gone when it is closed."""
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        prepare(connection)
        migrate(connection)
        return cls(connection, None)

    @classmethod
    def copy_of(cls, file: Path) -> Self:
        """What can be read of `file`, in memory: for a disk that takes no writes.

        Raises MemoryFileError.
        """
        database = cls.in_memory()
        with _explained(file):
            # `immutable` makes no lock and no index file; the WAL, if any, is passed over.
            address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
            source = sqlite3.connect(address, uri=True)
            try:
                source.backup(database._connection)
            finally:
                source.close()
            migrate(database._connection)
        return database

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """For SELECTs. Fetch all rows inside: an open SELECT keeps deleted words in the WAL."""
        with self._lock, self._mending():
            yield self._connection

    @contextmanager
    def writing(self, *, durable: bool) -> Iterator[sqlite3.Connection]:
        """One transaction, whole or not at all.

        `durable`: on the disk when it returns, whatever happens to the power; else at the next
        durable one, and safe from a crash of the program in any case.
        """
        with self._lock, self._mending():
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def deleting(self) -> Iterator[sqlite3.Connection]:
        """A durable transaction after which `scrub` is due, even if the program ends before."""
        with self.writing(durable=True) as connection:
            yield connection
            _set_fact(connection, _SCRUB_DUE, "1")

    def scrub(self) -> None:
        """Leave nothing of deleted rows in file, WAL and what lies beside them.

        Raises MemoryFileError where another program keeps reading; the rows are gone all the same,
        and the next `open` tries again.
        """
        with self._lock, self._mending():
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("VACUUM")
            self._empty_wal()
            if self.file is not None:
                for path in leftovers(self.file):
                    path.unlink()
            self._connection.execute("DELETE FROM fact WHERE name = ?", (_SCRUB_DUE,))

    def scrub_or_warn(self) -> None:
        """The same where nobody waits for it."""
        try:
            self.scrub()
        except MemoryFileError as error:
            log.warning("%s", error.message)

    def _empty_wal(self) -> None:
        until_s = time.monotonic() + BUSY_MS / 1_000
        while True:
            # Waits for readers by itself, but not for another program's checkpoint.
            busy, *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
            if time.monotonic() > until_s:
                break
            time.sleep(RETRY_S)
        raise MemoryFileError(
            f"It is deleted, but another program is reading {self.file}, so traces may remain in"
            f" {self.file}-wal for now. End that program and forget again; Sori also tries again"
            " by itself when it starts."
        )

    def fact(self, name: str) -> str | None:
        """A small thing kept under a name."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        """Keep `value` under `name`."""
        with self.writing(durable=True) as connection:
            _set_fact(connection, name, value)

    def close(self) -> None:
        """End; the last program to close empties the WAL."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _mending(self) -> Iterator[None]:
        """Explain failures; after damage begin a new file, so that the next use works."""
        with _explained(self.file):
            self._follow_file()
            try:
                yield
            except sqlite3.Error as error:
                if self.file is not None and is_damage(error):
                    self._reopen(self.file)
                raise

    def _follow_file(self) -> None:
        """Somebody removed the file, or another program set it aside: begin with the new one."""
        if self.file is None or self._connection.in_transaction:
            return
        try:
            inode = self.file.stat().st_ino
        except FileNotFoundError:
            inode = None
        if inode != self._inode:
            self._reopen(self.file)

    def _reopen(self, file: Path) -> None:
        self._connection.close()
        self._inode = None  # where opening fails, the next use tries again
        self._connection = open_file(file)
        self._inode = os.stat(file).st_ino


def _set_fact(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))


@contextmanager
def _explained(file: Path | None) -> Iterator[None]:
    """Failures of SQLite and of the disk as sentences that say what to do."""
    where = "The memory" if file is None else str(file)
    try:
        yield
    except sqlite3.Error as error:
        name: str = getattr(error, "sqlite_errorname", "")
        raise MemoryFileError(f"{where}: {_what_to_do(name, error)}") from error
    except OSError as error:
        where = str(error.filename or where)
        raise MemoryFileError(
            f"{where}: the memory cannot be opened or written ({error.strerror or error})."
            " Check the rights and the disk, or choose another folder with `directory` under"
            " [memory]."
        ) from error


def _what_to_do(name: str, error: sqlite3.Error) -> str:
    if name.startswith("SQLITE_FULL"):
        return "the disk is full. Delete something, then try again."
    if name.startswith("SQLITE_BUSY"):
        return "another program is writing to the memory. Try again when it is done."
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return (
            "the memory cannot be written there. Check the rights and the disk, or choose another"
            " folder with `directory` under [memory]."
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return "the memory was damaged; a new one was begun. Try again."
    return f"the memory cannot be used ({error}). Check the disk, and try again."
