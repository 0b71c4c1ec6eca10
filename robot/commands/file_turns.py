"""One sound file as a conversation, for the commands that answer files."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from audio.voice import Voice
from audio.wav_voice import WavVoice
from config.settings import Settings
from robot.album import Album
from robot.assemble import Robot
from robot.console import Console
from robot.conversation import Surroundings
from robot.file_ear import FileEar
from robot.sound_inputs import open_blocks
from robot.stop_ears import StopEars
from robot.turn_record import TurnRecord
from robot.turn_text import turn_text


@dataclass(frozen=True, slots=True)
class FileTurns:
    """Answers sound files, each a conversation of its own, with one robot."""

    robot: Robot
    ears: StopEars
    settings: Settings
    console: Console

    def of(self, path: Path, reply: Path, album: Album) -> Iterator[TurnRecord]:
        """A record for each utterance in `path`; replies become `reply`-1.wav, `reply`-2.wav, ...

        While the body moves the file is heard on, so that a stop in it stops the body there. Raises
        BadSoundFile.
        """

        def sound_of(turn: int) -> Path:
            return reply.with_name(f"{reply.name}-{turn}.wav")

        def make_voice(turn: int) -> Voice:
            return WavVoice(sound_of(turn))

        self.robot.begin()
        with open_blocks(path, self.settings, self.console) as blocks:
            writer = self.robot.onboard.writer
            ear = FileEar(blocks, self.ears.ear(lambda _: writer.stop()), lambda: writer.epoch)
            around = Surroundings(make_voice, str(path), ear.watch, lambda: ear.epoch, album.heard)
            for heard in self.robot.conversation.converse(ear.events(), around):
                audio = str(sound_of(heard.turn)) if heard.reply is not None else None
                record = replace(heard, audio=audio)
                album.answered(record)
                self.console.result(turn_text(record), record.as_json())
                yield record
