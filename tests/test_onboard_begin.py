"""Each sound file is a conversation of its own: a computed body stands where it began."""

import pytest

from config.body_settings import BodyKind, BodySettings
from config.settings import Settings
from nlu.actions import Posture, Walk
from robot.body.state import Pose
from robot.onboard import open_onboard


def ignore(_line: str) -> None:
    pass


@pytest.mark.parametrize("kind", ["simulated", "console"])
def test_it_begins_anew(kind: BodyKind) -> None:
    with open_onboard(Settings(body=BodySettings(kind=kind)), ignore, live=False) as onboard:
        performer = onboard.body.performer
        assert performer.perform(Walk(1.0)).outcome == "done"
        assert performer.perform(Posture("sit")).outcome == "done"
        before = onboard.writer.observe()
        onboard.begin()
        after = onboard.writer.observe()
        assert (after.pose, after.posture, after.is_still) == (Pose(), "stand", True)
        assert after.time_s >= before.time_s
        again = performer.perform(Walk(1.0))
        assert again.outcome == "done"
        assert again.measured is not None
        assert again.measured.x_m == pytest.approx(1.0, abs=0.03)
