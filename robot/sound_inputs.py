"""Sound files named on the command line, as speech events, with progress; folders for replies."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from audio.listener import utterance_events
from audio.sound import SAMPLE_RATE_HZ, Samples, SpeechEvent
from audio.sound_file import read_blocks
from config.errors import ConfigurationError
from config.settings import Settings
from robot.console import Console

SOUND_SUFFIXES = frozenset({".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".m4a"})
"""What is taken from a folder; a kind that cannot be read is then named, not passed over."""


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files themselves, and of each folder the sound files in it, by name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                inside for inside in path.iterdir() if inside.suffix.lower() in SOUND_SUFFIXES
            )
        else:
            found.append(path)
    return found


def make_folder(folder: Path) -> None:
    """Make the folder for what is written; ConfigurationError when that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{folder}: cannot be made ({error.strerror}). Choose another folder with --out."
        ) from error


@contextmanager
def open_blocks(path: Path, settings: Settings, console: Console) -> Iterator[Iterable[Samples]]:
    """The sound of one file, read as it is asked for. Raises BadSoundFile."""
    with read_blocks(path, settings.sound_file) as sound:
        yield _with_progress(sound, path, sound.header.duration_s, console)
        for warning in sound.warnings:
            console.say(warning)


def speech_events(path: Path, settings: Settings, console: Console) -> Iterator[SpeechEvent]:
    """What is said in one file, read and cut as it goes. Raises BadSoundFile."""
    with open_blocks(path, settings, console) as blocks:
        yield from utterance_events(blocks, settings.voice_activity)


def _with_progress(
    blocks: Iterable[Samples], path: Path, duration_s: float | None, console: Console
) -> Iterator[Samples]:
    bar = tqdm(
        total=None if duration_s is None else round(duration_s),
        unit="s",
        desc=path.name,
        leave=False,
        disable=not console.shows_progress or (duration_s is not None and duration_s < 30),
    )
    with bar:
        samples = 0
        for block in blocks:
            yield block
            samples += len(block)
            bar.update(samples // SAMPLE_RATE_HZ - bar.n)
