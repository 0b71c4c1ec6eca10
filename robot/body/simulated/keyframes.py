"""Movements as keyframes: pure functions of time that give joint values."""

import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from robot.body.simulated.joints import Joints


@dataclass(frozen=True, slots=True)
class Keyframe:
    """Where some joints are at a moment; the others are on their way to their next frame."""

    at_s: float
    joints: Joints


@dataclass(frozen=True, slots=True)
class Movement:
    """From home, through keyframes, back home. Home is wherever the posture holds the joint."""

    seconds: float
    tracks: Mapping[str, tuple[tuple[float, float | None], ...]]
    """Per joint: (at_s, value); None is home."""

    def sample(self, at_s: float, home: Joints) -> dict[str, float]:
        """The joints of this movement at a moment."""
        return {name: _between(track, at_s, home[name]) for name, track in self.tracks.items()}


def movement(frames: Iterable[Keyframe], home_s: float) -> Movement:
    """The movement through `frames` that takes `home_s` for its way back."""
    ordered = list(frames)
    seconds = ordered[-1].at_s + home_s
    points: dict[str, list[tuple[float, float | None]]] = {}
    for frame in ordered:
        for name, value in frame.joints.items():
            points.setdefault(name, [(0.0, None)]).append((frame.at_s, value))
    tracks = {name: (*track, (seconds, None)) for name, track in points.items()}
    return Movement(seconds, tracks)


def smooth(share: float) -> float:
    """0..1 to 0..1 with neither speed nor acceleration at the ends (minimum jerk)."""
    clipped = min(max(share, 0.0), 1.0)
    return clipped**3 * (10 - 15 * clipped + 6 * clipped**2)


def blend(first: Joints, second: Joints, share: float) -> dict[str, float]:
    """`first`, moved by `share` towards the joints that `second` names."""
    mixed = dict(first)
    for name, value in second.items():
        mixed[name] = first[name] + share * (value - first[name])
    return mixed


def _between(track: tuple[tuple[float, float | None], ...], at_s: float, home: float) -> float:
    after = bisect.bisect_right(track, at_s, key=lambda point: point[0])
    before_s, before = track[max(after - 1, 0)]
    after_s, target = track[min(after, len(track) - 1)]
    start = home if before is None else before
    end = home if target is None else target
    span_s = after_s - before_s
    return end if span_s <= 0 else start + smooth((at_s - before_s) / span_s) * (end - start)
