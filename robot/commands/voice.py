"""`sori voice list`."""

import argparse

import msgspec

from audio.voices import VoiceBook
from robot.commands import DONE
from robot.console import Console

NAME = "voice"
HELP = "list the voices the robot can speak with"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("action", choices=("list",))
    parser.add_argument("--language", metavar="CODE", help="only voices of this language")
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """One line a voice; its first column is what `route.voice` takes."""
    for voice in VoiceBook.load().voices:
        if options.language and options.language != voice.language.split("-")[0]:
            continue
        console.result(
            f"{voice.file:<28} {voice.language:<12} {voice.gender}  {voice.name}",
            msgspec.json.encode(voice).decode(),
        )
    return DONE
