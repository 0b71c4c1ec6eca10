"""Where the camera is: the whole robot in the frame, its face in view, and no jumps."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

ABOVE_SHARE = 0.15
"""Of the height of a picture, kept free for words."""
BELOW_SHARE = 0.07
"""The same, for the state."""
_ASIDE_SHARE = 0.08
"""The robot stands so much left of the middle, beside the plan of its path."""
_MARGIN = 0.98
_ASIDE_WORTH = 0.72
"""A picture is wider than high."""
_STANDING_DEGREES = -9.0
_LYING_DEGREES = -26.0
"""Looked at from above: the face of who lies looks up."""
_TALL_M = 1.2
USUAL_DEGREES = 146.0
"""Half from the front, half from its right; the robot turns, the camera follows lazily."""
_LEAST_RADIUS_M = 0.6
_FOLLOW_S = 1.2
_FRAME_S = 0.5


@dataclass(frozen=True, slots=True)
class Ball:
    """A part of the robot: a middle and how far it reaches."""

    x_m: float
    y_m: float
    z_m: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class View:
    """A camera that looks at a place."""

    x_m: float
    y_m: float
    z_m: float
    radius_m: float
    """Everything within this of the place is in the frame."""
    azimuth_degrees: float
    elevation_degrees: float

    def composed(self, opening_rad: float) -> "Shot":
        """The camera that leaves room for words above, the state below and the plan at the right.

        `opening_rad`: from the bottom to the top of the picture.
        """
        free = 1 - ABOVE_SHARE - BELOW_SHARE
        distance = self.radius_m * _MARGIN / math.tan(opening_rad / 2) / free
        picture_m = 2 * distance * math.tan(opening_rad / 2)  # its height, at the robot
        azimuth = math.radians(self.azimuth_degrees)
        aside = _ASIDE_SHARE * picture_m
        return Shot(
            x_m=self.x_m + aside * math.sin(azimuth),
            y_m=self.y_m - aside * math.cos(azimuth),
            z_m=self.z_m + picture_m * (ABOVE_SHARE - BELOW_SHARE) / 2,
            distance_m=distance,
        )


@dataclass(frozen=True, slots=True)
class Shot:
    """Where the camera looks, and from how far."""

    x_m: float
    y_m: float
    z_m: float
    distance_m: float


def around(balls: Iterable[Ball], yaw_rad: float) -> View:
    """The view that has all of them in the frame."""
    parts = list(balls)
    middle = [
        (min(low) + max(high)) / 2
        for low, high in (
            ([p.x_m - p.radius_m for p in parts], [p.x_m + p.radius_m for p in parts]),
            ([p.y_m - p.radius_m for p in parts], [p.y_m + p.radius_m for p in parts]),
            ([p.z_m - p.radius_m for p in parts], [p.z_m + p.radius_m for p in parts]),
        )
    ]
    x, y, z = middle
    top_m = max(p.z_m + p.radius_m for p in parts)
    flat = 1 - min(1.0, top_m / _TALL_M)
    elevation_degrees = _STANDING_DEGREES + flat * (_LYING_DEGREES - _STANDING_DEGREES)
    level, steep = _cos_sin(elevation_degrees)
    reaches = [  # from the middle: aside, and up or down as the camera sees it
        (aside + p.radius_m, level * abs(p.z_m - z) + abs(steep) * aside + p.radius_m)
        for p in parts
        for aside in [math.hypot(p.x_m - x, p.y_m - y)]
    ]
    radius = max(max(aside * _ASIDE_WORTH, upright) for aside, upright in reaches)
    return View(
        x_m=x,
        y_m=y,
        z_m=z,
        radius_m=max(radius, _LEAST_RADIUS_M),
        azimuth_degrees=USUAL_DEGREES + math.degrees(yaw_rad),
        elevation_degrees=elevation_degrees,
    )


def followed(before: View, wanted: View, period_s: float) -> View:
    """From the view of the last frame to this one: the place at once, the rest smoothly.

    It widens faster than it narrows, so that a hand that is raised stays in the frame.
    """
    slow = 1 - math.exp(-period_s / _FOLLOW_S)
    fast = 1 - math.exp(-period_s / _FRAME_S)
    wider = wanted.radius_m > before.radius_m
    return View(
        x_m=wanted.x_m,
        y_m=wanted.y_m,
        z_m=before.z_m + (1.0 if wider else fast) * (wanted.z_m - before.z_m),
        radius_m=before.radius_m + (1.0 if wider else fast) * (wanted.radius_m - before.radius_m),
        azimuth_degrees=before.azimuth_degrees
        + slow * (wanted.azimuth_degrees - before.azimuth_degrees),
        elevation_degrees=before.elevation_degrees
        + fast * (wanted.elevation_degrees - before.elevation_degrees),
    )


def _cos_sin(degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return math.cos(angle), math.sin(angle)
