"""The made-up robot of docs/body/example_body.py: a small HTTP server with a base behind it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from nlu.actions import POSTURES
from robot.body.state import STILL, Velocity
from tests.planar_base import TICK_S, PlanarBase

MOTION_S = 0.2


@dataclass(slots=True)
class HttpRobot:
    """Its time passes as the world's does, and is caught up with at every request."""

    base: PlanarBase = field(default_factory=PlanarBase)
    posture: str = "stand"
    motion: str | None = None
    motion_ends_s: float = 0.0
    asked: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    """Every request but those for the state."""
    answers: bool = True
    began_s: float = field(default_factory=time.monotonic)
    now_s: float = 0.0
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, body: dict[str, object]) -> tuple[int, object]:
        with self.lock:
            self._catch_up()
            if not self.answers:
                return 503, "not now"
            if (method, path) == ("GET", "/state"):
                return 200, self._state()
            self.asked.append((path, body))
            return self._obey(path, body)

    def _catch_up(self) -> None:
        until_s = time.monotonic() - self.began_s
        while self.now_s + TICK_S <= until_s:
            self.now_s += TICK_S
            self.base.step(self.now_s)
        if self.motion is not None and self.now_s >= self.motion_ends_s:
            self.posture = self.motion if self.motion in POSTURES else self.posture
            self.motion = None

    def _state(self) -> object:
        pose, velocity = self.base.pose, self.base.velocity
        return {
            "time_s": self.now_s,
            "x_m": pose.x_m,
            "y_m": pose.y_m,
            "yaw_rad": pose.yaw_rad,
            "x_mps": velocity.x_mps,
            "y_mps": velocity.y_mps,
            "yaw_radps": velocity.yaw_radps,
            "posture": self.posture,
            "busy": self.motion is not None,
            "battery": 0.8,
        }

    def _obey(self, path: str, body: dict[str, object]) -> tuple[int, object]:
        if path == "/move":
            x, y, turn, life = (
                float(str(body[key])) for key in ("x_mps", "y_mps", "yaw_radps", "for_s")
            )
            self.base.command(Velocity(x, y, turn), self.now_s, life)
        elif path == "/halt":
            self.base.command(STILL, self.now_s)
            self.motion = None
        elif path == "/play" and self.posture == "sit" and body["motion"] == "bow":
            return 409, "it sits"
        elif path == "/play":
            self.motion, self.motion_ends_s = str(body["motion"]), self.now_s + MOTION_S
        else:
            return 404, "no such thing"
        return 200, "ok"


@contextmanager
def http_robot() -> Iterator[HttpRobot]:
    """A robot that listens at its `address` until the end of the block."""
    robot = HttpRobot()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET", {})

        def do_POST(self) -> None:
            self._answer("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, method: str, body: dict[str, object]) -> None:
            status, told = robot.answer(method, self.path, body)
            text = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    robot.address = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield robot
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
