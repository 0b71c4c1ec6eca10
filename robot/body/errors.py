"""Errors of the body.

SoriError
 +-- RobotError
      +-- BodyError        the body is missing, gone or broken
           +-- BodyRefused   the body said no, with a reason
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
