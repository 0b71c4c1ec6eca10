"""Errors of the robot room.

SoriError
 +-- RobotError
      +-- NothingDone  no input could be served: exit code 3
"""

from config.errors import SoriError


class RobotError(SoriError):
    """Any failure of the conversation itself."""

    code = "robot_error"


class TurnCancelled(Exception):
    """Raised inside a turn, at the joints between stages, when the turn is to end now.

    Not a SoriError: nobody did anything wrong. It must be raised, never swallowed by ending a
    stream early, or the clause splitter would speak its half sentence.
    """
