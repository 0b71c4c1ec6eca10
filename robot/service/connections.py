"""Connections that hang: late headers, silence, and too many at once."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

import h11
import msgspec
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from robot.service.answers import Refusal, Trouble

HEADERS_WITHIN_S = 5.0
"""From the first byte, or the connection, to the end of the headers."""
MOST_CONNECTIONS = 64
MOST_HEADER_BYTES = 16 << 10


class Waiting:
    """Connections without a whole request, the oldest first: the first to go when there are many.

    So whoever wants to say "stop" always finds a place. Belongs to one event loop.
    """

    def __init__(self, most: int = MOST_CONNECTIONS) -> None:
        self._most = most
        self._idle: OrderedDict[int, Callable[[], None]] = OrderedDict()

    def add(self, key: int, end: Callable[[], None]) -> None:
        """A connection waits for its client from now on; `end` breaks it off."""
        self._idle[key] = end
        self._idle.move_to_end(key)

    def remove(self, key: int) -> None:
        """It does not wait any more."""
        self._idle.pop(key, None)

    def make_room(self, open_now: int) -> None:
        """A new one came, and so many are open: let the one go that waits the longest."""
        if open_now > self._most and self._idle:
            _, end = self._idle.popitem(last=False)
            end()


class GuardedConnection(H11Protocol):
    """uvicorn's HTTP/1.1, with a time limit on headers and answers in JSON to what is no HTTP."""

    waiting: Waiting
    """Set by `guarded`."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio."""
        super().connection_made(transport)
        self._await_request()
        self.waiting.make_room(len(self.connections))

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        self._request_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        super().data_received(data)
        if self.transport.is_closing() or self._is_serving:
            self._request_came()
        elif self.transport.get_protocol() is self:
            self._await_request()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """See uvicorn; from here on the WebSocket's own pings find out who is gone."""
        self._request_came()
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        """See uvicorn."""
        super().on_response_complete()
        if not self.transport.is_closing() and not self._is_serving:
            self._await_request()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        trouble = Trouble("bad_http", "This is no HTTP/1.1 request. See /openapi.json.")
        body = msgspec.json.encode(Refusal(trouble))
        headers = [
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    @property
    def _is_serving(self) -> bool:
        # uvicorn's type hides that there is none before the first request.
        return bool(self.cycle) and not self.cycle.response_complete

    def _await_request(self) -> None:
        """The time runs on from where it began, however many bytes trickle in."""
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEADERS_WITHIN_S, self._too_late)
            self.waiting.add(id(self), self._break_off)

    def _request_came(self) -> None:
        self.waiting.remove(id(self))
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._request_came()
        if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            trouble = Trouble("too_slow", "The request did not come in time. Send it at once.")
            body = msgspec.json.encode(Refusal(trouble))
            self.transport.write(
                b"HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\n"
                b"connection: close\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
            )
        self.transport.close()

    def _break_off(self) -> None:
        self._request_came()
        self.transport.abort()


def guarded(waiting: Waiting) -> type[GuardedConnection]:
    """The class of connections that share `waiting`."""
    return type("Guarded", (GuardedConnection,), {"waiting": waiting})
