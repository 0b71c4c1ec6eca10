"""How long each stage took, for clips of each length: pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from robot.evaluation.heard import ClipHeard

BANDS_S = (0.0, 2.0, 5.0, 10.0, 30.0)
"""Where each band of clip lengths begins; the last has no end."""

ClipTimes = Callable[[ClipHeard], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the time, and how to read it off a clip."""

    name: str
    about: str
    """For people."""
    times_ms: ClipTimes


STAGES = (
    Stage("read", "reading and resampling the file", lambda c: [c.read_ms]),
    Stage("voice_activity", "finding the speech", lambda c: [c.voice_activity_ms]),
    Stage("recognise", "Whisper", lambda c: [c.recognise_ms] if c.utterances else []),
    Stage("computing", "all computing for a clip", lambda c: [c.computing_ms]),
    Stage(
        "endpoint",
        "waiting for the end of speech",
        lambda c: [one.endpoint_ms for one in c.utterances],
    ),
    Stage(
        "words",
        "from the last word to the text",
        lambda c: [one.endpoint_ms + one.recognise_ms for one in c.utterances],
    ),
)
"""The last two are a value an utterance, the others a value a clip."""


class Percentiles(msgspec.Struct, frozen=True):
    """One stage, over clips of one length."""

    stage: str
    band: str
    """`all`, or the seconds of the clips, such as `2-5 s`."""
    values: int
    p50_ms: float | None
    p95_ms: float | None


class Latency(msgspec.Struct, frozen=True):
    """All stages and bands, and what they were measured under."""

    percentiles: tuple[Percentiles, ...]
    real_time_factor: float | None
    """Computing time over the length of the sound; under 1 keeps up with a microphone."""
    processes: tuple[int, ...]
    """How many processes were recognising at once; more than one number for resumed runs."""
    threads: tuple[int, ...]
    """PyTorch threads in each; 0 is PyTorch's own choice."""

    def of(self, stage: str, band: str = "all") -> Percentiles | None:
        """One cell of the table; None where there is no such clip."""
        cells = (p for p in self.percentiles if (p.stage, p.band) == (stage, band))
        return next(cells, None)

    @property
    def bands(self) -> tuple[str, ...]:
        """`all`, then the lengths that occur, short to long."""
        return tuple(dict.fromkeys(p.band for p in self.percentiles))


def measure(clips: Sequence[ClipHeard]) -> Latency:
    """Percentiles of clips that were heard without a failure."""
    sound_s = sum(clip.duration_s for clip in clips)
    return Latency(
        percentiles=tuple(
            _percentiles(stage, band, inside)
            for band, inside in _by_band(clips).items()
            for stage in STAGES
        ),
        real_time_factor=(
            round(sum(clip.computing_ms for clip in clips) / 1_000 / sound_s, 4)
            if sound_s
            else None
        ),
        processes=tuple(sorted({clip.processes for clip in clips})),
        threads=tuple(sorted({clip.threads for clip in clips})),
    )


def band_of(duration_s: float) -> str:
    """The band of lengths that a clip belongs to."""
    begin = max(start for start in BANDS_S if start <= max(0.0, duration_s))
    after = BANDS_S.index(begin) + 1
    return f"{begin:.0f}-{BANDS_S[after]:.0f} s" if after < len(BANDS_S) else f"over {begin:.0f} s"


def _by_band(clips: Sequence[ClipHeard]) -> Mapping[str, Sequence[ClipHeard]]:
    bands: dict[str, list[ClipHeard]] = {"all": list(clips)}
    for clip in sorted(clips, key=lambda one: one.duration_s):
        bands.setdefault(band_of(clip.duration_s), []).append(clip)
    return bands


def _percentiles(stage: Stage, band: str, clips: Sequence[ClipHeard]) -> Percentiles:
    values = [value for clip in clips for value in stage.times_ms(clip)]
    if not values:
        return Percentiles(stage.name, band, 0, None, None)
    p50, p95 = np.percentile(values, (50, 95))
    return Percentiles(stage.name, band, len(values), round(float(p50), 1), round(float(p95), 1))
