"""The events over WebSockets: what a watcher gets, and what it cannot do."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from robot.live.events import (
    ClauseSaid,
    LiveEvent,
    PartFailed,
    PartlyHeard,
    PartRecovered,
    StateChanged,
    Stopped,
    TurnEnded,
    WordsHeard,
)
from robot.service.events import QUEUE_MESSAGES, Broadcast
from robot.service.shapes import TurnObject
from robot.turn_record import TurnRecord
from tests.quiet_service import WAIT_S, Json, QuietService, quiet_service

WATCHERS = 3


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuietService]:
    with quiet_service(tmp_path_factory.mktemp("service"), watchers=WATCHERS) as running:
        yield running


@contextmanager
def watch(service: QuietService) -> Iterator[ClientConnection]:
    """A watcher whose first message, the state, was taken."""
    offered = [Subprotocol("sori"), Subprotocol(f"token.{service.token}")]
    with connect(f"ws://{service.host}/api/events", subprotocols=offered) as socket:
        assert socket.subprotocol == "sori"
        assert message(socket) == {"type": "state", "state": "listening"}
        yield socket


def message(socket: ClientConnection) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(socket.recv(WAIT_S))
    return found


RECORD = TurnRecord(file=None, turn=7, transcript="hello", language="en", reply="Hi!")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (StateChanged("thinking"), {"type": "state", "state": "thinking"}),
        (PartlyHeard("안녕", "ko"), {"type": "partial", "text": "안녕", "language": "ko"}),
        (
            WordsHeard(7, "hello", "en"),
            {"type": "heard", "turn": 7, "text": "hello", "language": "en"},
        ),
        (ClauseSaid(7, "Hi!"), {"type": "clause", "turn": 7, "text": "Hi!"}),
        (TurnEnded(RECORD), {"type": "turn", "turn": json.loads(RECORD.as_json())}),
        (Stopped(), {"type": "stopped"}),
        (
            PartFailed("speaker", "It is gone."),
            {"type": "failed", "part": "speaker", "message": "It is gone."},
        ),
        (PartRecovered("speaker"), {"type": "recovered", "part": "speaker"}),
    ],
)
def test_every_event_reaches_every_watcher(
    service: QuietService, event: LiveEvent, expected: dict[str, Json]
) -> None:
    with watch(service) as one, watch(service) as other:
        service.live.events.publish(event)
        assert message(one) == expected
        assert message(other) == expected


def test_only_so_many_may_watch(service: QuietService) -> None:
    with watch(service), watch(service), watch(service):
        with pytest.raises(InvalidStatus) as refused, watch(service):
            pass
        assert refused.value.response.status_code == 503
        assert json.loads(refused.value.response.body or b"")["error"]["code"] == "busy"


def test_what_a_watcher_sends_is_not_read(service: QuietService) -> None:
    with watch(service) as socket:
        socket.send("hello")
        socket.send(b"\xff" * 100)
        service.live.events.publish(Stopped())
        assert message(socket) == {"type": "stopped"}
        socket.send("x" * 10_000)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(WAIT_S)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009  # too large
    assert service.ask("GET", "/healthz").status == 200


def test_a_watcher_that_goes_leaves_its_place(service: QuietService) -> None:
    for _ in range(3 * WATCHERS):
        with watch(service):
            pass
    with watch(service) as socket:
        service.live.events.publish(Stopped())
        assert message(socket) == {"type": "stopped"}


def test_it_is_told_when_the_service_ends(tmp_path_factory: pytest.TempPathFactory) -> None:
    with ExitStack() as watching:
        with quiet_service(tmp_path_factory.mktemp("service")) as short:
            socket = watching.enter_context(watch(short))
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(WAIT_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012  # it restarts


def test_a_watcher_that_is_too_slow_is_let_go() -> None:
    broadcast = Broadcast(most_watchers=1)

    async def fall_behind() -> list[str | None]:
        broadcast.open()
        async with broadcast.watch() as messages:
            for _ in range(QUEUE_MESSAGES + 5):
                broadcast.tell(Stopped())
            await asyncio.sleep(0)  # one turn of the loop: all were put
            return [messages.get_nowait() for _ in range(messages.qsize())]

    messages = asyncio.run(fall_behind())
    assert len(messages) == QUEUE_MESSAGES + 1
    assert messages[-1] is None
    assert broadcast.dropped == 1


def test_the_documented_turn_object_is_the_one_that_is_sent() -> None:
    assert msgspec.json.decode(RECORD.as_json(), type=TurnObject).turn == 7
