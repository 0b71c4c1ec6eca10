"""From blocks of sound to events: framing, frame model, noise gate and segmenter in one place."""

from collections.abc import Iterable, Iterator
from typing import Self

import msgspec
import numpy as np

from audio.noise_gate import JudgedFrame, NoiseGate
from audio.segmenter import Segmenter
from audio.sound import FRAME_SAMPLES, Samples, SpeechEvent, Utterance
from audio.speech_score import SpeechScore
from config.settings import VoiceActivitySettings

LOUD_S = 0.08
"""Loudness that lasts this long may be a word; a click lasts 0.06 s, the gate's window."""

LOUD_HANGOVER_S = 0.3


class Listener:
    """Hears one stream, pushed in blocks of any size; how it is cut does not change the events."""

    def __init__(self, score: SpeechScore, settings: VoiceActivitySettings) -> None:
        self._score = score
        self._gate = NoiseGate(settings)
        self._segmenter = Segmenter(settings)
        self._loud = Segmenter(
            msgspec.structs.replace(
                settings, start_s=LOUD_S, start_window_s=LOUD_S, hangover_s=LOUD_HANGOVER_S
            )
        )
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
            self._loud.feed(frame, self._gate.is_loud)
        return tuple(events)

    @property
    def quiet_s(self) -> float | None:
        """Time since anything was loud or, if that is longer, since speech in it; None between.

        In reverberation speech ends before loudness does, in noise loudness is all that is sure.
        """
        quiet_s = self._loud.silence_s
        return None if quiet_s is None else max(quiet_s, self._segmenter.silence_s or 0.0)

    @property
    def hangover_s(self) -> float:
        """Silence that ends the utterance under way; may be set for it: see `Segmenter`."""
        return self._segmenter.hangover_s

    @hangover_s.setter
    def hangover_s(self, seconds: float) -> None:
        self._segmenter.hangover_s = seconds

    @property
    def extra_db(self) -> float:
        """How much louder than usual speech must be now; may be set: see own_noise."""
        return self._gate.extra_db

    @extra_db.setter
    def extra_db(self, decibels: float) -> None:
        self._gate.extra_db = decibels

    @property
    def floor_dbfs(self) -> float:
        """The noise floor: see `NoiseGate`."""
        return self._gate.floor_dbfs

    def under_way(self, longest_s: float) -> Utterance | None:
        """The last `longest_s` of the utterance under way, as a copy; `cut`: it began earlier.

        Before speech is believed, and where it never will be (a short word in noise), what is
        loud now stands for it. Between two loud parts None.
        """
        return self._segmenter.under_way(longest_s) or self._loud.under_way(longest_s)

    def cut(self) -> tuple[SpeechEvent, ...]:
        """End the utterance under way here, if there is one; what comes next begins anew."""
        self._loud.flush()
        return self._segmenter.flush()

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
