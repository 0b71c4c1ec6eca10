"""How the simulated body moves: the bars of the design, on the real physics."""

import pytest

from config.body_settings import SimulatedSettings
from nlu.actions import GESTURES, POSTURES, Dance, Gesture, Posture
from robot.body.simulated import movements
from robot.body.simulated.driver import SimulatedBody, load
from robot.body.state import COMMAND_PERIOD_S, REST_MPS, STILL, VELOCITY_LIFE_S, Velocity
from tests.simulated_robot import AHEAD, PEAK_WITHIN_RAD, Extremes, do, drive


@pytest.fixture
def body() -> SimulatedBody:
    return load(SimulatedSettings())


def test_left_is_left_and_ahead_turns_with_the_body(body: SimulatedBody) -> None:
    drive(body, Velocity(y_mps=0.2), 2.0)
    assert body.observe().pose.y_m > 0.2
    drive(body, STILL, 0.5)
    drive(body, Velocity(yaw_radps=0.785), 2.2)
    drive(body, STILL, 0.5)
    turned = body.observe().pose
    assert turned.yaw_rad == pytest.approx(1.57, abs=0.3)
    drive(body, Velocity(0.3), 2.0)
    walked = body.observe().pose
    assert walked.y_m - turned.y_m > 0.4
    assert body.observe().velocity.x_mps == pytest.approx(0.3, abs=0.02)


def test_it_speeds_up_no_faster_than_it_says(body: SimulatedBody) -> None:
    for number in range(1, 15):
        drive(body, AHEAD, COMMAND_PERIOD_S)
        allowed_mps = body.abilities.caps.speed_up_mps2 * number * COMMAND_PERIOD_S
        assert body.observe().velocity.x_mps < allowed_mps + 0.02


def test_it_is_never_faster_than_its_caps(body: SimulatedBody) -> None:
    drive(body, Velocity(3.0, -3.0, 9.0), 2.0)
    velocity, caps = body.observe().velocity, body.abilities.caps
    assert abs(velocity.x_mps) < caps.max_forward_mps + 0.02
    assert abs(velocity.y_mps) < caps.max_side_mps + 0.02
    assert abs(velocity.yaw_radps) < caps.max_turn_radps + 0.05


@pytest.mark.parametrize("moves", [Velocity(0.4), Velocity(-0.3), Velocity(0.3, 0.1, 0.6)])
def test_halted_it_rests_within_0_3_s_and_0_10_m_and_stays(
    body: SimulatedBody, moves: Velocity
) -> None:
    drive(body, moves, 3.0)
    halted = body.observe().pose
    body.halt()
    body.wait(0.3)
    speeds = []
    for _ in range(60):
        state = body.observe()
        assert state.is_still
        speeds.append(abs(state.velocity.x_mps))
        body.wait(COMMAND_PERIOD_S)
        body.halt()
    rested = body.observe().pose
    assert max(speeds) < REST_MPS
    assert abs(rested.x_m - halted.x_m) + abs(rested.y_m - halted.y_m) < 0.10


def test_an_old_velocity_is_zero(body: SimulatedBody) -> None:
    drive(body, AHEAD, 2.0)
    body.wait(VELOCITY_LIFE_S - COMMAND_PERIOD_S)
    assert body.observe().velocity.x_mps > 0.35
    body.wait(COMMAND_PERIOD_S + 0.3)
    assert body.observe().is_still


def test_time_is_counted_exactly(body: SimulatedBody) -> None:
    for _ in range(300):
        body.wait(0.0033)
    assert body.observe().time_s == pytest.approx(0.99, abs=0.01)
    body.wait(-5.0)
    assert body.observe().time_s == pytest.approx(0.99, abs=0.01)


def test_the_same_every_run() -> None:
    def story() -> tuple[float, ...]:
        body = load(SimulatedSettings(obstacles=True))
        drive(body, Velocity(0.4, 0.1, 0.3), 2.0)
        body.halt()
        body.wait(0.5)
        do(body, Gesture("wave"))
        do(body, Posture("sit"))
        return body.world.positions()

    assert story() == story()


@pytest.mark.parametrize("name", GESTURES)
def test_gestures_reach_their_peaks_and_break_no_joint(body: SimulatedBody, name: str) -> None:
    asked = Gesture(next(known for known in GESTURES if known == name), repeat=2)
    extremes = Extremes(body)
    do(body, asked)
    extremes.assert_within_limits()
    tables = movements.load()
    for joint, track in tables.gesture(asked).tracks.items():
        home = tables.postures["stand"].joints[joint]
        peaks = [home if value is None else value for _, value in track]
        assert extremes.high[joint] == pytest.approx(max(peaks), abs=PEAK_WITHIN_RAD), joint
        assert extremes.low[joint] == pytest.approx(min(peaks), abs=PEAK_WITHIN_RAD), joint
    body.wait(0.3)
    assert body.observe().is_still


def test_every_posture_from_every_other_breaks_no_joint(body: SimulatedBody) -> None:
    extremes = Extremes(body)
    tables = movements.load()
    for name in (*POSTURES, *reversed(POSTURES), "lie", "stand"):
        posture = next(known for known in POSTURES if known == name)
        do(body, Posture(posture))
        body.wait(0.2)
        assert body.observe().posture == posture
        for joint, value in tables.postures[posture].joints.items():
            assert body.world.angles()[joint] == pytest.approx(value, abs=PEAK_WITHIN_RAD), joint
    extremes.assert_within_limits()


def test_dances_break_no_joint_and_stay_in_place(body: SimulatedBody) -> None:
    extremes = Extremes(body)
    for name in (*body.abilities.dances, "any"):
        do(body, Dance(name, 6.0))
    extremes.assert_within_limits()
    pose = body.observe().pose
    assert (pose.x_m, pose.y_m, pose.yaw_rad) == pytest.approx((0, 0, 0), abs=0.02)


def test_a_halted_gesture_goes_home_smoothly(body: SimulatedBody) -> None:
    home = body.world.angles()
    body.start(Gesture("hands_up", repeat=5))
    body.wait(1.5)
    before = body.world.angles()
    for _ in range(100):
        body.halt()
        body.wait(0.01)
        now = body.world.angles()
        assert max(abs(now[name] - before[name]) for name in now) < 0.12
        before = now
    assert not body.observe().busy
    assert all(abs(before[name] - home[name]) < PEAK_WITHIN_RAD for name in home)


def test_a_halted_change_of_posture_stays_where_it_is(body: SimulatedBody) -> None:
    body.start(Posture("sit"))
    body.wait(1.6)
    body.halt()
    body.wait(0.5)
    state = body.observe()
    assert (state.busy, state.posture) == (False, "squat")
    held = body.world.angles()
    body.wait(1.0)
    assert body.world.angles() == pytest.approx(held, abs=0.02)
    do(body, Posture("stand"))
    drive(body, AHEAD, 1.0)


def test_the_path_is_kept(body: SimulatedBody) -> None:
    body.wait(1.0)
    assert len(body.path) <= 1
    drive(body, AHEAD, 3.0)
    last = body.path[-1]
    assert last.measured.x_m == pytest.approx(last.commanded.x_m, abs=0.02)
    assert last.measured.x_m > 0.9
    count = len(body.path)
    body.halt()
    body.wait(10.0)
    assert len(body.path) <= count + 5
