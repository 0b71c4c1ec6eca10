"""The rosbridge body drives a robot behind a real small server in a second process."""

import json
import math
import signal
from collections.abc import Iterator

import pytest

from config.body_settings import RosbridgeSettings
from config.errors import ConfigurationError
from nlu.actions import Gesture, Led, Posture, Walk
from robot.body.driver import Discrete
from robot.body.errors import BodyLost, BodyRefused
from robot.body.performer import Performer
from robot.body.rosbridge.body import RosbridgeBody
from robot.body.rosbridge.load import load
from robot.body.rules import load_rules
from robot.body.state import COMMAND_PERIOD_S, BodyState, Velocity
from robot.body.writer import Writer
from tests.planar_base import SLOW_DOWN_MPS2
from tests.programs import Program, number, wait_until_found

AHEAD = Velocity(x_mps=0.3)
RAMP_S = AHEAD.x_mps / SLOW_DOWN_MPS2
TICKS_S = 0.06
"""The robot looks at the time every 20 ms."""
LATE_S = 0.15
"""A period of ours takes longer on a machine that others use too."""
MOTIONS = {"wave": "wave_right", "bow": "stumble", "nod": "unknown", "sit": "sit_down"}
Found = tuple[Program, str]


@pytest.fixture(scope="module")
def program() -> Iterator[Found]:
    """One server for all; each test finds its robot started anew."""
    with Program("tests.rosbridge_robot") as process:
        port = round(number(process.expect("ready"), "port"))
        yield process, f"ws://127.0.0.1:{port}"


@pytest.fixture
def robot(program: Found) -> Program:
    return renewed(program[0])


@pytest.fixture
def body(program: Found, robot: Program) -> Iterator[RosbridgeBody]:
    del robot  # it must be there
    found = load(settings(program[1]))
    yield found
    found.close()


def renewed(robot: Program, options: str = "") -> Program:
    robot.ask(f"new {options}")
    robot.expect("renewed")
    return robot


def settings(address: str, *, stamped: bool = False) -> RosbridgeSettings:
    return RosbridgeSettings(
        address=address,
        stamped=stamped,
        battery_topic="/battery_state",
        gesture_action="/play_motion2",
        motions=MOTIONS,
    )


def drive(body: RosbridgeBody, velocity: Velocity, seconds: float) -> None:
    for _ in range(round(seconds / COMMAND_PERIOD_S)):
        body.drive(velocity)
        body.wait(COMMAND_PERIOD_S)
        body.observe()


def run(body: RosbridgeBody, action: Discrete) -> list[BodyState]:
    """Start and watch until it is over."""
    body.start(action)
    states = [body.observe()]
    while states[-1].busy:
        assert len(states) < 100, "it takes too long"
        body.wait(COMMAND_PERIOD_S)
        states.append(body.observe())
    return states


def said(robot: Program, event: str) -> object:
    return json.loads(str(robot.expect(event)["text"]))


def test_a_walk_arrives_and_is_measured(robot: Program, body: RosbridgeBody) -> None:
    assert said(robot, "advertise") == {
        "op": "advertise",
        "topic": "/cmd_vel",
        "type": "geometry_msgs/msg/Twist",
    }
    assert said(robot, "subscribe") == {
        "op": "subscribe",
        "topic": "/odom",
        "type": "nav_msgs/msg/Odometry",
        "queue_length": 1,
    }
    before = body.observe()
    assert (before.has_odometry, before.fault, before.battery_share) == (True, None, 0.5)
    performer = Performer(Writer(body, latch_s=1.0), load_rules())
    performed = performer.perform(Walk(0.4))
    assert performed.outcome == "done"
    assert performed.measured is not None
    assert performed.measured.x_m == pytest.approx(0.4, abs=0.02)
    stills = [facts for facts in robot.drain(0.3) if facts.get("event") == "still"]
    assert number(stills[-1], "x_m") == pytest.approx(0.4, abs=0.02)


def test_turning_is_told_in_whole_turns(robot: Program, body: RosbridgeBody) -> None:
    drive(body, Velocity(yaw_radps=0.8), 0.5)
    body.halt()
    still = robot.expect("still")
    body.wait(0.1)
    state = body.observe()
    assert state.is_still
    assert state.pose.yaw_rad == pytest.approx(number(still, "yaw_rad"))
    assert abs(state.pose.yaw_rad) < math.pi


def test_stamped_velocities_carry_their_frame(program: Found) -> None:
    robot = renewed(program[0], "stamped")
    body = load(settings(program[1], stamped=True))
    drive(body, AHEAD, 0.3)
    body.close()
    assert number(robot.expect("still"), "x_m") > 0.01


def test_motions_are_goals_of_the_action(robot: Program, body: RosbridgeBody) -> None:
    assert body.abilities.gestures == ("wave", "bow", "nod")
    assert body.abilities.postures == ("sit",)
    states = run(body, Gesture("wave", repeat=2))
    assert {state.fault for state in states} == {None}
    for _ in range(2):
        goal = said(robot, "send_action_goal")
        assert isinstance(goal, dict)
        assert goal["action"] == "/play_motion2"
        assert goal["action_type"] == "play_motion2_msgs/action/PlayMotion2"
        assert goal["args"] == {"motion_name": "wave_right"}
    assert run(body, Posture("sit"))[-1].posture == "sit"


