"""A DDS domain for each test, so that none hears another's robot, nor another run's."""

import itertools
import os

LOOPBACK = "lo"
_numbers = itertools.count(os.getpid() * 17)


def next_domain() -> int:
    """1..99: their ports stay below those that Linux gives out by itself."""
    return 1 + next(_numbers) % 99
