"""The events of the conversation over WebSockets: JSON messages, the same for every watcher."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from robot.live.events import (
    ClauseSaid,
    LiveEvent,
    LiveState,
    PartFailed,
    PartlyHeard,
    PartRecovered,
    StateChanged,
    Stopped,
    TurnEnded,
    WordsHeard,
)
from robot.service.answers import refusal
from robot.service.errors import RequestRefused
from robot.service.limits import Places
from robot.service.security import SUBPROTOCOL

QUEUE_MESSAGES = 256
"""A watcher that is further behind is let go; it comes back and asks for what it missed."""
TOO_SLOW = 1013
"""WebSocket close code: try again later."""


def message_of(event: LiveEvent) -> str:
    """The JSON text of an event."""
    content: dict[str, str | int | msgspec.Raw]
    match event:
        case StateChanged(state):
            content = {"type": "state", "state": state}
        case PartlyHeard(text, language):
            content = {"type": "partial", "text": text, "language": language}
        case WordsHeard(turn, text, language):
            content = {"type": "heard", "turn": turn, "text": text, "language": language}
        case ClauseSaid(turn, text):
            content = {"type": "clause", "turn": turn, "text": text}
        case TurnEnded(record):
            content = {"type": "turn", "turn": msgspec.Raw(record.as_json().encode())}
        case Stopped():
            content = {"type": "stopped"}
        case PartFailed(part, message):
            content = {"type": "failed", "part": part, "message": message}
        case PartRecovered(part):
            content = {"type": "recovered", "part": part}
    return msgspec.json.encode(content).decode()


class Broadcast:
    """Hands messages to all watchers. `tell` is for any thread, the rest for one event loop."""

    def __init__(self, most_watchers: int) -> None:
        self.places = Places(most_watchers, "watchers")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queues: set[asyncio.Queue[str | None]] = set()
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """Messages that a watcher was too slow for."""
        return self._dropped

    def open(self) -> None:
        """Begin, in the event loop that calls it."""
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """Tell nobody any more."""
        self._loop = None

    def tell(self, event: LiveEvent) -> None:
        """Tell all watchers; never waits."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._put, message_of(event))

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[asyncio.Queue[str | None]]:
        """Messages from now on; None: this watcher was too slow, and gets no more."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(QUEUE_MESSAGES + 1)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    def _put(self, text: str) -> None:
        for queue in tuple(self._queues):
            if queue.qsize() < QUEUE_MESSAGES:
                queue.put_nowait(text)
            else:
                self._dropped += 1
                self._queues.discard(queue)
                queue.put_nowait(None)


class Events:
    """The endpoint."""

    def __init__(self, broadcast: Broadcast, state: Callable[[], LiveState]) -> None:
        self._broadcast = broadcast
        self._state = state

    async def serve(self, socket: WebSocket) -> None:
        """Send events until the watcher goes; what it sends is not read."""
        try:
            async with self._broadcast.places.one(), self._broadcast.watch() as messages:
                await socket.accept(SUBPROTOCOL)
                await self._serve(socket, messages)
        except RequestRefused as refused:
            await socket.send_denial_response(refusal(refused))
        except WebSocketDisconnect:
            return

    async def _serve(self, socket: WebSocket, messages: "asyncio.Queue[str | None]") -> None:
        sending = asyncio.create_task(self._send(socket, messages))
        try:
            while (await socket.receive())["type"] != "websocket.disconnect":
                pass
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, socket: WebSocket, messages: "asyncio.Queue[str | None]") -> None:
        await socket.send_text(message_of(StateChanged(self._state())))
        while (text := await messages.get()) is not None:
            await socket.send_text(text)
        if socket.application_state is WebSocketState.CONNECTED:
            await socket.close(TOO_SLOW)
