"""The arguments every command takes, for commands with actions: they may stand behind those too."""

import argparse
from pathlib import Path


def also_take_the_shared_arguments(action: argparse.ArgumentParser) -> None:
    """What stood before the action is kept."""
    kept = argparse.SUPPRESS
    action.add_argument("--config", type=Path, metavar="FILE", default=kept, help="settings")
    action.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
    action.add_argument("--quiet", action="store_true", default=kept, help="no progress")
    action.add_argument("--debug", action="store_true", default=kept, help="show tracebacks")
