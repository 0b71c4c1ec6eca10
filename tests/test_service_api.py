"""The API as its clients use it: what is asked, what comes back, and its OpenAPI document."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from config.preferences import Preferences
from robot.memory.memory import Memory
from robot.onboard import open_onboard
from robot.service.app import make_service
from robot.service.journal import Journal
from robot.service.live_control import Served
from robot.service.metrics import Metrics
from robot.service.settings_api import FIELDS
from robot.service.token import load_token
from tests.quiet_service import (
    Json,
    QuietManner,
    QuietService,
    QuietSession,
    quiet_service,
    settings_for,
)
from tests.speech import pause, say, write


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuietService]:
    with quiet_service(tmp_path_factory.mktemp("service"), requests_at_once=1_000) as running:
        yield running


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starlette]:
    """The application without a server."""
    settings = settings_for(tmp_path_factory.mktemp("app"))
    with (
        Memory.without() as memory,
        open_onboard(settings, lambda _: None, live=False) as onboard,
    ):
        live = QuietSession(memory)
        served = Served(live, QuietManner(memory), memory, onboard, memory.forget)
        service = make_service(served, settings, load_token(settings.service))
        yield service.app
        service.journal.close()


def turns(service: QuietService, query: str = "") -> list[Json]:
    found = service.ask("GET", f"/api/turns{query}").json["turns"]
    assert isinstance(found, list)
    return found


def transcripts(service: QuietService, query: str = "") -> list[Json]:
    return [turn["transcript"] for turn in turns(service, query) if isinstance(turn, dict)]


def test_words_are_said_and_answered_and_the_turn_is_there_at_once(service: QuietService) -> None:
    assert service.ask("POST", "/api/say", {"text": "Dinner is ready"}).status == 202
    assert service.live.said == ["Dinner is ready"]
    turn = service.ask("POST", "/api/ask", {"text": "안녕"}).json
    assert (turn["transcript"], turn["reply"]) == ("안녕", "안녕!")
    assert turn in turns(service)
    number = turn["turn"]
    service.ask("POST", "/api/ask", {"text": "and more"})
    assert transcripts(service, f"?after={number}") == ["and more"]
    assert transcripts(service, "?limit=1") == ["and more"]


@pytest.mark.parametrize(
    "query", ["?after=-1", "?after=x", "?limit=0", "?limit=1e3", "?after=%C2%B2"]
)
def test_a_bad_query_is_named(service: QuietService, query: str) -> None:
    answer = service.ask("GET", f"/api/turns{query}")
    assert (answer.status, answer.code) == (422, "bad_value")


def test_a_sound_is_answered_utterance_by_utterance(service: QuietService, tmp_path: Path) -> None:
    spoken = write(tmp_path / "a.wav", say("hello there", "en-us"), pause(), say("hello", "en-us"))
    headers = {"Content-Type": "audio/wav"}
    answer = service.ask("POST", "/api/ask", spoken.read_bytes(), headers=headers)
    found = answer.json["turns"]
    assert isinstance(found, list)
    assert len(found) == 2
    silent = write(tmp_path / "b.wav", pause())
    answer = service.ask("POST", "/api/ask", silent.read_bytes(), headers=headers)
    assert answer.json == {"turns": []}
    answer = service.ask("POST", "/api/ask", b"RIFF rubbish", headers=headers)
    assert (answer.status, answer.code) == (422, "bad_audio")


def test_the_state_and_the_health_of_parts(service: QuietService) -> None:
    state = service.ask("GET", "/api/state").json
    assert (state["state"], state["attention"], state["volume_percent"]) == (
        *("listening", "always", 100),
    )
    assert state["body"] is None
    assert state["models"] == {"recognition": "pocket-whisper", "chat": ["pocket-llama"]}
    well = {"ok": True, "message": None, "device": None}
    assert service.ask("GET", "/readyz").json == {
        "ready": True,
        "parts": {
            "microphone": {**well, "device": "vmic"},
            **{part: well for part in ("speaker", "language model", "body")},
        },
    }
    service.live.parts.fail("speaker", "It is gone.")
    answer = service.ask("GET", "/readyz")
    service.live.parts.recover("speaker")
    assert (answer.status, answer.json["ready"]) == (503, False)
    service.live.state = "starting"
    assert service.ask("GET", "/readyz").status == 503
    service.live.state = "listening"


def test_a_part_that_is_only_helpful_does_not_make_it_unready(service: QuietService) -> None:
    service.live.parts.fail("echo canceller", "It is not there.")
    answer = service.ask("GET", "/readyz")
    service.live.parts.recover("echo canceller")
    assert answer.status == 200
    parts = answer.json["parts"]
    assert isinstance(parts, dict)
    assert parts["echo canceller"] == {"ok": False, "message": "It is not there.", "device": None}


def test_an_ear_that_is_not_heard_of_is_not_alive() -> None:
    now_s = [100.0]
    with Memory.without() as memory:
        live = QuietSession(memory)
        journal = Journal(live, memory, Metrics(int, int), clock=lambda: now_s[0])
        alive = []
        for later_s in (4.9, 0.2):
            now_s[0] += later_s
            alive.append(journal.is_alive)
        journal.hear(0)  # knowingly deaf
        alive.append(journal.is_alive)
        assert alive == [True, False, True]
        journal.close()


def test_attention(service: QuietService) -> None:
    assert service.ask("GET", "/api/attention").json == {"mode": "always"}
    assert service.ask("POST", "/api/attention", {"mode": "push"}).json == {"mode": "push"}
    assert service.ask("POST", "/api/attention", {"pressed": True}).status == 200
    assert service.ask("POST", "/api/attention", {"pressed": False}).status == 200
    assert service.live.attending.pressed == [True, False]
    assert service.ask("POST", "/api/attention", {"mode": "asleep"}).json == {"mode": "asleep"}
    assert service.ask("GET", "/api/state").json["attention"] == "asleep"
    wrongs: tuple[dict[str, Json], ...] = (
        {},
        {"mode": "never"},
        {"mode": "wake", "pressed": True},
        {"pressed": 1},
    )
    for wrong in wrongs:
        assert service.ask("POST", "/api/attention", wrong).status == 422
    assert service.ask("POST", "/api/attention", {"mode": "always"}).json == {"mode": "always"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rate": 9}, "rate"),
        ({"rate": "fast"}, "rate"),
        ({"rate": True}, "rate"),
        ({"tone": "rude"}, "tone"),
        ({"user_name": "x" * 25}, "user_name"),
        ({"user_name": "a;b"}, "user_name"),
        ({"user_name": "Idiot"}, "user_name"),
        ({"language": "fr"}, "language"),
        ({"language": "xx"}, "language"),
        ({"audience": "adult"}, "audience"),
        ({"colour": "red"}, "colour"),
        ({"volume": 0.5, "pitch": 9}, "pitch"),
        ({"volume": 0.5, "user_name": "Idiot"}, "user_name"),
    ],
)
def test_a_setting_that_cannot_be_changes_nothing(
    service: QuietService, change: dict[str, Json], field: str
) -> None:
    before = service.ask("GET", "/api/settings").json
    answer = service.ask("PATCH", "/api/settings", change)
    error = answer.json["error"]
    assert isinstance(error, dict)
    assert (answer.status, error["field"]) == (422, field)
    assert service.ask("GET", "/api/settings").json == before


def test_settings_are_changed_and_their_choices_are_told(service: QuietService) -> None:
    choices = service.ask("GET", "/api/settings").json["choices"]
    assert isinstance(choices, dict)
    assert tuple(choices) == FIELDS
    assert set(FIELDS) == {field.name for field in msgspec.structs.fields(Preferences)}
    assert choices["rate"] == {"kind": "number", "min": 0.6, "max": 1.6, "step": 0.05}
    assert choices["audience"] == {"kind": "choice", "values": ["general", "child"]}
    assert choices["language"] == {"kind": "choice", "values": ["", "en", "ko"]}
    wanted: dict[str, Json] = {
        "volume": 0.5,
        "tone": "playful",
        "user_name": "Mina",
        "language": "ko",
    }
    manner = service.ask("PATCH", "/api/settings", wanted).json["manner"]
    assert isinstance(manner, dict)
    assert {key: manner[key] for key in wanted} == wanted
    assert service.ask("GET", "/api/state").json["volume_percent"] == 50
    assert service.ask("PATCH", "/api/settings", {"volume": 1.0}).status == 200


def test_what_is_forgotten_is_shown_no_more(service: QuietService) -> None:
    for text in ("hello", "my number is 010-1234-5678", "hello"):
        assert service.ask("POST", "/api/ask", {"text": text}).status == 200
    kept = service.ask("GET", "/api/memory?limit=3").json["turns"]
    assert isinstance(kept, list)
    assert "5678" not in json.dumps(kept)
    shown = transcripts(service)
    assert service.ask("DELETE", "/api/memory", {"what": "last"}).json == {"forgotten": 1}
    assert transcripts(service) == shown[:-1]
    assert service.ask("DELETE", "/api/memory", {"what": "us"}).status == 422
    assert service.ask("DELETE", "/api/memory", {"what": "me"}).status == 200
    assert transcripts(service) == []


def test_feedback_is_about_a_reply_of_this_run(service: QuietService) -> None:
    turn = service.ask("POST", "/api/ask", {"text": "hello"}).json["turn"]
    wanted: dict[str, Json] = {"turn": turn, "kind": "hurt"}
    answer = service.ask("POST", "/api/feedback", wanted)
    assert (answer.status, answer.json) == (201, {"kept": True})
    found = service.ask("GET", "/api/feedback").json
    assert found["counts"] == {"hurt": 1, "wrong": 0, "unwanted": 0, "open": 1}
    reports = found["reports"]
    assert isinstance(reports, list)
    assert isinstance(reports[0], dict)
    assert (reports[0]["phrase"], reports[0]["said"]) == ("hello!", "hello")
    assert service.ask("POST", "/api/feedback", {"turn": 999, "kind": "hurt"}).code == "no_turn"
    assert service.ask("POST", "/api/feedback", {"turn": turn, "kind": "bad"}).status == 422


def test_other_bodies_have_no_picture(service: QuietService) -> None:
    assert service.ask("GET", "/api/picture").code == "no_picture"


@pytest.mark.long
def test_the_simulated_body_is_drawn(tmp_path: Path) -> None:
    with quiet_service(tmp_path, "simulated") as moving:
        pictures = [moving.ask("GET", "/api/picture") for _ in range(2)]
        if pictures[0].status == 404:
            pytest.skip("no OpenGL here")
        for picture in pictures:
            assert picture.headers["content-type"] == "image/webp"
            assert picture.content[8:12] == b"WEBP"
        body = moving.ask("GET", "/api/state").json["body"]
        assert isinstance(body, dict)
        assert (body["name"], body["posture"], body["moving"]) == ("simulated", "stand", False)


def test_every_route_is_documented_and_every_documented_one_exists(
    app: Starlette, service: QuietService
) -> None:
    document = service.ask("GET", "/openapi.json").json
    assert document["openapi"] == "3.1.0"
    paths = document["paths"]
    assert isinstance(paths, dict)
    documented = {
        (method.upper(), path)
        for path, methods in paths.items()
        if isinstance(methods, dict)
        for method in methods
    }
    served = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route) and route.path not in ("/", "/static/{path:path}")
        for method in (route.methods or set()) - {"HEAD"}
    } | {("GET", route.path) for route in app.routes if isinstance(route, WebSocketRoute)}
    assert documented == served


def test_every_reference_of_the_document_leads_somewhere(service: QuietService) -> None:
    text = service.ask("GET", "/openapi.json").content.decode()
    document = json.loads(text)
    names = set(document["components"]["schemas"])
    used = {piece.partition('"')[0] for piece in text.split("#/components/schemas/")[1:]}
    assert used <= names
    ids = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
    ]
    assert len(ids) == len(set(ids))
