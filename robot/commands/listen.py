"""`sori listen`: live, from the microphone to the speaker.

Two threads. This one is the ear: it reads the microphone without a pause, hands utterances on and
stops everything at a stop word. The other answers, one turn after the other.
"""

import argparse
import os
import signal
from collections.abc import Callable

from audio.microphone import Microphone
from audio.sound import SpeechStarted, Utterance
from audio.speaker import Speaker
from config.load import load
from robot.assemble import open_robot
from robot.body.errors import BodyError
from robot.body.writer import Writer
from robot.commands import DONE
from robot.console import Console
from robot.conversation import Conversation, Surroundings
from robot.live_ear import LiveEar
from robot.own_words import OwnWords
from robot.stop_ears import StopEars
from robot.turn_text import turn_text
from robot.turn_worker import TurnWorker

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
    ears = StopEars.load(settings)
    with open_robot(settings, console.say, live=True) as robot:
        own = OwnWords()
        microphone = Microphone.open(settings.device)
        speaker = Speaker.open(settings.device)
        talk, writer = robot.conversation, robot.onboard.writer
        answer = _answerer(talk, speaker, own, console)
        turns = TurnWorker(answer, talk.cancelled, lambda: writer.epoch)
        stop = _stopper(writer, turns, own, console)
        ear = LiveEar(ears.ear(stop, own.now), turns, own)
        try:
            turns.start()
            console.say("Listening. Ctrl-C ends.")
            _listen(microphone, ear, console, turns, options.turns)
        except KeyboardInterrupt:
            console.say("Stopped listening.")
        finally:
            own.silence()
            has_ended = turns.close()
            microphone.close()
            speaker.close()
            if not has_ended:
                # Models cannot be freed under the thread that uses them, and it may never return.
                console.fail("The last turn hangs; ending without it.")
                writer.close()
                os._exit(DONE)
    return DONE


def _listen(
    microphone: Microphone, ear: LiveEar, console: Console, turns: TurnWorker, most: int | None
) -> None:
    for block in microphone.blocks():
        for event in ear.feed(block, behind=microphone.is_behind):
            if isinstance(event, SpeechStarted):
                console.say("(hearing you)")
        if most is not None and turns.turns >= most:
            return


def _answerer(
    conversation: Conversation, speaker: Speaker, own: OwnWords, console: Console
) -> Callable[[Utterance, int], None]:
    around = Surroundings(lambda _: own.of(speaker.voice()))

    def answer(utterance: Utterance, epoch: int) -> None:
        record = conversation.answer_speech(utterance, around, epoch)
        console.result(turn_text(record), record.as_json())

    return answer


def _stopper(
    writer: Writer, turns: TurnWorker, own: OwnWords, console: Console
) -> Callable[[float], None]:
    def stop(_at_s: float) -> None:
        trouble = ""
        try:
            writer.stop()
        except BodyError as error:
            trouble = error.message
        turns.stop()
        own.silence()
        console.say("(stopped)")
        if trouble:
            console.fail(trouble)

    return stop
