"""Verdicts of the limits on a body that can do everything."""

from dataclasses import replace

from nlu.abilities import Abilities
from nlu.actions import Action, PostureName, Sequence, Single
from robot.body.limits import Verdict, check
from robot.body.rules import load_rules
from robot.body.state import STILL, BodyState, Pose
from tests.kinematic_body import EVERYTHING

RULES = load_rules()
STANDING = BodyState(time_s=0.0, pose=Pose(), velocity=STILL, posture="stand", battery_share=0.8)
NOTHING = Abilities(body="none")


def judge(
    action: Action, state: BodyState = STANDING, abilities: Abilities = EVERYTHING
) -> Verdict:
    return check(action, abilities, RULES, state)


def in_posture(posture: PostureName) -> BodyState:
    return replace(STANDING, posture=posture)


def then(*steps: Single) -> Sequence:
    return Sequence(steps)
