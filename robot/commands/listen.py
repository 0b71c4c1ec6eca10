"""`sori listen`: live, from the microphone to the speaker, in the terminal."""

import argparse

from config.load import load
from robot.commands import DONE
from robot.console import Console
from robot.live.events import (
    LiveEvent,
    PartFailed,
    PartRecovered,
    StateChanged,
    Stopped,
    TurnEnded,
)
from robot.live.open import open_session
from robot.live.watching import Watched
from robot.turn_text import turn_text

NAME = "listen"
HELP = "talk to Sori through the microphone and the speaker"
FIRST_SOUND_S = 6.0
"""How long it waits for its microphone at the start; one that is lost later is waited for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--turns", type=int, metavar="N", help="stop after N turns")
    parser.add_argument("--json", action="store_true", help="one turn object a line on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """Ends with Ctrl-C or SIGTERM. Raises DeviceError when there is no microphone at the start."""
    settings = load(options.config)
    options.logs.use(settings.log, debug=options.debug)

    def is_over() -> bool:
        return options.turns is not None and session.turns >= options.turns

    def tell(event: LiveEvent) -> None:
        _tell(event, console)

    with open_session(settings, console.say) as session:
        session.sound.wait_for_microphone(FIRST_SOUND_S)
        console.say("Listening. Ctrl-C ends.")
        Watched(session, settings, options.logs, tell).run(is_over, options.config)
    console.say("Stopped listening.")
    return DONE


def _tell(event: LiveEvent, console: Console) -> None:
    match event:
        case TurnEnded(record):
            console.result(turn_text(record), record.as_json())
        case StateChanged("hearing"):
            console.say("(hearing you)")
        case Stopped():
            console.say("(stopped)")
        case PartFailed(_, message):
            console.fail(message)
        case PartRecovered(part):
            console.say(f"(the {part} works again)")
        case _:
            return
