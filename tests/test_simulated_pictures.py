import ctypes.util
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageSequence

from config.body_settings import SimulatedSettings
from nlu.actions import Express, Gesture
from robot.body.errors import BodyError
from robot.body.simulated.camera import ABOVE_SHARE, BELOW_SHARE, Ball, View, around, followed
from robot.body.simulated.driver import SimulatedBody, load
from robot.body.simulated.fonts import font
from robot.body.simulated.overlay import state_line, wrapped
from robot.body.simulated.recorder import Recorder
from robot.body.state import BodyState, Pose, Velocity

ROOT = Path(__file__).resolve().parent.parent
draws = pytest.mark.skipif(
    not (ctypes.util.find_library("EGL") or ctypes.util.find_library("OSMesa")),
    reason="no OpenGL: apt-get install libegl1 libopengl0 libegl-mesa0 libgl1-mesa-dri",
)
Pixels = NDArray[np.int16]


@pytest.fixture
def body() -> SimulatedBody:
    return load(SimulatedSettings())


def pixels(file: Path) -> Pixels:
    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGB"), np.int16)


def dark_red(picture: Pixels) -> int:
    """Pixels in the colour of an angry face."""
    red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
    return int(((red > 180) & (green < 90) & (blue < 90)).sum())


@draws
def test_a_picture_shows_the_whole_robot_and_its_face(tmp_path: Path, body: SimulatedBody) -> None:
    recorder = Recorder.load(body, "“앞으로 이 미터 걸어”")
    body.wait(0.1)
    recorder.picture(tmp_path / "stand.png")
    stand = pixels(tmp_path / "stand.png")
    assert stand.shape == (720, 960, 3)
    body.start(Express("angry"))
    recorder.picture(tmp_path / "angry.png")
    assert dark_red(stand) < 30 < dark_red(pixels(tmp_path / "angry.png"))


@draws
def test_a_film_shows_every_tenth_of_a_second(tmp_path: Path, body: SimulatedBody) -> None:
    body.wait(5.0)  # before the start: not in the film
    recorder = Recorder.load(body, "wave")
    recorder.start()
    body.start(Gesture("wave"))
    body.wait(0.5)
    recorder.note("half way")
    body.wait(0.5)
    recorder.stop()
    body.wait(5.0)
    recorder.film(tmp_path / "wave.webp")
    with Image.open(tmp_path / "wave.webp") as film:
        assert film.size == (480, 360)
        assert sum(1 for _ in ImageSequence.Iterator(film)) == 12
        film.seek(4)
        before = np.asarray(film.convert("RGB"), np.int16)
        film.seek(5)
        after = np.asarray(film.convert("RGB"), np.int16)
    words = (slice(0, 40), slice(0, 200))
    assert np.abs(before[words] - after[words]).max() > 80  # the note came in between
    assert (tmp_path / "wave.webp").stat().st_size < 150_000


@draws
def test_drawing_does_not_change_what_the_body_does(tmp_path: Path) -> None:
    ends = []
    for draw in (False, True):
        body = load(SimulatedSettings())
        recorder = Recorder.load(body)
        if draw:
            recorder.start()
        body.start(Gesture("wave"))
        body.wait(1.0)
        if draw:
            recorder.picture(tmp_path / "wave.png")
        body.wait(1.0)
        ends.append(body.world.positions())
    assert ends[0] == ends[1]


def test_files_that_cannot_be_written_are_named(tmp_path: Path, body: SimulatedBody) -> None:
    (tmp_path / "file").touch()
    for name, wanted in (("file/a.png", "cannot be written"), ("a.xyz", "end the name in .png")):
        with pytest.raises(BodyError, match=wanted):
            Recorder.load(body).picture(tmp_path / name)


