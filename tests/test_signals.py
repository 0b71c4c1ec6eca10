"""Signals of a real process: motion first, then sound, then the end; forced where that hangs."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENDED = ["begun", "motion", "sound", "end", "over"]
Step = tuple[str, signal.Signals]
"""A signal that is sent when the program has told of an event."""

FIRST_TERM: Step = ("begun", signal.SIGTERM)
FIRST_HUP: Step = ("begun", signal.SIGHUP)


def run(how: str, *steps: Step) -> tuple[list[str], int]:
    """What the program told, and its exit code."""
    command = [sys.executable, "-W", "error", "-m", "tests.signal_program", how]
    pipe = subprocess.PIPE
    told: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        for event, number in steps:
            while not told or told[-1] != event:
                line = process.stdout.readline()
                assert line, f"it ended before `{event}`; told: {told}"
                told.append(line.strip())
            process.send_signal(number)
        rest, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors or how == "broken", errors
    return told + rest.split(), process.returncode


@pytest.mark.parametrize(
    ("how", "steps", "told", "code"),
    [
        ("usual", [FIRST_TERM], ENDED, 0),
        ("usual", [("begun", signal.SIGINT)], ENDED, 0),
        ("usual", [FIRST_HUP, ("reload", signal.SIGTERM)], ["begun", "reload", *ENDED[1:]], 0),
        # As a terminal that is closed ends its programs.
        ("terminal", [FIRST_HUP], ENDED, 0),
        # A body that is gone keeps nothing else from stopping.
        ("broken", [FIRST_TERM], ENDED, 0),
        # Ended in time, and without an error, though it hangs.
        ("hanging", [FIRST_TERM], ENDED[:-1], 0),
        ("slow", [FIRST_TERM, ("end", signal.SIGTERM)], ENDED[:-1], 130),
        ("slow", [FIRST_TERM, ("end", signal.SIGINT)], ENDED[:-1], 130),
        ("slow", [FIRST_TERM, ("end", signal.SIGHUP), ("end", signal.SIGTERM)], ENDED[:-1], 130),
        # Motion stops at once, though the main thread is inside an engine.
        ("computing", [FIRST_TERM], [*ENDED[:-1], "computed", "over"], 0),
    ],
)
def test_what_a_signal_brings_about(
    how: str, steps: list[Step], told: list[str], code: int
) -> None:
    assert run(how, *steps) == (told, code)
