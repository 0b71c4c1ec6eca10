"""A driver for a made-up robot that listens to HTTP. Copy this file and change what differs.

GET  /state   {"time_s": 12.3, "x_m": 0, "y_m": 0, "yaw_rad": 0, "x_mps": 0, "y_mps": 0,
               "yaw_radps": 0, "posture": "stand", "busy": false, "battery": 0.8}
POST /move    {"x_mps": 0.3, "y_mps": 0, "yaw_radps": 0, "for_s": 0.5}
POST /play    {"motion": "wave", "repeat": 1}; 409 when the robot will not
POST /halt    {}
"""

import json
import os
import time
from http.client import HTTPConnection, HTTPException

import msgspec

from nlu.abilities import Abilities, MotionCaps
from nlu.actions import Gesture, Posture, PostureName
from robot.body.driver import Discrete
from robot.body.errors import BodyLost, BodyRefused
from robot.body.state import VELOCITY_LIFE_S, BodyState, Pose, Velocity

ADDRESS = os.environ.get("EXAMPLE_ROBOT", "192.168.1.50:8080")
TIMEOUT_S = 0.3  # how long a stop may hang on a robot that is out of reach

# What can be asked of this robot, and its caps. What is not here has no words.
ABILITIES = Abilities(
    body="example",
    walks=True,
    turns=True,
    gestures=("wave", "bow"),
    postures=("stand", "sit"),
    queries=("battery", "pose", "can_do"),
    caps=MotionCaps(max_forward_m=3.0, max_forward_mps=0.4, max_side_m=0.0, max_side_mps=0.0),
)


class Told(msgspec.Struct):
    """What the robot tells of itself. An answer of another form is an error, not a guess."""

    time_s: float
    x_m: float
    y_m: float
    yaw_rad: float
    x_mps: float
    y_mps: float
    yaw_radps: float
    posture: PostureName
    busy: bool
    battery: float


class ExampleBody:
    """Tells the robot, and what the robot told. It decides nothing: that is done above it."""

    @property
    def abilities(self) -> Abilities:
        """What it can do."""
        return ABILITIES

    def observe(self) -> BodyState:
        """The newest state. Any call may be the one that finds the robot gone."""
        told = msgspec.json.decode(self._ask("GET", "/state"), type=Told)
        return BodyState(
            time_s=told.time_s,  # the robot's clock; when it stands still, Sori stops
            pose=Pose(told.x_m, told.y_m, told.yaw_rad),
            velocity=Velocity(told.x_mps, told.y_mps, told.yaw_radps),  # measured, not wished
            posture=told.posture,
            busy=told.busy,
            battery_share=told.battery,
        )

    def drive(self, velocity: Velocity) -> None:
        """Comes 20 times a second while it walks; the robot itself lets it lapse after 0.5 s."""
        wish = {"x_mps": velocity.x_mps, "y_mps": velocity.y_mps, "yaw_radps": velocity.yaw_radps}
        self._ask("POST", "/move", {**wish, "for_s": VELOCITY_LIFE_S})

    def start(self, action: Discrete) -> None:
        """Begin; when this returns, `observe().busy` is true until it is over."""
        match action:
            case Gesture(name=motion, repeat=repeat):
                self._ask("POST", "/play", {"motion": motion, "repeat": repeat})
            case Posture(name=posture):
                self._ask("POST", "/play", {"motion": posture, "repeat": 1})
            case _:
                raise BodyRefused("not_able", "This robot cannot do that.")

    def halt(self) -> None:
        """Stand still, with balance kept. Comes at any time, and again and again."""
        self._ask("POST", "/halt", {})

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)

    def close(self) -> None:
        """Halt, and let go."""
        self.halt()

    def _ask(self, method: str, path: str, wish: dict[str, str | float] | None = None) -> bytes:
        connection = HTTPConnection(ADDRESS, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, None if wish is None else json.dumps(wish))
            answer = connection.getresponse()
            told = answer.read()
        except (OSError, HTTPException) as error:
            raise BodyLost(f"{ADDRESS} does not answer ({error}). Is the robot on?") from error
        finally:
            connection.close()
        if answer.status == 409:
            raise BodyRefused("occupied", f"The robot will not: {told.decode(errors='replace')}")
        if answer.status != 200:
            raise BodyLost(f"{ADDRESS}{path} answers {answer.status}. Is this the robot?")
        return told


def load() -> ExampleBody:
    """Sori calls this once; the first `observe` follows at once."""
    return ExampleBody()
