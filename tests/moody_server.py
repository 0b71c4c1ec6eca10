"""A real HTTP server on the loopback that serves one file and can be told to misbehave.

Each request is answered by the next step of a list, and honestly when the list is empty.
"""

import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    """The file, the steps, and what was asked."""

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = content
        self.etag = '"first"'
        self.steps: list[Step] = []
        self.ranges: list[str | None] = []
        """The Range header of each request."""
        self.released = threading.Event()
        """Lets a stalled answer end."""
        self.stalled = threading.Event()
        self.scheme = "http"

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/model.gguf"

    def handle_error(self, request: object, client_address: object) -> None:
        """The other side may leave at any time."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.ranges.append(self.headers["Range"])
        step = self.server.steps.pop(0) if self.server.steps else honest
        step(self, self.server)

    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet."""


Step = Callable[[BaseHTTPRequestHandler, Server], None]


def first_byte_of(handler: BaseHTTPRequestHandler, server: Server) -> int:
    wanted = re.fullmatch(r"bytes=(\d+)-", handler.headers["Range"] or "")
    version = handler.headers["If-Range"]
    return int(wanted[1]) if wanted and version in (None, server.etag) else 0


def send(handler: BaseHTTPRequestHandler, status: int, **headers: str | int) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()


def honest(handler: BaseHTTPRequestHandler, server: Server) -> None:
    cut_after(len(server.content))(handler, server)


def cut_after(n_bytes: int) -> Step:
    """An honest answer whose line breaks after so many bytes of the body."""

    def step(handler: BaseHTTPRequestHandler, server: Server) -> None:
        first, total = first_byte_of(handler, server), len(server.content)
        if first >= total:
            send(handler, 416, Content_Range=f"bytes */{total}", Content_Length=0)
            return
        about: dict[str, str | int] = {"Content_Length": total - first, "ETag": server.etag}
        if first:
            about["Content_Range"] = f"bytes {first}-{total - 1}/{total}"
        send(handler, 206 if first else 200, **about)
        handler.wfile.write(server.content[first : first + n_bytes])

    return step


def ignoring_range(handler: BaseHTTPRequestHandler, server: Server) -> None:
    send(handler, 200, Content_Length=len(server.content))
    handler.wfile.write(server.content)


def another_range(handler: BaseHTTPRequestHandler, server: Server) -> None:
    total = len(server.content)
    send(handler, 206, Content_Range=f"bytes 7-{total - 1}/{total}", Content_Length=total - 7)
    handler.wfile.write(server.content[7:])


def without_length(handler: BaseHTTPRequestHandler, server: Server) -> None:
    send(handler, 200)
    handler.wfile.write(server.content)


def claiming(n_bytes: int) -> Step:
    """Says the body has so many bytes and sends what there is."""

    def step(handler: BaseHTTPRequestHandler, server: Server) -> None:
        send(handler, 200, Content_Length=n_bytes)
        handler.wfile.write(server.content)

    return step


def status(code: int) -> Step:
    def step(handler: BaseHTTPRequestHandler, server: Server) -> None:
        send(handler, code, Content_Length=0)

    return step


def redirect(address: str) -> Step:
    def step(handler: BaseHTTPRequestHandler, server: Server) -> None:
        send(handler, 302, Location=address, Content_Length=0)

    return step


def web_page(handler: BaseHTTPRequestHandler, server: Server) -> None:
    page = b"<html>Please log in to the hotel's network.</html>"
    send(handler, 200, Content_Length=len(page), Content_Type="text/html")
    handler.wfile.write(page)


def hang_up(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """No answer at all."""


def stall(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Half of the body, then nothing until released."""
    send(handler, 200, Content_Length=len(server.content), ETag=server.etag)
    handler.wfile.write(server.content[: len(server.content) // 2])
    handler.wfile.flush()
    server.stalled.set()
    server.released.wait()


@contextmanager
def serving(content: bytes, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A running server; with `context` it speaks TLS."""
    with Server(content) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
            server.scheme = "https"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
