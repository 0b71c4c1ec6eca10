"""What a conversation keeps: turns, manner, reports; for how long; and that nothing stops it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.memory_settings import MemorySettings
from config.preferences import Preferences
from nlu.actions import Walk
from robot.memory.forgetting import BELIEVABLE_FROM_S, DAY_S
from robot.memory.memory import MOST_TURNS_IN_RAM, Memory, memory_file
from robot.turn_record import (
    ActionRecord,
    Screened,
    ScreenedReply,
    Timings,
    TurnRecord,
    TurnSafety,
    intent_of,
)
from tests.memory_program import edit, settings_in, turn

NOON_S = BELIEVABLE_FROM_S + 300 * DAY_S


class Clock:
    """Goes only when it is told to."""

    def __init__(self, now_s: float = NOON_S) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> MemorySettings:
    return settings_in(tmp_path)


@pytest.fixture
def memory(settings: MemorySettings, clock: Clock) -> Iterator[Memory]:
    with Memory.open(settings, clock=clock) as opened:
        opened.begin_conversation()
        yield opened


def test_a_turn_is_kept_with_what_came_of_it(memory: Memory) -> None:
    record = TurnRecord(
        file="/secret/place.wav",
        turn=3,
        transcript="walk forward",
        language="en",
        intent=intent_of(Walk(2.0)),
        action=ActionRecord({"name": "walk", "dx_m": 2.0}, "done"),
        reply="I walked two metres forward.",
        reply_language="en",
        safety=TurnSafety(Screened(True, ("insult",)), ScreenedReply(False, ("threat",), True)),
        audio="/secret/reply.wav",
        timings_ms=Timings(endpoint=280, total=500),
    )
    number = memory.keep_turn(record)
    (kept,) = memory.turns()
    assert (kept.id, kept.at_s) == (number, NOON_S)
    assert (kept.transcript, kept.language) == ("walk forward", "en")
    assert (kept.reply, kept.reply_language) == ("I walked two metres forward.", "en")
    assert (kept.intent, kept.outcome) == ("walk", "done")
    assert (kept.input_categories, kept.reply_categories) == (("insult",), ("threat",))
    assert kept.replaced
    assert kept.timings_ms == Timings(endpoint=280, total=500)
    assert memory.file is not None
    assert b"/secret" not in b"".join(path.read_bytes() for path in memory.file.parent.iterdir())


@pytest.mark.parametrize(
    "record",
    [
        TurnRecord(file=None, turn=1, no_speech=True),
        TurnRecord(file="a.wav", turn=2, language=None, reply=""),
    ],
)
def test_silence_is_no_turn_to_keep(memory: Memory, record: TurnRecord) -> None:
    assert memory.keep_turn(record) == 0
    assert memory.turns() == []


@pytest.mark.parametrize(
    ("language", "said", "private"),
    [
        ("en", "call me at 010-1234-5678 tonight", "1234-5678"),
        ("en", "write to jane.doe@example.com", "jane.doe"),
        ("ko", "내 번호는 010-9876-5432야", "9876"),
    ],
)
def test_private_data_is_not_kept(memory: Memory, language: str, said: str, private: str) -> None:
    memory.keep_turn(turn(said, reply=said, language=language))
    memory.report("hurt", said, None, language)
    (kept,), (report,) = memory.turns(), memory.reports()
    assert private not in f"{kept.transcript}{kept.reply}{report.phrase}"
    assert "[" in kept.transcript
    assert memory.file is not None
    everything = b"".join(path.read_bytes() for path in memory.file.parent.iterdir())
    assert private.encode() not in everything


def test_broken_text_is_kept_as_far_as_it_goes(memory: Memory) -> None:
    assert memory.keep_turn(turn("half \udcff pair \x00 zero", reply="\udcfe"))
    assert memory.turns()[0].transcript == "half ? pair \x00 zero"


def test_turns_are_there_after_a_restart_and_in_order(
    settings: MemorySettings, memory: Memory
) -> None:
    memory.keep_turn(turn("one"))
    memory.keep_turn(turn("two"))
    memory.begin_conversation()
    memory.keep_turn(turn("three"))
    memory.close()
    with Memory.open(settings) as again:
        kept = again.turns()
        assert [one.transcript for one in kept] == ["one", "two", "three"]
        assert kept[0].conversation == kept[1].conversation != kept[2].conversation
        assert [one.transcript for one in again.turns(newest=2)] == ["two", "three"]


@pytest.mark.parametrize(
    ("days_later", "turns", "reports"), [(29.0, 1, 1), (31.0, 0, 1), (364.0, 0, 1), (366.0, 0, 0)]
)
def test_everything_is_kept_for_its_time_and_no_longer(
    settings: MemorySettings, memory: Memory, clock: Clock, days_later: float, turns: int,
    reports: int,
) -> None:  # fmt: skip
    number = memory.keep_turn(turn("a purple giraffe"))
    memory.report("hurt", "grey elephant", number, "en")
    clock.now_s += days_later * DAY_S
    with Memory.open(settings, clock=clock) as later:
        assert (len(later.turns()), len(later.reports())) == (turns, reports)
        assert later.avoided() == ("grey elephant",) * reports
    memory.close()
    everything = b"".join(path.read_bytes() for path in memory_file(settings).parent.iterdir())
    assert (b"giraffe" in everything) == bool(turns or reports)
    assert (b"elephant" in everything) == bool(reports)


def test_old_turns_go_while_the_robot_runs_on(memory: Memory, clock: Clock) -> None:
    memory.keep_turn(turn("a purple giraffe"))
    clock.now_s += 31 * DAY_S
    memory.keep_turn(turn("new"))
    assert [one.transcript for one in memory.turns()] == ["new"]
    assert memory.file is not None
    everything = b"".join(path.read_bytes() for path in memory.file.parent.iterdir())
    assert b"giraffe" not in everything


def test_a_clock_that_was_not_set_costs_nothing(settings: MemorySettings, clock: Clock) -> None:
    """A board without a battery believes it is 1970 until it finds the time."""
    clock.now_s = 5.0
    with Memory.open(settings, clock=clock) as memory:
        memory.report("hurt", "grey elephant", memory.keep_turn(turn("hello")), "en")
    clock.now_s = NOON_S
    with Memory.open(settings, clock=clock) as memory:
        assert memory.avoided() == ("grey elephant",)
        assert memory.turns()[0].at_s == NOON_S


def test_turns_need_not_be_kept_at_all(tmp_path: Path) -> None:
    settings = MemorySettings(directory=str(tmp_path), keep_turns_days=0)
    with Memory.open(settings) as memory:
        assert memory.keep_turn(turn("hello")) == 0
        memory.report("hurt", "grey elephant", 0, "en")
        assert memory.turns() == []
        assert [report.said for report in memory.reports()] == [""]


def test_switched_off_nothing_goes_to_the_disk(tmp_path: Path) -> None:
    settings = MemorySettings(enabled=False, directory=str(tmp_path))
    with Memory.open(settings) as memory:
        for number in range(MOST_TURNS_IN_RAM + 5):
            assert memory.keep_turn(turn(f"hello {number}"))
        memory.save_preferences(Preferences(length="short"))
        memory.report("hurt", "grey elephant", None, "en")
        assert memory.preferences() == Preferences(length="short")
        assert memory.avoided() == ("grey elephant",)
        assert len(memory.turns()) == MOST_TURNS_IN_RAM
        assert (memory.file, memory.problem) == (None, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("directory", "data_home", "expected"),
    [
        ("/srv/robot", "/data", "/srv/robot/memory/memory.db"),
        ("", "/data", "/data/sori/memory/memory.db"),
        ("", "not/absolute", "/home/somebody/.local/share/sori/memory/memory.db"),
        ("", None, "/home/somebody/.local/share/sori/memory/memory.db"),
        ("~/here", None, "/home/somebody/here/memory/memory.db"),
    ],
)
def test_where_it_lies(
    monkeypatch: pytest.MonkeyPatch, directory: str, data_home: str | None, expected: str
) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    if data_home is None:
        monkeypatch.delenv("XDG_DATA_HOME")
    else:
        monkeypatch.setenv("XDG_DATA_HOME", data_home)
    assert memory_file(MemorySettings(directory=directory)) == Path(expected)


def test_nobody_else_can_look_into_it(memory: Memory) -> None:
    memory.keep_turn(turn("hello"))
    assert memory.file is not None
    folder = memory.file.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_trouble_is_told_once_and_not_at_every_turn(
    settings: MemorySettings, memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    edit(settings, "ALTER TABLE turn RENAME TO elsewhere")
    with caplog.at_level(logging.WARNING):
        assert [memory.keep_turn(turn("hello")) for _ in range(3)] == [0, 0, 0]
    assert len(caplog.records) == 1
    assert memory.problem is not None
    edit(settings, "ALTER TABLE elsewhere RENAME TO turn")
    assert memory.keep_turn(turn("hello"))
    assert memory.problem is None
