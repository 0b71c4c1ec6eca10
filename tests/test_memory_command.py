"""`sori memory show`, `export`, `forget`."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.load import DEFAULT_FILE
from config.memory_settings import MemorySettings
from config.preferences import Preferences
from robot.command_line import main
from robot.memory.memory import Memory
from tests.memory_program import settings_in, turn

Sori = Callable[..., tuple[int, str, str]]


def settings_file(folder: Path, more: str = "") -> Path:
    """Settings whose memory lies in `folder`."""
    file = folder / "sori.toml"
    own = f'\n[memory]\ndirectory = "{folder}"\n{more}\n'
    file.write_text(DEFAULT_FILE.read_text("utf-8") + own, "utf-8")
    return file


@pytest.fixture
def sori(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Sori:
    """Calls a command with these settings; gives exit code, stdout and stderr."""
    settings = settings_file(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main([*arguments, "--config", str(settings)])
        except SystemExit as usage:
            code = int(usage.code or 0)
        output = capsys.readouterr()
        return code, output.out, output.err

    return call


@pytest.fixture
def kept(tmp_path: Path) -> MemorySettings:
    """Two conversations, a name and a report."""
    settings = settings_in(tmp_path)
    with Memory.open(settings) as memory:
        memory.begin_conversation()
        memory.keep_turn(turn("hello", "Hello!"))
        memory.begin_conversation()
        memory.keep_turn(turn("안녕", "안녕하세요!", "ko"))
        last = memory.keep_turn(turn("am I old?", "You look old."))
        memory.report("hurt", "You look old.", last, "en")
        memory.save_preferences(Preferences(length="short", user_name="Mina"))
    return settings


def objects(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_show_tells_what_is_kept_and_where(sori: Sori, kept: MemorySettings) -> None:
    code, told, _ = sori("memory", "show")
    assert code == 0
    for words in (kept.directory, "Turns: 3", "30 days", "Reports: 1 (1 open)", "365 days"):
        assert words in told
    assert "length short, user_name Mina." in told
    assert told.index("hello") < told.index("안녕하세요!") < told.index("You look old.")


@pytest.mark.parametrize(("limit", "shown"), [("0", 0), ("2", 2), ("99", 3)])
def test_show_as_json_is_a_summary_and_the_newest_turns(
    sori: Sori, kept: MemorySettings, limit: str, shown: int
) -> None:
    code, told, _ = sori("memory", "show", "--json", "--limit", limit)
    summary, *turns = objects(told)
    assert code == 0
    assert (summary["what"], summary["turns"], summary["open_reports"]) == ("memory", 3, 1)
    assert summary["avoided"] == ["You look old."]
    assert str(summary["file"]).startswith(kept.directory)
    preferences = summary["preferences"]
    assert isinstance(preferences, dict)
    assert preferences["user_name"] == "Mina"
    assert [one["what"] for one in turns] == ["turn"] * shown
    assert [one["transcript"] for one in turns] == ["hello", "안녕", "am I old?"][3 - shown :]


def test_of_nothing_there_is_nothing_to_show_or_to_forget(sori: Sori) -> None:
    assert "Turns: 0" in sori("memory", "show")[1]
    assert sori("memory", "export") == (0, "", "Nothing is kept.\n")
    code, told, _ = sori("memory", "forget", "--everything", "--yes")
    assert (code, told) == (0, "There was nothing to delete.\n")


def test_export_has_everything(sori: Sori, kept: MemorySettings, tmp_path: Path) -> None:
    code, told, _ = sori("memory", "export", "--json")
    lines = objects(told)
    assert code == 0
    assert [line["what"] for line in lines] == ["preferences", "turn", "turn", "turn", "report"]
    assert lines[3]["reply"] == lines[4]["phrase"] == "You look old."
    assert lines[4]["turn"] == lines[3]["id"]
    file = tmp_path / "mine.jsonl"
    code, nothing, said = sori("memory", "export", str(file))
    assert (code, nothing) == (0, "")
    assert "5 lines" in said
    assert file.read_text("utf-8") == told
    assert file.stat().st_mode & 0o777 == 0o600


def test_export_into_no_folder_is_explained(sori: Sori, kept: MemorySettings) -> None:
    code, _, said = sori("memory", "export", f"{kept.directory}/missing/mine.jsonl")
    assert code == 2
    assert "missing/mine.jsonl: cannot be written" in said


@pytest.mark.parametrize(
    ("option", "meant", "rows", "left"),
    [
        ("--last", "last", 1, 2),
        ("--conversation", "conversation", 2, 1),
        ("--everything", "me", 7, 0),
    ],
)
def test_forget(
    sori: Sori, kept: MemorySettings, option: str, meant: str, rows: int, left: int
) -> None:
    code, told, said = sori("memory", "forget", option, "--yes", "--json")
    (line,) = objects(told)
    assert (code, line) == (0, {"forgotten": meant, "rows": rows})
    assert "running" in said
    with Memory.open(kept) as memory:
        assert len(memory.turns()) == left
        assert (memory.preferences() is None) == (meant == "me")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["forget", "--everything"], 2, "add --yes"),
        (["forget", "--yes"], 2, "--last --conversation --everything"),
        (["forget", "--last", "--everything", "--yes"], 2, "not allowed with"),
        (["show", "--limit", "-1"], 2, "invalid"),
        (["sing"], 2, "invalid choice"),
        ([], 2, "required"),
    ],
)
def test_wrong_use_is_explained_and_deletes_nothing(
    sori: Sori,
    kept: MemorySettings,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    with open(os.devnull) as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        returned, _, said = sori("memory", *arguments)
    assert returned == code
    assert words in said
    with Memory.open(kept) as memory:
        assert len(memory.turns()) == 3


@pytest.mark.parametrize(
    ("answer", "left"),
    [("y", 0), ("YES", 0), ("네", 0), ("n", 3), ("", 3), ("everything", 3)],
)
def test_on_a_terminal_it_asks_first(
    sori: Sori, kept: MemorySettings, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    keyboard, terminal = os.openpty()
    os.write(keyboard, f"{answer}\n".encode())
    with open(terminal, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        code, _, said = sori("memory", "forget", "--everything")
    os.close(keyboard)
    assert code == 0
    assert "cannot be undone" in said
    assert ("Nothing was deleted." in said) == bool(left)
    with Memory.open(kept) as memory:
        assert len(memory.turns()) == left


def test_what_was_kept_can_be_seen_and_deleted_after_switching_it_off(
    kept: MemorySettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_file(tmp_path, "enabled = false")
    assert main(["memory", "show", "--config", str(settings)]) == 0
    assert "nothing more is kept" in capsys.readouterr().out
    assert main(["memory", "forget", "--everything", "--yes", "--config", str(settings)]) == 0
    with Memory.open(kept) as memory:
        assert memory.turns() == []


def test_a_memory_that_cannot_be_opened_is_explained(sori: Sori, tmp_path: Path) -> None:
    (tmp_path / "memory").write_text("not a folder")
    code, told, said = sori("memory", "show")
    assert (code, told) == (3, "")
    assert str(tmp_path / "memory") in said
    assert "Traceback" not in said
