"""What is counted: metrics for Prometheus, and figures for the page's charts."""

from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from robot.body.state import Outcome
from robot.live.events import PartFailed, PartRecovered, StateChanged, Stopped, TurnEnded
from robot.service.figures import Verdict, verdict_of
from robot.service.metrics import Metrics, ending_of
from robot.turn_record import (
    ActionRecord,
    Screened,
    ScreenedReply,
    Timings,
    TurnRecord,
    TurnSafety,
)
from tests.quiet_service import QuietService, quiet_service

PASSED = TurnSafety(Screened(True), ScreenedReply(True))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuietService]:
    with quiet_service(tmp_path_factory.mktemp("service")) as running:
        yield running


def values(text: bytes) -> dict[str, float]:
    """Every sample by its name and labels, as a scraper reads them."""
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def turn(number: int, reply: str | None, safety: TurnSafety, *times_ms: int) -> TurnRecord:
    timings = Timings(*times_ms).with_total() if times_ms else Timings()
    return TurnRecord(
        *(None, number, 1.0, 3.0),
        transcript="go away" if reply else "",
        language="en",
        no_speech=reply is None,
        reply=reply,
        safety=safety,
        timings_ms=timings,
    )


@pytest.mark.parametrize(
    ("safety", "verdict"),
    [
        (TurnSafety(), None),
        (PASSED, "pass"),
        (TurnSafety(Screened(False, ("insult",)), ScreenedReply(True)), "pass"),
        (TurnSafety(Screened(True), ScreenedReply(False, ("profanity",), True)), "soften"),
        (TurnSafety(Screened(True), ScreenedReply(False, ("insult",), True)), "replace"),
        (TurnSafety(Screened(False, ("despair",)), ScreenedReply(True)), "crisis"),
    ],
)
def test_the_verdict_of_a_turn(safety: TurnSafety, verdict: Verdict | None) -> None:
    assert verdict_of(turn(1, "yes", safety)) == verdict


@pytest.mark.parametrize(
    ("outcome", "ending"), [("done", "acted"), ("refused", "refused"), ("stopped", "stopped")]
)
def test_the_ending_of_a_turn(outcome: Outcome, ending: str) -> None:
    action = ActionRecord({"name": "walk"}, outcome)
    assert ending_of(TurnRecord(None, 1, action=action)) == ending
    assert ending_of(turn(1, "yes", PASSED)) == "answered"
    assert ending_of(turn(1, None, TurnSafety())) == "no_speech"


def test_metrics_count_what_happened() -> None:
    metrics = Metrics(lambda: 5, lambda: 0, clock=lambda: 7.0)
    refused = ActionRecord({"name": "walk"}, "refused", "too_far")
    for event in (
        TurnEnded(turn(1, "yes", PASSED, 600, 200, 40, 160)),
        TurnEnded(turn(2, None, TurnSafety())),
        TurnEnded(TurnRecord(None, 3, action=refused, reply="No.")),
        Stopped(),
        StateChanged("speaking"),
        PartFailed("language model", "It crashed."),
        PartFailed("microphone", "It is gone."),
        PartRecovered("language model"),
    ):
        metrics.note(event)
    metrics.note_request("/api/ask", 200)
    found = values(metrics.text())
    assert found["sori_turns_total['answered']"] == 1
    assert found["sori_turns_total['no_speech']"] == 1
    assert found["sori_refused_actions_total['too_far']"] == 1
    assert found["sori_filter_verdicts_total['pass']"] == 1
    assert found["sori_filter_verdicts_total['crisis']"] == 0
    assert found["sori_stops_total[]"] == 1
    assert found["sori_part_restarts_total['language model']"] == 1
    assert found["sori_part_up['language model']"] == 1
    assert found["sori_part_up['microphone']"] == 0
    assert found["sori_state['speaking']"] == 1
    assert found["sori_state['listening']"] == 0
    assert found["sori_microphone_dropped_blocks_total[]"] == 5
    assert found["sori_stage_seconds_bucket['0.2', 'recognise']"] == 1
    assert found["sori_stage_seconds_sum['endpoint']"] == pytest.approx(0.6)
    assert found["sori_answer_seconds_sum[]"] == pytest.approx(1.0)
    assert found["sori_recognition_real_time_factor_sum[]"] == pytest.approx(0.1)
    assert found["sori_http_requests_total['/api/ask', '200']"] == 1


def test_what_the_service_shows_holds_no_words(service: QuietService) -> None:
    service.live.end(turn(1, "I am still here.", PASSED, 500, 100, 20, 80))
    service.live.end(turn(2, "Yes.", PASSED, 700, 300, 40, 120))
    answer = service.ask("POST", "/api/ask", {"text": "a secret"})
    assert answer.status == 200
    service.ask("GET", "/api/unheard/of")
    service.ask("GET", "/api/state", token="wrong")
    metrics = service.ask("GET", "/metrics", token="")
    assert metrics.headers["content-type"].startswith("text/plain; version=")
    found = values(metrics.content)
    assert found["sori_turns_total['answered']"] == 3
    assert found["sori_http_requests_total['/api/ask', '200']"] == 1
    assert found["sori_http_turned_away_total['bad_token']"] == 1
    for words in (b"secret", b"unheard", b"still here", service.token.encode()):
        assert words not in metrics.content

    figures = service.ask("GET", "/api/figures").json
    assert figures["latency_ms"] == {
        "stages": ["endpoint", "recognise", "first_token", "first_sound"],
        "turns": [[500, 100, 20, 80], [700, 300, 40, 120]],
        "p50": {"endpoint": 600.0, "recognise": 200.0, "first_token": 30.0, "first_sound": 100.0},
        "p95": {"endpoint": 690.0, "recognise": 290.0, "first_token": 39.0, "first_sound": 118.0},
    }
    assert figures["verdicts"] == {"pass": 2, "soften": 0, "replace": 0, "crisis": 0}
    assert figures["counters"] == {
        **{"turns": 3, "no_speech": 0, "refused_actions": 0, "stops": 0},
        **{"failures": 0, "recoveries": 0, "dropped_blocks": 3},
    }
