"""`sori understand`: what is asked of the body, JSON lines in and out."""

import argparse
import sys

import msgspec

from config.load import load
from nlu.actions import Action, Arguments, action_name, arguments, flat
from nlu.commands.reader import CommandReader
from nlu.commands.reading import Command, Reading, Unclear
from nlu.language_memory import language_of_text
from robot.commands import DONE, SOME_FAILED
from robot.console import Console

NAME = "understand"
HELP = 'JSON lines {"text": ...} on stdin; language, intent, action and emotion on stdout, in order'


class Line(msgspec.Struct, frozen=True):
    """One line of input; other keys are ignored."""

    text: str
    language: str | None = None


class Intent(msgspec.Struct, frozen=True):
    """What is asked for, by the names of DESIGN.md."""

    name: str
    arguments: Arguments


class Result(msgspec.Struct, frozen=True):
    """One line of output, as DESIGN.md fixes it."""

    text: str
    language: str
    intent: Intent | None
    action: Arguments | None
    """None, too, when Sori would ask back: the intent then only has a name."""
    emotion: None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="accepted; the output is always JSON")


def run(options: argparse.Namespace, console: Console) -> int:
    """A line that cannot be read is named and skipped; the rest goes on."""
    settings = load(options.config)
    served = settings.language.served
    reader = CommandReader.load(served)
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
        result = _result(line.text, language, reader.read(line.text, language))
        text = msgspec.json.encode(result).decode()
        console.result(text, text)
    return SOME_FAILED if bad else DONE


def _result(text: str, language: str, reading: Reading) -> Result:
    match reading:
        case Command(action):
            return Result(text, language, _intent(action), flat(action))
        case Unclear(choices=choices):
            return Result(text, language, Intent(action_name(choices[0]), {}), None)
    return Result(text, language, None, None)


def _intent(action: Action) -> Intent:
    return Intent(action_name(action), arguments(action))
