"""The file of the memory: two programs at once, a kill, an older version, damage, a bad disk."""

import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from config.memory_settings import MemorySettings
from config.preferences import Preferences
from robot.memory.errors import MemoryFileError
from robot.memory.memory import Memory, memory_file
from robot.memory.schema import STEPS, migrate
from tests.memory_program import NOBODY, settings_in, turn
from tests.programs import ROOT, Program, number


@pytest.fixture
def settings(tmp_path: Path) -> MemorySettings:
    return settings_in(tmp_path)


def filled(settings: MemorySettings) -> Path:
    """A closed memory with something of everything in it."""
    with Memory.open(settings) as memory:
        for place in range(50):
            last = memory.keep_turn(turn(f"words {place} " * 200))
        memory.report("hurt", "grey elephant", last, "en")
        memory.save_preferences(Preferences(length="short"))
        memory.greeted = True
    return memory_file(settings)


def test_two_programs_write_at_once(settings: MemorySettings, tmp_path: Path) -> None:
    """Also the first time, when the file is not there yet."""
    with ExitStack() as running:
        programs = [
            running.enter_context(Program("tests.memory_program", "write_turns", str(tmp_path)))
            for _ in range(2)
        ]
        for program in programs:
            program.ask("go")
        for program in programs:
            done = program.expect("done", 60.0)
            assert (done["kept"], done["problem"]) == (True, None)
    with Memory.open(settings) as memory:
        turns = memory.turns()
        assert len(turns) == 60
        assert len({one.conversation for one in turns}) == 2
        assert all(
            len({one.transcript for one in turns if one.conversation == conversation}) == 1
            for conversation in {one.conversation for one in turns}
        )
        assert all(report.said == f"of {report.phrase}" for report in memory.reports())


def test_threads_share_one(settings: MemorySettings) -> None:
    with Memory.open(settings) as memory:

        def use() -> None:
            for _ in range(20):
                memory.report("hurt", "grey elephant", memory.keep_turn(turn("hello")), "en")
                memory.avoided()

        threads = [threading.Thread(target=use) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(memory.turns()), len(memory.reports())) == (80, 80)
        assert memory.problem is None


def test_what_was_told_to_be_kept_outlives_a_kill(settings: MemorySettings, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.memory_program", "report_on", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline() for _ in range(20)]
        writer.send_signal(signal.SIGKILL)
        told += writer.stdout.readlines()
    numbers = [json.loads(line)["number"] for line in told if line.endswith("\n")]
    assert numbers == list(range(1, len(numbers) + 1))
    with Memory.open(settings) as memory:
        kept = [report.phrase for report in memory.reports()]
        assert kept[: len(numbers)] == [f"phrase {place}" for place in numbers]
        assert len(memory.turns()) >= len(kept)
        assert memory.problem is None


def test_an_older_file_is_brought_up_to_date(settings: MemorySettings) -> None:
    with closing(sqlite3.connect(filled(settings), isolation_level=None)) as connection:
        later = (*STEPS, ("ALTER TABLE report ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'",))
        migrate(connection, later)
        assert connection.execute("SELECT phrase, mood FROM report").fetchall() == [
            ("grey elephant", "calm")
        ]
        assert connection.execute("PRAGMA user_version").fetchone() == (len(later),)


def test_a_step_that_fails_changes_nothing(settings: MemorySettings) -> None:
    with closing(sqlite3.connect(filled(settings), isolation_level=None)) as connection:
        bad = (*STEPS, ("DELETE FROM report", "ALTER TABLE nothing ADD COLUMN mood"))
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, bad)
        assert connection.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
        assert connection.execute("SELECT count(*) FROM report").fetchone() == (1,)


def test_the_file_of_a_newer_sori_is_left_alone(
    settings: MemorySettings, caplog: pytest.LogCaptureFixture
) -> None:
    file = filled(settings)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    with pytest.raises(MemoryFileError, match="newer Sori"):
        Memory.open_or_raise(settings)
    with Memory.open(settings) as memory:  # a conversation goes on without
        assert memory.keep_turn(turn("hello"))
    assert "newer Sori" in caplog.text
    assert file.read_bytes() == before


def damage_header(content: bytearray) -> None:
    content[0:16] = b"no SQLite at all"


