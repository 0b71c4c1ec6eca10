"""Who may ask: the right name, no foreign page, and the token. Before anything else is looked at.

A web page of somebody else can make a browser send requests to 127.0.0.1. It cannot know the token,
cannot send JSON without being asked for permission (which is never given), cannot hide its Origin,
and with a name of its own that points here (DNS rebinding) it sends that name as Host.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from config.service_settings import LOOPBACK, ServiceSettings
from robot.service.answers import refusal
from robot.service.errors import RequestRefused
from robot.service.limits import TokenBucket
from robot.service.token import Token

log = logging.getLogger(__name__)

STOP_PATH = "/api/stop"
OPEN_PATHS = frozenset({"/", "/healthz", "/readyz", "/metrics"})
OPEN_FOLDER = "/static/"
SUBPROTOCOL = "sori"
TOKEN_SUBPROTOCOL = "token."
_ANY_ADDRESS = frozenset({"0.0.0.0", "::", ""})
MOST_TOKEN_CHARACTERS = 256

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",  # the robot's picture is fetched with the token: a blob
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

Right = Literal["open", "token"]


@dataclass(frozen=True, slots=True)
class Rates:
    """Buckets for those who showed the token and for everybody else: these cannot starve those."""

    known: TokenBucket
    unknown: TokenBucket


def allowed_names(settings: ServiceSettings) -> frozenset[str]:
    """Names that a Host header may have, without the port."""
    own = frozenset({settings.host}) - _ANY_ADDRESS
    return LOOPBACK | own | {name.lower() for name in settings.names}


class Gate:
    """ASGI middleware: refuses who may not ask, and puts the security headers on every answer."""

    def __init__(
        self,
        app: ASGIApp,
        token: Token,
        names: frozenset[str],
        rates: Rates,
        note_refused: Callable[[str], None],
    ) -> None:
        """`note_refused` is told the code of every refusal."""
        self._app = app
        self._token = token
        self._names = names
        self._rates = rates
        self._note_refused = note_refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def send_secured(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                secure(MutableHeaders(scope=message), int(message["status"]))
            await send(message)

        try:
            self._check(HTTPConnection(scope))
        except RequestRefused as refused:
            self._note_refused(refused.what)
            log.warning("A request was refused: %s.", refused.what)
            answer = refusal(refused)
            if scope["type"] == "websocket":
                await WebSocket(scope, receive, send_secured).send_denial_response(answer)
            else:
                await answer(scope, receive, send_secured)
            return
        await self._app(scope, receive, send_secured)

    def _check(self, request: HTTPConnection) -> None:
        """Raises RequestRefused."""
        path = request.scope["path"]
        if not self._is_own_name(request.headers):
            raise RequestRefused(
                403, "bad_host", "Sori does not go by this name. Add it to `names` under [service]."
            )
        if not self._is_own_page(request.headers):
            raise RequestRefused(403, "bad_origin", "This page is not one of Sori's.")
        is_known = self._token.is_same(_shown_token(request))
        # The page is some thirty files from memory; a few reloads must not use up its budget.
        is_free = (path == STOP_PATH and is_known) or path.startswith(OPEN_FOLDER)
        if not is_free:
            bucket = self._rates.known if is_known else self._rates.unknown
            if not bucket.take():
                raise RequestRefused(
                    429, "too_often", "Too many requests at once. Wait a second and try again."
                )
        if not is_known and not is_open(path):
            raise RequestRefused(
                401,
                "bad_token",
                "Send the header `Authorization: Bearer TOKEN`. `sori serve` says at its start"
                " where the token lies.",
            )

    def _is_own_name(self, headers: Headers) -> bool:
        hosts = headers.getlist("host")
        return len(hosts) == 1 and _name_of(hosts[0]) in self._names

    def _is_own_page(self, headers: Headers) -> bool:
        """Browsers send Origin with every action and every WebSocket; other programs need not."""
        origins = headers.getlist("origin")
        if not origins:
            return True
        scheme, separator, host = origins[0].lower().partition("://")
        own = headers.get("host", "").lower()
        return len(origins) == 1 and scheme in ("http", "https") and bool(separator) and host == own


def is_open(path: str) -> bool:
    """Whether everybody who can reach the port may ask for it."""
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)


def secure(headers: MutableHeaders, status: int) -> None:
    """Put the security headers in; answers to the API are kept by nobody."""
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
    headers.setdefault("cache-control", "no-store")
    if status >= 400:  # whatever else the client was about to send is not read
        headers["connection"] = "close"


def _name_of(host: str) -> str:
    """Without the port: `localhost:8765`, `[::1]:8765`."""
    host = host.lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def _shown_token(request: HTTPConnection) -> str:
    if request.scope["type"] == "websocket":
        offered: list[str] = request.scope["subprotocols"]
        if SUBPROTOCOL not in offered:
            return ""
        tokens = (one for one in offered if one.startswith(TOKEN_SUBPROTOCOL))
        return next(tokens, "").removeprefix(TOKEN_SUBPROTOCOL)[:MOST_TOKEN_CHARACTERS]
    given = request.headers.getlist("authorization")
    scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    return token.strip()[:MOST_TOKEN_CHARACTERS] if scheme.lower() == "bearer" else ""
