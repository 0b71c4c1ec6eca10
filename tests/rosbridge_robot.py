"""A robot behind a small rosbridge server, in a process of its own: `-m tests.rosbridge_robot`.

Lines on standard input: `new OPTIONS` starts the base anew, `cut` closes every connection, `say
TEXT` sends TEXT as it is. Options: `mute` tells no odometry, `stamped` takes TwistStamped, `alone`
has nobody follow the velocities. It plays `wave_right` and `sit_down` in 0.3 s, fails at `stumble`,
knows no other motion, and tells the test of every message that is no velocity.
"""

import itertools
import json
import math
import sys
import threading
import time
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from robot.body.state import Velocity
from tests.planar_base import TICK_S, PlanarBase, Reporter
from tests.programs import asked, tell

MOTION_S = 0.3
SUCCEEDED, CANCELED, ABORTED = 4, 5, 6
Message = dict[str, object]
Goals = dict[tuple[ServerConnection, str], tuple[float, bool]]


def section(message: object, *names: str) -> dict[str, object]:
    for name in names:
        assert isinstance(message, dict)
        message = message[name]
    assert isinstance(message, dict)
    return message


def number(message: dict[str, object], name: str) -> float:
    value = message[name]
    assert isinstance(value, int | float)
    return float(value)


def velocity_of(message: Message) -> Velocity:
    linear, angular = section(message, "linear"), section(message, "angular")
    return Velocity(number(linear, "x"), number(linear, "y"), number(angular, "z"))


@dataclass
class Robot:
    """The base and what the server knows."""

    options: frozenset[str] = frozenset()
    base: PlanarBase = field(default_factory=PlanarBase)
    now_s: float = 0.0
    """Counts ticks, so that a busy machine does not slow it down."""
    reporter: Reporter = field(init=False)
    listeners: dict[str, set[ServerConnection]] = field(default_factory=dict)
    goals: Goals = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.reporter = Reporter(self.base)

    def renew(self, options: list[str]) -> None:
        with self.lock:
            self.options = frozenset(options)
            self.base = PlanarBase()
            self.reporter = Reporter(self.base)
            self.goals.clear()

    def serve(self, connection: ServerConnection) -> None:
        try:
            for text in connection:
                message: Message = json.loads(text)
                with self.lock:
                    self._take(connection, message)
        except ConnectionClosed:
            pass
        with self.lock:
            for listeners in self.listeners.values():
                listeners.discard(connection)

    def _take(self, connection: ServerConnection, message: Message) -> None:
        match message:
            case {"op": "publish", "msg": dict() as body}:
                twist = section(body, "twist") if "stamped" in self.options else body
                wish = velocity_of(twist)
                self.base.command(wish, self.now_s)
                self.reporter.wished(wish, self.now_s)
                return
            case {"op": "subscribe", "topic": str() as topic}:
                self.listeners.setdefault(topic, set()).add(connection)
            case {"op": "call_service", "service": "/rosapi/subscribers", "id": str() as call}:
                found: list[str] = [] if "alone" in self.options else ["/controller"]
                values = {"subscribers": found}
                send(connection, op="service_response", id=call, values=values, result=True)
            case {"op": "send_action_goal", "id": str() as goal}:
                self._begin(connection, goal, section(message, "args")["motion_name"])
            case {"op": "cancel_action_goal", "id": str() as goal}:
                if self.goals.pop((connection, goal), None):
                    finish(connection, goal, CANCELED)
        tell(event=str(message["op"]), text=json.dumps(message))

    def _begin(self, connection: ServerConnection, goal: str, motion: object) -> None:
        if motion in ("wave_right", "sit_down", "stumble"):
            self.goals[connection, goal] = (self.now_s + MOTION_S, motion != "stumble")
        else:
            send(connection, op="status", level="error", id=goal, msg="unknown motion")

    def step(self) -> None:
        with self.lock:
            self.now_s += TICK_S
            now_s = self.now_s
            self.base.step(now_s)
            self.reporter.tell(now_s)
            for (connection, goal), (ends_s, succeeds) in list(self.goals.items()):
                if now_s >= ends_s:
                    del self.goals[connection, goal]
                    finish(connection, goal, SUCCEEDED if succeeds else ABORTED)
            if "mute" not in self.options:
                self.publish("/odom", odometry(self.base))
            self.publish("/battery_state", {"percentage": 0.5, "voltage": None})

    def publish(self, topic: str, message: Message) -> None:
        for connection in list(self.listeners.get(topic, ())):
            send(connection, op="publish", topic=topic, msg=message)

    def connections(self) -> list[ServerConnection]:
        with self.lock:
            return list({one for many in self.listeners.values() for one in many})


def odometry(base: PlanarBase) -> Message:
    half_rad = 0.5 * base.pose.yaw_rad
    rotation = {"x": 0.0, "y": 0.0, "z": math.sin(half_rad), "w": math.cos(half_rad)}
    place = {"x": base.pose.x_m, "y": base.pose.y_m, "z": 0.0}
    ahead = {"x": base.velocity.x_mps, "y": base.velocity.y_mps, "z": 0.0}
    turning = {"x": 0.0, "y": 0.0, "z": base.velocity.yaw_radps}
    return {
        "header": {"stamp": {"sec": 1, "nanosec": 2}, "frame_id": "odom"},
        "child_frame_id": "base_link",
        "pose": {"pose": {"position": place, "orientation": rotation}, "covariance": [0.0] * 36},
        "twist": {"twist": {"linear": ahead, "angular": turning}, "covariance": [0.0] * 36},
    }


def send(connection: ServerConnection, **message: object) -> None:
    try:
        connection.send(json.dumps(message))
    except ConnectionClosed:
        return


def finish(connection: ServerConnection, goal: str, status: int) -> None:
    send(
        connection,
        op="action_result",
        id=goal,
        action="/play_motion2",
        values={},
        status=status,
        result=status == SUCCEEDED,
    )


def obey(robot: Robot, words: list[str]) -> None:
    match words:
        case ["new", *options]:
            robot.renew(options)
            tell(event="renewed")
        case ["cut"]:
            for connection in robot.connections():
                connection.close()
            tell(event="cut")
        case ["say", *text]:
            for connection in robot.connections():
                connection.send(" ".join(text))
            tell(event="said")


def live() -> None:
    robot = Robot()
    with serve(robot.serve, "127.0.0.1", 0, compression=None) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tell(event="ready", port=float(server.socket.getsockname()[1]))
        began_s = time.monotonic()
        for tick in itertools.count(1):
            threading.Event().wait(max(began_s + tick * TICK_S - time.monotonic(), 0.0))
            robot.step()
            if (words := asked()) is not None:
                if not words:
                    return
                obey(robot, words)


if __name__ == "__main__":
    live()
    sys.exit()
