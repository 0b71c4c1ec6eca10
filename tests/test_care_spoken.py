"""Wishes, complaints and forgetting as conversations: sound files in, replies and memory out."""

import contextlib
import io
import json
from pathlib import Path

import pytest

from audio.sound_file import read_whole
from config.load import DEFAULT_FILE, load
from robot.command_line import main
from tests.speech import pause, say, write
from tests.turn_objects import TurnObject, turn_objects

VOICE = {"en": "en-us", "ko": "ko"}


class Sori:
    """One Sori with a memory of its own, started anew for every conversation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = folder / "sori.toml"
        memory = f'\n[memory]\ndirectory = "{folder / "kept"}"\n'
        self.settings.write_text(DEFAULT_FILE.read_text("utf-8") + memory, encoding="utf-8")
        self.talks = 0

    def hears(self, language: str, *sentences: str) -> list[TurnObject]:
        """What comes of a sound file in which these are said, one after the other."""
        self.talks += 1
        pieces = [pause(0.4)]
        for sentence in sentences:
            pieces += [say(sentence, VOICE[language]), pause()]
        file = write(self.folder / f"talk{self.talks}.wav", *pieces)
        turns = turn_objects(self.does("ask", str(file), "--out", str(self.folder / "out")))
        assert [turn.transcript for turn in turns] == list(sentences)
        return turns

    def does(self, *arguments: str) -> str:
        """What a command prints as JSON."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            assert main([*arguments, "--json", "--quiet", "--config", str(self.settings)]) == 0
        return printed.getvalue()

    def reply_s(self, turn: int) -> float:
        """How long the reply to a turn of the last talk sounds."""
        file = self.folder / "out" / f"talk{self.talks}-{turn}.wav"
        return len(read_whole(file, load().sound_file)) / 16_000

    def kept_bytes(self) -> bytes:
        """Everything in the folder of the memory."""
        files = (path for path in (self.folder / "kept").rglob("*") if path.is_file())
        return b"".join(path.read_bytes() for path in files)


@pytest.fixture
def sori(tmp_path: Path) -> Sori:
    return Sori(tmp_path)


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "question", "wish"),
    [
        ("en", "are you a person", "speak more slowly"),
        ("ko", "너 사람이야", "더 천천히 말해 줘"),
    ],
)
def test_slower_speech_is_heard_at_once_and_kept_over_a_restart(
    sori: Sori, language: str, question: str, wish: str
) -> None:
    sori.hears(language, question)
    usual_s = sori.reply_s(1)
    sori.hears(language, wish, question)
    slow_s = sori.reply_s(2)
    assert slow_s > 1.08 * usual_s
    sori.hears(language, question)
    assert sori.reply_s(1) == pytest.approx(slow_s, rel=0.02)


def test_what_hurt_is_reported_and_not_said_again(sori: Sori) -> None:
    said, _ = sori.hears("en", "how are you", "that hurt me")
    (report,) = map(json.loads, sori.does("feedback", "list").splitlines())
    assert (report["kind"], report["phrase"]) == ("hurt", said.reply)
    (again,) = sori.hears("en", "how are you")
    assert again.reply
    assert again.reply != said.reply
    sori.does("feedback", "resolve", str(report["id"]), "--allow")
    (allowed,) = sori.hears("en", "how are you")
    assert allowed.reply == said.reply


def test_a_korean_complaint_about_a_mistake_is_kept_with_its_turn(sori: Sori) -> None:
    said, thanked = sori.hears("ko", "안녕하세요", "틀렸어")
    assert thanked.reply_language == "ko"
    (report,) = map(json.loads, sori.does("feedback", "list").splitlines())
    assert (report["kind"], report["phrase"]) == ("wrong", said.reply)


@pytest.mark.long
def test_forget_me_leaves_nothing_on_the_disk(sori: Sori) -> None:
    sori.hears("en", "call me anna", "who are you")
    assert b"anna" in sori.kept_bytes().lower()
    sori.hears("en", "forget me")
    assert b"anna" not in sori.kept_bytes().lower()
    assert b"who are you" not in sori.kept_bytes()


def test_despair_is_met_with_a_help_line_and_not_kept(sori: Sori) -> None:
    line = json.loads(_screened("i want to die"))
    assert line["action"] == "crisis"
    typed = _chat(sori, "i want to die")
    assert "988" in str(typed.reply)
    assert b"want to die" not in sori.kept_bytes()


def _screened(text: str) -> str:
    return _with_input(["screen"], json.dumps({"text": text}))


def _chat(sori: Sori, text: str) -> TurnObject:
    printed = _with_input(["chat", "--json", "--quiet", "--config", str(sori.settings)], text)
    (turn,) = turn_objects(printed)
    return turn


def _with_input(arguments: list[str], text: str) -> str:
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{text}\n".encode())))
        assert main(arguments) == 0
    return printed.getvalue()
