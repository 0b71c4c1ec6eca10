"""Errors of the service.

SoriError
 +-- RobotError
      +-- ServiceError    it could not begin, such as a port that is taken: exit code 3
      +-- RequestRefused  one request cannot be served; the others go on
"""

from robot.errors import RobotError


class ServiceError(RobotError):
    """The service cannot begin."""

    code = "service_error"


class RequestRefused(RobotError):
    """What a client gets instead of an answer: a status, a code and a sentence."""

    code = "refused"

    def __init__(self, status: int, what: str, message: str, field: str | None = None) -> None:
        """`what` is the code for programs; `field` names the part of the request at fault."""
        super().__init__(message)
        self.status = status
        self.what = what
        self.field = field
