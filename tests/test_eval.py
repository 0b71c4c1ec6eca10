"""`sori eval` on real small clips: report, resuming, comparing, and what goes wrong."""

import json
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest

from config.load import DEFAULT_FILE
from robot.command_line import main
from robot.evaluation.report import FullReport, Report
from tests.speech import pause, say, white_noise, write

SAID = (
    ("hello.wav", "hello sori", "en"),
    ("who is it.wav", "who are you", "en"),
    ("joke.wav", "Tell me a joke!", "en"),
    ("thanks.wav", "고마워", "ko"),
)
VOICES = {"en": "en-us", "ko": "ko"}


def clips_in(folder: Path) -> Path:
    """Speech in two languages, noise, silence, and two files that cannot be used."""
    folder.mkdir()
    lines: list[dict[str, str | None]] = []
    for place, (file, text, language) in enumerate(SAID):
        write(folder / file, pause(0.4), say(text, VOICES[language]), pause())
        condition = ("near", "far")[place % 2]
        lines.append({"file": file, "text": text, "language": language, "condition": condition})
    write(folder / "noise.wav", white_noise(2.0))
    write(folder / "silent.wav", pause(2.0))
    (folder / "broken.wav").write_bytes(b"RIFF\x10\x00\x00\x00WAVEjunk")
    lines += [{"file": file, "text": "", "language": None} for file in ("noise.wav", "silent.wav")]
    lines += [
        {"file": file, "text": "hello", "language": "en", "intent": "greet"}
        for file in ("broken.wav", "<b>gone.wav")
    ]
    # One word too many, so that there is a failure to show.
    lines.append(
        {"file": "hello.wav", "text": "hello dear sori", "language": "en", "intent": "walk"}
    )
    list_in(folder, lines)
    return folder


def list_in(folder: Path, lines: Sequence[dict[str, str | None]]) -> None:
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "manifest.jsonl").write_text(text, "utf-8")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clips_in(tmp_path_factory.mktemp("eval") / "clips")


@pytest.fixture(scope="module")
def out(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished evaluation, by two processes."""
    folder = tmp_path_factory.mktemp("out")
    assert main(["eval", str(clips), "--out", str(folder), "--jobs", "2", "--quiet"]) == 1
    return folder


def report_of(printed: str) -> Report:
    assert printed.count("\n") == 1
    return msgspec.json.decode(printed, type=Report)


def full_report(out: Path) -> FullReport:
    return msgspec.json.decode((out / "report.json").read_bytes(), type=FullReport)


class Page(HTMLParser):
    """What a browser would load, and the text people read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sounds: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        if tag == "audio":
            self.sounds.append(values["src"] or "")
        elif values.get("src") or values.get("href"):
            self.links.append(values.get("src") or values.get("href") or "")
        if tag not in {"meta", "line", "rect", "circle"}:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"rect"}:
            return
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_numbers_of_a_real_run(out: Path) -> None:
    report = full_report(out)
    (scores,) = report.systems
    assert report.clips == 9
    assert [failed.file for failed in report.failed] == ["broken.wav", "<b>gone.wav"]
    assert scores.overall.clips == 5
    assert scores.overall.word_errors.errors == scores.overall.deletions == 1
    assert [group.name for group in scores.by_language] == ["en", "ko"]
    assert scores.by_language[1].character_errors.rate == 0.0
    assert scores.overall.language.rate == 1.0
    assert [grouping.key for grouping in scores.groupings] == ["condition"]
    assert (scores.silent.clips, scores.silent.gave_text) == (2, 0)
    assert (scores.intent.clips, scores.intent.right, scores.intent.accuracy) == (1, 0, 0.0)
    assert scores.intent.note is None
    assert scores.latency.processes == (2,)
    whisper = scores.latency.of("recognise")
    assert whisper is not None
    assert whisper.values == 5
    assert whisper.p50_ms
    assert report.comparison is None
    heard = {result.text: result.heard[0].text for result in report.results}
    assert heard["고마워"] == "고마워"
    assert heard["Tell me a joke!"] == "tell me a joke"


def test_the_page_opens_from_disk_and_lets_hear_what_failed(out: Path, clips: Path) -> None:
    text = (out / "report.html").read_text("utf-8")
    page = Page(text)
    assert page.links == []
    assert "script" not in page.tags
    assert page.tags.count("svg") >= 4
    assert "pocket-whisper gets" in page.text
    assert "the intent right in 0 of 1 clip with one" in page.text
    assert "<b>gone.wav does not exist" in page.text
    assert "&lt;b&gt;gone" in text
    assert [(out / unquote(sound)).resolve() for sound in page.sounds] == [
        (clips / "hello.wav").resolve()
    ]


