"""The body on board, and how its time passes."""

from collections.abc import Callable

import pytest

from config.body_settings import BodyKind, BodySettings, SimulatedSettings
from config.errors import ConfigurationError
from config.settings import Settings
from nlu.actions import Gesture, Query, Stop, Walk
from robot.body.console import ConsoleBody
from robot.body.errors import BodyError
from robot.body.pace import MOST_CAUGHT_UP_S, InRealTime
from robot.body.performer import Performer
from robot.body.rules import load_rules
from robot.body.state import COMMAND_PERIOD_S, Pose, Velocity
from robot.body.verdict import Allowed, Ask, Refused
from robot.body.writer import Writer, nothing
from robot.onboard import open_onboard
from tests.kinematic_body import KinematicBody

RULES = load_rules()


def settings(kind: BodyKind) -> Settings:
    return Settings(body=BodySettings(kind=kind))


# --- time ----------------------------------------------------------------------------------------


def test_a_second_of_the_body_takes_a_second() -> None:
    slept: list[float] = []
    body = InRealTime(KinematicBody(), slept.append)
    performed = Performer(Writer(body, 1.0), RULES).perform(Walk(0.5))
    assert performed.outcome == "done"
    assert performed.measured is not None
    assert performed.measured.seconds is not None
    assert performed.measured.seconds > 1.0
    assert all(0.0 <= seconds <= COMMAND_PERIOD_S for seconds in slept)
    # What the computing took is not slept once more.
    assert 0.5 * performed.measured.seconds < sum(slept) <= body.observe().time_s


def test_computing_that_takes_longer_than_its_time_is_not_slept_for() -> None:
    slept: list[float] = []
    InRealTime(KinematicBody(), slept.append).wait(0.0)
    assert slept == [0.0]


def test_its_time_passes_while_nobody_waits_for_it() -> None:
    now_s = [0.0]
    body = InRealTime(KinematicBody(), lambda _: None, lambda: now_s[0])
    writer = Writer(body, 1.0)
    writer.stop()
    latched = []
    for now_s[0] in (0.0, 0.9, 1.1):
        latched.append(writer.is_latched)
    assert latched == [True, True, False]  # the next order need not wait for it once more
    now_s[0] = 3_600.0
    assert body.observe().time_s == pytest.approx(1.1 + MOST_CAUGHT_UP_S)


def test_everything_else_is_passed_on() -> None:
    inner = KinematicBody()
    body = InRealTime(inner, lambda _: None)
    assert body.abilities == inner.abilities
    assert body.observe() == inner.observe()
    body.drive(Velocity(0.1))
    body.start(Gesture("wave"))
    body.halt()
    body.close()
    assert inner.sent == [Velocity(0.1), Gesture("wave"), "halt", "close"]


def test_a_stop_during_the_sleep_is_not_kept_waiting() -> None:
    """The sleep is where a live body spends its time; a stop comes from there."""
    inner = KinematicBody()
    stops: list[Callable[[], None]] = []

    def sleep(_seconds: float) -> None:
        if inner.velocity.x_mps > 0.1:
            stops[0]()

    writer = Writer(InRealTime(inner, sleep), 1.0)
    stops.append(writer.stop)
    performed = Performer(writer, RULES).perform(Walk(2.0))
    assert (performed.outcome, performed.reason) == ("stopped", "stop")
    assert performed.measured is not None
    assert performed.measured.x_m is not None
    assert performed.measured.x_m < 0.2


# --- on board ------------------------------------------------------------------------------------


def test_a_console_body_tells_what_it_would_do_and_takes_no_time() -> None:
    lines: list[str] = []
    with open_onboard(settings("console"), lines.append, live=False) as onboard:
        assert onboard.abilities.body == "console"
        assert isinstance(onboard.body.check(Walk(1.0)), Allowed)
        assert isinstance(onboard.body.check(Walk(3.0)), Ask)
        assert not onboard.body.has_odometry
        performed = onboard.body.perform(Walk(1.0), nothing, onboard.writer.epoch)
        assert performed.outcome == "done"
        onboard.begin()  # nothing to put back
        onboard.writer.drive(Velocity(0.2), onboard.writer.epoch)
        lines.clear()
    assert lines[0].startswith("body: stands still")  # let go at rest
    with pytest.raises(BodyError, match="let go"):
        onboard.writer.begin()


def test_no_body_is_refused_everything_but_a_stop() -> None:
    with open_onboard(settings("none"), pytest.fail, live=False) as onboard:
        refused = onboard.body.check(Walk(1.0))
        assert isinstance(refused, Refused)
        assert refused.reason == "not_able"
        assert onboard.body.perform(Gesture("wave"), nothing, None).outcome == "refused"
        assert onboard.body.perform(Stop(), nothing, None).outcome == "done"
        assert onboard.body.perform(Query("can_do"), nothing, None).outcome == "done"


def test_a_live_computed_body_is_paced_and_pictures_get_the_body_itself() -> None:
    with open_onboard(settings("console"), lambda _: None, live=True) as onboard:
        assert isinstance(onboard.driver, ConsoleBody)
        before_s = onboard.writer.observe().time_s
        onboard.writer.wait(0.01)
        assert onboard.driver.observe().time_s == pytest.approx(before_s + 0.01)


def test_a_simulated_body_is_put_back_to_its_beginning() -> None:
    body = BodySettings(kind="simulated", simulated=SimulatedSettings(battery_percent=55))
    with open_onboard(Settings(body=body), lambda _: None, live=False) as onboard:
        assert onboard.body.perform(Walk(0.3), nothing, None).outcome == "done"
        walked = onboard.writer.observe()
        assert walked.pose.x_m > 0.25
        onboard.begin()
        state = onboard.writer.observe()
        assert state.pose.x_m == pytest.approx(Pose().x_m, abs=0.01)
        assert state.battery_share == pytest.approx(0.55, abs=0.001)
        assert state.time_s >= walked.time_s
        assert onboard.writer.is_moving is False


def test_a_body_is_let_go_whatever_happens() -> None:
    lines: list[str] = []

    def fail() -> None:
        with open_onboard(settings("console"), lines.append, live=False) as onboard:
            onboard.writer.drive(Velocity(0.2), onboard.writer.epoch)
            raise RuntimeError("something else")

    with pytest.raises(RuntimeError, match="something else"):
        fail()
    assert lines[-1].startswith("body: stands still")


def test_rules_that_cannot_be_used_open_no_body() -> None:
    chosen = Settings(body=BodySettings(kind="console", rules="/nowhere.toml"))
    with (
        pytest.raises(ConfigurationError, match=r"/nowhere\.toml"),
        open_onboard(chosen, lambda _: None, live=False),
    ):
        pass
