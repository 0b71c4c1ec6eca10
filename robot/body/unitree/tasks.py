"""What the robot runs by itself once it was told: gestures and changes of posture, step by step."""

from typing import Protocol

from nlu.actions import PostureName
from robot.body.errors import BodyError, BodyRefused
from robot.body.unitree.service import Service
from robot.body.unitree.table import NEVER_SENT, GestureRow, PostureRow, Table

RELEASE_S = 1.0
"""What an end takes: arms back to the robot's sides."""
_RETRY_S = 0.3
"""Arms that are still busy are asked again after this."""
_PATIENCE_S = 3.0


class Task(Protocol):
    """Something under way."""

    def advance(self, now_s: float) -> bool:
        """Do what is due; whether it is still under way. Raises BodyError when it failed."""
        ...

    def cut(self, now_s: float) -> None:
        """End it, as far as the robot lets one; safe to repeat."""
        ...


class GestureCalls:
    """How a gesture is begun and ended: by the arm service, or by a task of the sport service."""

    def __init__(self, table: Table, sport: Service, arm: Service | None) -> None:
        self._table = table
        self._sport = sport
        self._arm = arm

    def ask(self, row: GestureRow, number: int) -> None:
        """Begin and wait for the answer. Raises BodyRefused with the robot's reason."""
        service, api, key = self._way(row)
        service.ask(api, {key: number})

    def send(self, row: GestureRow, number: int) -> None:
        """The same without waiting."""
        service, api, key = self._way(row)
        service.send(api, {key: number})

    def end_of(self, row: GestureRow) -> int | None:
        """What cuts it short."""
        return row.end if row.by == "sport" or self._table.arm is None else self._table.arm.release

    def _way(self, row: GestureRow) -> tuple[Service, int, str]:
        if row.by == "arm" and self._arm is not None and self._table.arm is not None:
            return self._arm, self._table.arm.execute, "action_id"
        assert self._table.sport.arm_task is not None, "checked on load"
        return self._sport, self._table.sport.arm_task, "data"


class GestureTask:
    """A gesture, some times over."""

    def __init__(self, calls: GestureCalls, row: GestureRow, repeat: int, now_s: float) -> None:
        """Begin it. Raises BodyRefused when the robot will not."""
        self._calls = calls
        self._row = row
        self._left = repeat - 1
        self._due_s = now_s + row.seconds
        self._patience_s = _PATIENCE_S
        self._ended = False
        self._cut = False
        self._cut_again_s = now_s
        calls.ask(row, row.id)

    def advance(self, now_s: float) -> bool:
        """Repeat, then end, then be over."""
        if now_s < self._due_s:
            return True
        if self._cut:
            return False
        if self._left:
            if self._is_taken(self._row.id, now_s, self._row.seconds):
                self._left -= 1
            return True
        if self._row.end is not None and not self._ended:
            self._ended = self._is_taken(self._row.end, now_s, RELEASE_S)
            return True
        return False

    def cut(self, now_s: float) -> None:
        """Send the end now. Arms need a moment to come back; that counts as under way."""
        if self._cut and now_s < self._cut_again_s:
            return
        if not self._cut:
            self._cut = True
            self._due_s = now_s + RELEASE_S
        self._cut_again_s = now_s + _RETRY_S
        number = self._calls.end_of(self._row)
        if number is not None:
            self._calls.send(self._row, number)

    def _is_taken(self, number: int, now_s: float, seconds: float) -> bool:
        """Send the next number. Arms that are still busy with the last one are asked again."""
        try:
            self._calls.ask(self._row, number)
        except BodyRefused as refused:
            if refused.reason != "occupied" or self._patience_s <= 0:
                raise
            self._patience_s -= _RETRY_S
            self._due_s = now_s + _RETRY_S
            return False
        self._due_s = now_s + seconds
        return True


class PostureTask:
    """A way from one posture to another."""

    def __init__(self, table: Table, sport: Service, row: PostureRow, now_s: float) -> None:
        """Begin it. Raises BodyRefused when the robot will not."""
        self._table = table
        self._sport = sport
        self._row = row
        self._next = 0
        self._due_s = now_s
        self._send_next(now_s)

    @property
    def leads_to(self) -> PostureName:
        """Where it ends."""
        return self._row.name

    def advance(self, now_s: float) -> bool:
        """Send the next number when the last has had its time."""
        if now_s < self._due_s:
            return True
        if self._next == len(self._row.send):
            return False
        self._send_next(now_s)
        return True

    def cut(self, now_s: float) -> None:
        """Send no more of it; the step under way cannot be cut without a fall."""
        del now_s
        self._next = len(self._row.send)

    def _send_next(self, now_s: float) -> None:
        number = self._row.send[self._next]
        if number in NEVER_SENT:  # the table was checked; this is the last door
            raise BodyError("States 0 and 1 let the robot fall; they are never sent.")
        self._sport.ask(self._table.sport.set_fsm, {"data": number})
        self._next += 1
        self._due_s = now_s + self._row.step_s
