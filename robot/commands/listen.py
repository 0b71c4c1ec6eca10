"""`sori listen`: live, from the microphone to the speaker.

Two threads. This one is the ear: it reads the microphone without a pause, hands utterances on and
stops everything at a stop word. The other answers, one turn after the other.
"""

import argparse
import os
import signal
from collections.abc import Callable, Iterator

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
from robot.ros2_voice import open_ros2_voice
from robot.stop_ears import StopEars
from robot.turn_text import turn_text
from robot.turn_worker import TurnWorker

NAME = "listen"
ToDo = Utterance | str
"""An utterance to answer, or a text of another program to say."""
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
    with (
        open_robot(settings, console.say, live=True) as robot,
        open_ros2_voice(settings.body) as ros2,
    ):
        own = OwnWords()
        microphone = Microphone.open(settings.device)
        speaker = Speaker.open(settings.device)
        talk, writer = robot.conversation, robot.onboard.writer
        sound = ears.ear(lambda _: stop(), own.now)
        around = Surroundings(
            lambda _: own.of(speaker.voice()), on_heard=ros2.heard, now_s=lambda: sound.now_s
        )
        answer = _answerer(talk, around, console)
        turns = TurnWorker[ToDo](answer, talk.cancelled, lambda: writer.epoch)
        stop = _stopper(writer, turns, own, console)
        ear = LiveEar(sound, turns, own)
        try:
            turns.start()
            for text in robot.opening():
                turns.give(text)
            console.say("Listening. Ctrl-C ends.")
            for _ in _heard(microphone, ear, console):
                for text in ros2.texts():
                    turns.give(text)
                if options.turns is not None and turns.turns >= options.turns:
                    break
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


def _heard(microphone: Microphone, ear: LiveEar, console: Console) -> Iterator[None]:
    """Hear the microphone without end, a block at a time."""
    for block in microphone.blocks():
        for event in ear.feed(block, behind=microphone.is_behind):
            if isinstance(event, SpeechStarted):
                console.say("(hearing you)")
        yield


def _answerer(
    conversation: Conversation, around: Surroundings, console: Console
) -> Callable[[ToDo, int], None]:
    def answer(to_do: ToDo, epoch: int) -> None:
        if isinstance(to_do, str):
            conversation.say(to_do, around.make_voice)
            return
        record = conversation.answer_speech(to_do, around, epoch)
        console.result(turn_text(record), record.as_json())

    return answer


def _stopper(
    writer: Writer, turns: TurnWorker[ToDo], own: OwnWords, console: Console
) -> Callable[[], None]:
    def stop() -> None:
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