@pytest.mark.parametrize("name", ["bow", "nod"])
def test_motions_that_fail_or_are_unknown_are_told_as_failed(
    name: str, body: RosbridgeBody
) -> None:
    gesture = Gesture("bow" if name == "bow" else "nod")
    faults = [state.fault for state in run(body, gesture)]
    assert "failed" in faults
    assert body.observe().fault is None


def test_a_halt_cancels_the_motion(robot: Program, body: RosbridgeBody) -> None:
    body.start(Gesture("wave", repeat=5))
    with pytest.raises(BodyRefused) as refused:
        body.start(Gesture("wave"))
    assert refused.value.reason == "occupied"
    body.wait(0.1)
    body.halt()
    body.halt()
    assert robot.expect("cancel_action_goal")
    body.wait(0.1)
    state = body.observe()
    assert (state.busy, state.fault) == (False, None)


def test_what_it_has_not_is_refused(body: RosbridgeBody) -> None:
    for action in (Led(1, 2, 3), Gesture("heart"), Posture("lie")):
        with pytest.raises(BodyRefused) as refused:
            body.start(action)
        assert refused.value.reason == "not_able"


def test_a_cut_connection_is_lost_and_then_made_anew(robot: Program, body: RosbridgeBody) -> None:
    body.start(Gesture("wave"))
    drive(body, AHEAD, 0.8)
    robot.ask("cut")
    robot.expect("cut")
    body.wait(0.1)
    assert body.observe().fault == "lost"
    with pytest.raises(BodyLost, match="ros2 launch"):
        body.drive(AHEAD)
    with pytest.raises(BodyLost):
        body.halt()
    still = robot.expect("still")
    assert still["by"] == "watchdog"
    assert number(still, "after_last_wish_s") < 0.5 + RAMP_S + LATE_S
    assert body.find(3.0), "connected again by itself"
    body.wait(0.2)
    state = body.observe()
    assert (state.fault, state.has_odometry, state.busy) == (None, True, False)
    drive(body, AHEAD, 0.3)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '"publish"',
        '{"op": 3}',
        '{"op": "publish"}',
        '{"op": "publish", "topic": "/odom", "msg": {"pose": 3}}',
        '{"op": "publish", "topic": "/odom", "msg": null}',
        '{"op": "publish", "topic": "/battery_state", "msg": {"percentage": "full"}}',
        '{"op": "action_result", "id": "nobody", "result": true}',
        '{"op": "action_result", "id": "goal:/play_motion2:1"}',
        '{"op": "service_response", "id": null}',
        '{"op": "status", "level": "error", "msg": "no"}',
    ],
)
def test_what_is_no_message_changes_nothing(text: str, robot: Program, body: RosbridgeBody) -> None:
    robot.ask(f"say {text}")
    robot.expect("said")
    body.wait(0.1)
    state = body.observe()
    assert (state.fault, state.has_odometry) == (None, True)


def test_without_odometry_it_reckons_and_asks_whether_anybody_follows(program: Found) -> None:
    robot = renewed(program[0], "mute")
    body = RosbridgeBody.open(settings(program[1]))
    wait_until_found(body)
    drive(body, AHEAD, 0.5)
    state = body.observe()
    assert (state.fault, state.has_odometry) == (None, False)
    assert state.pose.x_m == pytest.approx(0.15, abs=0.03)
    assert robot.expect("call_service")
    body.close()

    renewed(robot, "mute alone")
    body = RosbridgeBody.open(settings(program[1]))
    wait_until_found(body)  # the question whether anybody follows is only asked now
    body.wait(0.3)
    assert body.observe().fault == "lost"
    with pytest.raises(BodyLost, match="listens"):
        body.drive(AHEAD)
    body.halt()
    body.close()


def test_a_server_that_is_not_there_is_lost() -> None:
    body = RosbridgeBody.open(settings("ws://127.0.0.1:9"))
    assert not body.find(0.1)
    assert body.observe().fault == "lost"
    body.close()


@pytest.mark.parametrize("address", ["127.0.0.1:9090", "http://127.0.0.1", "", "ws://"])
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(ConfigurationError, match="must be like"):
        RosbridgeBody.open(settings(address))


def test_motions_that_are_not_ours_are_named() -> None:
    with pytest.raises(ConfigurationError, match="salute"):
        load(RosbridgeSettings(gesture_action="/play", motions={"salute": "x"}))
    with pytest.raises(ConfigurationError, match="motions"):
        load(RosbridgeSettings(gesture_action="/play"))


def test_a_frozen_assistant_is_a_standing_robot(program: Found, robot: Program) -> None:
    with Program("tests.walking_assistant", "rosbridge", program[1]) as assistant:
        assistant.expect("walking")
        robot.expect("cruising")
        assistant.signal(signal.SIGSTOP)  # its connection stays open
        still = robot.expect("still")
    assert still["by"] == "watchdog"
    assert 0.5 < number(still, "after_last_wish_s") < 0.5 + RAMP_S + TICKS_S
