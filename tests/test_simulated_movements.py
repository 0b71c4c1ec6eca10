import math
from itertools import pairwise

import pytest

from nlu.actions import DIRECTIONS, GESTURES, POSTURES, Gesture, PostureName, Side
from robot.body.simulated import gait, movements, physics
from robot.body.simulated.joints import (
    ALL,
    BOTH,
    HIP_M,
    SHANK_M,
    THIGH_M,
    Joints,
    hip_height_m,
    leg_angles,
    on_sides,
)
from robot.body.simulated.keyframes import Keyframe, Movement, movement, smooth
from robot.body.simulated.movements import Repertoire
from robot.body.simulated.physics import TICK_S, Physics
from robot.body.state import Velocity

FASTEST_RADPS = 9.0
"""No joint of this body is asked to be faster."""
ROOM_RAD = 0.03
"""Between every target and the joint's stop."""


@pytest.fixture(scope="module")
def world() -> Physics:
    return physics.load(obstacles=False)


@pytest.fixture(scope="module")
def repertoire() -> Repertoire:
    return movements.load()


def largest_step(played: Movement, home: Joints, period_s: float) -> float:
    count = int(played.seconds / period_s) + 2
    samples = [played.sample(number * period_s, home) for number in range(count)]
    return max(
        abs(later[name] - earlier[name]) for earlier, later in pairwise(samples) for name in later
    )


def assert_plays_well(
    played: Movement, home: dict[str, float], limits: dict[str, tuple[float, float]]
) -> None:
    assert played.sample(0.0, home) == {name: home[name] for name in played.tracks}
    ended = played.sample(played.seconds, home)
    assert ended == {name: pytest.approx(home[name]) for name in played.tracks}
    assert largest_step(played, home, TICK_S) < FASTEST_RADPS * TICK_S
    for number in range(round(played.seconds / 0.05)):
        for name, value in played.sample(number * 0.05, home).items():
            low, high = limits[name]
            assert low + ROOM_RAD <= value <= high - ROOM_RAD, name


@pytest.mark.parametrize("name", GESTURES)
@pytest.mark.parametrize("side", [None, "left", "right", "both"])
@pytest.mark.parametrize("posture", ["stand", "ready", "rest", "sit"])
def test_gestures_come_home_and_stay_within_the_joints(
    repertoire: Repertoire, world: Physics, name: str, side: Side | None, posture: PostureName
) -> None:
    asked = Gesture(next(known for known in GESTURES if known == name), side, repeat=2)
    home = repertoire.postures[posture].joints
    assert_plays_well(repertoire.gesture(asked), home, world.limits())


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_pointing_somewhere(repertoire: Repertoire, world: Physics, direction: str) -> None:
    asked = Gesture("point", direction=next(known for known in DIRECTIONS if known == direction))
    home = repertoire.postures["stand"].joints
    assert_plays_well(repertoire.gesture(asked), home, world.limits())


@pytest.mark.parametrize("seconds", [1.0, 5.0, 30.0])
def test_dances(repertoire: Repertoire, world: Physics, seconds: float) -> None:
    home = repertoire.postures["stand"].joints
    assert len(repertoire.dances) >= 2
    for name in repertoire.dances:
        dance = repertoire.dance(name, seconds)
        assert_plays_well(dance, home, world.limits())
        assert dance.seconds == pytest.approx(seconds, abs=1.1) or seconds < 5


def test_postures_are_within_the_joints(repertoire: Repertoire, world: Physics) -> None:
    limits = world.limits()
    for name in POSTURES:
        joints = repertoire.postures[name].joints
        assert set(joints) == set(ALL)
        for joint, value in joints.items():
            assert limits[joint][0] + ROOM_RAD <= value <= limits[joint][1] - ROOM_RAD, joint


@pytest.mark.parametrize(
    ("start", "goal", "passed"),
    [
        ("stand", "sit", ["squat", "sit"]),
        ("lie", "stand", ["sit", "squat", "stand"]),
        ("lie", "ready", ["sit", "squat", "ready"]),
        ("stand", "ready", ["ready"]),
        ("sit", "lie", ["lie"]),
        ("sit", "sit", ["sit"]),
    ],
)
def test_the_way_to_a_posture(
    repertoire: Repertoire, start: PostureName, goal: PostureName, passed: list[str]
) -> None:
    way = repertoire.way(repertoire.postures[start], repertoire.postures[goal])
    assert [stance.name for stance in way] == passed


def test_a_repetition_makes_a_gesture_longer(repertoire: Repertoire) -> None:
    once, thrice = (repertoire.gesture(Gesture("wave", repeat=n)) for n in (1, 3))
    assert thrice.seconds - once.seconds == pytest.approx(2 * 4 * 0.34)


