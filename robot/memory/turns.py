"""Turns that are kept: words and what came of them, no sound."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from robot.turn_record import Timings, TurnRecord

Redact = Callable[[str, str], str]
"""(text, language) -> the text without private data."""

_COLUMNS = (
    "id, conversation, at_s, transcript, language, reply, reply_language, intent, outcome,"
    " input_categories, reply_categories, replaced, timings_ms"
)
_Row = tuple[
    int, int, float, str, str | None, str | None, str | None, str | None, str | None, str, str,
    int, str,
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """One turn as it is kept."""

    id: int
    conversation: int
    at_s: float
    """Seconds since 1970, UTC."""
    transcript: str
    language: str | None
    reply: str | None
    reply_language: str | None
    intent: str | None
    """Name of the action that was asked for."""
    outcome: str | None
    """What became of it."""
    input_categories: tuple[str, ...]
    reply_categories: tuple[str, ...]
    replaced: bool
    """Whether any clause of the reply was replaced by a gentler one."""
    timings_ms: Timings


def is_worth_keeping(record: TurnRecord) -> bool:
    """Noise and silence are no turns to remember."""
    return bool(record.transcript or record.reply)


def begin_conversation(connection: sqlite3.Connection, at_s: float) -> int:
    """Its number."""
    done = connection.execute("INSERT INTO conversation (began_at_s) VALUES (?)", (at_s,))
    return int(done.lastrowid or 0)


def is_kept_conversation(connection: sqlite3.Connection, number: int) -> bool:
    """Whether it is there; another program may have forgotten it."""
    found = connection.execute("SELECT 1 FROM conversation WHERE id = ?", (number,)).fetchone()
    return found is not None


def keep(
    connection: sqlite3.Connection,
    conversation: int,
    at_s: float,
    record: TurnRecord,
    redact: Redact,
) -> int:
    """Store `record` without private data and without its sound; returns its number."""
    safety = record.safety
    reply = record.reply
    done = connection.execute(
        "INSERT INTO turn (conversation, at_s, transcript, language, reply, reply_language, intent,"
        " outcome, input_categories, reply_categories, replaced, timings_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            conversation,
            at_s,
            storable(redact(record.transcript, record.language or "")),
            record.language,
            None if reply is None else storable(redact(reply, record.reply_language or "")),
            record.reply_language,
            None if record.intent is None else record.intent.name,
            None if record.action is None else record.action.outcome,
            _names(() if safety.input is None else safety.input.categories),
            _names(() if safety.reply is None else safety.reply.categories),
            int(safety.reply is not None and safety.reply.replaced),
            msgspec.json.encode(record.timings_ms).decode(),
        ),
    )
    return int(done.lastrowid or 0)


def storable(text: str) -> str:
    """Half a surrogate pair, as broken input has it, cannot be written as UTF-8."""
    return text.encode("utf-8", "replace").decode()


def turns(connection: sqlite3.Connection, newest: int | None = None) -> list[KeptTurn]:
    """All of them, or the `newest` so many; the oldest first."""
    limit = -1 if newest is None else newest
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM turn ORDER BY id DESC LIMIT ?", (limit,)
    ).fetchall()
    return [_turn(row) for row in reversed(rows)]


def trim(connection: sqlite3.Connection, most: int) -> None:
    """Keep only the `most` newest."""
    connection.execute(
        "DELETE FROM turn WHERE id <= (SELECT id FROM turn ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (most,),
    )


def _turn(row: _Row) -> KeptTurn:
    *_, input_categories, reply_categories, replaced, timings_ms = row
    return KeptTurn(
        *row[:9],
        input_categories=_split(input_categories),
        reply_categories=_split(reply_categories),
        replaced=bool(replaced),
        timings_ms=_timings(timings_ms),
    )


def _timings(text: str) -> Timings:
    try:
        return msgspec.json.decode(text, type=Timings)
    except msgspec.DecodeError:  # edited by hand: the turn is worth more than its times
        return Timings()


def _names(categories: Sequence[str]) -> str:
    return ",".join(categories)


def _split(names: str) -> tuple[str, ...]:
    return tuple(name for name in names.split(",") if name)
