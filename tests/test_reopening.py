"""When a lost device is tried again, on a clock of our own."""

import pytest

from audio.reopening import ReopenPlan

STEP_S = 0.05


def tries(plan: ReopenPlan, from_s: float, to_s: float, *, is_listed: bool = True) -> list[str]:
    """Times of the tries in this time, all of which fail; `r`: devices are looked for first."""
    done = []
    for step in range(round(from_s / STEP_S), round(to_s / STEP_S)):
        at_s = step * STEP_S
        if plan.is_due(at_s):
            rescans = plan.takes_rescan(at_s, is_listed=is_listed)
            done.append(f"{at_s:g}{'r' * rescans}")
            plan.failed(at_s)
    return done


def test_first_tries_are_soon_and_then_every_second() -> None:
    assert tries(ReopenPlan(0.0), 0.0, 5.0) == ["0", "0.25", "0.75", "1.75", "2.75", "3.75", "4.75"]


def test_whoever_is_away_for_long_is_tried_seldom() -> None:
    day = tries(ReopenPlan(0.0), 0.0, 24 * 3_600.0)
    assert len(day) < 3_000
    assert 90 < sum("r" in one for one in day) < 110  # 1.4 MB a day
    assert float(day[-1].rstrip("r")) - float(day[-2].rstrip("r")) == pytest.approx(30.0, abs=0.1)


@pytest.mark.parametrize(
    ("is_listed", "first"),
    [
        (True, ["100", "100.25r", "100.75r", "101.75r", "102.75r", "103.75"]),
        (False, ["100r", "100.25r", "100.75r", "101.75r", "102.75", "103.75"]),
    ],
)
def test_change_of_the_hardware_is_looked_at_at_once(is_listed: bool, first: list[str]) -> None:
    plan = ReopenPlan(0.0)
    tries(plan, 0.0, 99.0)
    plan.hardware_changed(100.0)
    assert tries(plan, 100.0, 104.0, is_listed=is_listed) == first


def test_device_that_may_be_free_is_tried_within_a_second_but_no_oftener() -> None:
    plan = ReopenPlan(0.0)
    last_s = float(tries(plan, 0.0, 600.0)[-1].rstrip("r"))
    for change in range(1, 10):
        plan.may_be_free(last_s + change / 100)
    assert not plan.is_due(last_s + 0.95)
    assert plan.is_due(last_s + 1.0)
