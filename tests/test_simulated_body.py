"""What the simulated body accepts, refuses and tells."""

import pytest

from config.body_settings import SimulatedSettings
from nlu.actions import Dance, Express, Gesture, Led, Look, Posture, PostureName, Volume
from robot.body.simulated.driver import SimulatedBody, load
from robot.body.state import STILL, Velocity
from tests.simulated_robot import AHEAD, PEAK_WITHIN_RAD, do, drive, finish, refusal


@pytest.fixture
def body() -> SimulatedBody:
    return load(SimulatedSettings())


def test_a_fresh_body_stands_at_the_origin(body: SimulatedBody) -> None:
    body.wait(1.0)
    state = body.observe()
    assert state.is_still
    assert not state.busy
    assert (state.posture, state.fault) == ("stand", None)
    assert state.battery_share == pytest.approx(0.8, abs=1e-3)
    assert (state.pose.x_m, state.pose.y_m, state.pose.yaw_rad) == pytest.approx((0, 0, 0))


@pytest.mark.parametrize("posture", ["rest", "squat", "sit", "lie"])
def test_only_who_stands_can_walk(body: SimulatedBody, posture: PostureName) -> None:
    do(body, Posture(posture))
    assert refusal(body, AHEAD) == "wrong_posture"
    body.drive(STILL)
    assert refusal(body, Dance()) == "wrong_posture"
    assert refusal(body, Gesture("bow")) == "wrong_posture"


def test_arms_are_free_while_sitting_but_not_while_lying(body: SimulatedBody) -> None:
    do(body, Posture("sit"))
    do(body, Gesture("wave"))
    assert body.observe().posture == "sit"
    do(body, Posture("lie"))
    assert refusal(body, Gesture("wave")) == "wrong_posture"
    do(body, Look(yaw_rad=0.3))


def test_one_thing_at_a_time(body: SimulatedBody) -> None:
    body.start(Posture("sit"))
    for action in (Gesture("wave"), Posture("stand"), Look(yaw_rad=0.1), Dance(), AHEAD):
        assert refusal(body, action) == "occupied"
    body.start(Express("happy"))  # lights are always free
    finish(body)
    do(body, Posture("stand"))
    drive(body, AHEAD, 0.5)
    assert refusal(body, Posture("sit")) == "occupied"
    body.start(Gesture("wave"))  # one can wave while walking
    drive(body, AHEAD, 0.5)
    assert body.observe().busy


def test_what_it_does_not_know(body: SimulatedBody) -> None:
    assert refusal(body, Dance("polka")) == "not_able"
    assert refusal(body, Look(direction="back")) == "not_able"


def test_an_empty_battery_moves_nothing_but_the_posture() -> None:
    body = load(SimulatedSettings(battery_percent=3))
    assert refusal(body, AHEAD) == "low_battery"
    assert refusal(body, Gesture("wave")) == "low_battery"
    do(body, Posture("sit"))


def test_the_battery_drains_faster_in_motion(body: SimulatedBody) -> None:
    def used() -> float:
        return body.observe().battery_share or 0.0

    full = used()
    body.wait(5.0)
    rested = used()
    drive(body, AHEAD, 5.0)
    assert full > rested > used()
    assert rested - used() > 2 * (full - rested)


@pytest.mark.parametrize(
    ("asked", "yaw_rad", "pitch_rad"),
    [
        (Look(direction="left"), 0.9, 0.0),
        (Look(direction="up"), 0.0, -0.4),
        (Look(yaw_rad=-0.5, pitch_rad=0.3), -0.5, 0.3),
        (Look(pitch_rad=0.2), 0.0, 0.2),
    ],
)
def test_looking_is_held(
    body: SimulatedBody, asked: Look, yaw_rad: float, pitch_rad: float
) -> None:
    do(body, asked)
    body.wait(1.0)
    assert body.world.angles()["neck_yaw"] == pytest.approx(yaw_rad, abs=PEAK_WITHIN_RAD)
    assert body.world.angles()["neck_pitch"] == pytest.approx(pitch_rad, abs=PEAK_WITHIN_RAD)
    do(body, Gesture("wave"))
    assert body.world.angles()["neck_yaw"] == pytest.approx(yaw_rad, abs=PEAK_WITHIN_RAD)


def test_a_box_stops_it_and_it_can_walk_away() -> None:
    body = load(SimulatedSettings(obstacles=True))
    drive(body, AHEAD, 6.0)
    state = body.observe()
    assert state.fault == "blocked"
    assert state.is_still
    assert 0.8 < state.pose.x_m < 1.1
    body.halt()
    assert body.observe().fault is None
    drive(body, Velocity(-0.3), 2.0)
    assert body.observe().fault is None
    assert body.observe().pose.x_m < 0.7


def test_lights_and_volume_are_shown_at_once(body: SimulatedBody) -> None:
    neutral = body.lights.face
    body.start(Express("angry"))
    assert body.lights.face != neutral
    body.start(Led(0, 255, 0))
    assert (body.lights.face.red, body.lights.face.green, body.lights.face.blue) == (0, 1, 0)
    body.start(Volume(30))
    body.start(Volume(-50, relative=True))
    assert body.lights.volume_percent == 0
    assert not body.observe().busy
