"""How much one client may ask for: how often, how large and for how long."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import BinaryIO, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from robot.service.answers import refusal
from robot.service.errors import RequestRefused

MOST_JSON_BYTES = 64 << 10
MOST_SOUND_BYTES = 20 << 20
BODY_WITHIN_S = 15.0
SOUND_WITHIN_S = 60.0
"""A body comes within this time, or the client is told to go away."""
JSON_TYPE = "application/json"
SOUND_TYPES = frozenset(
    {"audio/wav", "audio/x-wav", "audio/wave", "audio/flac", "audio/x-flac", "audio/ogg"}
)

T = TypeVar("T")
Clock = Callable[[], float]
"""Seconds that only grow."""


class TokenBucket:
    """So many at once, and then so many a second. Any thread."""

    def __init__(self, per_s: float, at_once: int, clock: Clock) -> None:
        self._per_s = per_s
        self._most = float(at_once)
        self._left = float(at_once)
        self._clock = clock
        self._at_s = clock()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether there is one left; takes it."""
        with self._lock:
            now_s = self._clock()
            grown = max(0.0, now_s - self._at_s) * self._per_s
            self._left = min(self._most, self._left + grown)
            self._at_s = now_s
            if self._left < 1.0:
                return False
            self._left -= 1.0
            return True


class Places:
    """A number of places that requests take while they are worked on. One event loop."""

    def __init__(self, most: int, what: str) -> None:
        """`what` there are too many of, for the sentence: "requests"."""
        self._most = most
        self._what = what
        self.taken = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold a place. Raises RequestRefused when none is free."""
        if self.taken >= self._most:
            raise RequestRefused(
                503, "busy", f"There are {self._most} {self._what} already. Try again in a moment."
            )
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1


class Crowd:
    """ASGI middleware: only so many requests at the same time, but some paths always."""

    def __init__(self, app: ASGIApp, most: int, always: frozenset[str]) -> None:
        """`always`: paths that need no place, such as "stop"."""
        self._app = app
        self._places = Places(most, "requests in progress")
        self._always = always

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or scope["path"] in self._always:
            await self._app(scope, receive, send)
            return
        try:
            async with self._places.one():
                await self._app(scope, receive, send)
        except RequestRefused as refused:  # endpoints' own refusals were answered inside
            await refusal(refused)(scope, receive, send)


def content_type(request: Request) -> str:
    """The type of the body, without its parameters; empty where none is told."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_json(request: Request, kind: type[T]) -> T:
    """The body as `kind`. Raises RequestRefused for anything else."""
    if content_type(request) != JSON_TYPE:
        raise RequestRefused(
            415, "bad_type", f"Send the body as JSON, with the header Content-Type: {JSON_TYPE}."
        )
    body = bytearray()

    async def take(block: bytes) -> None:
        body.extend(block)

    await _read(request, take, MOST_JSON_BYTES, BODY_WITHIN_S)
    try:
        return msgspec.json.decode(bytes(body), type=kind)
    except msgspec.ValidationError as error:
        raise RequestRefused(
            422, "bad_value", f"{_sentence(str(error))}", field_of(str(error))
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RequestRefused(
            400, "bad_json", "The body is not JSON in UTF-8. Check its quotes and commas."
        ) from error


async def read_sound(request: Request, file: BinaryIO) -> None:
    """Copy the body into `file`. Raises RequestRefused when it is too much or too slow."""

    async def take(block: bytes) -> None:
        await asyncio.to_thread(file.write, block)

    await _read(request, take, MOST_SOUND_BYTES, SOUND_WITHIN_S)


def field_of(message: str) -> str | None:
    """The field that msgspec's message names, as in "Expected `int` - at `$.limit`"."""
    _, found, path = message.rpartition(" - at `$.")
    return path.rstrip("`") if found else None


def _sentence(message: str) -> str:
    text = message.replace(" - at `$.", " at `").replace(" - at `$`", "")
    return text if text.endswith(".") else f"{text}."


async def _read(
    request: Request, take: Callable[[bytes], Awaitable[None]], most: int, within_s: float
) -> None:
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > most:
        raise _too_large(most)
    size = 0
    try:
        async with asyncio.timeout(within_s):
            async for block in request.stream():
                size += len(block)
                if size > most:
                    raise _too_large(most)
                await take(block)
    except TimeoutError as error:
        raise RequestRefused(
            408, "too_slow", f"The body did not come within {within_s:.0f} s. Send it again."
        ) from error
    except ClientDisconnect as error:
        raise RequestRefused(
            400, "gone", "The connection ended in the middle of the body. Send it again."
        ) from error


def _too_large(most: int) -> RequestRefused:
    return RequestRefused(
        413, "too_large", f"The body is larger than {most >> 10} KB. Send less at once."
    )