def test_without_opengl_the_body_moves_and_a_picture_says_what_is_missing(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from config.body_settings import SimulatedSettings
from robot.body.errors import BodyError
from robot.body.simulated.driver import load
from robot.body.simulated.recorder import Recorder
body = load(SimulatedSettings())
body.wait(1.0)
try:
    Recorder.load(body).picture(Path({str(tmp_path)!r}) / "a.png")
except BodyError as error:
    print(body.observe().time_s, error)
"""
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=ROOT,
        env={"MUJOCO_GL": "disable", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout.startswith("1.0 Pictures of the simulated body need OpenGL.")
    assert "apt-get install libegl1" in ran.stdout
    assert ran.stderr == ""


def test_mujoco_is_not_imported_before_a_body_is_loaded() -> None:
    program = (
        "import sys, robot.body.simulated.driver, robot.body.simulated.recorder;"
        "print('mujoco' in sys.modules, 'PIL' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False False\n"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            BodyState(2.0, Pose(1.994, -0.001, -0.001), Velocity(), "stand", False, 0.795),
            "2.0 s   ·   stand   ·   battery 80%   ·   x 1.99 m  y 0.00 m  0°",
        ),
        (
            BodyState(
                0.0, Pose(0, 0, 2 * math.pi + 1.57), Velocity(), "sit", True, fault="blocked"
            ),
            "0.0 s   ·   sit …   ·   x 0.00 m  y 0.00 m  90°   ·   BLOCKED",
        ),
    ],
)
def test_the_state_in_a_line(state: BodyState, expected: str) -> None:
    assert state_line(state) == expected


@pytest.mark.parametrize(
    "text",
    [
        "walk forward two metres and then wave with the left hand",
        "앞으로 이 미터 걸어간 다음에 왼손을 흔들어 주세요",
        "가" * 60,
        "",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen",
    ],
)
def test_words_are_broken_to_fit(text: str) -> None:
    draw = ImageDraw.Draw(Image.new("RGB", (10, 10)))
    lines = wrapped(text, draw, 14, 120)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(draw.textlength(line, font=font(14)) <= 120 for line in lines)


def on_picture(part: Ball, view: View) -> tuple[float, float]:
    """Where the middle of a part is drawn: shares from the left and from the top."""
    opening_rad = math.radians(36)
    shot = view.composed(opening_rad)
    azimuth, elevation = math.radians(view.azimuth_degrees), math.radians(view.elevation_degrees)
    level = math.cos(elevation)
    forward = np.array([level * math.cos(azimuth), level * math.sin(azimuth), math.sin(elevation)])
    right = np.array([math.sin(azimuth), -math.cos(azimuth), 0.0])
    camera = np.array([shot.x_m, shot.y_m, shot.z_m]) - shot.distance_m * forward
    seen = np.array([part.x_m, part.y_m, part.z_m]) - camera
    half = float(seen @ forward) * math.tan(opening_rad / 2)
    across, upwards = float(seen @ right) / half, float(seen @ np.cross(right, forward)) / half
    return (1 + across / (4 / 3)) / 2, (1 - upwards) / 2


STANDING = [Ball(1, 1, 0.05, 0.06), Ball(1, 1, 1.2, 0.12)]


@pytest.mark.parametrize(
    "parts",
    [
        STANDING,
        [*STANDING, Ball(1, 1.75, 1.0, 0.06)],  # an arm to the side
        [*STANDING, Ball(1.7, 1, 1.0, 0.06)],  # ahead
        [*STANDING, Ball(1, 1.2, 1.5, 0.06), Ball(1, 0.8, 1.5, 0.06)],  # hands up
        [Ball(0.4, 1, 0.1, 0.12), Ball(1.6, 1, 0.1, 0.1)],  # lying
    ],
)
@pytest.mark.parametrize("yaw_rad", [0.0, 1.0, 2.5, -2.0])
def test_the_whole_robot_is_between_the_words_and_the_state(
    parts: list[Ball], yaw_rad: float
) -> None:
    view = around(parts, yaw_rad)
    for part in parts:
        across, down = on_picture(part, view)
        assert 0.03 < across < 0.97
        assert ABOVE_SHARE < down < 1 - BELOW_SHARE


def test_the_camera_widens_at_once_and_turns_slowly() -> None:
    before = View(0, 0, 0.6, 0.7, 0.0, -9.0)
    wide = followed(before, View(1, 2, 0.7, 1.0, 90.0, -9.0), 0.1)
    assert (wide.x_m, wide.y_m, wide.radius_m) == (1, 2, 1.0)
    assert 0 < wide.azimuth_degrees < 15
    narrow = followed(wide, before, 0.1)
    assert 0.7 < narrow.radius_m < 1.0
