"""Deleting what people said: when they ask, and when its time is over.

These take rows away; `Database.scrub` then takes their traces out of the files.
"""

import sqlite3
from dataclasses import dataclass
from typing import Literal

from config.memory_settings import MemorySettings

What = Literal["last", "conversation", "me"]
"""The last exchange; the conversation; everything that was ever kept."""

DAY_S = 86_400.0
BELIEVABLE_FROM_S = 1_767_225_600.0
"""2026-01-01. Before it the clock of a board without a battery has not been set yet."""


@dataclass(frozen=True, slots=True)
class NotBegun:
    """No conversation began in this program; the newest one is meant."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The conversation of this program; None: nothing was said in it so far."""

    number: int | None


WhichConversation = NotBegun | Begun


def forget(connection: sqlite3.Connection, what: What, conversation: WhichConversation) -> int:
    """Delete rows; returns how many.

    "last" and "conversation" take the turns, the "wrong" reports about them, and the words of the
    person out of the others. What stays of those is the robot's own phrase, so that it goes on not
    saying it; "me" takes that too.
    """
    match what:
        case "me":
            return _everything(connection)
        case "conversation":
            return _conversation(connection, _meant(connection, conversation))
        case "last":
            return _last(connection, _meant(connection, conversation))


def expire(connection: sqlite3.Connection, now_s: float, settings: MemorySettings) -> int:
    """Delete what has been kept for its time; returns how many rows."""
    if now_s < BELIEVABLE_FROM_S:
        return 0
    # What was said before the clock was set counts from now on.
    for table, column in (("turn", "at_s"), ("report", "at_s"), ("conversation", "began_at_s")):
        connection.execute(
            f"UPDATE {table} SET {column} = ? WHERE {column} < ?", (now_s, BELIEVABLE_FROM_S)
        )
    turns_before_s = now_s - settings.keep_turns_days * DAY_S
    reports_before_s = now_s - settings.keep_feedback_days * DAY_S
    done = connection.execute("DELETE FROM turn WHERE at_s <= ?", (turns_before_s,)).rowcount
    done += connection.execute("DELETE FROM report WHERE at_s <= ?", (reports_before_s,)).rowcount
    _drop_empty_conversations(connection)
    return done


def _everything(connection: sqlite3.Connection) -> int:
    return sum(
        connection.execute(f"DELETE FROM {table}").rowcount
        for table in ("report", "turn", "preference", "conversation", "fact")
    )


def _meant(connection: sqlite3.Connection, conversation: WhichConversation) -> int | None:
    """Its number; None where nothing was said in it."""
    match conversation:
        case Begun(number):
            return number
        case NotBegun():
            (newest,) = connection.execute("SELECT max(conversation) FROM turn").fetchone()
            return None if newest is None else int(newest)


def _conversation(connection: sqlite3.Connection, number: int | None) -> int:
    done = _words_of_reports(connection, "conversation", number)
    done += connection.execute("DELETE FROM turn WHERE conversation = ?", (number,)).rowcount
    _drop_empty_conversations(connection)
    return done


def _last(connection: sqlite3.Connection, conversation: int | None) -> int:
    (turn,) = connection.execute(
        "SELECT max(id) FROM turn WHERE conversation = ?", (conversation,)
    ).fetchone()
    done = _words_of_reports(connection, "turn", turn)
    done += connection.execute("DELETE FROM turn WHERE id = ?", (turn,)).rowcount
    _drop_empty_conversations(connection)
    return done


def _words_of_reports(
    connection: sqlite3.Connection, column: Literal["turn", "conversation"], number: int | None
) -> int:
    """Delete the reports that keep nothing from being said again, and words out of the others."""
    done = connection.execute(
        f"DELETE FROM report WHERE {column} = ? AND (kind = 'wrong' OR allowed OR phrase = '')",
        (number,),
    ).rowcount
    connection.execute(
        f"UPDATE report SET said = '', reply = '', note = '' WHERE {column} = ?", (number,)
    )
    return done


def _drop_empty_conversations(connection: sqlite3.Connection) -> None:
    connection.execute(
        "DELETE FROM conversation WHERE id NOT IN (SELECT conversation FROM turn)"
        " AND id < (SELECT max(id) FROM conversation)"
    )
