"""Calls to one service of a Unitree robot: a request on one topic, the answer on another."""

import itertools
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from robot.body.dds.link import Link
from robot.body.dds.messages.unitree_api import (
    Request,
    RequestHeader,
    RequestIdentity,
    RequestPolicy,
    Response,
)
from robot.body.errors import BodyError, BodyLost, BodyRefused

CALL_S = 0.3
"""An answer takes a few milliseconds; a robot that takes longer has gone."""
_MAX_OPEN = 256
"""Calls whose answer is still waited for; the oldest are forgotten."""

Parameter = Mapping[str, float | Sequence[float]]

REASONS: dict[int, tuple[str, str]] = {
    7400: ("occupied", "Its arms are busy. Wait until they are done"),
    7401: ("occupied", "Its arms hold a position. Release them first"),
    7402: ("not_able", "It does not know this action; its firmware may be another"),
    7404: ("wrong_posture", "It does not take this in its present state. Let it stand first"),
    8302: ("not_able", "It does not know this state; its firmware may be another"),
    3203: ("not_able", "Its firmware does not serve this call"),
}
"""What a code of an answer means: our reason, and a sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the robot answered."""

    call: int
    api: int
    code: int
    data: str

    def number(self) -> int | None:
        """The number in `{"data": 500}`; None for anything else."""
        return _field(self.data, "data")


class Service:
    """One service by its name: `sport`, `arm`, `voice`."""

    def __init__(self, link: Link, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._clock = clock
        self._requests = link.outlet(f"/api/{name}/request", Request)
        self._responses = link.inlet(f"/api/{name}/response", Response)
        # Every client hears every answer: ids must differ between processes, too.
        self._ids = itertools.count(time.time_ns())
        self._open: dict[int, int] = {}
        """Api by id, of the calls not yet answered."""
        self._answers: list[Answer] = []

    @property
    def is_there(self) -> bool:
        """Whether a robot serves it."""
        return self._requests.listeners > 0

    def send(self, api: int, parameter: Parameter) -> int:
        """Call without waiting; the answer comes by `answers`. Returns the call's number."""
        number = next(self._ids)
        self._open[number] = api
        while len(self._open) > _MAX_OPEN:
            del self._open[next(iter(self._open))]
        header = RequestHeader(
            identity=RequestIdentity(number, api), policy=RequestPolicy(noreply=False)
        )
        self._requests.write(Request(header, json.dumps(parameter)))
        return number

    def answers(self) -> list[Answer]:
        """What was answered since the last time, to any call of ours that was not waited for."""
        self._take()
        answers, self._answers = self._answers, []
        return answers

    def call(self, api: int, parameter: Parameter) -> Answer:
        """Call and wait for the answer. Raises BodyLost when none comes within CALL_S."""
        number = self.send(api, parameter)
        ends_s = self._clock() + CALL_S
        while True:
            self._take()
            for answer in self._answers:
                if answer.call == number:
                    self._answers.remove(answer)
                    return answer
            left_s = ends_s - self._clock()
            if left_s <= 0:
                raise BodyLost(
                    f"The robot's service `{self.name}` does not answer. Check that it is on, on"
                    " this network, and not in debug mode."
                )
            self._responses.wait(left_s)

    def ask(self, api: int, parameter: Parameter) -> Answer:
        """Like `call`; raises BodyRefused with the robot's reason when it will not."""
        answer = self.call(api, parameter)
        raise_if_refused(answer)
        return answer

    def _take(self) -> None:
        for response in self._responses.take():
            identity = response.header.identity
            if self._open.pop(identity.id, None) is not None:
                code = response.header.status.code
                self._answers.append(Answer(identity.id, identity.api_id, code, response.data))


def raise_if_refused(answer: Answer) -> None:
    """Raise BodyRefused, or BodyError for a code that is not known, unless it was done."""
    if answer.code == 0:
        return
    if answer.code in REASONS:
        reason, sentence = REASONS[answer.code]
        raise BodyRefused(reason, f"{sentence} (code {answer.code}).")
    raise BodyError(
        f"The robot answered call {answer.api} with code {answer.code}. Look it up in its manual."
    )


class _Data(msgspec.Struct):
    data: int | None = None
    volume: int | None = None


def _field(text: str, name: str) -> int | None:
    try:
        parsed = msgspec.json.decode(text, type=_Data)
    except msgspec.DecodeError:
        return None
    return parsed.volume if name == "volume" else parsed.data


def volume_in(answer: Answer) -> int | None:
    """The number in `{"volume": 50}`."""
    return _field(answer.data, "volume")
