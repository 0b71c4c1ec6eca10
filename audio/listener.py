"""From blocks of sound to events: framing, frame model, noise gate and segmenter in one place."""

from collections.abc import Iterable, Iterator
from typing import Self

import numpy as np

from audio.noise_gate import JudgedFrame, NoiseGate
from audio.segmenter import Segmenter
from audio.sound import FRAME_SAMPLES, Samples, SpeechEvent
from audio.speech_score import SpeechScore
from config.settings import VoiceActivitySettings


class Listener:
    """Hears one stream, pushed in blocks of any size; how it is cut does not change the events."""

    def __init__(self, score: SpeechScore, settings: VoiceActivitySettings) -> None:
        self._score = score
        self._gate = NoiseGate(settings)
        self._segmenter = Segmenter(settings)
        self._left = np.zeros(0, np.float32)

    @classmethod
    def load(cls, settings: VoiceActivitySettings) -> Self:
        """Make a listener for one stream. Raises AudioError when webrtcvad is missing."""
        return cls(SpeechScore.load(settings.aggressiveness), settings)

    def feed(self, block: Samples) -> tuple[SpeechEvent, ...]:
        """Take the next block (n,) at SAMPLE_RATE_HZ, any n; return what happened in it."""
        sound = np.concatenate((self._left, block))
        whole = len(sound) - len(sound) % FRAME_SAMPLES
        self._left = sound[whole:]
        events: list[SpeechEvent] = []
        for frame in sound[:whole].reshape(-1, FRAME_SAMPLES):
            events += self._segment(self._gate.feed(frame, self._score.is_speech(frame)))
        return tuple(events)

    def finish(self) -> tuple[SpeechEvent, ...]:
        """End the stream: an utterance under way is given out. Feed nothing afterwards."""
        events: tuple[SpeechEvent, ...] = ()
        if len(self._left):
            events = self.feed(np.zeros(FRAME_SAMPLES - len(self._left), np.float32))
        return events + self._segment(self._gate.finish()) + self._segmenter.flush()

    def _segment(self, judged: tuple[JudgedFrame, ...]) -> tuple[SpeechEvent, ...]:
        return tuple(
            event for one in judged for event in self._segmenter.feed(one.samples, one.is_speech)
        )


def utterance_events(
    blocks: Iterable[Samples], settings: VoiceActivitySettings
) -> Iterator[SpeechEvent]:
    """Hear a whole stream of blocks (n,) at SAMPLE_RATE_HZ; lazy, in bounded memory.

    Raises AudioError when webrtcvad is missing.
    """
    listener = Listener.load(settings)
    for block in blocks:
        yield from listener.feed(block)
    yield from listener.finish()
