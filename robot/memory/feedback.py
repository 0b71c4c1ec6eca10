"""What people reported of the robot's words, and what became of each report."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

Kind = Literal["hurt", "wrong", "unwanted"]
State = Literal["open", "resolved"]

_COLUMNS = (
    "id, at_s, kind, phrase, language, turn, said, reply, state, allowed, note, resolved_at_s"
)
_Row = tuple[
    int, float, Kind, str, str, int | None, str, str, State, int, str, float | None
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """One report. It keeps the exchange it is about, longer than turns are kept."""

    id: int
    at_s: float
    kind: Kind
    phrase: str
    """The robot's words that it is about."""
    language: str
    turn: int | None
    """The kept turn, while it is kept."""
    said: str
    """What the person had said; empty where it is not known, or was forgotten."""
    reply: str
    """The whole reply."""
    state: State
    allowed: bool
    """Whether the phrase may be said again."""
    note: str
    """Of whoever looked at it."""
    resolved_at_s: float | None

    @property
    def is_avoided(self) -> bool:
        """Whether the robot keeps from saying the phrase again."""
        return self.kind != "wrong" and not self.allowed and bool(self.phrase)


@dataclass(frozen=True, slots=True)
class NewReport:
    """What is known of a report when it is made."""

    kind: Kind
    phrase: str
    language: str
    turn: int | None
    conversation: int | None


def add(connection: sqlite3.Connection, new: NewReport, at_s: float) -> int:
    """Store it with the words of its turn, where that is kept; returns its number."""
    turn = connection.execute(
        "SELECT id, conversation, transcript, coalesce(reply, '') FROM turn WHERE id = ?",
        (new.turn,),
    ).fetchone()
    number, conversation, said, reply = turn or (None, new.conversation, "", "")
    # Both may have been forgotten by another program meanwhile.
    done = connection.execute(
        "INSERT INTO report (at_s, kind, phrase, language, turn, conversation, said, reply)"
        " VALUES (?, ?, ?, ?, ?, (SELECT id FROM conversation WHERE id = ?), ?, ?)",
        (at_s, new.kind, new.phrase, new.language, number, conversation, said, reply),
    )
    return int(done.lastrowid or 0)


def reports(connection: sqlite3.Connection, *, only_open: bool = False) -> list[Report]:
    """The oldest first."""
    which = "WHERE state = 'open'" if only_open else ""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM report {which} ORDER BY id").fetchall()
    return [_report(row) for row in rows]


def find(connection: sqlite3.Connection, number: int) -> Report | None:
    """The report of that number."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM report WHERE id = ?", (number,)).fetchone()
    return None if row is None else _report(row)


def resolve(
    connection: sqlite3.Connection, number: int, note: str, *, allow: bool, at_s: float
) -> None:
    """Close it; `allow`: the phrase may be said again. An empty note leaves the former one."""
    connection.execute(
        "UPDATE report SET state = 'resolved', note = coalesce(nullif(?, ''), note), allowed = ?,"
        " resolved_at_s = ? WHERE id = ?",
        (note, int(allow), at_s, number),
    )


def avoided(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Phrases that hurt or are unwanted, unless somebody allowed them again."""
    rows = connection.execute(
        "SELECT phrase FROM report WHERE kind IN ('hurt', 'unwanted') AND NOT allowed"
        " AND phrase <> '' GROUP BY phrase ORDER BY min(id)"
    ).fetchall()
    return tuple(str(phrase) for (phrase,) in rows)


def _report(row: _Row) -> Report:
    *_, note, resolved_at_s = row
    return Report(*row[:9], allowed=bool(row[9]), note=note, resolved_at_s=resolved_at_s)
