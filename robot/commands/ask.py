"""`sori ask FILE...`: each file is what the microphone heard."""

import argparse
from dataclasses import replace
from pathlib import Path

from audio.errors import AudioError
from audio.voice import Voice
from audio.wav_voice import WavVoice
from config.load import load
from config.settings import Settings
from robot.assemble import open_conversation
from robot.commands import DONE, NOTHING_DONE, SOME_FAILED
from robot.console import Console
from robot.conversation import Conversation
from robot.sound_inputs import find_files, make_folder, speech_events
from robot.turn_text import turn_text

NAME = "ask"
HELP = "answer what is said in sound files; replies are written as sound files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="or a folder of them")
    parser.add_argument(
        "--out", type=Path, default=Path("out"), metavar="DIR", help="for the replies (out/)"
    )
    parser.add_argument("--json", action="store_true", help="one turn object a line on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """A file that cannot be read is named; the others are answered."""
    settings = load(options.config)
    files = find_files(options.files)
    names = _reply_names(files)
    failed = 0
    make_folder(options.out)
    with open_conversation(settings) as conversation:
        for path, name in zip(files, names, strict=True):
            try:
                _answer(conversation, path, options.out / name, settings, console)
            except AudioError as error:
                console.fail(error.message)
                failed += 1
    if not failed:
        return DONE
    return SOME_FAILED if failed < len(files) else NOTHING_DONE


def _answer(
    conversation: Conversation, path: Path, reply: Path, settings: Settings, console: Console
) -> None:
    """One conversation: the utterances of one file."""

    def sound_of(turn: int) -> Path:
        return reply.with_name(f"{reply.name}-{turn}.wav")

    def make_voice(turn: int) -> Voice:
        return WavVoice(sound_of(turn))

    conversation.begin()
    answered = False
    events = speech_events(path, settings, console)
    for heard in conversation.converse(events, make_voice, str(path)):
        audio = str(sound_of(heard.turn)) if heard.reply is not None else None
        record = replace(heard, audio=audio)
        answered = answered or audio is not None
        console.result(turn_text(record), record.as_json())
    if not answered:
        console.say(f"{path}: nothing was said that could be answered.")


def _reply_names(files: list[Path]) -> list[str]:
    """The stem of each file; a stem seen before gets a number, so that no reply is lost."""
    seen: dict[str, int] = {}
    names = []
    for path in files:
        seen[path.stem] = seen.get(path.stem, 0) + 1
        count = seen[path.stem]
        names.append(path.stem if count == 1 else f"{path.stem}_{count}")
    return names
