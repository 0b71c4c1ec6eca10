"""The HTTP server in a thread of its own, beside the ear, which keeps the main thread."""

import asyncio
import errno
import logging
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette

from config.errors import ConfigurationError
from config.service_settings import ServiceSettings
from robot.service.connections import MOST_HEADER_BYTES, Waiting, guarded
from robot.service.errors import ServiceError

log = logging.getLogger(__name__)

BACKLOG = 128
KEEP_ALIVE_S = 5
PING_S = 20.0
MOST_WATCHER_BYTES = 1 << 10
"""Of a message that a watcher sends; it has nothing to say."""
LEAVING_S = 1
"""What answers under way get to end in."""
JOIN_S = 4.0
BEGIN_WITHIN_S = 20.0


class Server:
    """Serves from `open` to `close`. Signals are left to whoever runs the ear."""

    def __init__(self, app: Starlette, listening: socket.socket) -> None:
        self._socket = listening
        self.port = int(listening.getsockname()[1])
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                loop="asyncio",
                http=guarded(Waiting()),
                ws="websockets-sansio",
                ws_max_size=MOST_WATCHER_BYTES,
                ws_ping_interval=PING_S,
                ws_ping_timeout=PING_S,
                ws_per_message_deflate=False,
                lifespan="on",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=LEAVING_S,
                h11_max_incomplete_event_size=MOST_HEADER_BYTES,
            )
        )
        self._thread = threading.Thread(target=self._run, name="service", daemon=True)
        self._begun = threading.Event()

    @classmethod
    def open(cls, app: Starlette, settings: ServiceSettings) -> Self:
        """Listen, and serve from now on.

        Raises ServiceError when the port cannot be had, ConfigurationError when other machines
        would be let in and nobody allowed that.
        """
        check_remote(settings)
        server = cls(app, _listen(settings))
        server._thread.start()
        if not server._begun.wait(BEGIN_WITHIN_S) or not server._thread.is_alive():
            raise ServiceError("The service did not begin. Run again with --debug.")
        return server

    def close(self) -> None:
        """Serve no more; may be called twice. Answers under way get LEAVING_S."""
        self._server.should_exit = True
        self._thread.join(JOIN_S)
        if self._thread.is_alive():
            log.warning("The service did not end in time; it ends with the program.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception:  # the robot goes on without its page, and the log says why
            log.exception("The service ended; the conversation goes on without it.")
        finally:
            self._begun.set()
            self._socket.close()

    async def _serve(self) -> None:
        asyncio.get_running_loop().call_soon(self._begun.set)
        await self._server.serve(sockets=[self._socket])


def check_remote(settings: ServiceSettings) -> None:
    """Raises ConfigurationError when other machines would be let in without being allowed to."""
    if settings.is_remote and not settings.allow_remote:
        raise ConfigurationError(
            f"`{settings.host}` lets other machines in, and the token then crosses the network in"
            " plain text. Stay with 127.0.0.1, or set `allow_remote = true` under [service]."
        )


def address_of(host: str, port: int) -> str:
    """For people."""
    if host in ("0.0.0.0", ""):
        host = "127.0.0.1"
    if host == "::":
        host = "::1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _listen(settings: ServiceSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise ServiceError(_why_not(settings, error)) from error
    return listening


def _why_not(settings: ServiceSettings, error: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"The port is taken: another program listens at {where}, perhaps another Sori."
            " End it, or choose another port with --port."
        )
    if error.errno == errno.EACCES:
        return f"{where}: ports under 1024 are the system's. Choose another with --port."
    return f"{where}: cannot listen there ({error.strerror}). Check `host` and `port`."
