"""The one writer: epochs, the stop and its latch."""

import math

import pytest

from nlu.actions import Gesture
from robot.body.errors import BodyError, Latched, StaleEpoch
from robot.body.state import COMMAND_PERIOD_S, STILL, VELOCITY_LIFE_S, Velocity
from robot.body.writer import Writer
from tests.kinematic_body import KinematicBody, Quirks, velocities

LATCH_S = 1.0
AHEAD = Velocity(x_mps=0.3)


def new(quirks: Quirks | None = None) -> tuple[KinematicBody, Writer]:
    body = KinematicBody(quirks=quirks or Quirks())
    return body, Writer(body, LATCH_S)


def pass_time(writer: Writer, seconds: float) -> None:
    for _ in range(round(seconds / COMMAND_PERIOD_S)):
        writer.wait(COMMAND_PERIOD_S)


def moves(writer: Writer) -> bool:
    return writer.is_moving


def test_a_move_of_the_present_epoch_is_sent() -> None:
    body, writer = new()
    writer.drive(AHEAD, writer.begin())
    assert body.sent == [AHEAD]


def test_a_late_move_of_an_older_epoch_is_discarded_also_after_the_latch() -> None:
    body, writer = new()
    late = writer.begin()
    writer.stop()
    with pytest.raises(StaleEpoch):
        writer.drive(AHEAD, late)
    pass_time(writer, LATCH_S + 0.1)
    with pytest.raises(StaleEpoch):
        writer.drive(AHEAD, late)
    with pytest.raises(StaleEpoch):
        writer.start(Gesture("wave"), late)
    assert body.sent == ["halt"]


def test_nothing_begins_while_the_latch_holds_however_often_it_is_tried() -> None:
    body, writer = new()
    writer.stop()
    for _ in range(1_000):  # the body's time stands still: no number of tries passes the latch
        with pytest.raises(Latched):
            writer.begin()
    with pytest.raises(Latched):
        writer.drive(AHEAD, writer.epoch)
    pass_time(writer, LATCH_S - 0.1)
    with pytest.raises(Latched):
        writer.begin()
    pass_time(writer, 0.2)
    writer.drive(AHEAD, writer.begin())
    assert velocities(body) == [AHEAD]


def test_another_stop_begins_the_latch_anew() -> None:
    _, writer = new()
    writer.stop()
    pass_time(writer, 0.8)
    writer.stop()
    pass_time(writer, 0.8)
    assert writer.is_latched
    pass_time(writer, 0.3)
    assert not writer.is_latched


def test_a_stop_is_forgotten_as_movement_at_once_though_time_stands_still() -> None:
    body, writer = new()
    writer.drive(AHEAD, writer.begin())
    assert body.observe().is_still
    assert moves(writer), "told to move, and not yet moving"
    writer.stop()
    assert not moves(writer)


def test_a_velocity_counts_as_movement_for_as_long_as_it_lives() -> None:
    body, writer = new(Quirks(gain=0.0))  # it never really moves
    writer.drive(AHEAD, writer.begin())
    pass_time(writer, VELOCITY_LIFE_S - COMMAND_PERIOD_S)
    assert moves(writer)
    pass_time(writer, 2 * COMMAND_PERIOD_S)
    assert not moves(writer)
    writer.drive(AHEAD, writer.begin())
    writer.drive(STILL, writer.begin())
    assert not moves(writer)
    assert body.observe().is_still


def test_measured_speed_and_gestures_are_movement() -> None:
    body, writer = new()
    epoch = writer.begin()
    for _ in range(10):
        writer.drive(AHEAD, epoch)
        writer.wait(COMMAND_PERIOD_S)
    writer.stop()
    assert moves(writer), "it coasts"
    assert writer.settle(2.0)
    assert not moves(writer)
    assert body.sent.count("halt") > 1
    pass_time(writer, LATCH_S)
    writer.start(Gesture("wave"), writer.begin())
    assert moves(writer)


def test_settle_says_when_the_body_does_not_come_to_rest() -> None:
    body, writer = new(Quirks(clock_runs=False))
    body.velocity = AHEAD
    assert not writer.settle(1.0)
    assert body.sent.count("halt") == 21


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        (Velocity(9.0), Velocity(0.5)),
        (Velocity(-9.0), Velocity(-0.3)),
        (Velocity(0.0, 9.0), Velocity(0.0, 0.3)),
        (Velocity(0.6, 0.6), Velocity(0.3, 0.3)),  # the direction is kept
        (Velocity(0.0, 0.0, -9.0), Velocity(0.0, 0.0, -0.8)),
        (Velocity(0.2, -0.1, 0.3), Velocity(0.2, -0.1, 0.3)),
    ],
)
def test_no_velocity_over_the_caps_of_the_body_is_sent(asked: Velocity, sent: Velocity) -> None:
    body, writer = new()
    writer.drive(asked, writer.begin())
    assert body.sent == [sent]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_number_halts(bad: float) -> None:
    body, writer = new()
    with pytest.raises(BodyError):
        writer.drive(Velocity(0.1, bad), writer.begin())
    assert body.sent == ["halt"]


def test_a_body_that_is_gone_is_not_driven_and_its_latch_waits_for_it() -> None:
    body, writer = new()
    epoch = writer.begin()
    body.quirks.lost = True
    with pytest.raises(BodyError):
        writer.drive(AHEAD, epoch)
    writer.stop()
    assert body.sent == ["halt"]
    pass_time(writer, 5.0)
    body.quirks.lost = False
    with pytest.raises(Latched):
        writer.begin()
    pass_time(writer, LATCH_S + 0.1)
    assert writer.begin() > epoch


def test_a_closed_writer_sends_nothing() -> None:
    body, writer = new()
    epoch = writer.begin()
    writer.close()
    writer.close()
    with pytest.raises(BodyError):
        writer.drive(AHEAD, epoch)
    with pytest.raises(BodyError):
        writer.begin()
    writer.stop()
    assert body.sent == ["close"]


def test_a_stop_from_the_handler_of_a_signal_in_the_midst_of_a_command() -> None:
    body, writer = new()
    body.on_drive = writer.stop
    with pytest.raises(StaleEpoch):
        writer.drive(AHEAD, writer.begin())
    assert body.sent == ["halt", AHEAD, "halt"]
