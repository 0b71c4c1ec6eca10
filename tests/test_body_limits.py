"""What numbers and names are allowed, lowered or refused."""

import math
from dataclasses import replace

import pytest

from nlu.abilities import MotionCaps
from nlu.actions import (
    Action,
    Dance,
    Express,
    Gesture,
    Led,
    Look,
    Posture,
    Query,
    Single,
    Stop,
    Turn,
    Volume,
    Walk,
)
from robot.body.limits import Allowed, Ask, Change, Refused
from tests.judging import NOTHING, in_posture, judge, then
from tests.kinematic_body import EVERYTHING

QUARTER = math.pi / 2


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (Walk(1.0), Walk(1.0, speed_mps=0.3)),
        (Walk(2.0), Walk(2.0, speed_mps=0.3)),
        (Walk(-1.0), Walk(-1.0, speed_mps=0.3)),
        (Walk(0.0, 1.5), Walk(0.0, 1.5, 0.3)),
        (Walk(1.0, speed_mps=0.5), Walk(1.0, speed_mps=0.5)),
        (Turn(QUARTER), Turn(QUARTER)),
        (Turn(-2 * math.pi), Turn(-2 * math.pi)),
        (Look(direction="left"), Look(direction="left")),
        (Gesture("wave"), Gesture("wave")),
        (Express("happy"), Express("happy")),
        (Led(0, 255, 3), Led(0, 255, 3)),
        (Volume(40), Volume(40)),
        (Volume(-20, relative=True), Volume(-20, relative=True)),
        (Posture("stand"), Posture("stand")),  # it stands already: nothing will move
        (Stop(), Stop()),
        (Query("battery"), Query("battery")),
        (then(Walk(1.0), Gesture("wave")), then(Walk(1.0, speed_mps=0.3), Gesture("wave"))),
    ],
)
def test_allowed_as_asked(asked: Action, given: Action) -> None:
    assert judge(asked) == Allowed(given)


@pytest.mark.parametrize(
    ("asked", "given", "change"),
    [
        (Walk(1.0, speed_mps=3.0), Walk(1.0, speed_mps=0.5), Change("speed_mps", 3.0, 0.5)),
        (Walk(-1.0, speed_mps=0.5), Walk(-1.0, speed_mps=0.3), Change("speed_mps", 0.5, 0.3)),
        (Walk(0.0, 1.0, 0.4), Walk(0.0, 1.0, 0.3), Change("speed_mps", 0.4, 0.3)),
        (Walk(1.0, speed_mps=0.001), Walk(1.0, speed_mps=0.05), Change("speed_mps", 0.001, 0.05)),
        (Walk(1.0, 0.0, math.inf), Walk(1.0, 0.0, 0.5), Change("speed_mps", math.inf, 0.5)),
        (Walk(1.2, speed_mps=0.01), Walk(1.2, speed_mps=0.05), Change("speed_mps", 0.01, 0.05)),
        (Look(yaw_rad=2.0), Look(yaw_rad=1.2), Change("yaw_rad", 2.0, 1.2)),
        (Look(0.1, -0.9), Look(0.1, -0.5), Change("pitch_rad", -0.9, -0.5)),
        (Gesture("wave", repeat=50), Gesture("wave", repeat=5), Change("repeat", 50, 5)),
        (Gesture("wave", repeat=0), Gesture("wave"), Change("repeat", 0, 1)),
        (Led(300, -1, 0), Led(255, 0, 0), Change("r", 300, 255)),
        (Volume(150), Volume(100), Change("percent", 150, 100)),
        (Volume(-5), Volume(0), Change("percent", -5, 0)),
    ],
)  # fmt: skip
def test_numbers_are_brought_within_their_caps_and_it_is_told(
    asked: Action, given: Action, change: Change
) -> None:
    verdict = judge(asked)
    assert isinstance(verdict, Allowed)
    assert verdict.action == given
    assert verdict.changes[0] == change


