"""`sori screen`: the safety filter alone, JSON lines in and out."""

import argparse
import sys

import msgspec

from config.load import load
from nlu.language_memory import language_of_text
from nlu.safety.screen import SafetyFilter
from robot.commands import DONE, SOME_FAILED
from robot.console import Console

NAME = "screen"
HELP = 'safety filter: JSON lines {"text": ...} on stdin, one verdict each on stdout, in order'


class Line(msgspec.Struct, frozen=True):
    """One line of input; other keys are ignored."""

    text: str
    language: str | None = None


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
    served = settings.language.served
    decoder = msgspec.json.Decoder(Line)
    bad = 0
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if not raw.strip():
            continue
        try:
            line = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            console.fail(f'line {number}: not a JSON object with "text": {error}')
            bad += 1
            continue
        language = line.language or language_of_text(line.text, served, settings.language.default)
        verdict = safety.screen(line.text, language)
        result = Result(
            line.text, verdict.allowed, verdict.categories, verdict.score, verdict.action
        )
        text = msgspec.json.encode(result).decode()
        console.result(text, text)
    return SOME_FAILED if bad else DONE
