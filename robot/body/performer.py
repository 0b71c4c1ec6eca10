"""Performs actions on the body and tells what was measured, never what was wished."""

import threading
from contextlib import suppress
from dataclasses import replace

from nlu.actions import (
    Action,
    Express,
    Gesture,
    Led,
    Posture,
    Query,
    Sequence,
    Single,
    Stop,
    Turn,
    Volume,
    Walk,
)
from robot.body.errors import BodyError, BodyRefused, Latched, StaleEpoch
from robot.body.limits import check, governed_name
from robot.body.motion import DONE, NOT_REACHED, SETTLE_S, STOPPED, Ending, Motion, Pace, reason_of
from robot.body.odometry import Track, joined
from robot.body.rules import Rules
from robot.body.state import STILL, BodyState, Measured, Performed, Pose
from robot.body.verdict import Governed, Refused
from robot.body.walking import TurnCourse, WalkCourse
from robot.body.writer import Watch, Writer, nothing

LIMITED = "limited"
"""Reason: done, with a number brought within its cap."""
ALREADY = "already"
"""Reason: done, nothing moved; the body was as asked."""
STILL_MOVING = "still_moving"
"""Reason: the body did not come to rest when it was halted."""


class Performer:
    """Takes actions that were understood and agreed to; limits are looked at once more.

    One at a time: what comes while another is under way is refused as `occupied`, but for a stop
    and questions, which pass at any time and from any thread.
    """

    def __init__(self, writer: Writer, rules: Rules, max_motion_s: float = 60.0) -> None:
        self._writer = writer
        self._rules = rules
        self._max_motion_s = max_motion_s
        self._performing = threading.Lock()

    def perform(
        self, action: Action, watch: Watch = nothing, epoch: int | None = None
    ) -> Performed:
        """Do `action`; return when it is over, with what was measured.

        `watch` is called every COMMAND_PERIOD_S of the body's time, and may stop the writer.
        `epoch` is the writer's at the time the words were said, where that is known: a stop that
        came since drops the action. After a stop the latch is waited out. Never raises for
        what the body does; what `watch` raises passes through, with the body halted.
        """
        match action:
            case Stop():
                return self._stop(action, watch)
            case Query():
                return self._answer(action)
        if not self._performing.acquire(blocking=False):
            return Performed(action, action, "refused", "occupied")
        try:
            return self._begin(action, watch, self._writer.epoch if epoch is None else epoch)
        except BaseException:
            with suppress(BodyError):
                self._writer.stop()
            raise
        finally:
            self._performing.release()

    def _begin(self, action: Action, watch: Watch, epoch: int) -> Performed:
        try:
            self._wait_out_latch(watch, epoch)
            if not isinstance(action, Sequence):
                return self._step(action, watch, epoch)
            verdict = check(action, self._writer.abilities, self._rules, self._writer.observe())
        except StaleEpoch:
            return Performed(action, action, "stopped", STOPPED.reason)
        except BodyError as error:
            return Performed(action, action, "failed", reason_of(error))
        if isinstance(verdict, Refused):
            return Performed(action, action, "refused", verdict.reason)
        return self._do_steps(action, verdict.action, watch, epoch)

    def _wait_out_latch(self, watch: Watch, epoch: int) -> None:
        """Return once the body may be moved in `epoch`; raises StaleEpoch after another stop."""
        pace = Pace(self._writer, watch)
        waited = False
        while epoch == self._writer.epoch:
            try:
                self._writer.begin()
            except Latched:
                waited = True
                pace.pass_period()
            else:
                break
        self._writer.raise_if_stale(epoch)
        if waited:  # the body may coast for longer than the latch holds
            self._writer.settle(SETTLE_S, watch)

    def _do_steps(
        self, requested: Sequence, allowed: Action, watch: Watch, epoch: int
    ) -> Performed:
        """Step by step, up to the first that is not done."""
        steps: list[Performed] = []
        for step in requested.steps:
            steps.append(self._step(step, watch, epoch))
            if steps[-1].outcome != "done":
                break
        last = steps[-1]
        limited = any(step.reason == LIMITED for step in steps)
        reason = last.reason if last.outcome != "done" else LIMITED if limited else None
        measured = _together(steps)
        return Performed(requested, allowed, last.outcome, reason, measured, tuple(steps))

    def _step(self, step: Single, watch: Watch, epoch: int) -> Performed:
        match step:
            case Query():
                return self._answer(step)
            case Stop():
                return self._pause(step, watch)
        return self._try(step, watch, epoch)

    def _pause(self, stop: Stop, watch: Watch) -> Performed:
        """A stop among other steps ("walk, stop and wave") does not take back what follows."""
        try:
            stands = self._writer.settle(SETTLE_S, watch)
        except BodyError as error:
            return Performed(stop, stop, "failed", reason_of(error))
        ending = DONE if stands else Ending("failed", STILL_MOVING)
        return Performed(stop, stop, ending.outcome, ending.reason)

    def _try(self, action: Governed, watch: Watch, epoch: int) -> Performed:
        """One action, if the limits allow it in the state the body is in now."""
        try:
            self._writer.raise_if_stale(epoch)
            state = self._writer.observe()
            verdict = check(action, self._writer.abilities, self._rules, state)
            if isinstance(verdict, Refused):
                return Performed(action, action, "refused", verdict.reason)
            if isinstance(action, Posture) and action.name == state.posture:
                return Performed(action, action, "done", ALREADY, Measured(posture=state.posture))
            longest_s = min(self._rules.of(governed_name(action)).max_s, self._max_motion_s)
            motion = Motion(self._writer, epoch, watch, longest_s)
        except StaleEpoch:
            return Performed(action, action, "stopped", STOPPED.reason)
        except BodyError as error:
            return Performed(action, action, "failed", reason_of(error))
        performed = self._do(verdict.action, motion)
        reason = LIMITED if verdict.changes and performed.outcome == "done" else performed.reason
        return replace(performed, requested=action, reason=reason)

    def _do(self, action: Action, motion: Motion) -> Performed:
        try:
            ending = self._run(action, motion)
        except StaleEpoch:
            ending = STOPPED
        except BodyRefused as error:
            ending = Ending("stopped" if motion.has_begun else "refused", error.reason)
        except BodyError as error:
            ending = Ending("failed", reason_of(error))
        if ending.outcome in ("stopped", "refused") and not motion.has_begun:
            return Performed(action, action, ending.outcome, ending.reason)
        if ending != DONE:
            ending = _settled(ending, motion)
        measured = self._measured(action, motion, ending)
        return Performed(action, action, ending.outcome, ending.reason, measured)

    def _run(self, action: Action, motion: Motion) -> Ending:
        caps = self._rules.caps_of(self._writer.abilities.caps)
        match action:
            case Walk(dx_m=dx_m, dy_m=dy_m, speed_mps=speed_mps):
                return motion.go(WalkCourse(dx_m, dy_m, speed_mps or caps.usual_mps, caps))
            case Turn(angle_rad=angle_rad):
                return motion.go(TurnCourse(angle_rad, caps))
            case Express() | Led() | Volume():
                return motion.tell(action)
            case Posture(name=name):
                ending = motion.run(action)
                reached = self._writer.observe().posture == name
                return ending if reached or ending != DONE else NOT_REACHED
            case Stop() | Query() | Sequence():
                return DONE
        return motion.run(action)

    def _measured(self, action: Action, motion: Motion, ending: Ending) -> Measured:
        measured = motion.measured()
        match action:
            case Gesture(repeat=repeat) if ending == DONE:
                return replace(measured, repeats=repeat)
            case Volume(percent=percent, relative=False) if ending == DONE:
                return replace(measured, volume_percent=percent)
            case Posture():
                with suppress(BodyError):
                    return replace(measured, posture=self._writer.observe().posture)
        return measured

    def _stop(self, action: Stop, watch: Watch) -> Performed:
        try:
            self._writer.stop()
            track = Track(self._writer.observe())
            stands = self._writer.settle(SETTLE_S, watch)
            track.follow(self._writer.observe(), STILL)
        except BodyError as error:
            return Performed(action, action, "failed", reason_of(error))
        ending = DONE if stands else Ending("failed", STILL_MOVING)
        here = track.here
        measured = Measured(here.x_m, here.y_m, here.yaw_rad, track.seconds)
        return Performed(action, action, ending.outcome, ending.reason, measured)

    def _answer(self, action: Query) -> Performed:
        try:
            state = self._writer.observe()
        except BodyError as error:
            return Performed(action, action, "failed", reason_of(error))
        untold = action.about == "battery" and state.battery_share is None
        if untold or action.about not in self._writer.abilities.queries:
            return Performed(action, action, "refused", "not_able")
        return Performed(action, action, "done", None, _told(state))


def _settled(ending: Ending, motion: Motion) -> Ending:
    """`ending` after the body was halted; it is worse when that could not be done."""
    try:
        return ending if motion.settle() else Ending("failed", STILL_MOVING)
    except BodyError as error:
        return Ending("failed", ending.reason if ending.outcome == "failed" else reason_of(error))


def _told(state: BodyState) -> Measured:
    """The state itself, in the body's odometry frame."""
    pose = state.pose
    return Measured(
        x_m=pose.x_m,
        y_m=pose.y_m,
        yaw_rad=pose.yaw_rad,
        posture=state.posture,
        battery_share=state.battery_share,
    )


def _together(steps: list[Performed]) -> Measured:
    """What the steps came to, relative to where the first one began."""
    here, seconds = Pose(), 0.0
    posture = None
    for step in steps:
        part = step.measured
        if part is None or isinstance(step.action, Query):
            continue
        here = joined(here, Pose(part.x_m or 0.0, part.y_m or 0.0, part.yaw_rad or 0.0))
        seconds += part.seconds or 0.0
        posture = part.posture or posture
    return Measured(here.x_m, here.y_m, here.yaw_rad, seconds, posture=posture)
