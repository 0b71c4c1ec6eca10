"""Hears one clip as `sori transcribe` does, and times every stage."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from audio.errors import AudioError
from audio.listener import utterance_events
from audio.sound import SAMPLE_RATE_HZ, Samples, SpeechEnded
from audio.sound_file import read_blocks
from config.settings import Settings
from robot.evaluation.heard import ClipHeard, HeardUtterance
from robot.hearing import Clock, Heard, Hearing


@dataclass(frozen=True, slots=True)
class Task:
    """One clip to hear with one model; small enough to be sent to another process."""

    key: str
    file: str
    path: Path


def hear_clip(task: Task, settings: Settings, ears: Hearing, clock: Clock) -> ClipHeard:
    """Voice activity, then Whisper, each clip a new conversation.

    A file that cannot be used gives a result with `error`, so that the others go on.
    """
    model, threads = settings.recognition.model, settings.recognition.threads
    ears.forget()
    reading = _Stopwatch(clock)
    hearing = _Stopwatch(clock)
    began = clock()
    utterances = []
    try:
        with read_blocks(task.path, settings.sound_file) as sound:
            blocks = reading.time_each(sound)
            for event in utterance_events(blocks, settings.voice_activity):
                if isinstance(event, SpeechEnded):
                    heard = hearing.time(partial(ears.hear, event.utterance))
                    utterances.append(_plain(heard))
            warnings = sound.warnings
    except AudioError as error:
        return ClipHeard(task.key, task.file, model, error=error.message)
    return ClipHeard(
        key=task.key,
        file=task.file,
        model=model,
        duration_s=round(reading.samples / SAMPLE_RATE_HZ, 3),
        read_ms=round(1_000 * reading.seconds, 2),
        voice_activity_ms=round(1_000 * (clock() - began - reading.seconds - hearing.seconds), 2),
        utterances=tuple(utterances),
        warnings=warnings,
        threads=threads,
    )


class _Stopwatch:
    """Adds up the time spent in one stage, though the stages are interleaved."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.seconds = 0.0
        self.samples = 0

    def time(self, stage: Callable[[], Heard]) -> Heard:
        began = self._clock()
        heard = stage()
        self.seconds += self._clock() - began
        return heard

    def time_each(self, blocks: Iterable[Samples]) -> Iterator[Samples]:
        """The blocks, the time it takes to get each counted, and their samples."""
        source = iter(blocks)
        while True:
            began = self._clock()
            block = next(source, None)
            self.seconds += self._clock() - began
            if block is None:
                return
            self.samples += len(block)
            yield block


def _plain(heard: Heard) -> HeardUtterance:
    utterance, transcript = heard.utterance, heard.transcript
    return HeardUtterance(
        start_s=round(utterance.start_s, 3),
        end_s=round(utterance.end_s, 3),
        text=transcript.text,
        language=transcript.language,
        language_confidence=round(heard.language_confidence, 3),
        rejected=transcript.rejected,
        endpoint_ms=round(1_000 * utterance.endpoint_s),
        recognise_ms=heard.recognise_ms,
    )
