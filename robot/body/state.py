"""The words of the body: where it is, how it stands, what it was told and what it did."""

from dataclasses import dataclass
from typing import Literal

from nlu.actions import Action, PostureName

REST_MPS = 0.01
REST_RADPS = 0.02
"""Below these measured speeds a body counts as standing still."""
VELOCITY_LIFE_S = 0.5
"""A velocity that is older than this is zero at the consumer (notes: ros2_controllers' default)."""
COMMAND_PERIOD_S = 0.05
"""Velocities are repeated at 20 Hz."""

Outcome = Literal["done", "stopped", "refused", "failed", "needs_confirmation"]
"""What became of an action. `needs_confirmation`: read back, nothing moved yet."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the body stands in its odometry frame."""

    x_m: float = 0.0
    y_m: float = 0.0
    yaw_rad: float = 0.0


@dataclass(frozen=True, slots=True)
class Velocity:
    """A wish to move, in the body's own frame."""

    x_mps: float = 0.0
    y_mps: float = 0.0
    yaw_radps: float = 0.0


STILL = Velocity()


@dataclass(frozen=True, slots=True)
class BodyState:
    """What the body last told of itself."""

    time_s: float
    """The body's own clock; it only grows."""
    pose: Pose
    velocity: Velocity
    """Measured."""
    posture: PostureName
    busy: bool = False
    """A gesture, a change of posture or a dance is in progress."""
    battery_share: float | None = None
    """0..1; None: the body does not tell."""
    fault: str | None = None
    """A reason code such as `fallen`, `blocked`, `lost`; None: all is well."""
    has_odometry: bool = True
    """False: `pose` and `velocity` are reckoned from what was commanded."""

    @property
    def is_still(self) -> bool:
        """No measured motion of the base."""
        return (
            abs(self.velocity.x_mps) < REST_MPS
            and abs(self.velocity.y_mps) < REST_MPS
            and abs(self.velocity.yaw_radps) < REST_RADPS
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """What really happened, relative to where the action began: never what was asked for."""

    x_m: float | None = None
    y_m: float | None = None
    yaw_rad: float | None = None
    seconds: float | None = None
    repeats: int | None = None
    """Whole repetitions of a gesture."""
    posture: PostureName | None = None
    volume_percent: int | None = None
    battery_share: float | None = None


@dataclass(frozen=True, slots=True)
class Performed:
    """An action after it was tried."""

    requested: Action
    """As it was understood."""
    action: Action
    """After limits: what the body was told."""
    outcome: Outcome
    reason: str | None = None
    """A reason code for programs: why it was refused, changed, stopped or failed."""
    measured: Measured | None = None
    """None where nothing was begun."""
    steps: tuple["Performed", ...] = ()
    """Of a sequence: what became of each step that was reached."""
