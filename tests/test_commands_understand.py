"""`sori understand`: JSON lines in, JSON lines out, in order."""

import io
import json
import sys

import pytest

from nlu.emotion.text_emotion import EMOTIONS
from robot.command_line import main

KEYS = ["text", "language", "intent", "action", "emotion"]


def understand(
    lines: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[dict[str, object]], str]:
    """Exit code, results and what was said to the person."""
    stdin = io.TextIOWrapper(io.BytesIO("\n".join(lines).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    code = main(["understand"])
    output = capsys.readouterr()
    return code, [json.loads(line) for line in output.out.splitlines()], output.err


def test_a_line_is_answered_with_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = [
        {"text": "walk forward two metres, then wave"},
        {"text": "왼쪽으로 구십 도 돌아"},
        {"text": "gira a la izquierda", "language": "es"},
        {"text": "turn"},
        {"text": "don't walk"},
        {"text": "good morning"},
    ]
    code, results, complaint = understand([json.dumps(line) for line in said], monkeypatch, capsys)
    assert code == 0
    assert complaint == ""
    assert [list(result) for result in results] == [KEYS] * len(said)
    assert [result["text"] for result in results] == [line["text"] for line in said]
    assert [result["language"] for result in results] == ["en", "ko", "es", "en", "en", "en"]
    walk, wave = (
        {"name": "walk", "dx_m": 2.0, "dy_m": 0.0},
        {
            "name": "gesture",
            "gesture": "wave",
            "repeat": 1,
        },
    )
    left = {"name": "turn", "angle_rad": 1.5708}
    assert [result["action"] for result in results] == [
        {"name": "sequence", "steps": [walk, wave]},
        left,
        left,
        None,
        None,
        None,
    ]
    assert [result["intent"] for result in results] == [
        {"name": "sequence", "arguments": {"steps": [walk, wave]}},
        {"name": "turn", "arguments": {"angle_rad": 1.5708}},
        {"name": "turn", "arguments": {"angle_rad": 1.5708}},
        {"name": "turn", "arguments": {}},  # Sori would ask which way
        None,
        None,
    ]
    emotions = [result["emotion"] for result in results]
    assert all(isinstance(emotion, dict) and emotion["label"] in EMOTIONS for emotion in emotions)
    assert isinstance(emotions[0], dict)
    assert emotions[0]["label"] == "neutral"


def test_bad_lines_are_named_and_skipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["not json", "", '{"words": "walk"}', '{"text": "bow"}']
    code, results, complaint = understand(lines, monkeypatch, capsys)
    assert code == 1
    assert [result["text"] for result in results] == ["bow"]
    assert "line 1" in complaint
    assert "line 3" in complaint


def test_nothing_in_nothing_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert understand([], monkeypatch, capsys) == (0, [], "")
