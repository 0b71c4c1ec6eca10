"""A font for the words over pictures: one with Hangul where there is one."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
)
_WANTED = (
    "NanumBarunGothicBold.ttf",
    "NanumGothicBold.ttf",
    "NanumGothic.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansKR-Regular.otf",
    "UnDotum.ttf",
    "AppleSDGothicNeo.ttc",
    "DejaVuSans.ttf",  # from here on without Hangul
    "LiberationSans-Regular.ttf",
)
"""Best first."""


@functools.cache
def font(size: int) -> "FreeTypeFont | ImageFont":
    """The best font here; Pillow's own, which knows Latin letters only, where there is none."""
    from PIL import ImageFont  # noqa: PLC0415  # only where a picture is drawn

    file = _best_file()
    return ImageFont.load_default(size) if file is None else ImageFont.truetype(str(file), size)


@functools.cache
def _best_file() -> Path | None:
    here = {
        path.name: path
        for folder in _FOLDERS
        for path in Path(folder).expanduser().rglob("*.[ot]t[fc]")
    }
    return next((here[name] for name in _WANTED if name in here), None)
