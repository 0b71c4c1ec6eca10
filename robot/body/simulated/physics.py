"""MuJoCo behind a small interface: targets in, time passes, what the physics did comes out.

MuJoCo is imported when a body is loaded, not before: the import alone takes a second.
"""

import ctypes.util
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from robot.body.errors import BodyError
from robot.body.simulated.joints import ALL, HIP_M, Joints, hip_height_m
from robot.body.state import Pose, Velocity

if TYPE_CHECKING:
    import mujoco

TICK_S = 0.01
"""Targets are renewed this often; the physics takes two steps in between."""
_MODEL = Path(__file__).resolve().parent / "humanoid.xml"
_BASE = ("base_x", "base_y", "base_yaw")
_WORLD = 0
"""MuJoCo's number of what does not move: floor and boxes."""
_BOXES = (
    ((1.5, 0.0, 0.3), (0.2, 0.3, 0.3)),
    ((0.0, 1.5, 0.25), (0.3, 0.2, 0.25)),
    ((0.0, -1.5, 0.45), (0.3, 0.2, 0.45)),
)
"""(middle, half size) in metres: the near faces are 1.3 m from the start."""


@dataclass(frozen=True, slots=True)
class Direction:
    """A level direction in the world, of length 1 or less."""

    x: float
    y: float


class Physics:
    """The humanoid in its world. `model` is shared with whoever draws it."""

    def __init__(self, model: "mujoco.MjModel", data: "mujoco.MjData") -> None:
        import mujoco  # noqa: PLC0415  # a second, only where this body is used

        self.model = model
        self._data = data
        self._step = mujoco.mj_step
        self._forward = mujoco.mj_forward
        self._reset = mujoco.mj_resetData
        self._steps = round(TICK_S / model.opt.timestep)
        self._base = [model.joint(name).qposadr[0] for name in _BASE]
        self._base_speed = [model.joint(name).dofadr[0] for name in _BASE]
        self._drives = [model.actuator(name).id for name in _BASE]
        self._height = model.actuator("base_z").id
        self._servos = [(name, model.actuator(name).id) for name in ALL]
        self._angles = {name: model.joint(name).qposadr[0] for name in ALL}

    def hold(self, joints: Joints) -> None:
        """New targets for all joints; the hips sink as far as the legs bend."""
        control = self._data.ctrl
        for name, servo in self._servos:
            control[servo] = joints[name]
        control[self._height] = hip_height_m(joints) - HIP_M

    def move(self, velocity: Velocity) -> None:
        """New speed of the base, in its own frame."""
        yaw = self.pose().yaw_rad
        cos, sin = math.cos(yaw), math.sin(yaw)
        control = self._data.ctrl
        control[self._drives[0]] = cos * velocity.x_mps - sin * velocity.y_mps
        control[self._drives[1]] = sin * velocity.x_mps + cos * velocity.y_mps
        control[self._drives[2]] = velocity.yaw_radps

    def settle(self, joints: Joints) -> None:
        """Start at the origin in this posture, at rest."""
        self._reset(self.model, self._data)
        self.hold(joints)
        for name, address in self._angles.items():
            self._data.qpos[address] = joints[name]
        self._data.qpos[self.model.joint("base_z").qposadr[0]] = hip_height_m(joints) - HIP_M
        self._forward(self.model, self._data)

    def tick(self) -> None:
        """Let TICK_S pass."""
        self._step(self.model, self._data, self._steps)

    def pose(self) -> Pose:
        """Where the base is."""
        x, y, yaw = (float(self._data.qpos[address]) for address in self._base)
        return Pose(x, y, yaw)

    def velocity(self) -> Velocity:
        """How the base really moves, in its own frame."""
        x, y, turning = (float(self._data.qvel[address]) for address in self._base_speed)
        yaw = float(self._data.qpos[self._base[2]])
        cos, sin = math.cos(yaw), math.sin(yaw)
        return Velocity(cos * x + sin * y, -sin * x + cos * y, turning)

    def angles(self) -> dict[str, float]:
        """Every joint as it really is."""
        return {name: float(self._data.qpos[address]) for name, address in self._angles.items()}

    def limits(self) -> dict[str, tuple[float, float]]:
        """The range of every joint."""
        ranges = {name: self.model.joint(name).range for name in ALL}
        return {name: (float(low), float(high)) for name, (low, high) in ranges.items()}

    def obstructions(self) -> list[Direction]:
        """Where the robot touches something, seen from the robot."""
        if not self._data.ncon:
            return []
        found = []
        for contact in self._data.contact[: self._data.ncon]:
            x, y = float(contact.frame[0]), float(contact.frame[1])  # from the first to the second
            robot_is_second = self.model.geom_bodyid[contact.geom[0]] == _WORLD
            found.append(Direction(-x, -y) if robot_is_second else Direction(x, y))
        return found

    def positions(self) -> tuple[float, ...]:
        """Everything that a picture of this moment needs."""
        return tuple(float(value) for value in self._data.qpos)


def load(obstacles: bool) -> Physics:
    """The humanoid, at the origin, with or without boxes around it."""
    os.environ.setdefault("MUJOCO_GL", _drawing_library())  # MuJoCo reads it while it is imported
    try:
        import mujoco  # noqa: PLC0415  # as above
    except ImportError as error:
        raise BodyError(
            "The simulated body needs MuJoCo, which is not installed."
            " Run `.venv/bin/python -m pip install 'mujoco-core>=4,<5'`."
        ) from error
    world = mujoco.MjSpec.from_file(str(_MODEL))
    for middle, half in _BOXES if obstacles else ():
        world.worldbody.add_geom(
            type=mujoco.mjtGeom.mjGEOM_BOX,
            pos=middle,
            size=half,
            material="box",
            contype=2,
            conaffinity=1,
            group=0,
        )
    model = world.compile()
    return Physics(model, mujoco.MjData(model))


def _drawing_library() -> str:
    """What MuJoCo draws with where there is no screen."""
    if ctypes.util.find_library("EGL"):
        return "egl"
    return "osmesa" if ctypes.util.find_library("OSMesa") else "disable"
