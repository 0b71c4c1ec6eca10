"""The whole by conversation: sound files in, sound files and turn objects out."""

import json
from pathlib import Path

import pytest

from audio.sound_file import read_whole
from config.settings import SoundFileSettings
from robot.command_line import main
from tests.speech import pause, say, white_noise, write

KEYS = [
    "file",
    "turn",
    "start_s",
    "end_s",
    "transcript",
    "language",
    "language_confidence",
    "no_speech",
    "emotion",
    "intent",
    "action",
    "reply",
    "reply_language",
    "safety",
    "audio",
    "timings_ms",
]  # DESIGN.md's turn object, in its order

TurnObject = dict[str, "str | float | bool | dict[str, float] | None"]


def turns_of(printed: str) -> list[TurnObject]:
    return [json.loads(line) for line in printed.splitlines()]


@pytest.fixture
def conversation(tmp_path: Path) -> Path:
    """English, Korean, and again English, with pauses between."""
    return write(
        tmp_path / "talk.wav",
        pause(),
        say("who are you", "en-us"),
        pause(),
        say("고마워", "ko"),
        pause(),
        say("tell me a joke", "en-us"),
        pause(),
    )


def test_each_utterance_is_answered_in_its_language(
    conversation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", str(conversation), "--json", "--out", str(tmp_path / "out")]) == 0
    turns = turns_of(capsys.readouterr().out)
    assert [list(turn) for turn in turns] == [KEYS] * 3
    assert [turn["turn"] for turn in turns] == [1, 2, 3]
    assert [turn["language"] for turn in turns] == ["en", "ko", "en"]
    assert [turn["transcript"] for turn in turns] == ["who are you", "고마워", "tell me a joke"]
    for turn in turns:
        assert turn["reply"]
        assert turn["reply_language"] == turn["language"]
        assert turn["start_s"] < turn["end_s"]  # type: ignore[operator]  # both are numbers
        stages = turn["timings_ms"]
        assert isinstance(stages, dict)
        assert stages["total"] == sum(stages[name] for name in stages if name != "total")
        spoken = read_whole(Path(str(turn["audio"])), SoundFileSettings())
        assert len(spoken) / 16_000 > 0.03 * len(str(turn["reply"]))
        assert abs(spoken).max() > 0.05


def test_a_folder_with_broken_silent_and_noisy_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    write(sounds / "good.wav", pause(), say("hello sori", "en-us"), pause())
    write(sounds / "noise.wav", white_noise(5.0))
    write(sounds / "silent.wav", pause(5.0))
    (sounds / "broken.wav").write_bytes(b"RIFF\x10\x00\x00\x00WAVEjunk")
    (sounds / "notes.txt").write_text("not a sound")
    assert main(["ask", str(sounds), "--json", "--out", str(tmp_path / "out")]) == 1
    output = capsys.readouterr()
    turns = [turn for turn in turns_of(output.out) if not turn["no_speech"]]
    assert [(turn["file"], turn["transcript"]) for turn in turns] == [
        (str(sounds / "good.wav"), "hello sori")
    ]
    assert "broken.wav" in output.err
    assert "silent.wav" in output.err
    assert "Traceback" not in output.err
    assert "notes.txt" not in output.err


def test_equal_names_in_two_folders_lose_no_reply(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        files.append(write(tmp_path / folder / "x.wav", pause(), say("hello", "en-us"), pause()))
    arguments = ["ask", *map(str, files), "--json", "--out", str(tmp_path / "out")]
    assert main(arguments) == 0
    audio = [turn["audio"] for turn in turns_of(capsys.readouterr().out)]
    assert len(set(audio)) == 2
    assert all(Path(str(path)).exists() for path in audio)


def test_transcribe_writes_segments(conversation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", str(conversation), "--json"]) == 0
    segments = turns_of(capsys.readouterr().out)
    keys = [
        "file",
        "start_s",
        "end_s",
        "transcript",
        "language",
        "language_confidence",
        "no_speech",
    ]
    assert [list(segment) for segment in segments] == [keys] * 3
    assert [segment["language"] for segment in segments] == ["en", "ko", "en"]


def test_the_demo_is_a_conversation_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--json", "--out", str(tmp_path)]) == 0
    turns = turns_of(capsys.readouterr().out)
    assert len(turns) >= 6
    assert {turn["language"] for turn in turns} == {"en", "ko"}
    assert all(turn["reply"] for turn in turns)
    page = (tmp_path / "index.html").read_text("utf-8")
    for turn in turns:
        assert str(turn["transcript"]) in page
    made = {path.name for path in tmp_path.iterdir()}
    assert made >= {
        "index.html",
        "conversation.wav",
        "transcript.txt",
        "turns.jsonl",
        "timings.svg",
    }
