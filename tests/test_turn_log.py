"""One line of the log a turn, and what is never in it."""

import io
from dataclasses import replace

import pytest

from config.log_settings import LogForm
from robot.turn_log import log_turn
from robot.turn_record import (
    ActionRecord,
    Intent,
    Screened,
    ScreenedReply,
    Timings,
    TurnRecord,
    TurnSafety,
)
from tests.log_lines import facts_of, lines_of, logging_to

RECORD = TurnRecord(
    file=None,
    turn=7,
    start_s=1.0,
    end_s=2.5,
    transcript="call me at home, Mina",
    language="en",
    language_confidence=0.98,
    intent=Intent("walk", {"dx_m": 2.0}),
    action=ActionRecord({"name": "walk", "dx_m": 2.0}, "refused", "low_battery"),
    reply="I am too tired to walk, Mina.",
    reply_language="en",
    safety=TurnSafety(
        Screened(False, ("private", "despair")), ScreenedReply(True, ("insult",), replaced=True)
    ),
    timings_ms=Timings(280, 95, 40, 180).with_total(),
)


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_turn_is_one_line_without_words(form: LogForm) -> None:
    stream = io.StringIO()
    with logging_to(stream, form=form):
        log_turn(RECORD)
        log_turn(replace(RECORD, transcript="", no_speech=True, reply=None, language=None))
    assert len(lines_of(stream)) == 2
    assert not any(word in stream.getvalue() for word in ("Mina", "home", "tired", "despair"))


def test_a_turn_tells_programs_lengths_times_categories_and_outcome() -> None:
    stream = io.StringIO()
    with logging_to(stream, form="json"):
        log_turn(RECORD)
    (line,) = facts_of(stream)
    wanted = {
        "event": "turn", "turn": 7, "language": "en", "language_confidence": 0.98,
        "no_speech": False, "heard_s": 1.5, "heard_characters": 21, "reply_characters": 29,
        "reply_language": "en", "intent": "walk", "outcome": "refused", "reason": "low_battery",
        "input_categories": ["private"], "reply_categories": ["insult"], "replaced": True,
        "endpoint_ms": 280, "recognise_ms": 95, "first_token_ms": 40, "first_sound_ms": 180,
        "total_ms": 595,
    }  # fmt: skip
    assert {name: line[name] for name in wanted} == wanted


def test_words_are_told_to_who_debugs() -> None:
    stream = io.StringIO()
    with logging_to(stream, "debug"):
        log_turn(RECORD)
    assert "Mina" in stream.getvalue()
