"""The body as acting knows it: limits before, the performer for doing."""

from collections.abc import Callable
from dataclasses import dataclass

from nlu.actions import Action
from robot.body.errors import BodyError
from robot.body.limits import check
from robot.body.motion import SETTLE_S
from robot.body.performer import Performer
from robot.body.rules import Rules
from robot.body.state import Performed
from robot.body.verdict import Verdict
from robot.body.writer import Watch, Writer


def _nobody(_performed: Performed) -> None:
    """Nobody else wants to know."""


@dataclass(frozen=True, slots=True)
class LimitedBody:
    """One body with its rules."""

    writer: Writer
    performer: Performer
    rules: Rules
    tell: Callable[[Performed], None] = _nobody
    """Told everything that was tried."""

    @property
    def has_odometry(self) -> bool:
        """Whether it measures where it is; of a body that is gone nothing is said of places."""
        try:
            return self.writer.observe().has_odometry
        except BodyError:
            return True

    def check(self, action: Action) -> Verdict:
        """What the limits say of `action` in the state the body is in now.

        A body that was just stopped is let come to rest first, or it would be found moving.
        """
        if self.writer.is_latched:
            self.writer.settle(SETTLE_S)
        return check(action, self.writer.abilities, self.rules, self.writer.observe())

    def perform(self, action: Action, watch: Watch, epoch: int | None) -> Performed:
        """Do `action`."""
        performed = self.performer.perform(action, watch, epoch)
        self.tell(performed)
        return performed