@pytest.mark.parametrize(
    ("asked", "arms"),
    [
        (Gesture("wave"), {"right"}),
        (Gesture("wave", "left"), {"left"}),
        (Gesture("wave", "both"), {"left", "right"}),
        (Gesture("point", direction="left"), {"left"}),
        (Gesture("point", direction="right"), {"right"}),
        (Gesture("point", "right", direction="left"), {"right"}),
        (Gesture("clap"), {"left", "right"}),
        (Gesture("nod"), set()),
    ],
)
def test_which_arms(repertoire: Repertoire, asked: Gesture, arms: set[str]) -> None:
    tracks = repertoire.gesture(asked).tracks
    assert {side for side in BOTH if f"{side}_elbow" in tracks} == arms


def test_the_middle_is_mirrored_for_the_right() -> None:
    assert on_sides({"neck_yaw": 0.5, "elbow": 1.0}, "right") == {
        "neck_yaw": -0.5,
        "right_elbow": 1.0,
    }


@pytest.mark.parametrize(
    ("at_s", "expected"), [(0.0, 0.1), (0.5, 0.55), (1.0, 1.0), (1.5, 1.0), (2.5, 0.55), (3.0, 0.1)]
)
def test_keyframes(at_s: float, expected: float) -> None:
    played = movement(
        [Keyframe(1.0, {"elbow": 1.0}), Keyframe(2.0, {"elbow": 1.0})],
        home_s=1.0,
    )
    assert played.sample(at_s, {"elbow": 0.1})["elbow"] == pytest.approx(expected)


def test_smooth_rises_from_nought_to_one() -> None:
    assert [smooth(share) for share in (-1.0, 0.0, 0.5, 1.0, 2.0)] == [0.0, 0.0, 0.5, 1.0, 1.0]


@pytest.mark.parametrize("place", [(0.0, 0.0, 0.6), (0.1, 0.0, 0.55), (-0.12, 0.05, 0.5)])
def test_legs_reach_where_they_are_sent(place: tuple[float, float, float]) -> None:
    forward_m, outward_m, down_m = place
    leg = leg_angles(forward_m, outward_m, down_m)
    thigh = leg["hip_pitch"]
    shank = thigh + leg["knee"]
    reached = -(THIGH_M * math.sin(thigh) + SHANK_M * math.sin(shank))
    below = THIGH_M * math.cos(thigh) + SHANK_M * math.cos(shank)
    assert reached == pytest.approx(forward_m, abs=1e-3)
    assert below * math.cos(leg["hip_roll"]) == pytest.approx(down_m, abs=1e-3)
    assert below * math.sin(leg["hip_roll"]) == pytest.approx(outward_m, abs=1e-3)
    assert thigh + leg["knee"] + leg["ankle"] == pytest.approx(0.0)


@pytest.mark.parametrize(
    "velocity",
    [Velocity(0.5), Velocity(-0.3), Velocity(y_mps=0.3), Velocity(yaw_radps=0.8), Velocity(0.3)],
)
def test_the_gait_is_continuous_and_within_the_joints(world: Physics, velocity: Velocity) -> None:
    limits = world.limits()
    strides = [gait.stride(number / 200, velocity) for number in range(401)]
    for joints in strides:
        for name, value in joints.items():
            assert limits[name][0] + ROOM_RAD <= value <= limits[name][1] - ROOM_RAD, name
    for earlier, later in pairwise(strides):
        assert max(abs(later[name] - earlier[name]) for name in later) < 0.05
    assert strides[0] == pytest.approx(strides[200])


def test_a_foot_on_the_floor_does_not_slide() -> None:
    velocity = Velocity(0.4)
    step_s = 1e-3
    phases = [0.1, 0.1 + gait.cadence_hz(velocity) * step_s]
    ankles = []
    for phase in phases:
        joints = gait.stride(phase, velocity)
        thigh = joints["left_hip_pitch"]
        shank = thigh + joints["left_knee"]
        ankles.append(-(THIGH_M * math.sin(thigh) + SHANK_M * math.sin(shank)))
    assert (ankles[0] - ankles[1]) / step_s == pytest.approx(velocity.x_mps, rel=0.02)


def test_the_legs_are_as_long_as_those_of_the_model(world: Physics) -> None:
    thigh, shank = world.model.body("left_shank").pos[2], world.model.body("left_foot").pos[2]
    assert (-thigh, -shank) == (THIGH_M, SHANK_M)
    assert world.model.body("base").pos[2] == pytest.approx(HIP_M)


def test_hips_sink_from_posture_to_posture(repertoire: Repertoire) -> None:
    heights = [
        hip_height_m(repertoire.postures[name].joints)
        for name in ("stand", "ready", "squat", "sit")
    ]
    assert heights[0] == pytest.approx(HIP_M)
    assert sorted(heights, reverse=True) == heights
    assert heights[-1] < 0.1
