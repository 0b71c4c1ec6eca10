"""`sori screen`: the safety filter alone, JSON lines in and out."""

import argparse

import msgspec

from config.load import load
from nlu.safety.screen import SafetyFilter
from robot.commands.text_lines import answer_lines
from robot.console import Console

NAME = "screen"
HELP = 'safety filter: JSON lines {"text": ...} on stdin, one verdict each on stdout, in order'


class Result(msgspec.Struct, frozen=True):
    """One line of output, as DESIGN.md fixes it."""

    text: str
    allowed: bool
    categories: tuple[str, ...]
    score: float
    action: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="accepted; the output is always JSON")


def run(options: argparse.Namespace, console: Console) -> int:
    """A line that cannot be read is named and skipped; the rest goes on."""
    settings = load(options.config)
    safety = SafetyFilter.load(settings.safety)

    def screened(text: str, language: str) -> Result:
        verdict = safety.screen(text, language)
        return Result(text, verdict.allowed, verdict.categories, verdict.score, verdict.action)

    return answer_lines(settings.language, screened, console)
