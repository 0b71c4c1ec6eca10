"""`sori chat`: a typed conversation."""

import argparse
import io
import sys

from config.load import load
from robot.assemble import open_typed_conversation
from robot.commands import DONE
from robot.console import Console

NAME = "chat"
HELP = "talk by typing; with --json one input line gives one turn object"
PROMPT = "you:  "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="one turn object a line on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """Ends with the input (Ctrl-D)."""
    settings = load(options.config)
    asks = sys.stdin.isatty() and not console.json
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    with open_typed_conversation(settings, console.say) as conversation:
        if asks:
            console.say("Type to Sori; Ctrl-D ends.")
            for text in conversation.opening():
                console.say(f"sori: {text}")
        while line := _read_line(asks):
            if text := line.strip():
                record = conversation.answer(text)
                console.result(f"sori: {record.reply}", record.as_json())
    return DONE


def _read_line(asks: bool) -> str:
    """The next line with its newline; empty at the end of the input."""
    if asks:
        sys.stdout.write(PROMPT)
        sys.stdout.flush()
    return sys.stdin.readline()
