"""Errors of the body.

SoriError
 +-- RobotError
      +-- BodyError        the body is missing, gone or broken
           +-- BodyRefused   the body said no, with a reason
           +-- BodyLost      it does not tell, or its time stands still
           +-- BadOdometry   what it tells of its place cannot be
StaleEpoch                   a command that came after the stop it should have come before
 +-- Latched                 a stop was just given; nothing moves for a while
"""

from robot.errors import RobotError


class BodyError(RobotError):
    """The body cannot be reached or failed; the sentence says what to do."""

    code = "body_error"


class BodyRefused(BodyError):
    """The body will not do this now."""

    code = "body_refused"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        """A reason code: `wrong_posture`, `occupied`, `low_battery`, `not_able`."""


class BodyLost(BodyError):
    """The body has gone silent."""

    code = "lost"


class BadOdometry(BodyError):
    """What the body tells of where it is cannot be true, so that nothing may be steered by it."""

    code = "bad_odometry"


class StaleEpoch(Exception):
    """The command belongs to an epoch that a stop has ended; it was discarded, never sent.

    Not a SoriError: nobody did anything wrong.
    """


class Latched(StaleEpoch):
    """A stop still holds the body; it was not moved."""
