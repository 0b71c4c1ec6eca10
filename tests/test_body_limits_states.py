"""What the state of the body forbids, what is asked first, and steps after each other."""

import math
from dataclasses import replace

import pytest
from msgspec import structs

from nlu.abilities import Abilities
from nlu.actions import (
    Action,
    Dance,
    Express,
    Gesture,
    Led,
    Look,
    Posture,
    Query,
    Sequence,
    Stop,
    Turn,
    Volume,
    Walk,
)
from robot.body.limits import Allowed, Ask, Change, Refused, check
from robot.body.rules import GovernedName, Rules
from robot.body.state import BodyState, Pose, Velocity
from tests.judging import NOTHING, RULES, STANDING, in_posture, judge, then
from tests.kinematic_body import EVERYTHING


@pytest.mark.parametrize(
    ("state", "asked", "refusal"),
    [
        (in_posture("lie"), Gesture("wave"), Refused("wrong_posture", "lie")),
        (in_posture("sit"), Walk(1.0), Refused("wrong_posture", "sit")),
        (in_posture("sit"), Turn(1.0), Refused("wrong_posture", "sit")),
        (in_posture("sit"), Gesture("bow"), Refused("wrong_posture", "sit")),
        (in_posture("lie"), Posture("squat"), Refused("wrong_posture", "lie")),
        (in_posture("squat"), Dance(), Refused("wrong_posture", "squat")),
        (replace(STANDING, busy=True), Walk(1.0), Refused("occupied")),
        (replace(STANDING, busy=True), Gesture("wave"), Refused("occupied")),
        (replace(STANDING, busy=True), Posture("sit"), Refused("occupied")),
        (replace(STANDING, velocity=Velocity(0.2)), Posture("sit"), Refused("moving")),
        (replace(STANDING, velocity=Velocity(0.2)), Dance(), Refused("moving")),
        (replace(STANDING, battery_share=0.19), Walk(1.0), Refused("low_battery", cap=0.2)),
        (replace(STANDING, battery_share=0.0), Turn(1.0), Refused("low_battery", cap=0.2)),
        (replace(STANDING, battery_share=0.1), Dance(), Refused("low_battery", cap=0.2)),
        (replace(STANDING, fault="fallen"), Walk(1.0), Refused("fault", "fallen")),
        (replace(STANDING, fault="fallen"), Gesture("wave"), Refused("fault", "fallen")),
        (replace(STANDING, fault="fallen"), Posture("stand"), Refused("fault", "fallen")),
    ],
)
def test_refused_in_this_state(state: BodyState, asked: Action, refusal: Refused) -> None:
    assert judge(asked, state) == refusal


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        (in_posture("sit"), Gesture("wave")),
        (in_posture("lie"), Look(direction="left")),
        (in_posture("lie"), Express("tired")),
        (replace(STANDING, busy=True), Led(1, 2, 3)),
        (replace(STANDING, velocity=Velocity(0.2)), Look(direction="left")),
        (replace(STANDING, battery_share=0.1), Look(direction="left")),
        (replace(STANDING, battery_share=0.1), Gesture("wave")),
        (replace(STANDING, battery_share=0.2), Walk(1.0)),
        (replace(STANDING, battery_share=None), Walk(1.0)),
        (replace(STANDING, fault="blocked"), Walk(-0.5)),
        (replace(STANDING, fault="fallen"), Volume(10)),
    ],
)
def test_allowed_in_this_state(state: BodyState, asked: Action) -> None:
    assert isinstance(judge(asked, state), Allowed)


WRECK = BodyState(
    time_s=0.0,
    pose=Pose(math.nan, math.nan, math.nan),
    velocity=Velocity(1.0),
    posture="lie",
    busy=True,
    battery_share=0.0,
    fault="fallen",
)


@pytest.mark.parametrize(
    "action", [Stop(), Query("battery"), Query("pose"), Query("can_do"), then(Stop())]
)
@pytest.mark.parametrize("abilities", [EVERYTHING, NOTHING])
def test_a_stop_and_a_question_are_always_allowed(action: Action, abilities: Abilities) -> None:
    assert judge(action, WRECK, abilities) == Allowed(action)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Walk(2.01), "far"),
        (Walk(5.0), "far"),
        (Walk(1.5, 1.5), "far"),
        (Walk(-1.01), "backward"),
        (Posture("sit"), "posture"),
        (Posture("ready"), "posture"),
        (Dance(), "dance"),
        (then(Gesture("wave"), Posture("lie")), "posture"),
        (then(Walk(1.0), Turn(1.0), Walk(1.5)), "far"),
        (then(Walk(1.0), Dance("twist", 5.0)), "dance"),
    ],
)
def test_asked_first(asked: Action, why: str) -> None:
    verdict = judge(asked)
    assert isinstance(verdict, Ask)
    assert verdict.why == why


def test_what_is_asked_has_its_numbers_within_the_caps() -> None:
    assert judge(Dance(seconds=300.0)) == Ask(
        Dance(seconds=30.0), "dance", (Change("seconds", 300.0, 30.0),)
    )
    assert judge(Walk(3.0, speed_mps=2.0)) == Ask(
        Walk(3.0, speed_mps=0.5), "far", (Change("speed_mps", 2.0, 0.5),)
    )


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (then(Posture("sit"), Walk(1.0)), Refused("wrong_posture", "sit", step=1)),
        (then(Posture("lie"), Gesture("wave")), Refused("wrong_posture", "lie", step=1)),
        (then(Walk(1.0), Walk(9.0)), Refused("too_far", "forward_m", 5.0, step=1)),
        (then(*[Walk(4.0), Walk(-4.0)] * 2), Refused("too_far", "total_m", 10.0)),
        (then(Gesture("wave"), Walk(math.nan)), Refused("not_sensible", "walk", step=1)),
    ],
)
def test_each_step_is_judged_in_the_state_the_steps_before_lead_to(
    asked: Sequence, refusal: Refused
) -> None:
    assert judge(asked) == refusal


def test_a_step_may_make_the_next_one_possible() -> None:
    assert isinstance(judge(then(Posture("stand"), Walk(1.0)), in_posture("sit")), Ask)
    assert judge(then(Walk(1.0), Posture("stand")), in_posture("sit")) == Refused(
        "wrong_posture", "sit", step=0
    )


def test_only_the_first_step_finds_the_body_moving() -> None:
    moving = replace(STANDING, velocity=Velocity(0.2))
    assert judge(then(Posture("sit")), moving) == Refused("moving", step=0)
    assert isinstance(judge(then(Walk(1.0), Posture("sit")), moving), Ask)


def test_an_action_of_the_highest_risk_is_never_done_by_words() -> None:
    walk = replace_risk("walk", 4)
    assert check(Walk(1.0), EVERYTHING, walk, STANDING) == Refused("not_allowed", "walk")
    assert isinstance(check(Gesture("nod"), EVERYTHING, replace_risk("gesture", 3), STANDING), Ask)


def replace_risk(action: GovernedName, risk: int) -> Rules:
    table = structs.replace(RULES.action, **{action: structs.replace(RULES.of(action), risk=risk)})
    return structs.replace(RULES, action=table)
