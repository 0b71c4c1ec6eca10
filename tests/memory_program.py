"""For tests of the memory: turns, settings, and programs that use it at the same time.

`python -m tests.memory_program WHAT FOLDER`
"""

import os
import resource
import sqlite3
import sys
from contextlib import closing
from itertools import count
from pathlib import Path

from config.memory_settings import MemorySettings
from nlu.safety.private_data import redacted
from robot.memory.errors import MemoryFileError
from robot.memory.memory import Memory, memory_file
from robot.turn_record import TurnRecord
from tests.programs import tell

NOBODY = 65_534


def settings_in(folder: Path) -> MemorySettings:
    return MemorySettings(directory=str(folder))


def turn(said: str, reply: str = "yes", language: str = "en") -> TurnRecord:
    return TurnRecord(
        file=None, turn=1, transcript=said, language=language, reply=reply, reply_language=language
    )


def edit(settings: MemorySettings, statement: str, *values: str | float) -> None:
    """As somebody does who opens the file with a tool of SQLite."""
    with closing(sqlite3.connect(memory_file(settings), isolation_level=None)) as connection:
        connection.execute(statement, values)


def report_on(folder: Path) -> None:
    """Reports without end; each is told once it is kept."""
    with Memory.open_or_raise(settings_in(folder)) as memory:
        for number in count(1):
            memory.keep_turn(turn(f"turn {number}"))
            tell(event="kept", number=memory.report("hurt", f"phrase {number}", None, "en"))


def write_turns(folder: Path) -> None:
    """Thirty turns and ten reports, at once with others."""
    sys.stdin.readline()
    with Memory.open_or_raise(settings_in(folder)) as memory:
        memory.begin_conversation()
        turns = [memory.keep_turn(turn(f"of {os.getpid()}")) for _ in range(30)]
        reports = [memory.report("hurt", f"{os.getpid()}", turns[-1], "en") for _ in range(10)]
        tell(event="done", kept=all(turns) and all(reports), problem=memory.problem)


def read_on(folder: Path) -> None:
    """Hold what is there now in view, as a backup would, until a line comes."""
    with closing(sqlite3.connect(memory_file(settings_in(folder)), isolation_level=None)) as file:
        file.execute("BEGIN")
        file.execute("SELECT count(*) FROM turn").fetchone()
        tell(event="reading")
        sys.stdin.readline()


def stay_open(folder: Path) -> None:
    """Have it open, and read nothing, until a line comes."""
    with Memory.open_or_raise(settings_in(folder)) as memory:
        tell(event="open", turns=len(memory.turns()))
        sys.stdin.readline()


def write_on_a_full_disk(folder: Path) -> None:
    """The limit on the size of files stands for a disk that is full."""
    with Memory.open_or_raise(settings_in(folder)) as memory:
        memory.keep_turn(turn("before"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 10, resource.RLIM_INFINITY))
        kept = [memory.keep_turn(turn("word " * 4_000)) for _ in range(10)]
        report = memory.report("hurt", "phrase " * 20_000, None, "en")
        tell(event="full", last=kept[-1], report=report, problem=memory.problem)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        tell(event="free", turn=memory.keep_turn(turn("after")), problem=memory.problem)


def use_a_folder_of_somebody_else(folder: Path) -> None:
    """Read what is there without the right to write; as root, become nobody first."""
    redacted("", "en")  # its data is read while it may be
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
    memory = Memory.open(settings_in(folder))
    tell(
        event="open",
        problem=memory.problem,
        avoided=" ".join(memory.avoided()),
        turn=memory.keep_turn(turn("now")),
        turns=len(memory.turns()),
    )
    try:
        memory.forget("me")
    except MemoryFileError as error:
        tell(event="not forgotten", why=error.message)


PROGRAMS = {
    program.__name__: program
    for program in (
        report_on,
        write_turns,
        read_on,
        stay_open,
        write_on_a_full_disk,
        use_a_folder_of_somebody_else,
    )
}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](Path(sys.argv[2]))
