"""Draws moments of the simulated body, without a screen. Nothing here touches the moving body."""

import copy
import math
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from robot.body.errors import BodyError
from robot.body.simulated.camera import USUAL_DEGREES, Ball, View, around
from robot.body.simulated.face import Face
from robot.body.simulated.moment import Moment

Size = tuple[int, int]
"""Width and height in pixels."""

if TYPE_CHECKING:
    import mujoco
    from PIL.Image import Image

_EYES = ("left_eye", "right_eye")
_VISIBLE_GROUP = 1
_OVERSIZE = 1.5
"""A coarse picture is drawn larger and made smaller: soft edges for half the price."""
_BLOT_DARKNESS = 0.3
"""Of the spot on the floor that stands for a shadow."""
_NO_DRAWING = (
    "Pictures of the simulated body need OpenGL. On Debian and Ubuntu:"
    " `sudo apt-get install libegl1 libopengl0 libegl-mesa0 libgl1-mesa-dri`."
    " Everything else works without."
)


class Studio:
    """A camera and its light. Use as a context; only in one thread."""

    def __init__(self, model: "mujoco.MjModel", size: Size, fine: bool) -> None:
        """`fine`: soft edges and true shadows, at eight times the work."""
        import mujoco  # noqa: PLC0415  # only where this body is used

        width, height = size if fine else tuple(round(_OVERSIZE * side) for side in size)
        self._size = size
        self._model = model = copy.deepcopy(model)  # its colours and eyes change with the face
        self._data = mujoco.MjData(model)
        self._kinematics = mujoco.mj_kinematics
        self._lights = mujoco.mj_camlight
        self._camera = mujoco.MjvCamera()
        self._eye_size = {name: tuple(model.geom(name).size) for name in _EYES}
        self._sun = np.array(model.light_pos[0]), np.array(model.light_dir[0])
        self._led = model.material("led").id
        self._parts = [
            number for number in range(model.ngeom) if model.geom_group[number] == _VISIBLE_GROUP
        ]
        self._opening_rad = math.radians(float(model.vis.global_.fovy))
        if not fine:
            model.vis.quality.offsamples = 0
        model.geom("blot").rgba[3] = 0.0 if fine else _BLOT_DARKNESS
        try:
            self._renderer = mujoco.Renderer(model, height, width)
        except Exception as error:  # each OpenGL platform raises its own
            raise BodyError(_NO_DRAWING) from error
        self._renderer.scene.flags[mujoco.mjtRndFlag.mjRND_SHADOW] = fine

    def __enter__(self) -> "Studio":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._renderer.close()

    def view(self, moment: Moment) -> View:
        """The camera that has the whole robot in the frame."""
        self._pose(moment)
        balls = (
            Ball(float(x), float(y), float(z), float(self._model.geom_rbound[part]))
            for part in self._parts
            for x, y, z in [self._data.geom_xpos[part]]
        )
        return around(balls, moment.state.pose.yaw_rad)

    def shoot(self, moment: Moment, view: View) -> "Image":
        """A picture of that moment."""
        from PIL import Image  # noqa: PLC0415  # only where a picture is drawn

        self._make_up(moment.face)
        self._model.geom("blot").pos[:2] = (view.x_m, view.y_m)
        self._pose(moment)
        self._place_sun(view)
        camera = self._camera
        shot = view.composed(self._opening_rad)
        camera.lookat[:] = (shot.x_m, shot.y_m, shot.z_m)
        camera.distance = shot.distance_m
        camera.azimuth = view.azimuth_degrees
        camera.elevation = view.elevation_degrees
        self._renderer.update_scene(self._data, camera)
        drawn = Image.fromarray(self._renderer.render())
        return drawn if drawn.size == self._size else drawn.resize(self._size, Image.Resampling.BOX)

    def _pose(self, moment: Moment) -> None:
        self._data.qpos[:] = moment.positions
        self._kinematics(self._model, self._data)
        self._lights(self._model, self._data)

    def _place_sun(self, view: View) -> None:
        """Near the robot, or shadows would not reach, and behind the camera's right shoulder."""
        angle = math.radians(view.azimuth_degrees - USUAL_DEGREES)
        cos, sin = math.cos(angle), math.sin(angle)
        turned = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
        place, direction = self._sun
        self._data.light_xpos[0] = turned @ place + np.array([view.x_m, view.y_m, 0.0])
        self._data.light_xdir[0] = turned @ direction

    def _make_up(self, face: Face) -> None:
        self._model.mat_rgba[self._led][:3] = (face.red, face.green, face.blue)
        for name, (depth, width, height) in self._eye_size.items():
            size = (depth, width * face.eye_width, height * face.eye_height)
            self._model.geom(name).size[:] = size