def test_a_long_walk_is_not_begun_so_slowly_that_it_could_not_end() -> None:
    verdict = judge(Walk(4.8, speed_mps=0.06))
    assert isinstance(verdict, Ask)
    assert isinstance(verdict.action, Walk)
    assert verdict.action.speed_mps == pytest.approx(0.1)


def test_the_cap_of_the_side_holds_for_the_part_sideways() -> None:
    verdict = judge(Walk(1.0, 1.0, 9.0))
    assert isinstance(verdict, Allowed)
    assert isinstance(verdict.action, Walk)
    assert verdict.action.speed_mps == pytest.approx(0.3 * math.sqrt(2))


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (Walk(8.0), Refused("too_far", "forward_m", 5.0)),
        (Walk(5.01), Refused("too_far", "forward_m", 5.0)),
        (Walk(-6.0), Refused("too_far", "back_m", 5.0)),
        (Walk(0.0, -5.5), Refused("too_far", "side_m", 5.0)),
        (Walk(1e300), Refused("too_far", "forward_m", 5.0)),
        (Turn(7.0), Refused("too_far", "turn_rad", 6.2832)),
        (Turn(-100.0), Refused("too_far", "turn_rad", 6.2832)),
        (Walk(math.nan), Refused("not_sensible", "walk")),
        (Walk(math.inf), Refused("not_sensible", "walk")),
        (Walk(0.0), Refused("not_sensible", "walk")),
        (Walk(1.0, speed_mps=0.0), Refused("not_sensible", "speed_mps")),
        (Walk(1.0, speed_mps=-1.0), Refused("not_sensible", "speed_mps")),
        (Walk(1.0, speed_mps=math.nan), Refused("not_sensible", "speed_mps")),
        (Turn(math.nan), Refused("not_sensible", "turn")),
        (Turn(0.0), Refused("not_sensible", "turn")),
        (Look(), Refused("not_sensible", "look")),
        (Look(yaw_rad=math.nan), Refused("not_sensible", "look")),
        (Dance(seconds=math.nan), Refused("not_sensible", "dance")),
        (Dance(seconds=-3.0), Refused("not_sensible", "dance")),
        (Dance("tango"), Refused("not_able", "dance")),
        (then(), Refused("not_sensible", "steps")),
        (then(*[Gesture("nod")] * 9), Refused("too_many", "steps", 8)),
    ],
)
def test_refused_whatever_the_state(asked: Action, refusal: Refused) -> None:
    assert judge(asked) == refusal


@pytest.mark.parametrize(
    ("asked", "lacks"),
    [
        (Walk(1.0), "walk"),
        (Turn(1.0), "turn"),
        (Look(direction="up"), "look"),
        (Gesture("wave"), "wave"),
        (Posture("sit"), "sit"),
        (Express("sad"), "sad"),
        (Led(1, 2, 3), "led"),
        (Volume(10), "volume"),
        (Dance(), "dance"),
    ],
)
def test_what_the_body_lacks_is_refused_by_its_name(asked: Single, lacks: str) -> None:
    assert judge(asked, abilities=NOTHING) == Refused("not_able", lacks)
    assert judge(then(Stop(), asked), abilities=NOTHING) == Refused("not_able", lacks, step=1)
    assert judge(asked, in_posture("lie"), NOTHING) == Refused("not_able", lacks), "before all"


@pytest.mark.parametrize(
    ("caps", "asked", "lacks"),
    [
        (MotionCaps(max_side_mps=0.0), Walk(0.0, 1.0), "side_m"),
        (MotionCaps(max_back_m=0.0), Walk(-1.0), "back_m"),
        (MotionCaps(max_forward_mps=0.0), Walk(1.0), "forward_m"),
        (MotionCaps(max_turn_radps=0.0), Turn(1.0), "turn"),
    ],
)
def test_a_cap_of_zero_is_a_lack(caps: MotionCaps, asked: Single, lacks: str) -> None:
    assert judge(asked, abilities=replace(EVERYTHING, caps=caps)) == Refused("not_able", lacks)
