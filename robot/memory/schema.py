"""The tables, and how an older file becomes one of today.

`PRAGMA user_version` counts the steps a file has been through. A step, once released, is never
changed: what comes later is a step of its own at the end.
"""

import sqlite3
from collections.abc import Sequence

from robot.memory.errors import MemoryFileError

Step = Sequence[str]
"""Statements that belong together."""

TABLES = frozenset({"fact", "conversation", "turn", "preference", "report"})

# Numbers are never used twice (AUTOINCREMENT): a report must not end up at a stranger's turn.
_FIRST: Step = (
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE conversation (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        began_at_s REAL NOT NULL
    )""",
    """CREATE TABLE turn (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        at_s REAL NOT NULL,
        transcript TEXT NOT NULL,
        language TEXT,
        reply TEXT,
        reply_language TEXT,
        intent TEXT,
        outcome TEXT,
        input_categories TEXT NOT NULL,
        reply_categories TEXT NOT NULL,
        replaced INTEGER NOT NULL CHECK (replaced IN (0, 1)),
        timings_ms TEXT NOT NULL
    )""",
    "CREATE INDEX turn_by_conversation ON turn (conversation)",
    "CREATE INDEX turn_by_time ON turn (at_s)",
    """CREATE TABLE preference (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at_s REAL NOT NULL,
        changed TEXT NOT NULL
    )""",
    """CREATE TABLE report (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at_s REAL NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('hurt', 'wrong', 'unwanted')),
        phrase TEXT NOT NULL,
        language TEXT NOT NULL,
        turn INTEGER REFERENCES turn (id) ON DELETE SET NULL,
        conversation INTEGER REFERENCES conversation (id) ON DELETE SET NULL,
        said TEXT NOT NULL DEFAULT '',
        reply TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved')),
        allowed INTEGER NOT NULL DEFAULT 0 CHECK (allowed IN (0, 1)),
        note TEXT NOT NULL DEFAULT '',
        resolved_at_s REAL
    )""",
    "CREATE INDEX report_by_turn ON report (turn)",
)

STEPS: Sequence[Step] = (_FIRST,)


def migrate(connection: sqlite3.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Take the file through the steps it lacks, each whole or not at all.

    Raises MemoryFileError for a file of a newer Sori, and sqlite3.Error.
    """
    (done,) = connection.execute("PRAGMA user_version").fetchone()
    if done > len(steps):
        raise MemoryFileError(
            f"The memory was written by a newer Sori (version {done}; this one knows {len(steps)})."
            " Update Sori, or choose another folder with `directory` under [memory]."
        )
    for number, step in enumerate(steps[done:], start=done + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in step:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def is_whole(connection: sqlite3.Connection) -> bool:
    """Whether every table is there."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name for (name,) in names} >= TABLES
