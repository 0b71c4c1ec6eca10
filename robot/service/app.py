"""The service as an ASGI application: parts, routes and the gate before them."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from config.errors import SoriError
from config.settings import Settings
from robot.service import openapi
from robot.service.answers import on_failure, on_http_exception, on_refused, on_trouble
from robot.service.errors import RequestRefused
from robot.service.events import Broadcast, Events
from robot.service.journal import Journal
from robot.service.limits import Crowd, TokenBucket
from robot.service.live_control import Served
from robot.service.memory_api import MemoryApi
from robot.service.metrics import Metrics
from robot.service.openapi import OpenApi
from robot.service.operation import Operation
from robot.service.page_files import Page
from robot.service.picture import Photographer
from robot.service.security import STOP_PATH, Gate, Rates, allowed_names
from robot.service.settings_api import SettingsApi
from robot.service.state_api import StateApi
from robot.service.talk_api import TalkApi
from robot.service.token import Token

ALWAYS = frozenset({STOP_PATH, "/healthz", "/readyz", "/metrics"})
"""Paths that are answered however many requests are in progress."""

Counted = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Service:
    """The application, and what it is made of."""

    app: Starlette
    operations: tuple[Operation, ...]
    journal: Journal


def make_service(served: Served, settings: Settings, token: Token) -> Service:
    """Put the parts together; the application begins and ends them with its lifespan."""
    broadcast = Broadcast(settings.service.watchers)
    metrics = Metrics(lambda: served.live.sound.dropped_blocks, lambda: broadcast.dropped)
    journal = Journal(served.live, served.memory, metrics)
    photographer = Photographer.of(served.onboard)
    operations = (
        *StateApi(served, journal, metrics, photographer, settings).operations,
        *TalkApi(served.live, journal, settings).operations,
        *SettingsApi(served.manner, settings).operations,
        *MemoryApi(served, journal).operations,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        broadcast.open()
        journal.start(broadcast.tell)
        try:
            yield
        finally:
            broadcast.close()
            journal.close()
            photographer.close()

    page = Page.load()
    app = Starlette(
        routes=[
            *_routes(operations, metrics.note_request),
            Route(openapi.PATH, OpenApi(operations).read),
            WebSocketRoute(openapi.EVENTS_PATH, Events(broadcast, lambda: served.live.state).serve),
            Route("/", page.index),
            Route("/static/{path:path}", page.file),
        ],
        middleware=[
            Middleware(
                Gate,
                token=token,
                names=allowed_names(settings.service),
                rates=_rates(settings),
                note_refused=metrics.note_turned_away,
            ),
            Middleware(Crowd, most=settings.service.connections, always=ALWAYS),
        ],
        exception_handlers={
            RequestRefused: on_refused,
            HTTPException: on_http_exception,
            SoriError: on_trouble,
            Exception: on_failure,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return Service(app, operations, journal)


def _rates(settings: Settings) -> Rates:
    chosen = settings.service

    def bucket() -> TokenBucket:
        return TokenBucket(chosen.requests_per_s, chosen.requests_at_once, time.monotonic)

    return Rates(bucket(), bucket())


def _routes(operations: Sequence[Operation], count: Counted) -> list[Route]:
    """One route a path, so that a wrong method is told which are right."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    return [
        Route(path, _dispatch(methods, count), methods=list(methods))
        for path, methods in by_path.items()
    ]


def _dispatch(
    methods: dict[str, Operation], count: Counted
) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        operation = methods["GET" if request.method == "HEAD" else request.method]
        try:
            response = await operation.endpoint(request)
        except RequestRefused as refused:
            count(operation.path, refused.status)
            raise
        count(operation.path, response.status_code)
        return response

    return serve
