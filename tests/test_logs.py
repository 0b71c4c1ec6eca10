"""The log: its lines, what is never in them, and that nobody waits for it."""

import io
import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from config.log_settings import LogForm, LogLevel
from robot.logs import (
    KNOWN_WARNINGS,
    QUEUE_RECORDS,
    REPEAT_PERIOD_S,
    REPEATS,
    is_journal,
)
from tests.log_lines import Time, facts_of, lines_of, logging_to

log = logging.getLogger("robot.a_test")
ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("debug", ["fine", "usual", "odd", "bad"]),
        ("info", ["usual", "odd", "bad"]),
        ("warning", ["odd", "bad"]),
        ("error", ["bad"]),
    ],
)
def test_levels_are_those_of_our_rooms(level: LogLevel, told: list[str]) -> None:
    stream = io.StringIO()
    with logging_to(stream, level, "json"):
        for way, word in (
            (log.debug, "fine"), (log.info, "usual"), (log.warning, "odd"), (log.error, "bad"),
        ):  # fmt: skip
            way("%s", word)
        logging.getLogger("a_library").info("libraries tell warnings only")
    assert [line["message"] for line in facts_of(stream)] == told


def test_a_line_for_people_and_one_for_programs() -> None:
    people, programs = io.StringIO(), io.StringIO()
    with logging_to(people):
        log.info("it is %s", "well")
    with logging_to(programs, form="json"):
        log.info("소리 %s", "ok", extra={"facts": {"event": "x", "ms": 12, "path": Path("/a")}})
    time, level, *words = people.getvalue().split()
    assert (len(time), level, words) == (8, "info", ["it", "is", "well"])
    (line,) = facts_of(programs)
    assert str(line.pop("time")).endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "robot.a_test",
        "message": "소리 ok",
        "event": "x",
        "ms": 12,
        "path": "/a",
    }


def test_the_journal_gets_json_with_a_priority_on_each_line() -> None:
    stream = io.StringIO()
    with logging_to(stream, form="auto", journal=True):
        log.info("usual")
        try:
            raise ValueError("over\ntwo lines")
        except ValueError:
            log.exception("bad")
    first, second = lines_of(stream)
    assert (first[:3], second[:3]) == ("<6>", "<3>")
    assert json.loads(first[3:])["message"] == "usual"
    assert "ValueError: over\ntwo lines" in json.loads(second[3:])["trace"]


def test_text_in_the_journal_has_a_priority_on_every_line_of_a_traceback() -> None:
    stream = io.StringIO()
    with logging_to(stream, journal=True):
        try:
            raise ValueError("over\ntwo lines")
        except ValueError:
            log.exception("bad")
    assert len(lines_of(stream)) > 3
    assert {line[:3] for line in lines_of(stream)} == {"<3>"}


def test_the_journal_is_known_by_the_file_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "journal").open("w") as stream:
        status = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
        assert is_journal(stream)
        monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino + 1}")
        assert not is_journal(stream)
    assert not is_journal(io.StringIO())


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer S3CRET-s3cret_0123456789abcdef",
        "authorization: bearer S3CRET-s3cret_0123456789abcdef==",
        'GET /events?token=S3CRET-s3cret_0123456789abcdef HTTP/1.1" 403',
        "{'token': 'S3CRET-s3cret_0123456789abcdef'}",
        "token: S3CRET-s3cret_0123456789abcdef",
        "Sec-WebSocket-Protocol: sori, token.S3CRET-s3cret_0123456789abcdef",
    ],
)
def test_the_token_is_never_logged(form: LogForm, text: str) -> None:
    stream = io.StringIO()
    with logging_to(stream, form=form):
        logging.getLogger("uvicorn.error").warning("refused: %s", text)
        log.info("asked", extra={"facts": {"request": text}})
        try:
            raise ValueError(text)
        except ValueError:
            log.exception("failed")
    assert "refused" in stream.getvalue()
    assert "s3cret" not in stream.getvalue().lower()


def test_a_warning_that_comes_again_and_again_is_counted() -> None:
    stream, clock = io.StringIO(), Time()
    with logging_to(stream, "debug", "json", clock=clock):
        for number in range(101):
            if number == 100:
                log.warning("another one")
                clock.now_s += REPEAT_PERIOD_S
            log.warning("no sound for %d ms", number)
            log.info("turn %d", number)
    messages = [str(line["message"]) for line in facts_of(stream)]
    assert sum(message.startswith("turn") for message in messages) == 101
    warnings = [message for message in messages if not message.startswith("turn")]
    assert len(warnings) == REPEATS + 2
    last = f"no sound for 100 ms ({100 - REPEATS} more like this before)"
    assert warnings[-2:] == ["another one", last]


def test_many_different_warnings_are_all_told() -> None:
    stream = io.StringIO()
    with logging_to(stream) as logs:
        for number in range(2 * KNOWN_WARNINGS):
            log.warning("part %s failed", "abcdefghij"[number % 10] * (1 + number // 10))
            if number % 100 == 0:
                logs.flush()
    assert len(lines_of(stream)) == 2 * KNOWN_WARNINGS


class Stuck(io.StringIO):
    """A terminal or a pipe that takes nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.free = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        self.reached.set()
        self.free.wait(30.0)
        return super().write(text)


def test_nobody_waits_for_a_log_that_is_stuck_and_what_is_lost_is_counted() -> None:
    stream = Stuck()
    with logging_to(stream, form="json") as logs:
        log.info("the first")
        assert stream.reached.wait(30.0)
        for number in range(QUEUE_RECORDS + 50):
            log.info("line %d", number)
        assert logs.dropped == 50
        stream.free.set()
        logs.flush()
        messages = [str(line["message"]) for line in facts_of(stream)]
    assert messages[0] == "the first"
    assert messages[1].startswith("50 lines of the log were lost")
    assert messages[-1] == f"line {QUEUE_RECORDS - 1}"


def test_closing_does_not_wait_for_a_log_that_is_stuck() -> None:
    stream = Stuck()
    with logging_to(stream) as logs:
        log.info("the first")
        assert stream.reached.wait(30.0)
        logs.close()
    log.info("nobody hears this")
    stream.free.set()
    assert "nobody" not in stream.getvalue()


class Gone(io.StringIO):
    """A reader that has gone away."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_reader_that_is_gone_and_odd_records_disturb_nobody() -> None:
    stream = io.StringIO()
    with logging_to(Gone()) as logs:
        log.info("to nobody")
        logs.flush()
        log.info("nor this")
    with logging_to(stream, form="json") as logs:
        odd = logging.LogRecord("robot.x", logging.INFO, __file__, 1, "%d apples", ("many",), None)
        logs.handle(odd)
        log.info("half a character: \udcff")
        log.info("and on")
    told = [line["message"] for line in facts_of(stream)]
    assert told == ["%d apples", "half a character: \\udcff", "and on"]


def test_a_command_says_its_warnings_and_nothing_else(tmp_path: Path) -> None:
    """`sori` in a process of its own: a sentence on standard error, and no time before it."""
    program = (
        "import logging, sys; from robot.logs import Logs\n"
        "with Logs.open():\n"
        "    logging.getLogger('nlu.x').info('hidden'); logging.getLogger('nlu.x').warning('odd')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "sori: odd\n")
