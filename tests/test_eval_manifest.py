"""Manifests of `sori eval`: what a line may be, and how a faulty one is named."""

from pathlib import Path

import pytest

from config.errors import ConfigurationError
from robot.evaluation.manifest import read_manifest


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "truncated"),
        ("[]", "object"),
        ('{"text": "x", "language": "en"}', "`file`"),
        ('{"file": "a.wav", "language": "en"}', "`text`"),
        ('{"file": "a.wav", "text": "x"}', "`language` is missing"),
        ('{"file": "", "text": "x", "language": "en"}', "no sound file"),
        ('{"file": "a\\u0000.wav", "text": "x", "language": "en"}', "no sound file"),
        ('{"file": 3, "text": "x", "language": "en"}', "`$.file`"),
        ('{"file": "a.wav", "text": null, "language": "en"}', "`$.text`"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, line: str, fault: str) -> None:
    good = '{"file": "a.wav", "text": "x", "language": "en"}\n'
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(f"{good}\n{line}\n", "utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read_manifest(tmp_path)
    assert f"{manifest}:3: " in raised.value.message
    assert fault in raised.value.message


def test_a_manifest_that_is_not_there_empty_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.jsonl").write_text("\n\n", "utf-8")
    with pytest.raises(ConfigurationError, match="no clip"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.jsonl").write_bytes(b'{"file": "\xff\xfe"}\n' * 20)
    with pytest.raises(ConfigurationError, match=r"manifest.jsonl:1: (?s:.*)and 12 more"):
        read_manifest(tmp_path)


def test_further_keys_are_traits(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_bytes(
        b'\xef\xbb\xbf{"file": "a.wav", "text": "hi", "language": "en", "intent": "greet",'
        b' "voice": "v1", "snr_db": 5, "clean": true, "segments": [1],'
        b' "none": null, "task": ""}\r\n'
        b'{"file": "b.wav", "text": "go", "language": "en", "intent": {"name": "walk"}}\n'
        b'{"file": "noise.wav", "text": " ", "language": "en"}'
    )
    first, second, noise = read_manifest(tmp_path)
    assert first.traits == {"voice": "v1", "snr_db": "5", "clean": "True"}
    assert (first.intent, second.intent) == ("greet", "walk")
    assert first.path == tmp_path / "a.wav"
    assert noise.language is None