def test_nothing_is_recognised_twice(
    out: Path, clips: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = out / "results.jsonl"
    before = results.read_text("utf-8").splitlines()
    results.write_text("\n".join([*before, '{"key": "cut by a power fail']), "utf-8")
    assert main(["eval", str(clips), "--out", str(out), "--json", "--jobs", "1"]) == 1
    output = capsys.readouterr()
    report = report_of(output.out)
    assert report.recognised == 2  # the two that failed are tried again
    assert "2 clips are left" in output.err
    after = [line for line in results.read_text("utf-8").splitlines() if line.endswith("}")]
    heard_again = [json.loads(line) for line in after[len(before) :]]
    assert {line["file"] for line in heard_again} == {"broken.wav", "<b>gone.wav"}
    assert all(line["error"] for line in heard_again)


@pytest.mark.long
def test_another_text_is_scored_anew_without_hearing_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    write(folder / "a.wav", pause(0.4), say("walk forward", "en-us"), pause())
    arguments = ["eval", str(folder), "--out", str(tmp_path / "out"), "--json"]
    for text, recognised, errors in (("walk forward", 1, 0), ("talk forward", 0, 1)):
        list_in(folder, [{"file": "a.wav", "text": text, "language": "en", "intent": "walk"}])
        assert main(arguments) == 0
        report = report_of(capsys.readouterr().out)
        assert report.recognised == recognised
        assert report.systems[0].overall.word_errors.errors == errors
        assert report.systems[0].intent.accuracy == 1.0
    assert main([*arguments, "--fresh"]) == 0
    assert report_of(capsys.readouterr().out).recognised == 1
    write(folder / "a.wav", pause(0.4), say("who are they", "en-us"), pause())
    assert main(arguments) == 0
    assert report_of(capsys.readouterr().out).recognised == 1


@pytest.mark.long
def test_two_settings_side_by_side(
    tmp_path: Path, clips: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deaf = tmp_path / "deaf.toml"
    model = 'model = "pocket-whisper"'
    text = DEFAULT_FILE.read_text("utf-8")
    deaf.write_text(text.replace(model, f"min_voiced_share = 1.0\n{model}", 1), "utf-8")
    arguments = ["eval", str(clips), "--out", str(out), "--compare", str(deaf), "--json"]
    assert main(arguments) == 1
    report = report_of(capsys.readouterr().out)
    assert [scores.label for scores in report.systems] == [
        "pocket-whisper (built-in)",
        "pocket-whisper (deaf.toml)",
    ]
    comparison = report.comparison
    assert comparison is not None
    assert comparison.overall.clips == 5
    assert comparison.overall.more_errors > 0
    assert comparison.overall.fewer_errors == 0
    assert comparison.overall.word_errors.rate
    assert comparison.overall.word_errors.rate > 0
    page = Page((out / "report.html").read_text("utf-8"))
    assert "pocket-whisper (deaf.toml) makes more word errors" in page.text


def test_wrong_use_ends_before_anything_is_heard(
    tmp_path: Path, clips: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "out")]
    assert main(["eval", str(tmp_path), *out]) == 2
    assert "manifest.jsonl" in capsys.readouterr().err
    (tmp_path / "manifest.jsonl").write_text('{"file": "a.wav"}\n', "utf-8")
    assert main(["eval", str(tmp_path), *out]) == 2
    assert "manifest.jsonl:1" in capsys.readouterr().err
    assert main(["eval", str(clips), *out, "--model", "large-v9"]) == 3
    assert main(["eval", str(clips), *out, "--against", "pocket-whisper"]) == 2
    assert "nothing to compare" in capsys.readouterr().err
    assert main(["eval", str(clips), "--out", str(clips / "hello.wav")]) == 2
    assert not (tmp_path / "out").exists()
    with pytest.raises(SystemExit):
        main(["eval", str(clips), "--jobs", "0"])


def test_only_unusable_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    list_in(tmp_path, [{"file": "gone.wav", "text": "hello", "language": "en"}])
    assert main(["eval", str(tmp_path), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 3
    output = capsys.readouterr()
    assert "gone.wav does not exist" in output.err
    assert "None of the clips could be heard." in output.out
    Page((tmp_path / "out" / "report.html").read_text("utf-8"))
