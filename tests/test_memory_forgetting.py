""" "Forget what I said", "forget me": afterwards no byte of it is on the disk."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from config.memory_settings import MemorySettings
from config.preferences import Preferences
from robot.memory.errors import MemoryFileError
from robot.memory.forgetting import What
from robot.memory.memory import Memory, memory_file
from tests.memory_program import settings_in, turn
from tests.programs import Program

LAST = ("orangutan", "오랑우탄")
BEFORE = ("flamingo", "플라밍고")
EARLIER = ("walrus", "바다코끼리")
PHRASE = "hippopotamus"
NAME = "Wilhelmina"
EVERYTHING = (*LAST, *BEFORE, *EARLIER, PHRASE, NAME)


@pytest.fixture
def settings(tmp_path: Path) -> MemorySettings:
    return settings_in(tmp_path)


@pytest.fixture
def memory(settings: MemorySettings) -> Iterator[Memory]:
    """Two conversations, reports on both, and a name."""
    with Memory.open(settings) as opened:
        opened.begin_conversation()
        for word in EARLIER:
            for _ in range(10):  # enough to fill pages of the file
                earlier = opened.keep_turn(turn(f"my {word} " * 90, f"{word}? " * 90))
        opened.report("wrong", "two and two is five", earlier, "en")
        opened.begin_conversation()
        for word in (*BEFORE, *LAST):
            last = opened.keep_turn(turn(f"the {word}", f"{word}?"))
        opened.report("hurt", f"you {PHRASE}", last, "en")
        opened.save_preferences(Preferences(user_name=NAME))
        opened.save_preferences(Preferences(user_name="Al"))
        opened.greeted = True
        yield opened


def words_on_disk(folder: Path) -> set[str]:
    """Those of `EVERYTHING` that stand in any file, in any of the encodings SQLite has."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for word in EVERYTHING:
                codings = ("utf-8", "utf-16-le", "utf-16-be")
                if any(word.encode(coding) in content for coding in codings):
                    found.add(word)
    return found


def left_after(what: What) -> set[str]:
    """What may still be found: all but the last exchange, the conversation, everything.

    The robot's own phrase stays, so that it is not said again, until everything is forgotten.
    """
    match what:
        case "last":
            return set(EVERYTHING) - {LAST[1]}
        case "conversation":
            return {*EARLIER, PHRASE, NAME}
        case "me":
            return set()


@pytest.mark.parametrize("what", ["last", "conversation", "me"])
def test_nothing_of_it_is_left_on_the_disk(memory: Memory, tmp_path: Path, what: What) -> None:
    assert words_on_disk(tmp_path) == set(EVERYTHING)
    assert memory.forget(what) > 0
    assert words_on_disk(tmp_path) == left_after(what)
    memory.close()
    assert words_on_disk(tmp_path) == left_after(what)


@pytest.mark.parametrize("what", ["last", "conversation", "me"])
def test_nor_while_another_program_has_it_open(memory: Memory, tmp_path: Path, what: What) -> None:
    with Program("tests.memory_program", "stay_open", str(tmp_path)) as other:
        assert other.expect("open")["turns"] == len(memory.turns())
        memory.forget(what)
        assert words_on_disk(tmp_path) == left_after(what)


def test_nor_while_another_program_writes(memory: Memory, tmp_path: Path) -> None:
    with Program("tests.memory_program", "report_on", str(tmp_path)) as writer:
        writer.expect("kept")
        memory.forget("conversation")
        assert words_on_disk(tmp_path) == left_after("conversation")


@pytest.mark.parametrize(
    ("what", "turns", "reports"), [("last", 23, 2), ("conversation", 20, 2), ("me", 0, 0)]
)
def test_the_rest_stays(memory: Memory, what: What, turns: int, reports: int) -> None:
    memory.forget(what)
    assert len(memory.turns()) == turns
    assert len(memory.reports()) == reports
    gone = what == "me"
    assert memory.preferences() == (None if gone else Preferences(user_name="Al"))
    assert memory.avoided() == (() if gone else (f"you {PHRASE}",))
    assert memory.greeted is not gone
    assert all(report.said == "" for report in memory.reports() if report.kind == "hurt")


