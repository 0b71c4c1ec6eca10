"""One file a command. Each has NAME, HELP, `add_arguments` and `run`."""

import argparse
from typing import Protocol

from robot.console import Console

DONE = 0
SOME_FAILED = 1
USAGE = 2
NOTHING_DONE = 3
"""Exit codes of DESIGN.md."""


class Command(Protocol):
    """What a command module offers."""

    NAME: str
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own arguments."""

    def run(self, options: argparse.Namespace, console: Console) -> int:
        """Do it; returns an exit code."""
