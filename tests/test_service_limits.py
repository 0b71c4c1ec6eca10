"""How much one client may ask for; and that "stop" is answered whatever the others do."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from robot.service import connections
from robot.service.connections import Waiting
from robot.service.limits import TokenBucket
from tests.quiet_service import Json, QuietService, quiet_service, read_answer

STOP_WITHIN_S = 2.0
"""Far more than it takes (docs/service-api.md); these machines are shared."""
HANGING = 16


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuietService]:
    with (
        pytest.MonkeyPatch.context() as patch,
        quiet_service(
            tmp_path_factory.mktemp("service"),
            requests_per_s=1_000.0,
            requests_at_once=10_000,
            answer_within_s=0.5,
        ) as running,
    ):
        patch.setattr(connections, "HEADERS_WITHIN_S", 0.3)
        yield running


class Times:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_bucket_gives_so_many_at_once_and_then_so_many_a_second() -> None:
    clock = Times()
    bucket = TokenBucket(2.0, 3, clock)
    assert [bucket.take() for _ in range(5)] == [True, True, True, False, False]
    clock.now_s += 0.5
    assert [bucket.take(), bucket.take()] == [True, False]
    clock.now_s += 1_000.0
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.now_s -= 50.0  # a clock that goes back gives nothing, and takes nothing
    assert not bucket.take()


def test_the_connection_that_waits_longest_makes_room() -> None:
    gone: list[str] = []
    waiting = Waiting(most=2)
    for name in "abc":
        waiting.add(ord(name), lambda name=name: gone.append(name))  # type: ignore[misc]
    waiting.make_room(2)
    assert gone == []
    waiting.remove(ord("a"))
    waiting.make_room(3)
    assert gone == ["b"]


def test_too_many_requests_are_refused_but_never_a_stop(tmp_path: Path) -> None:
    with quiet_service(tmp_path, requests_per_s=0.001, requests_at_once=3) as few:
        statuses = [few.ask("GET", "/api/attention").status for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        assert few.ask("GET", "/api/attention").headers["retry-after"] == "1"
        assert [few.ask("POST", "/api/stop").status for _ in range(10)] == [200] * 10
        assert few.live.stops == 10
        # Whoever has no token uses up nothing of those who have one, and is slowed down too.
        assert [few.ask("POST", "/api/stop", token="no").status for _ in range(4)] == [
            *(401, 401, 401, 429)
        ]
        assert few.ask("POST", "/api/stop").status == 200


@pytest.mark.parametrize(
    ("head", "body", "status", "code"),
    [
        (("POST /api/say HTTP/1.1", "Content-Length: 1000000000"), b"", 413, "too_large"),
        (("POST /api/say HTTP/1.1", "Content-Length: 65537"), b"", 413, "too_large"),
        (("POST /api/say HTTP/1.1", "Transfer-Encoding: chunked"), b"8000\r\n", 413, "too_large"),
    ],
)
def test_large_bodies_are_refused(
    service: QuietService, head: tuple[str, ...], body: bytes, status: int, code: str
) -> None:
    with service.connect() as connection:
        connection.sendall(service.head(*head, "Content-Type: application/json"))
        with contextlib.suppress(ConnectionError):  # it may be refused before all is sent
            for _ in range(8 if body else 0):  # endless, if it were let
                connection.sendall(body + b"x" * 0x8000 + b"\r\n")
        answered, content = read_answer(connection)
    assert (answered, json.loads(content)["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b'{"text": "\xff\xfe"}', 400, "bad_json"),
        (b'{"text": NaN}', 400, "bad_json"),
        (b'{"deep": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", 0, ""),
        (b'{"text": "x", "more": 1}', 422, "bad_value"),
        (b'{"text": ""}', 422, "bad_value"),
        (b'{"text": "  "}', 422, "bad_value"),
        (b'{"text": 7}', 422, "bad_value"),
        (b'["text"]', 422, "bad_value"),
        (json.dumps({"text": "x" * 2_001}).encode(), 422, "bad_value"),
    ],
)
def test_bad_bodies_are_refused(service: QuietService, body: bytes, status: int, code: str) -> None:
    answer = service.ask("POST", "/api/say", body, headers={"Content-Type": "application/json"})
    assert answer.status == status or (status == 0 and answer.status in (400, 422))
    assert answer.code == code or status == 0
    assert not service.live.said


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"\x00\x01\x02 rubbish\r\n\r\n", 400, "bad_http"),
        (b"GET / HTTP/0.9\r\n\r\n", 403, "bad_host"),
        (b"GET /\r\n\r\n", 400, "bad_http"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad_http"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "bad_http"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000, 400, "bad_http"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow:", 408, "too_slow"),  # slowloris
        (b"", 0, ""),  # says nothing at all
    ],
)
def test_what_is_no_request_ends_soon(
    service: QuietService, sent: bytes, status: int, code: str
) -> None:
    with service.connect() as connection:
        connection.sendall(sent)
        answered, content = read_answer(connection)
    assert answered == status
    assert not content or json.loads(content)["error"]["code"] == code


def test_a_trickle_does_not_keep_a_connection_open(service: QuietService) -> None:
    with service.connect() as connection:
        connection.settimeout(0.02)
        began_s = time.monotonic()
        sent = service.head("GET /api/state HTTP/1.1", f"X-Long: {'x' * 10_000}")
        with contextlib.suppress(ConnectionError):
            for byte in sent:
                connection.sendall(bytes([byte]))
                with contextlib.suppress(TimeoutError):
                    if not connection.recv(65_536):
                        break
        assert time.monotonic() - began_s < 10.0


def test_pipelined_requests_are_answered_in_order(service: QuietService) -> None:
    with service.connect() as connection:
        one = service.head("GET /api/attention HTTP/1.1")
        last = service.head("GET /nothing HTTP/1.1")
        connection.sendall(one + one + last)
        _, rest = read_answer(connection)
    assert rest.count(b"HTTP/1.1 200") == 1
    assert rest.count(b"HTTP/1.1 404") == 1


def stop_time_s(service: QuietService) -> float:
    """How long a stop takes, on a new connection."""
    before, began_s = service.live.stops, time.monotonic()
    assert service.ask("POST", "/api/stop").status == 200
    assert service.live.stops == before + 1
    return time.monotonic() - began_s


def test_stop_is_answered_while_turns_hang_and_every_place_is_taken(tmp_path: Path) -> None:
    with (
        quiet_service(tmp_path, requests_at_once=1_000) as service,
        ThreadPoolExecutor(HANGING) as clients,
    ):
        service.live.answers = False
        body: dict[str, Json] = {"text": "hello"}
        asked = [clients.submit(service.ask, "POST", "/api/ask", body) for _ in range(HANGING)]
        while len(service.live.asked) < HANGING:
            assert service.ask("GET", "/healthz").status == 200
        assert service.ask("POST", "/api/say", {"text": "more"}).status == 503
        assert stop_time_s(service) < STOP_WITHIN_S
        answers = [one.result() for one in asked]
        assert {(answer.status, answer.code) for answer in answers} == {(409, "dropped")}


def test_stop_is_answered_while_connections_say_nothing_and_a_sound_is_sent(
    service: QuietService,
) -> None:
    with contextlib.ExitStack() as opened:
        idle = [opened.enter_context(service.connect()) for _ in range(100)]
        upload = opened.enter_context(service.connect())
        upload.sendall(
            service.head(
                *("POST /api/ask HTTP/1.1", "Content-Type: audio/wav", "Content-Length: 9000000")
            )
            + b"x" * 1_000_000
        )
        assert stop_time_s(service) < STOP_WITHIN_S
        assert len(idle) == 100


def test_stop_is_answered_while_another_stop_waits_for_a_body(service: QuietService) -> None:
    service.live.stop_waits.clear()
    with ThreadPoolExecutor(1) as client:
        hanging = client.submit(service.ask, "POST", "/api/stop")
        assert service.ask("GET", "/api/attention").status == 200  # the service goes on
        service.live.stop_waits.set()
        assert hanging.result().status == 200
    assert stop_time_s(service) < STOP_WITHIN_S


def test_a_question_that_takes_too_long_ends_and_its_turn_goes_on(service: QuietService) -> None:
    service.live.answers = False
    try:
        answer = service.ask("POST", "/api/ask", {"text": "hello"})
    finally:
        service.live.answers = True
    assert (answer.status, answer.code) == (504, "no_answer")
    assert not service.live.asked[-1].cancelled()


def test_a_client_that_goes_away_harms_nobody(service: QuietService) -> None:
    service.live.answers = False
    asked = len(service.live.asked)
    body = b'{"text": "hello"}'
    with service.connect() as connection:
        head = ("POST /api/ask HTTP/1.1", "Content-Type: application/json", "Content-Length: 17")
        connection.sendall(service.head(*head) + body)
        while len(service.live.asked) == asked:
            assert service.ask("GET", "/healthz").status == 200
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    service.live.answers = True
    assert not service.live.asked[-1].cancelled()  # the turn goes on
    assert service.ask("POST", "/api/ask", {"text": "and now"}).status == 200
