"""A fake G1 in a second process and our body on it, for the tests of the Unitree body."""

import json
from pathlib import Path

from msgspec.structs import replace

from robot.body.dds.link import open_link
from robot.body.driver import Discrete
from robot.body.state import COMMAND_PERIOD_S, BodyState, Velocity
from robot.body.unitree.body import UnitreeBody
from robot.body.unitree.table import Table, load_table
from tests.dds_domains import LOOPBACK
from tests.programs import Facts, Program


def hurried(table: Table) -> Table:
    """The same numbers for a robot whose movements take a third of a second."""
    return replace(
        table,
        posture=tuple(replace(row, step_s=0.45) for row in table.posture),
        gesture=tuple(replace(row, seconds=0.35) for row in table.gesture),
    )


class Scene:
    """A robot started anew, and our body on it."""

    def __init__(
        self, program: tuple[int, Program], fsm: int, record: Path, options: str = ""
    ) -> None:
        self.domain, self.robot = program
        self._record = record
        self.robot.ask(f"{record} {fsm} {options}")
        self.robot.expect("ready")
        self.body = UnitreeBody(open_link(self.domain, LOOPBACK), hurried(load_table("g1")))
        assert self.body.find(5.0)

    def run(self, action: Discrete) -> BodyState:
        """Start and wait until it is over."""
        self.body.start(action)
        for _ in range(200):
            state = self.body.observe()
            if not state.busy:
                return state
            self.body.wait(COMMAND_PERIOD_S)
        raise AssertionError(f"{action} takes too long")

    def run_on(self) -> BodyState:
        """The state a period later."""
        self.body.wait(COMMAND_PERIOD_S)
        return self.body.observe()

    def drive(self, velocity: Velocity, seconds: float) -> None:
        for _ in range(round(seconds / COMMAND_PERIOD_S)):
            self.body.drive(velocity)
            self.body.wait(COMMAND_PERIOD_S)
            self.body.observe()

    def requests(self) -> list[Facts]:
        """All that the robot was sent."""
        return [json.loads(line) for line in self._record.read_text("utf-8").splitlines()]

    def sent(self, service: str, api: int) -> list[object]:
        """What it was sent by one call."""
        return [
            json.loads(str(facts["parameter"]))
            for facts in self.requests()
            if (facts["service"], facts["api"]) == (service, api)
        ]
