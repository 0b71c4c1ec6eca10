"""Errors of the systemd unit.

SoriError
 +-- RobotError
      +-- UnitError  it cannot be installed or removed as things are
"""

from robot.errors import RobotError


class UnitError(RobotError):
    """The unit cannot be written or taken away; the message says what to do."""

    code = "unit_error"
