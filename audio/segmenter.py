"""Cuts a stream of judged frames into utterances: a pure state machine that counts audio time."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from audio.sound import (
    FRAME_SAMPLES,
    SAMPLE_RATE_HZ,
    Samples,
    SpeechEnded,
    SpeechEvent,
    SpeechStarted,
    Utterance,
)
from config.settings import VoiceActivitySettings

TRAIL_S = 0.2
"""Silence kept after the last speech frame; the rest of the hangover says nothing."""


@dataclass(slots=True)
class _Piece:
    """The utterance under way. All positions count frames of the stream."""

    first: int
    """Where its samples begin."""
    frames: list[Samples] = field(default_factory=list)
    first_speech: int | None = None
    speech: int = 0
    silence: int = 0
    """Frames since the last speech frame."""
    enough: int = 1
    """Speech frames needed to believe it."""
    announced: bool = False

    def add(self, frame: Samples, is_speech: bool) -> None:
        if is_speech:
            self.speech += 1
            self.silence = 0
            if self.first_speech is None:
                self.first_speech = self.first + len(self.frames)
        else:
            self.silence += 1
        self.frames.append(frame)


class Segmenter:
    """Fed one frame and its verdict at a time; gives out events in the order of the stream.

    Every SpeechStarted is followed by exactly one SpeechEnded. It comes when `start_s` of speech
    fell within `start_window_s` and `min_speech_s` in all; what stays below leaves no event. An
    utterance that reaches `max_utterance_s` ends there, marked `cut`, and the next begins with
    the very next sample.

    An end needs `hangover_s` of silence. It may be set while an utterance is under way, and is
    as the settings have it again for the next one.
    """

    def __init__(self, settings: VoiceActivitySettings) -> None:
        self._pre_roll = _frames(settings.pre_roll_s)
        self._start_window = max(_frames(settings.start_window_s), 1)
        self._start = min(max(_frames(settings.start_s), 1), self._start_window)
        self._usual_hangover = max(_frames(settings.hangover_s), 1)
        self._hangover = self._usual_hangover
        self._min_speech = max(_frames(settings.min_speech_s), 1)
        self._longest = max(_frames(settings.max_utterance_s), 1)
        self._fed = 0
        self._recent: deque[tuple[Samples, bool]] = deque(
            maxlen=self._pre_roll + self._start_window
        )
        self._piece: _Piece | None = None

    def feed(self, frame: Samples, is_speech: bool) -> tuple[SpeechEvent, ...]:
        """Take one frame (FRAME_SAMPLES,); return what happened, mostly nothing."""
        self._fed += 1
        if self._piece is None:
            self._recent.append((frame, is_speech))
            self._piece = self._begin()
            return () if self._piece is None else self._announce(self._piece)
        self._piece.add(frame, is_speech)
        return self._announce(self._piece) + self._end_if_due(self._piece)

    def flush(self) -> tuple[SpeechEvent, ...]:
        """End the stream: return the utterance that was under way, if it was one."""
        return () if self._piece is None else self._end(self._piece)

    @property
    def hangover_s(self) -> float:
        """Silence that ends the utterance under way."""
        return _seconds(self._hangover)

    @hangover_s.setter
    def hangover_s(self, seconds: float) -> None:
        self._hangover = max(_frames(seconds), 1)

    @property
    def silence_s(self) -> float | None:
        """Silence since the last speech of the utterance under way; None when there is none."""
        if self._piece is None or self._piece.first_speech is None:
            return None
        return _seconds(self._piece.silence)

    def under_way(self, longest_s: float) -> Utterance | None:
        """The last `longest_s` of the utterance that has begun and not ended, as a copy.

        `end_s` is where speech was heard last, `endpoint_s` the silence since.
        """
        piece = self._piece
        if piece is None or piece.first_speech is None:
            return None
        kept = piece.frames[-max(_frames(longest_s), 1) :]
        last = self._fed - piece.silence
        return Utterance(
            samples=np.concatenate(kept),
            start_s=_seconds(self._fed - len(kept)),
            end_s=_seconds(last),
            voiced_share=piece.speech / (last - piece.first),
            endpoint_s=_seconds(piece.silence),
            cut=len(kept) < len(piece.frames),
        )

    def _begin(self) -> _Piece | None:
        window = list(self._recent)[-self._start_window :]
        if sum(is_speech for _, is_speech in window) < self._start:
            return None
        before = len(window) - next(i for i, (_, is_speech) in enumerate(window) if is_speech)
        kept = list(self._recent)[-(before + self._pre_roll) :]
        piece = _Piece(first=self._fed - len(kept), enough=self._min_speech)
        for position, (frame, is_speech) in enumerate(kept):
            # A lone speech frame in the pre-roll did not make the beginning.
            piece.add(frame, is_speech and position >= len(kept) - before)
        return piece

    def _announce(self, piece: _Piece) -> tuple[SpeechEvent, ...]:
        if piece.announced or piece.first_speech is None or piece.speech < piece.enough:
            return ()
        piece.announced = True
        return (SpeechStarted(at_s=_seconds(piece.first_speech)),)

    def _end_if_due(self, piece: _Piece) -> tuple[SpeechEvent, ...]:
        if piece.silence >= self._hangover:
            return self._end(piece)
        if len(piece.frames) < self._longest:
            return ()
        events = self._end(piece, cut=True)
        self._recent.clear()
        self._piece = _Piece(first=self._fed, silence=piece.silence)
        return events

    def _end(self, piece: _Piece, *, cut: bool = False) -> tuple[SpeechEvent, ...]:
        """Leave the piece; its silence becomes the pre-roll of the next one."""
        self._piece = None
        self._hangover = self._usual_hangover
        self._recent.clear()
        silent = piece.frames[len(piece.frames) - piece.silence :] if piece.silence else []
        self._recent.extend((frame, False) for frame in silent)
        if not piece.announced:
            return ()
        last = self._fed - piece.silence  # the frame after the last speech frame
        trail = piece.silence if cut else min(piece.silence, _frames(TRAIL_S))
        kept = piece.frames[: last - piece.first + trail]
        utterance = Utterance(
            samples=np.concatenate(kept),
            start_s=_seconds(piece.first),
            end_s=_seconds(last),
            voiced_share=piece.speech / (last - piece.first),
            endpoint_s=_seconds(piece.silence),
            cut=cut,
        )
        return (SpeechEnded(utterance),)


def _frames(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE_HZ / FRAME_SAMPLES)


def _seconds(frames: int) -> float:
    return frames * FRAME_SAMPLES / SAMPLE_RATE_HZ
