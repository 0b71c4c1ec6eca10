"""Words and a plan drawn over a picture: what was heard and done, the state, the path."""

import math
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from robot.body.simulated.camera import ABOVE_SHARE, BELOW_SHARE
from robot.body.simulated.fonts import font
from robot.body.simulated.moment import Moment
from robot.body.simulated.path import PathPoint
from robot.body.simulated.plan_view import draw_plan
from robot.body.state import BodyState

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_LINE_STEP = 1.4
_MOST_LINES = 3
_TEXT_SHARE = ABOVE_SHARE / (_LINE_STEP * _MOST_LINES)
"""Height of the letters against that of the picture."""
_INK = (255, 255, 255, 255)
_SOFT_INK = (214, 226, 236, 255)
_PANEL = (20, 28, 38, 165)
_PLAN_SHARE = 0.35


def annotated(picture: "Image", moment: Moment, path: Sequence[PathPoint], title: str) -> "Image":
    """The picture with its words; `path` is drawn when it leads anywhere."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  # only where a picture is drawn

    glass = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(glass)
    _words(draw, picture.size, [title, *moment.notes] if title else list(moment.notes))
    _state_line(draw, picture.size, moment.state)
    side = round(_PLAN_SHARE * picture.height)
    gap = side // 16
    bottom = round((1 - BELOW_SHARE) * picture.height)
    left_top = (picture.width - side - gap, bottom - side - gap)
    draw_plan(draw, left_top, side, path, moment.state)
    return Image.alpha_composite(picture.convert("RGBA"), glass).convert("RGB")


def state_line(state: BodyState) -> str:
    """The state in one line, in signs and numbers more than in words."""
    pose = state.pose
    parts = [f"{state.time_s:.1f} s", state.posture + (" …" if state.busy else "")]
    if state.battery_share is not None:
        parts.append(f"battery {state.battery_share:.0%}")
    yaw_degrees = round(math.degrees(math.remainder(pose.yaw_rad, math.tau)))
    parts.append(f"x {_plain(pose.x_m)} m  y {_plain(pose.y_m)} m  {yaw_degrees}°")
    if state.fault is not None:
        parts.append(state.fault.upper())
    return "   ·   ".join(parts)


def wrapped(text: str, draw: "ImageDraw", size: int, width: int) -> list[str]:
    """`text` in lines that are no wider than `width`, broken at spaces where there are any."""
    face = font(size)
    lines, line = [], ""
    for word in unicodedata.normalize("NFC", text).split():
        longer = f"{line} {word}".strip()
        if draw.textlength(longer, font=face) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while draw.textlength(line, font=face) > width and len(line) > 1:
            fits = next(
                n
                for n in range(len(line) - 1, 0, -1)
                if n == 1 or draw.textlength(line[:n], font=face) <= width
            )
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def _words(draw: "ImageDraw", size: tuple[int, int], notes: list[str]) -> None:
    height = max(10, round(size[1] * _TEXT_SHARE * 0.92))
    pad = height // 2
    lines = [line for note in notes for line in wrapped(note, draw, height, size[0] - 4 * pad)]
    if not lines:
        return
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1] + " …"]
    step = round(_LINE_STEP * height)
    draw.rectangle((0, 0, size[0], pad + step * len(lines)), fill=_PANEL)
    for number, line in enumerate(lines):
        ink = _INK if number == 0 else _SOFT_INK
        draw.text((2 * pad, pad // 2 + number * step), line, font=font(height), fill=ink)


def _state_line(draw: "ImageDraw", size: tuple[int, int], state: BodyState) -> None:
    bar = round(BELOW_SHARE * size[1])
    height = max(9, round(0.56 * bar))
    draw.rectangle((0, size[1] - bar, size[0], size[1]), fill=_PANEL)
    draw.text(
        (height, size[1] - bar / 2),
        state_line(state),
        font=font(height),
        fill=_SOFT_INK,
        anchor="lm",
    )


def _plain(value: float) -> str:
    """Two decimals, and no negative zero."""
    return f"{round(value, 2) + 0.0:.2f}"
