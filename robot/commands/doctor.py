"""`sori doctor`: which part works, which does not, and what to do."""

import argparse

import msgspec

from config.load import load
from robot.commands import DONE, NOTHING_DONE, SOME_FAILED
from robot.console import Console
from robot.health.check_up import findings

NAME = "doctor"
HELP = "check every model and device: plays a tone and hears it, measures speeds"
MARK = {"ok": "✓", "warning": "!", "failed": "✗"}
INDENT = 18


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """Exit code 0 when nothing failed (warnings are allowed), 3 when everything did."""
    states = []
    for finding in findings(load(options.config)):
        remedy = f"\n{'':{INDENT}}→ {finding.remedy}" if finding.remedy else ""
        console.result(
            f"{MARK[finding.state]} {finding.part:<15} {finding.detail}{remedy}",
            msgspec.json.encode(finding).decode(),
        )
        states.append(finding.state)
    failed = states.count("failed")
    if not failed:
        return DONE
    return NOTHING_DONE if failed == len(states) else SOME_FAILED
