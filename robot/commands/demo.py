"""`sori demo`: a recorded conversation through the whole pipeline, to hear, read and look at."""

import argparse
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from audio.sound import SAMPLE_RATE_HZ, Samples, Sound
from audio.sound_file import read_whole, write_wav
from config.load import load
from config.settings import Settings
from robot.album import Album, open_album
from robot.assemble import open_robot
from robot.body.errors import BodyError
from robot.commands import DONE, NOTHING_DONE
from robot.commands.file_turns import FileTurns
from robot.console import Console
from robot.demo_page import demo_page
from robot.sound_inputs import make_folder
from robot.stop_ears import StopEars
from robot.timing_chart import timing_chart
from robot.turn_record import TurnRecord
from robot.turn_text import turn_text

NAME = "demo"
HELP = "play a recorded conversation through the whole pipeline into out/demo/"
RECORDING = Path(__file__).resolve().parent.parent / "demo" / "conversation.flac"
"""Made by `training/record_demo.py`; its voice was not trained on."""
MARGIN_S = 0.3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--out", type=Path, default=Path("out/demo"), metavar="DIR")
    parser.add_argument("--recording", type=Path, default=RECORDING, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one turn object a line on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write sounds, pictures, `transcript.txt`, `turns.jsonl`, `timings.svg` and `index.html`."""
    settings = _keeping_nothing(load(options.config))
    out: Path = options.out
    make_folder(out)
    records, drawn = _converse(options.recording, out, settings, console)
    if not records:
        console.fail(f"{options.recording}: nothing was said that could be answered.")
        return NOTHING_DONE
    spoken = read_whole(options.recording, settings.sound_file)
    write_wav(out / "conversation.wav", _both_sides(spoken, records, settings))
    chart = timing_chart(records)
    (out / "timings.svg").write_text(chart, encoding="utf-8")
    page = demo_page(records, chart, [file.name for file in drawn])
    (out / "index.html").write_text(page, encoding="utf-8")
    texts = "\n\n".join(turn_text(record) for record in records)
    (out / "transcript.txt").write_text(f"{texts}\n", encoding="utf-8")
    lines = "".join(f"{record.as_json()}\n" for record in records)
    (out / "turns.jsonl").write_text(lines, encoding="utf-8")
    console.say(
        f"\n{len(records)} turns. Look at {out / 'index.html'}, hear {out / 'conversation.wav'}."
    )
    return DONE


def _keeping_nothing(settings: Settings) -> Settings:
    """A demonstration leaves no trace in a memory, and is the same every time."""
    return replace(settings, memory=replace(settings.memory, enabled=False))


def _converse(
    recording: Path, out: Path, settings: Settings, console: Console
) -> tuple[list[TurnRecord], tuple[Path, ...]]:
    """The turns, and what was drawn of the body; without a screen library nothing is."""
    ears = StopEars.load(settings)
    with open_robot(settings, console.say) as robot:
        turns = FileTurns(robot, ears, settings, console)
        drawable = robot.onboard.abilities.body == "simulated"
        with open_album(robot.onboard, "sori demo") if drawable else nullcontext(Album()) as album:
            records = list(turns.of(recording, out / "reply", album))
            if drawable:
                console.say("Drawing what the robot did ...")
            try:
                return records, album.write(out / "robot.png", out / "robot.webp")
            except BodyError as error:
                console.fail(error.message)
                return records, ()


def _both_sides(spoken: Samples, records: list[TurnRecord], settings: Settings) -> Sound:
    """Each question from the recording, and after it the reply, as it would have been heard."""
    pieces: list[Samples] = []
    for record in records:
        if record.start_s is None or record.end_s is None:
            continue
        first = max(0, int((record.start_s - MARGIN_S) * SAMPLE_RATE_HZ))
        pieces.append(spoken[first : int((record.end_s + MARGIN_S) * SAMPLE_RATE_HZ)])
        if record.audio:
            pieces.append(read_whole(Path(record.audio), settings.sound_file))
        pieces.append(np.zeros(int(MARGIN_S * SAMPLE_RATE_HZ), np.float32))
    return Sound(np.concatenate(pieces), SAMPLE_RATE_HZ)
