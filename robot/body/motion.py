"""One action under way: lets the body's time pass, follows where it goes, brings it to rest."""

import math
from dataclasses import dataclass

from robot.body.driver import Discrete
from robot.body.errors import BodyError, BodyLost
from robot.body.odometry import Track
from robot.body.state import COMMAND_PERIOD_S, STILL, BodyState, Measured, Outcome, Velocity
from robot.body.walking import Course
from robot.body.writer import Watch, Writer

SETTLE_S = 2.0
"""A body that was told to halt stands still within this."""
_SILENT_PERIODS = 20
"""A body whose time stands still for so many periods is gone."""
_BLOCKED_S = 1.0
"""Commanded to move and getting nowhere for so long: something is in the way."""
_PROGRESS_M = 0.005
_LONGEST_GAP_S = 2.0
"""Who was held up for longer (a suspended process) does not walk on as if nothing had been."""
_STILL_PERIODS = 2
"""In a row, before it is measured where the body came to rest: odometry comes late."""
_APPROACHES = 3
"""Once at rest beside its target it corrects itself, twice at most."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a motion ended."""

    outcome: Outcome
    reason: str | None = None


DONE = Ending("done")
STOPPED = Ending("stopped", "stop")
NOT_REACHED = Ending("failed", "not_reached")
"""The body says that it is over, but it is not where, or not as, it was asked to be."""


class Pace:
    """Lets the body's time pass, a period at a time, and tells the watch."""

    def __init__(self, writer: Writer, watch: Watch) -> None:
        self._writer = writer
        self._watch = watch
        self._time_s = -math.inf
        self._silent = 0

    def pass_period(self) -> BodyState:
        """The state a period later. Raises BodyLost when the body's time stands still."""
        self._writer.wait(COMMAND_PERIOD_S)
        state = self._writer.observe()
        grows = state.time_s > self._time_s  # false for what is not a number
        self._silent = 0 if grows else self._silent + 1
        if self._silent >= _SILENT_PERIODS:
            raise BodyLost("The body's clock stands still. Check that it runs.")
        self._time_s = state.time_s
        self._watch(state.time_s)
        return state


class Motion:
    """From here on, in one epoch. Every method raises StaleEpoch once a stop came."""

    def __init__(self, writer: Writer, epoch: int, watch: Watch, max_s: float) -> None:
        self._writer = writer
        self._epoch = epoch
        self._pace = Pace(writer, watch)
        self._watch = watch
        self._max_s = max_s
        self._began = self._newest = writer.observe()
        self._track = Track(self._began)
        self._has_begun = False
        self._was_held_up = False

    @property
    def has_begun(self) -> bool:
        """Whether the body was told anything."""
        return self._has_begun

    def measured(self) -> Measured:
        """What was travelled so far."""
        here = self._track.here
        return Measured(here.x_m, here.y_m, here.yaw_rad, self._track.seconds)

    def go(self, course: Course) -> Ending:
        """Drive along `course` to its end and come to rest."""
        for _ in range(_APPROACHES):
            ending = self._drive(course)
            if ending != DONE:
                return ending
            self._come_to_rest()
            if course.is_close(self._track.here):
                break
        return DONE if course.is_near(self._track.here) else NOT_REACHED

    def run(self, action: Discrete) -> Ending:
        """Let the body run `action` by itself until it is over."""
        self._writer.start(action, self._epoch)
        self._has_begun = True
        while self._writer.observe().busy:
            self._pass_period(STILL)
            if ending := self._must_end():
                return ending
        self._writer.raise_if_stale(self._epoch)
        return DONE

    def tell(self, action: Discrete) -> Ending:
        """Have the body do what takes no time."""
        self._writer.start(action, self._epoch)
        self._has_begun = True
        return DONE

    def settle(self) -> bool:
        """Halt until the body stands still, in whatever epoch; whether it does."""
        stands = self._writer.settle(SETTLE_S, self._watch)
        self._track.follow(self._writer.observe(), STILL)
        return stands

    def _drive(self, course: Course) -> Ending:
        commanded = STILL
        best_m, since_s = math.inf, 0.0
        while not course.is_reached(self._track.here):
            left_m = course.left_m(self._track.here)
            if left_m < best_m - _PROGRESS_M:
                best_m, since_s = left_m, self._track.seconds
            elif self._track.seconds - since_s > _BLOCKED_S:
                break
            commanded = course.velocity(self._track.here, commanded)
            self._writer.drive(commanded, self._epoch)
            self._has_begun = True
            self._pass_period(commanded)
            if ending := self._must_end():
                return ending
        # Some bodies do not creep: near enough and no nearer is an arrival too.
        return DONE if course.is_near(self._track.here) else Ending("stopped", "blocked")

    def _come_to_rest(self) -> None:
        still = 0
        for _ in range(math.ceil(SETTLE_S / COMMAND_PERIOD_S)):
            self._writer.drive(STILL, self._epoch)
            self._pass_period(STILL)
            still = still + 1 if self._newest.is_still else 0
            if still >= _STILL_PERIODS:
                break

    def _pass_period(self, commanded: Velocity) -> None:
        before_s = self._track.seconds
        self._newest = self._pace.pass_period()
        self._track.follow(self._newest, commanded)
        self._was_held_up = self._track.seconds - before_s > _LONGEST_GAP_S
        self._writer.raise_if_stale(self._epoch)

    def _must_end(self) -> Ending | None:
        fault = self._newest.fault
        if fault is not None and fault != self._began.fault:
            return Ending("stopped" if fault == "blocked" else "failed", fault)
        if self._was_held_up:
            return Ending("stopped", "held_up")
        return Ending("stopped", "too_long") if self._track.seconds > self._max_s else None


def reason_of(error: BodyError) -> str:
    """The reason code of a failure."""
    return BodyLost.code if error.code == BodyError.code else error.code
