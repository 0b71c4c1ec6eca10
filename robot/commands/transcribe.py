"""`sori transcribe FILE...`: recognition and language only."""

import argparse
from pathlib import Path

import msgspec

from audio.errors import AudioError
from audio.sound import SpeechEnded
from config.load import load
from config.settings import Settings
from robot.assemble import hearing
from robot.commands import DONE, NOTHING_DONE, SOME_FAILED
from robot.console import Console
from robot.hearing import Hearing
from robot.sound_inputs import find_files, speech_events

NAME = "transcribe"
HELP = "write down what is said in sound files of any length"


class Segment(msgspec.Struct, frozen=True):
    """One utterance, as DESIGN.md fixes it."""

    file: str
    start_s: float
    end_s: float
    transcript: str
    language: str | None
    language_confidence: float | None
    no_speech: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="or a folder of them")
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """A file that cannot be read is named; the others are processed."""
    settings = load(options.config)
    files = find_files(options.files)
    ears = hearing(settings)
    failed = 0
    for path in files:
        try:
            _transcribe(path, ears, settings, console)
        except AudioError as error:
            console.fail(error.message)
            failed += 1
    if not failed:
        return DONE
    return SOME_FAILED if failed < len(files) else NOTHING_DONE


def _transcribe(path: Path, ears: Hearing, settings: Settings, console: Console) -> None:
    ears.forget()
    found = False
    for event in speech_events(path, settings, console):
        if not isinstance(event, SpeechEnded):
            continue
        heard = ears.hear(event.utterance)
        text = heard.transcript.text
        found = found or bool(text)
        segment = Segment(
            file=str(path),
            start_s=round(event.utterance.start_s, 3),
            end_s=round(event.utterance.end_s, 3),
            transcript=text,
            language=heard.transcript.language if text else None,
            language_confidence=round(heard.language_confidence, 3) if text else None,
            no_speech=not text,
        )
        if text or console.json:
            console.result(
                f"{path} {segment.start_s:8.2f}-{segment.end_s:.2f} [{segment.language}] {text}",
                msgspec.json.encode(segment).decode(),
            )
    if not found:
        console.say(f"{path}: no words were heard.")