def test_a_report_that_something_was_wrong_goes_with_its_words(memory: Memory) -> None:
    last = memory.keep_turn(turn("is it five?", "Two and two is five."))
    memory.report("wrong", "Two and two is five.", last, "en")
    assert memory.forget("last") == 2
    assert all(report.phrase != "Two and two is five." for report in memory.reports())


def test_the_last_again_and_again_goes_back_but_not_before_this_conversation(
    memory: Memory,
) -> None:
    turns = len(memory.turns())
    assert [memory.forget("last") for _ in range(5)] == [1, 1, 1, 1, 0]
    assert len(memory.turns()) == turns - 4


@pytest.mark.parametrize("what", ["last", "conversation"])
def test_a_conversation_without_words_has_nothing_to_forget(memory: Memory, what: What) -> None:
    turns = len(memory.turns())
    memory.begin_conversation()
    assert memory.forget(what) == 0
    assert len(memory.turns()) == turns


@pytest.mark.parametrize(("what", "left"), [("last", 3), ("conversation", 0)])
def test_another_program_means_the_newest(
    settings: MemorySettings, memory: Memory, what: What, left: int
) -> None:
    """As `sori memory forget` does."""
    conversation = memory.turns(newest=1)[0].conversation
    with Memory.open(settings) as other:
        other.forget(what)
    turns = [one for one in memory.turns() if one.conversation == conversation]
    assert len(turns) == left
    assert memory.keep_turn(turn("and on it goes"))


def test_what_was_set_aside_damaged_is_forgotten_too(
    settings: MemorySettings, memory: Memory, tmp_path: Path
) -> None:
    memory.close()
    file = memory_file(settings)
    content = bytearray(file.read_bytes())
    content[0:16] = b"no SQLite at all"
    file.write_bytes(content)
    with Memory.open(settings) as again:
        assert words_on_disk(tmp_path) == set(EVERYTHING)
        again.forget("me")
    assert words_on_disk(tmp_path) == set()
    assert {path.name for path in file.parent.iterdir()} == {"memory.db", "memory.lock"}


def test_where_another_program_reads_on_it_is_said_and_done_later(
    settings: MemorySettings, memory: Memory, tmp_path: Path
) -> None:
    with Program("tests.memory_program", "read_on", str(tmp_path)) as reader:
        reader.expect("reading")
        with pytest.raises(MemoryFileError, match="another program is reading"):
            memory.forget("conversation")
        assert len(memory.turns()) == 20  # it is deleted for whoever asks
        assert words_on_disk(tmp_path) > left_after("conversation")
    with Memory.open(settings):
        assert words_on_disk(tmp_path) == left_after("conversation")


def test_switched_off_the_file_from_before_is_forgotten_too(memory: Memory, tmp_path: Path) -> None:
    memory.close()
    with Memory.open(MemorySettings(enabled=False, directory=str(tmp_path))) as off:
        off.keep_turn(turn("hello"))
        assert off.forget("conversation") == 1
        assert words_on_disk(tmp_path) == set(EVERYTHING)
        off.forget("me")
    assert words_on_disk(tmp_path) == set()


def test_a_memory_without_a_file_leaves_the_disk_alone(memory: Memory, tmp_path: Path) -> None:
    """The demo must not forget what its user's Sori keeps."""
    with Memory.without() as demo:
        demo.keep_turn(turn("hello"))
        assert demo.forget("me") > 0
        assert demo.turns() == []
    assert words_on_disk(tmp_path) == set(EVERYTHING)


def test_deleting_overwrites_and_does_not_only_unlink(memory: Memory) -> None:
    """No free pages that a tool of SQLite could recover."""
    memory.forget("conversation")
    assert memory.file is not None
    with closing(sqlite3.connect(memory.file)) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
