"""`sori listen`: live, from the microphone to the speaker.

In this simplest form Sori hears nothing while it speaks. One loop: blocks from the microphone go
through the listener; an utterance is answered aloud; then the microphone is believed again.
"""

import argparse
import signal

from audio.listener import Listener
from audio.microphone import Microphone
from audio.sound import SpeechEnded, SpeechStarted, Utterance
from audio.speaker import Speaker
from config.load import load
from robot.assemble import open_conversation
from robot.commands import DONE
from robot.console import Console
from robot.conversation import Conversation
from robot.turn_text import turn_text

NAME = "listen"
HELP = "talk to Sori through the microphone and the speaker"


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
    with open_conversation(settings) as conversation:
        microphone = Microphone.open(settings.device)
        speaker = Speaker.open(settings.device)
        try:
            console.say("Listening. Ctrl-C ends.")
            listener = Listener.load(settings.voice_activity)
            turns = 0
            for block in microphone.blocks():
                for event in listener.feed(block):
                    match event:
                        case SpeechStarted():
                            console.say("(hearing you)")
                        case SpeechEnded(utterance):
                            _answer(conversation, utterance, microphone, speaker, console)
                            turns += 1
                if turns == options.turns:
                    break
        except KeyboardInterrupt:
            console.say("Stopped listening.")
        finally:
            microphone.close()
            speaker.close()
    return DONE


def _answer(
    conversation: Conversation,
    utterance: Utterance,
    microphone: Microphone,
    speaker: Speaker,
    console: Console,
) -> None:
    """One turn, with the microphone shut: what it would hear now is the robot itself."""
    microphone.mute()
    try:
        record = conversation.answer_speech(utterance, lambda _: speaker.voice())
        console.result(turn_text(record), record.as_json())
    finally:
        microphone.unmute()
