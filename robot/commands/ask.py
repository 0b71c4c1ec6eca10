"""`sori ask FILE...`: each file is what the microphone heard."""

import argparse
from contextlib import nullcontext
from pathlib import Path

from audio.errors import AudioError
from config.load import load
from robot.album import Album, open_album
from robot.assemble import open_robot
from robot.body.errors import BodyError
from robot.commands import DONE, NOTHING_DONE, SOME_FAILED
from robot.commands.file_turns import FileTurns
from robot.console import Console
from robot.sound_inputs import find_files, make_folder
from robot.stop_ears import StopEars

NAME = "ask"
HELP = "answer what is said in sound files; replies are written as sound files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="or a folder of them")
    parser.add_argument(
        "--out", type=Path, default=Path("out"), metavar="DIR", help="for the replies (out/)"
    )
    parser.add_argument(
        "--picture", action="store_true", help="also a picture (.png) and a film (.webp) a file"
    )
    parser.add_argument("--json", action="store_true", help="one turn object a line on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """A file that cannot be read is named; the others are answered."""
    settings = load(options.config)
    files = find_files(options.files)
    names = _reply_names(files)
    failed = 0
    make_folder(options.out)
    ears = StopEars.load(settings)
    with open_robot(settings, console.say) as robot:
        turns = FileTurns(robot, ears, settings, console)
        for path, name in zip(files, names, strict=True):
            try:
                _answer(turns, path, options.out / name, picture=options.picture)
            except (AudioError, BodyError) as error:
                console.fail(error.message)
                failed += 1
    if not failed:
        return DONE
    return SOME_FAILED if failed < len(files) else NOTHING_DONE


def _answer(turns: FileTurns, path: Path, reply: Path, *, picture: bool) -> None:
    """One file, and what the body did in it as a picture and a film."""
    console = turns.console
    onboard = turns.robot.onboard
    with open_album(onboard, path.name) if picture else nullcontext(Album()) as album:
        records = list(turns.of(path, reply, album))
        if not any(record.reply is not None for record in records):
            console.say(f"{path}: nothing was said that could be answered.")
        if picture:
            console.say(f"{path}: drawing what the robot did ...")
        for drawn in album.write(reply.with_suffix(".png"), reply.with_suffix(".webp")):
            console.say(f"{path}: {drawn}")


def _reply_names(files: list[Path]) -> list[str]:
    """The stem of each file; a stem seen before gets a number, so that no reply is lost."""
    seen: dict[str, int] = {}
    names = []
    for path in files:
        seen[path.stem] = seen.get(path.stem, 0) + 1
        count = seen[path.stem]
        names.append(path.stem if count == 1 else f"{path.stem}_{count}")
    return names
