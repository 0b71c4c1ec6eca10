"""A client of the rosbridge protocol, version 2: topics, services and actions as JSON.

One thread reads and, when the connection is lost, makes it anew and repeats what was subscribed.
Writing happens in the caller's thread. Whatever waits for an answer when the connection is lost
gets a failure, never silence.
"""

import itertools
import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import msgspec
from websockets.exceptions import InvalidURI, WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.uri import parse_uri

from config.errors import ConfigurationError
from robot.body.errors import BodyLost

RECONNECT_S = 0.5
_PING_S = 1.0
_MAX_MESSAGE_BYTES = 1_000_000
"""A robot's odometry is a kilobyte; whatever is larger was not meant for us."""

Json = Mapping[str, "Json | str | float | bool"]
OnMessage = Callable[[bytes], None]
"""Told the JSON of each message of a topic, in the reader's thread."""


@dataclass(slots=True)
class Pending:
    """A service call or an action goal that was sent."""

    id: str
    is_done: bool = False
    succeeded: bool = False
    values: bytes = b"{}"
    """JSON of the result."""

    def finish(self, *, succeeded: bool, values: bytes = b"{}") -> None:
        """It is over."""
        self.values, self.succeeded, self.is_done = values, succeeded, True


class _Received(msgspec.Struct):
    """What we look at of a message from the server."""

    op: str
    id: str | int | None = None
    topic: str = ""
    msg: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)
    values: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)
    result: bool = False
    level: str = ""


class RosbridgeClient:
    """One connection, as long as it is not closed."""

    def __init__(self, address: str, timeout_s: float) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._connection: ClientConnection | None = None
        self._changed = threading.Condition()
        self._closing = False
        self._setup: list[str] = []
        """Sent at every new connection."""
        self._listeners: dict[str, OnMessage] = {}
        self._pending: dict[str, Pending] = {}
        self._ids = itertools.count(1)
        self._reader = threading.Thread(target=self._live, name="rosbridge", daemon=True)

    def open(self) -> None:
        """Begin to connect. Raises ConfigurationError for an address that cannot be one."""
        try:
            parse_uri(self._address)
        except InvalidURI as error:
            raise ConfigurationError(
                f"`body.rosbridge.address` is `{self._address}`; it must be like"
                " `ws://192.168.1.20:9090`."
            ) from error
        self._reader.start()

    @property
    def is_connected(self) -> bool:
        """Whether the server is there now."""
        return self._connection is not None

    def wait_connected(self, seconds: float) -> bool:
        """Wait for up to `seconds` for the server; whether it is there."""
        with self._changed:
            return self._changed.wait_for(lambda: self.is_connected, seconds)

    def advertise(self, topic: str, kind: str) -> None:
        """`topic` will be published, as `geometry_msgs/msg/Twist`."""
        self._keep({"op": "advertise", "topic": topic, "type": kind})

    def subscribe(self, topic: str, kind: str, told: OnMessage) -> None:
        """Have `told` called with each message of `topic`; the newest are enough."""
        self._listeners[topic] = told
        self._keep({"op": "subscribe", "topic": topic, "type": kind, "queue_length": 1})

    def publish(self, topic: str, message: Json) -> None:
        """Send `message`. Raises BodyLost when the server is gone."""
        self._send({"op": "publish", "topic": topic, "msg": message})

    def call(self, service: str, arguments: Json) -> Pending:
        """Call `service`; the answer comes into what is returned. Raises BodyLost."""
        return self._begin(
            {"op": "call_service", "service": service, "args": arguments}, f"call:{service}"
        )

    def send_goal(self, action: str, kind: str, arguments: Json) -> Pending:
        """Begin `action`; its result comes into what is returned. Raises BodyLost."""
        goal: Json = {
            "op": "send_action_goal",
            "action": action,
            "action_type": kind,
            "args": arguments,
            "feedback": False,
        }
        return self._begin(goal, f"goal:{action}")

    def cancel_goal(self, action: str, goal: Pending) -> None:
        """Ask for an end of `goal`. Raises BodyLost."""
        self._send({"op": "cancel_action_goal", "action": action, "id": goal.id})

    def close(self) -> None:
        """Leave; safe to repeat."""
        with self._changed:
            self._closing = True
            connection = self._connection
            self._changed.notify_all()
        if connection is not None:
            connection.close()
        if self._reader.is_alive() and self._reader is not threading.current_thread():
            self._reader.join(self._timeout_s + RECONNECT_S)

    def _begin(self, message: Json, name: str) -> Pending:
        pending = Pending(f"{name}:{next(self._ids)}")
        self._pending[pending.id] = pending
        try:
            self._send({**message, "id": pending.id})
        except BodyLost:
            self._pending.pop(pending.id, None)
            raise
        return pending

    def _keep(self, message: Json) -> None:
        text = json.dumps(message)
        with self._changed:
            self._setup.append(text)
            if self._connection is not None:
                with suppress(WebSocketException, OSError):  # the next connection repeats it
                    self._connection.send(text)

    def _send(self, message: Json) -> None:
        connection = self._connection
        if connection is None:
            raise self._lost()
        try:
            connection.send(json.dumps(message, allow_nan=False))
        except (WebSocketException, OSError) as error:
            raise self._lost() from error

    def _lost(self) -> BodyLost:
        return BodyLost(
            f"The rosbridge server at {self._address} is not there. Start it on the robot with"
            " `ros2 launch rosbridge_server rosbridge_websocket_launch.xml`."
        )

    def _live(self) -> None:
        while not self._closing:
            try:
                with connect(
                    self._address,
                    open_timeout=self._timeout_s,
                    close_timeout=self._timeout_s,
                    ping_interval=_PING_S,
                    ping_timeout=self._timeout_s,
                    max_size=_MAX_MESSAGE_BYTES,
                    compression=None,
                    proxy=None,
                ) as connection:
                    self._begin_with(connection)
                    for text in connection:
                        self._take(text)
            except (WebSocketException, OSError):  # refused, cut, unplugged: try again
                pass
            self._forget_connection()
            with self._changed:
                self._changed.wait_for(lambda: self._closing, RECONNECT_S)

    def _begin_with(self, connection: ClientConnection) -> None:
        with self._changed:
            for text in self._setup:
                connection.send(text)
            if not self._closing:
                self._connection = connection
                self._changed.notify_all()
                return
        connection.close()

    def _forget_connection(self) -> None:
        with self._changed:
            self._connection = None
            self._changed.notify_all()
        for number in list(self._pending):
            if pending := self._pending.pop(number, None):
                pending.finish(succeeded=False)

    def _take(self, text: str | bytes) -> None:
        try:
            received = msgspec.json.decode(text, type=_Received)
        except msgspec.MsgspecError:  # whatever it is, it is not for us
            return
        match received.op:
            case "publish" if listener := self._listeners.get(received.topic):
                listener(bytes(received.msg))
            case "service_response" | "action_result":
                self._finish(received, succeeded=received.result)
            case "status" if received.level == "error":
                self._finish(received, succeeded=False)

    def _finish(self, received: _Received, *, succeeded: bool) -> None:
        if pending := self._pending.pop(str(received.id), None):
            pending.finish(succeeded=succeeded, values=bytes(received.values) or b"{}")
