"""`sori understand`: what is asked of the body and how it sounds, JSON lines in and out."""

import argparse

import msgspec

from config.load import load
from nlu.actions import Arguments, action_name, flat
from nlu.commands.reader import CommandReader
from nlu.commands.reading import Command, Reading, Unclear
from nlu.emotion.text_emotion import TextEmotion
from robot.commands.text_lines import answer_lines
from robot.console import Console
from robot.turn_record import Emotion, Intent, emotion_of, intent_of

NAME = "understand"
HELP = 'JSON lines {"text": ...} on stdin; language, intent, action and emotion on stdout, in order'


class Result(msgspec.Struct, frozen=True):
    """One line of output, as DESIGN.md fixes it."""

    text: str
    language: str
    intent: Intent | None
    action: Arguments | None
    """None, too, when Sori would ask back: the intent then only has a name."""
    emotion: Emotion
    """What the words sound like."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="accepted; the output is always JSON")


def run(options: argparse.Namespace, console: Console) -> int:
    """A line that cannot be read is named and skipped; the rest goes on."""
    settings = load(options.config)
    reader = CommandReader.load(settings.language.served)

    emotions = TextEmotion.load()

    def understood(text: str, language: str) -> Result:
        intent, action = _wish(reader.read(text, language))
        return Result(text, language, intent, action, emotion_of(emotions.read(text, language)))

    return answer_lines(settings.language, understood, console)


def _wish(reading: Reading) -> tuple[Intent | None, Arguments | None]:
    match reading:
        case Command(action):
            return intent_of(action), flat(action)
        case Unclear(choices=choices):
            return Intent(action_name(choices[0]), {}), None
    return None, None
