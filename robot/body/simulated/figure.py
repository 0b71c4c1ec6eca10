"""The joints of the humanoid over time: posture, then walking, then what it does with the rest."""

import math

from nlu.actions import PostureName
from robot.body.simulated import gait
from robot.body.simulated.activity import Activity, Changing, Looking
from robot.body.simulated.joints import HEAD, Joints
from robot.body.simulated.keyframes import blend, smooth
from robot.body.simulated.movements import Stance
from robot.body.state import STILL, Velocity

_STEPPING_MPS = 0.02
_STEPPING_RADPS = 0.04
"""Below these the feet stay on the floor."""


class Figure:
    """Targets of all joints, a period at a time."""

    def __init__(self, stance: Stance) -> None:
        self.home: dict[str, float] = dict(stance.joints)
        """Where the posture and the gaze hold every joint."""
        self.activity: Activity | None = None
        self._posture = stance.name
        self._phase = 0.0
        self._walking = 0.0
        """0 stands, 1 walks."""
        self._stride: Velocity = STILL
        """The newest speed that was worth a step; the last one fades out with it."""

    @property
    def posture(self) -> PostureName:
        """The posture it is in, or nearest to."""
        return self._posture

    def begin(self, activity: Activity) -> None:
        """Do this from now on."""
        self.activity = activity

    def pass_time(self, velocity: Velocity, period_s: float) -> Joints:
        """One period later, with the base moving like this: where every joint should be."""
        self._step(velocity, period_s)
        activity = self.activity
        if activity is None:
            return self._walked(self.home)
        activity.pass_time(period_s)
        moved = activity.joints(self.home)
        if isinstance(activity, Changing):
            self._posture = activity.posture
        if isinstance(activity, Changing | Looking):
            self.home |= moved
        if activity.is_over:
            self.activity = None
        return {**self._walked(self.home), **moved}

    def gaze(self) -> Joints:
        """Where the head is held."""
        return {name: self.home[name] for name in HEAD}

    def _step(self, velocity: Velocity, period_s: float) -> None:
        speed = math.hypot(velocity.x_mps, velocity.y_mps)
        is_stepping = speed > _STEPPING_MPS or abs(velocity.yaw_radps) > _STEPPING_RADPS
        change = period_s / gait.BLEND_S
        self._walking = min(max(self._walking + (change if is_stepping else -change), 0.0), 1.0)
        if is_stepping:
            self._stride = velocity
        if self._walking > 0.0:
            self._phase += gait.cadence_hz(self._stride) * period_s
        else:
            self._phase = 0.0

    def _walked(self, home: Joints) -> dict[str, float]:
        if self._walking == 0.0:
            return dict(home)
        return blend(home, gait.stride(self._phase, self._stride), smooth(self._walking))
