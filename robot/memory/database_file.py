"""The file: opened by one program at a time, readable by its owner only, set aside when damaged."""

import fcntl
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from robot.memory.errors import MemoryFileError
from robot.memory.schema import STEPS, is_whole, migrate

log = logging.getLogger(__name__)

FILE_NAME = "memory.db"
LOCK_NAME = "memory.lock"
BROKEN_SUFFIX = ".broken"
BUSY_MS = 5_000
"""How long another program's write is waited for."""
LOCK_S = 20.0
"""How long another program may take to open the file."""
RETRY_S = 0.02
"""Between two tries for what has no waiting of its own."""
WAL_LIMIT_BYTES = 1 << 20
DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
"""Beginnings of SQLite's names for what a damaged file gives."""
KEPT_FROM_DAMAGE = ("fact", "preference", "report")
"""Small tables worth more than turns; turns expire anyway."""


def open_file(file: Path) -> sqlite3.Connection:
    """A checked connection to `file`, made where it does not exist; its folder is made private.

    A damaged file is set aside, with a warning, and what can still be read of preferences and
    reports is taken over. Raises OSError, sqlite3.Error and MemoryFileError.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.parent.chmod(0o700)
    with _locked(file.with_name(LOCK_NAME)):
        _make_private(file)
        connection = _connect(file)
        if _is_sound(connection):
            return connection
        connection.close()
        broken = _set_aside(file)
        _make_private(file)
        connection = _connect(file)
        migrate(connection)
        kept = _take_over(broken, connection)
        log.warning(
            "%s was damaged. It is kept as %s, and Sori goes on with a new one; %d preferences and"
            " reports could be taken over.",
            *(file, broken.name, kept),
        )
        return connection


def is_damage(error: sqlite3.Error) -> bool:
    """Whether `error` says that the file itself is damaged."""
    name: str | None = getattr(error, "sqlite_errorname", None)
    return name is not None and name.startswith(DAMAGED)


def prepare(connection: sqlite3.Connection) -> None:
    """Deleted content is overwritten; nothing of it goes into files elsewhere."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA foreign_keys = ON")


def leftovers(file: Path) -> list[Path]:
    """Files beside `file` that may hold what it once held."""
    beside = [file.with_name(f"{file.name}-journal"), *file.parent.glob(f"*{BROKEN_SUFFIX}*")]
    return [path for path in beside if path.is_file()]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One program at a time makes, mends or sets aside the file."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until_s = time.monotonic() + LOCK_S
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until_s:
                    raise MemoryFileError(
                        f"{path}: another program has been opening the memory for"
                        f" {LOCK_S:.0f} s. End it and try again."
                    ) from error
                time.sleep(RETRY_S)  # flock itself knows no deadline
        yield
    finally:
        os.close(handle)


def _make_private(file: Path) -> None:
    """The WAL and its index take the rights of the file."""
    try:
        # Closed only where it is new: closing a file lets go of the locks that another
        # connection of this process holds on it.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        file.chmod(0o600)


def _connect(file: Path) -> sqlite3.Connection:
    """Threads share a connection under the lock of its Database."""
    return sqlite3.connect(
        file, timeout=BUSY_MS / 1_000, isolation_level=None, check_same_thread=False
    )


def _is_sound(connection: sqlite3.Connection) -> bool:
    """Set up and bring up to date; False for a damaged file."""
    try:
        prepare(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT_BYTES}")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            return False
        migrate(connection)
        return is_whole(connection)
    except sqlite3.Error as error:
        if is_damage(error):
            return False
        connection.close()
        raise
    except MemoryFileError:
        connection.close()
        raise


def _set_aside(file: Path) -> Path:
    """Rename file and WAL together, so that SQLite's tools can still read them."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    broken = file.with_name(f"{file.stem}-{stamp}{BROKEN_SUFFIX}")
    number = 1
    while broken.exists():
        number += 1
        broken = file.with_name(f"{file.stem}-{stamp}-{number}{BROKEN_SUFFIX}")
    wal = file.with_name(f"{file.name}-wal")
    if wal.exists():
        wal.rename(broken.with_name(f"{broken.name}-wal"))
    file.with_name(f"{file.name}-shm").unlink(missing_ok=True)
    file.rename(broken)
    return broken


def _take_over(broken: Path, connection: sqlite3.Connection) -> int:
    """Rows of the small tables that can still be read; returns how many."""
    kept = 0
    # For reading only: the damaged file stays as it was found.
    address = f"{broken.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as old:
        try:
            (version,) = old.execute("PRAGMA user_version").fetchone()
        except sqlite3.Error:
            return 0
        if version != len(STEPS):
            return 0
        for table in KEPT_FROM_DAMAGE:
            kept += _take_over_table(table, old, connection)
    return kept


def _take_over_table(table: str, old: sqlite3.Connection, new: sqlite3.Connection) -> int:
    kept = 0
    columns = [name for _, name, *_ in new.execute(f"PRAGMA table_info({table})")]
    places = ", ".join("?" for _ in columns)
    try:
        # Row by row: those before a damaged page are read, the rest is lost.
        for row in old.execute(f"SELECT {', '.join(map(_without_links, columns))} FROM {table}"):
            new.execute(f"INSERT OR IGNORE INTO {table} VALUES ({places})", row)
            kept += 1
    except sqlite3.Error as error:
        log.info("%s: %s", table, error)
    return kept


def _without_links(column: str) -> str:
    """Turns and conversations are not taken over, so nothing may point at them."""
    return "NULL" if column in ("turn", "conversation") else column
