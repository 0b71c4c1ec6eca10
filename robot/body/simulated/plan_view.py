"""The path seen from above: commanded against measured, with a scale. Ahead is up."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from robot.body.simulated.fonts import font
from robot.body.simulated.path import PathPoint
from robot.body.state import BodyState, Pose

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_LEAST_M = 0.05
"""A path that leads no farther is not drawn."""
_LEAST_SPAN_M = 1.0
_PAPER = (250, 251, 252, 215)
_COMMANDED = (247, 138, 61, 255)
_MEASURED = (20, 110, 190, 255)
_INK = (70, 80, 92, 255)

Place = Callable[[Pose], tuple[float, float]]
"""From the floor to the paper."""


def draw_plan(
    draw: "ImageDraw",
    left_top: tuple[int, int],
    side: int,
    path: Sequence[PathPoint],
    now: BodyState,
) -> None:
    """Draw what was walked until `now` into a square, at the scale of the whole path.

    Nothing when the path leads nowhere.
    """
    poses = [Pose(), now.pose, *(p for point in path for p in (point.commanded, point.measured))]
    xs, ys = [pose.x_m for pose in poses], [pose.y_m for pose in poses]
    span_m = max(max(xs) - min(xs), max(ys) - min(ys))
    if span_m < _LEAST_M:
        return
    left, top = left_top
    draw.rounded_rectangle((left, top, left + side, top + side), radius=side // 16, fill=_PAPER)
    head = side // 5  # room for the names of the lines
    scale = (side - 2 * head) / max(span_m, _LEAST_SPAN_M)
    middle_x_m, middle_y_m = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2

    def place(pose: Pose) -> tuple[float, float]:
        across = left + side / 2 - (pose.y_m - middle_y_m) * scale
        return across, top + side / 2 + head / 4 - (pose.x_m - middle_x_m) * scale

    _lines(draw, [point for point in path if point.time_s <= now.time_s], place, side)
    _robot(draw, place(now.pose), now.pose.yaw_rad, side / 16)
    _legend(draw, left_top, side, scale)


def _lines(draw: "ImageDraw", path: Sequence[PathPoint], place: Place, side: int) -> None:
    if len(path) < 2:
        return
    thick, thin = max(5, side // 26), max(2, side // 64)
    commanded = [place(point.commanded) for point in path]
    measured = [place(point.measured) for point in path]
    draw.line(commanded, fill=_COMMANDED, width=thick, joint="curve")
    draw.line(measured, fill=_MEASURED, width=thin, joint="curve")
    x, y = measured[0]
    draw.ellipse((x - thick, y - thick, x + thick, y + thick), outline=_INK, width=thin)


def _robot(draw: "ImageDraw", at: tuple[float, float], yaw_rad: float, size: float) -> None:
    """An arrow head that points where the robot faces."""
    corners = []
    for turned_rad, length in ((0.0, size), (2.5, 0.8 * size), (-2.5, 0.8 * size)):
        angle = yaw_rad + turned_rad
        corners.append((at[0] - length * math.sin(angle), at[1] - length * math.cos(angle)))
    draw.polygon(corners, fill=_MEASURED)


def _legend(draw: "ImageDraw", left_top: tuple[int, int], side: int, scale: float) -> None:
    left, top = left_top
    size = max(9, side // 13)
    face, pad = font(size), side // 20
    draw.text((left + pad, top + pad * 0.6), "commanded", font=face, fill=_COMMANDED)
    measured = draw.textlength("measured", font=face)
    draw.text(
        (left + side - pad - measured, top + pad * 0.6), "measured", font=face, fill=_MEASURED
    )
    bar_m = next(m for m in (5.0, 2.0, 1.0, 0.5, 0.2, 0.1) if m * scale < 0.5 * side)
    y = top + side - pad
    start, end = left + pad, left + pad + bar_m * scale
    draw.line((start, y, end, y), fill=_INK, width=max(1, side // 90))
    for x in (start, end):
        draw.line((x, y - pad / 2, x, y), fill=_INK, width=max(1, side // 90))
    draw.text((end + pad / 2, y - size), f"{bar_m:g} m", font=face, fill=_INK)
