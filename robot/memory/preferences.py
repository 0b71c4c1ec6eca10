"""What people asked for in manner and names, and what it was before."""

import logging
import sqlite3

import msgspec

from config.preferences import Preferences

log = logging.getLogger(__name__)

MOST_KEPT = 20
"""How often "like before" can be said in a row."""

_Changed = dict[str, str | float]


def current(connection: sqlite3.Connection, defaults: Preferences) -> Preferences | None:
    """What holds; None where nobody ever changed anything.

    Only what differs from the settings is kept, so that a change of the settings still counts for
    the rest. A value that is out of bounds, as after editing by hand, is passed over.
    """
    row = connection.execute("SELECT changed FROM preference ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else _read(str(row[0]), defaults)


def save(
    connection: sqlite3.Connection, new: Preferences, defaults: Preferences, at_s: float
) -> None:
    """Put `new` on top of the former ones."""
    before = msgspec.structs.asdict(defaults)
    now = msgspec.structs.asdict(new)
    changed = {key: value for key, value in now.items() if value != before[key]}
    connection.execute(
        "INSERT INTO preference (at_s, changed) VALUES (?, ?)",
        (at_s, msgspec.json.encode(changed).decode()),
    )
    connection.execute(
        "DELETE FROM preference WHERE id <="
        " (SELECT id FROM preference ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (MOST_KEPT,),
    )


def undo(connection: sqlite3.Connection, defaults: Preferences) -> Preferences | None:
    """Take the newest away and give what holds then; None where there is nothing to undo."""
    done = connection.execute(
        "DELETE FROM preference WHERE id = (SELECT max(id) FROM preference)"
    ).rowcount
    if not done:
        return None
    return current(connection, defaults) or defaults


def names(connection: sqlite3.Connection) -> frozenset[str]:
    """Every name that people gave themselves or the robot, also former ones."""
    rows = connection.execute("SELECT changed FROM preference").fetchall()
    return frozenset(
        value.strip()
        for (text,) in rows
        for key, value in _decoded(str(text)).items()
        if key in ("user_name", "robot_name") and isinstance(value, str)
    )


def _read(text: str, defaults: Preferences) -> Preferences:
    found = defaults
    for key, value in _decoded(text).items():
        fields = msgspec.structs.asdict(found) | {key: value}
        try:
            found = msgspec.convert(fields, Preferences)
        except msgspec.ValidationError as error:
            log.warning("A kept preference is passed over: `%s`: %s.", key, error)
    return found


def _decoded(text: str) -> _Changed:
    try:
        return msgspec.json.decode(text, type=_Changed)
    except msgspec.DecodeError as error:
        log.warning("Kept preferences are passed over: %s.", error)
        return {}
