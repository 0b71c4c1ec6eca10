"""`sori listen`: live, from the microphone to the speaker, in the terminal."""

import argparse
import os
import signal
import threading

from config.load import load
from robot.commands import DONE
from robot.console import Console
from robot.live.events import (
    LiveEvent,
    PartFailed,
    PartRecovered,
    StateChanged,
    Stopped,
    Subscription,
    TurnEnded,
)
from robot.live.session import open_session
from robot.turn_text import turn_text

NAME = "listen"
HELP = "talk to Sori through the microphone and the speaker"
LOOK_S = 1.0
"""The watching thread wakes this often even if nothing happens."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--turns", type=int, metavar="N", help="stop after N turns")
    parser.add_argument("--json", action="store_true", help="one turn object a line on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """Ends with Ctrl-C or SIGTERM. Raises DeviceError when a device is missing or gets lost."""
    settings = load(options.config)
    # SIGINT too: a process started in the background by a shell begins with it ignored.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)

    def is_over() -> bool:
        return options.turns is not None and session.turns >= options.turns

    with open_session(settings, console.say) as session:
        events = session.events.subscribe()
        watcher = threading.Thread(target=_tell, args=(events, console), name="terminal")
        watcher.start()
        try:
            console.say("Listening. Ctrl-C ends.")
            session.run(is_over)
        except KeyboardInterrupt:
            console.say("Stopped listening.")
        finally:
            has_ended = session.close()
            events.close()
            watcher.join()
            if not has_ended:
                # Models cannot be freed under the thread that uses them, and it may never return.
                console.fail("The last turn hangs; ending without it.")
                os._exit(DONE)
    return DONE


def _tell(events: Subscription, console: Console) -> None:
    while not events.is_over:
        if (event := events.next(LOOK_S)) is not None:
            _tell_one(event, console)


def _tell_one(event: LiveEvent, console: Console) -> None:
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