def damage_middle(content: bytearray) -> None:
    content[40_000:60_000] = os.urandom(20_000)


def damage_end(content: bytearray) -> None:
    del content[len(content) // 2 :]


def damage_all(content: bytearray) -> None:
    content[:] = b"<html>not found</html>"


Damage = Callable[[bytearray], None]
DAMAGES: tuple[Damage, ...] = (damage_header, damage_middle, damage_end, damage_all)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_a_damaged_file_is_set_aside(
    settings: MemorySettings, caplog: pytest.LogCaptureFixture, damage: Damage
) -> None:
    file = filled(settings)
    content = bytearray(file.read_bytes())
    damage(content)
    file.write_bytes(content)
    with caplog.at_level(logging.WARNING), Memory.open(settings) as memory:
        assert memory.keep_turn(turn("hello"))
        assert [one.transcript for one in memory.turns()] == ["hello"]
        assert memory.problem is None
    assert "damaged" in caplog.text
    (broken,) = file.parent.glob("*.broken")
    assert broken.name in caplog.text
    assert broken.read_bytes() == content


def test_reports_and_preferences_are_taken_over_from_a_damaged_file(
    settings: MemorySettings,
) -> None:
    file = filled(settings)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'turn_by_time'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = os.urandom(size)
    file.write_bytes(content)
    with Memory.open(settings) as memory:
        assert memory.turns() == []
        assert memory.avoided() == ("grey elephant",)
        assert memory.preferences() == Preferences(length="short")
        assert memory.greeted
        assert memory.report("hurt", "another", None, "en") == 2


def test_damage_while_the_robot_runs_costs_one_turn(settings: MemorySettings) -> None:
    file = filled(settings)
    with Memory.open(settings) as memory:
        content = file.read_bytes()
        file.write_bytes(os.urandom(len(content)))
        for wal in file.parent.glob("*-wal"):
            wal.unlink()
        kept = [memory.keep_turn(turn("hello")) for _ in range(3)]
        assert all(kept[1:])
        assert memory.problem is None


def test_a_file_that_was_removed_is_begun_anew(settings: MemorySettings) -> None:
    file = filled(settings)
    with Memory.open(settings) as memory:
        for path in file.parent.iterdir():
            path.unlink()
        assert memory.keep_turn(turn("hello"))
    with Memory.open(settings) as memory:
        assert [one.transcript for one in memory.turns()] == ["hello"]


def test_a_file_in_the_way_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "memory").write_text("not a folder")
    settings = settings_in(tmp_path)
    with pytest.raises(MemoryFileError, match="directory"):
        Memory.open_or_raise(settings)
    with Memory.open(settings) as memory:
        assert memory.keep_turn(turn("hello"))
        assert memory.problem is not None
        assert memory.forget("me") > 0
    assert str(tmp_path) in caplog.text


def test_on_a_full_disk_the_conversation_goes_on(tmp_path: Path) -> None:
    with Program("tests.memory_program", "write_on_a_full_disk", str(tmp_path)) as program:
        full = program.expect("full")
        assert (full["last"], full["report"]) == (0, 0)
        assert full["problem"]
        free = program.expect("free")
        assert number(free, "turn") > 0
        assert free["problem"] is None
    with Memory.open(settings_in(tmp_path)) as memory:
        transcripts = [one.transcript for one in memory.turns()]
        assert (transcripts[0], transcripts[-1]) == ("before", "after")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """One that everybody may enter; pytest's own are for their owner."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_on_a_read_only_disk_it_reads_what_was_kept(open_folder: Path) -> None:
    settings = settings_in(open_folder)
    file = filled(settings)
    before = file.read_bytes()
    if os.geteuid() == 0:
        for path in (file.parent, *file.parent.iterdir()):
            os.chown(path, NOBODY, NOBODY)
    for path in file.parent.iterdir():
        path.chmod(0o400)
    file.parent.chmod(0o500)
    with Program("tests.memory_program", "use_a_folder_of_somebody_else", str(open_folder)) as one:
        told = one.expect("open")
        assert told["problem"]
        assert told["avoided"] == "grey elephant"
        assert number(told, "turn") > 0
        assert number(told, "turns") == 51
        assert one.expect("not forgotten")["why"]
    file.parent.chmod(0o700)
    assert file.read_bytes() == before
