"""Errors of the memory.

RobotError
 +-- MemoryFileError
 +-- NoSuchReport
"""

from robot.errors import RobotError


class MemoryFileError(RobotError):
    """What is kept on the disk cannot be read, written or fully deleted."""

    code = "memory_file"


class NoSuchReport(RobotError):
    """A report is asked for by a number that none has."""

    code = "no_such_report"
