"""A Unitree G1's services in a process of their own: `python -m tests.fake_g1 DOMAIN`.

State gates and error codes are those of notes/robot.md. A line `FILE FSM` starts it anew in that
state, and each time it tells `ready`; with `FILE FSM odometry` it also tells where it is.
`secretly FSM` takes it to another state. Every
request is written to the file, and those that are no polling are told. Gestures and changes of
posture take 0.3 s. Its clock counts ticks, so that a busy machine does not slow it down.
"""

import itertools
import json
import math
import sys
import time
from pathlib import Path

from robot.body.dds.link import Link, open_link
from robot.body.dds.messages.unitree_api import Request, Response, ResponseHeader, ResponseStatus
from robot.body.dds.messages.unitree_go import IMUState, SportModeState
from robot.body.state import Velocity
from tests.dds_domains import LOOPBACK
from tests.planar_base import TICK_S, PlanarBase, Reporter
from tests.programs import Fact, asked, tell

OCCUPIED, HOLDING, UNKNOWN, WRONG_STATE = 7400, 7401, 7402, 7404
WALKING = {500, 501, 801}
ARM_ACTIONS = {11, 12, 13, 15, 17, 18, 19, 20, 22, 24, 25, 26, 27}
HELD_ACTIONS = {15, 20, 27}
RELEASE, TOGGLE, START = 99, 706, 500
ACTION_S = 0.3
LIGHT_S = 0.2
Body = dict[str, object]


class FakeG1:
    """The robot behind the services. Every call takes its time and gives code and data."""

    def __init__(self, fsm: int) -> None:
        self.fsm = fsm
        self.squats = fsm == 2
        self.base = PlanarBase()
        self.reporter = Reporter(self.base)
        self.changing_until_s = 0.0
        self.arms_until_s = 0.0
        self.arms_do: int | None = None
        self.volume = 40
        self.light_s = -1.0

    def sport(self, api: int, asked: Body, now_s: float) -> tuple[int, Body]:
        match api:
            case 7001:
                return 0, {"data": self.fsm}
            case 7101:
                return self._change(asked["data"], now_s), {}
            case 7105:
                return self._move(asked, now_s), {}
            case 7106:
                return 0 if self.fsm in WALKING else WRONG_STATE, {}
        return 3203, {}

    def arm(self, api: int, asked: Body, now_s: float) -> tuple[int, Body]:
        action = asked["action_id"]
        if api != 7106 or not isinstance(action, int):
            return 3203, {}
        if code := self._arms_forbid(action, now_s):
            return code, {}
        self.arms_do = None if action == RELEASE else action
        self.arms_until_s = now_s + ACTION_S
        return 0, {}

    def _arms_forbid(self, action: int, now_s: float) -> int:
        if action not in ARM_ACTIONS | {RELEASE}:
            return UNKNOWN
        if self.fsm not in WALKING:
            return WRONG_STATE
        if action == RELEASE:
            return 0
        if self.arms_do is not None and now_s < self.arms_until_s:
            return OCCUPIED
        return HOLDING if self.arms_do in HELD_ACTIONS - {action} else 0

    def voice(self, api: int, asked: Body, now_s: float) -> tuple[int, Body]:
        match api:
            case 1005:
                return 0, {"volume": self.volume}
            case 1006:
                volume = asked["volume"]
                assert isinstance(volume, int)
                self.volume = volume
                return 0, {}
            case 1010:
                if now_s - self.light_s < LIGHT_S:
                    tell(event="light_too_early")
                self.light_s = now_s
                return 0, {}
        return 3203, {}

    def _change(self, fsm: object, now_s: float) -> int:
        if not isinstance(fsm, int):
            return UNKNOWN
        if fsm in (0, 1):
            tell(event="fell")
        if not self.base.is_still or now_s < self.changing_until_s:
            return WRONG_STATE
        if fsm == TOGGLE and self.fsm in {2, TOGGLE, *WALKING}:
            self.squats = not self.squats
        elif fsm != START or self.squats:
            return WRONG_STATE
        self.fsm, self.changing_until_s = fsm, now_s + ACTION_S
        tell(event="stands" if not self.squats else "squats", fsm=fsm)
        return 0

    def _move(self, asked: Body, now_s: float) -> int:
        if self.fsm not in WALKING:
            return WRONG_STATE
        velocity, duration_s = asked["velocity"], asked["duration"]
        assert isinstance(velocity, list)
        assert isinstance(duration_s, float)
        wish = Velocity(*velocity)
        self.base.command(wish, now_s, duration_s)
        self.reporter.wished(wish, now_s)
        return 0


def place(base: PlanarBase) -> SportModeState:
    return SportModeState(
        imu_state=IMUState(rpy=(0.0, 0.0, math.remainder(base.pose.yaw_rad, math.tau))),
        position=(base.pose.x_m, base.pose.y_m, 0.75),
    )


class Server:
    """The robot's services on DDS."""

    def __init__(self, link: Link, robot: FakeG1, record: Path, *, tells_place: bool) -> None:
        self._robot = robot
        self._file = record
        self._places = link.outlet("/lf/odommodestate", SportModeState) if tells_place else None
        record.write_text("")
        self._calls = {"sport": robot.sport, "arm": robot.arm, "voice": robot.voice}
        self._requests = {name: link.inlet(f"/api/{name}/request", Request) for name in self._calls}
        self._responses = {
            name: link.outlet(f"/api/{name}/response", Response) for name in self._calls
        }

    def live(self) -> list[str]:
        """Until a line comes; its words."""
        tell(event="ready")
        began_s = time.monotonic()
        for tick in itertools.count(1):
            due_s = tick * TICK_S
            while (left_s := began_s + due_s - time.monotonic()) > 0:
                self._requests["sport"].wait(min(left_s, 0.005))
                self._serve(due_s)
            self._robot.base.step(due_s)
            self._robot.reporter.tell(due_s)
            if self._places is not None and tick % 2:
                self._places.write(place(self._robot.base))
            words = asked()
            if words is not None and words[:1] == ["secretly"]:
                self._robot.fsm = int(words[1])
                tell(event="secretly")
            elif words is not None:
                return words
        raise AssertionError

    def _serve(self, now_s: float) -> None:
        for name, call in self._calls.items():
            for request in self._requests[name].take():
                header = request.header
                code, data = call(header.identity.api_id, json.loads(request.parameter), now_s)
                self._record(name, request, code)
                self._responses[name].write(
                    Response(
                        ResponseHeader(header.identity, ResponseStatus(code)), json.dumps(data)
                    )
                )

    def _record(self, service: str, request: Request, code: int) -> None:
        facts: dict[str, Fact] = {
            "service": service,
            "api": request.header.identity.api_id,
            "parameter": request.parameter,
            "noreply": request.header.policy.noreply,
            "code": code,
            "pose": [self._robot.base.pose.x_m, self._robot.base.pose.y_m],
        }
        with self._file.open("a", encoding="utf-8") as record:
            record.write(json.dumps(facts) + "\n")
        if facts["api"] not in (7001, 7105):
            tell(event="request", **facts)


if __name__ == "__main__":
    words = sys.stdin.readline().split()
    while words:
        link = open_link(int(sys.argv[1]), LOOPBACK)
        robot = FakeG1(int(words[1]))
        words = Server(link, robot, Path(words[0]), tells_place="odometry" in words).live()
