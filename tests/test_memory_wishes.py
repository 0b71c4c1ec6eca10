"""What people asked for and reported, kept over restarts, and taken back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.memory_settings import MemorySettings
from config.preferences import Preferences
from robot.memory.memory import Memory
from robot.memory.preferences import MOST_KEPT
from tests.memory_program import edit, settings_in, turn


@pytest.fixture
def settings(tmp_path: Path) -> MemorySettings:
    return settings_in(tmp_path)


@pytest.fixture
def memory(settings: MemorySettings) -> Iterator[Memory]:
    with Memory.open(settings) as opened:
        yield opened


def test_preferences_are_kept_and_taken_back_one_by_one(
    settings: MemorySettings, memory: Memory
) -> None:
    first, second = Preferences(length="short"), Preferences(length="short", user_name="미나")
    assert memory.preferences() is None
    assert memory.undo_preferences() is None
    assert memory.save_preferences(first)
    memory.save_preferences(second)
    with Memory.open(settings) as again:
        assert again.preferences() == second
        assert again.undo_preferences() == first
    assert memory.preferences() == first
    assert memory.undo_preferences() == Preferences()
    assert memory.preferences() is None
    assert memory.undo_preferences() is None


def test_only_changes_are_kept_so_that_the_settings_still_count(settings: MemorySettings) -> None:
    with Memory.open(settings, Preferences(rate=1.2)) as memory:
        memory.save_preferences(Preferences(rate=1.2, tone="formal"))
    with Memory.open(settings, Preferences(rate=0.8, audience="child")) as memory:
        expected = Preferences(rate=0.8, audience="child", tone="formal")
        assert memory.preferences() == expected
        assert memory.undo_preferences() == Preferences(rate=0.8, audience="child")


def test_like_before_has_an_end(memory: Memory) -> None:
    for number in range(MOST_KEPT + 5):
        memory.save_preferences(Preferences(user_name=f"name {number}"))
    assert len(memory.names()) == MOST_KEPT


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"rate": 9.0, "tone": "formal"}, Preferences(tone="formal")),
        ({"tone": "rude", "length": "short"}, Preferences(length="short")),
        ({"colour": "red", "length": "short"}, Preferences(length="short")),
        ({"volume": 0.0}, Preferences()),
        ({"audience": 3, "rate": "fast"}, Preferences()),
        ("not even an object", Preferences()),
    ],
)
def test_what_was_edited_badly_is_passed_over_with_a_warning(
    settings: MemorySettings,
    memory: Memory,
    caplog: pytest.LogCaptureFixture,
    changed: object,
    expected: Preferences,
) -> None:
    memory.save_preferences(Preferences(length="detailed"))
    edit(settings, "UPDATE preference SET changed = ?", json.dumps(changed))
    assert memory.preferences() == expected
    assert "passed over" in caplog.text


def test_a_report_keeps_its_exchange_and_its_phrase_is_avoided(memory: Memory) -> None:
    number = memory.keep_turn(turn("am I old?", "You look old. Anything else?"))
    hurt = memory.report("hurt", "You look old.", number, "en")
    wrong = memory.report("wrong", "Two and two is five.", None, "en")
    unwanted = memory.report("unwanted", "여보세요", 999, "ko")
    again = memory.report("hurt", "You look old.", None, "en")
    assert memory.avoided() == ("You look old.", "여보세요")
    first, second, third, _ = memory.reports()
    assert (first.id, first.said, first.reply) == (
        hurt,
        "am I old?",
        "You look old. Anything else?",
    )
    assert (first.turn, first.state, first.is_avoided) == (number, "open", True)
    assert (second.kind, second.is_avoided, second.said) == ("wrong", False, "")
    assert third.turn is None
    memory.resolve(unwanted, "fine in Korean", allow=True)
    memory.resolve(hurt, "retrained")
    assert memory.avoided() == ("You look old.",)
    memory.resolve(hurt, allow=True)
    assert memory.avoided() == ("You look old.",)  # the other report is about it too
    memory.resolve(again, allow=True)
    assert memory.avoided() == ()
    assert [report.id for report in memory.reports(only_open=True)] == [wrong]
    assert [report.note for report in memory.reports()] == ["retrained", "", "fine in Korean", ""]
    assert memory.resolve(999) is None


def test_the_first_greeting_is_remembered(settings: MemorySettings, memory: Memory) -> None:
    assert not memory.greeted
    memory.greeted = True
    with Memory.open(settings) as again:
        assert again.greeted
        again.greeted = False
    assert not memory.greeted
