"""What is kept of people, and what they say about replies: read, deleted, reported."""

import asyncio
from collections import Counter
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from nlu.care.wishes import Forgotten, Reported
from robot.memory.memory import Memory
from robot.service.answers import answer
from robot.service.errors import RequestRefused
from robot.service.journal import Journal
from robot.service.limits import read_json
from robot.service.live_control import Served
from robot.service.operation import Operation, Parameter
from robot.service.shapes import (
    FeedbackRequest,
    ForgetRequest,
    ForgottenRows,
    KeptTurns,
    Reported201,
    Reports,
)

LIMIT = Parameter("limit", "At most so many, the newest", 50, 1, 1_000)
KINDS: tuple[Reported, ...] = get_args(Reported)


class MemoryApi:
    """Memory and feedback."""

    def __init__(self, served: Served, journal: Journal) -> None:
        self._memory: Memory = served.memory
        self._manner = served.manner
        self._forget = served.forget
        self._journal = journal

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What is offered."""
        return (
            Operation(
                *("GET", "/api/memory", self.read, "Turns in the memory."),
                answers={200: KeptTurns},
                query=(LIMIT,),
                refusals=(422,),
            ),
            Operation(
                *("DELETE", "/api/memory", self.forget, "Forget, for good and without a trace."),
                answers={200: ForgottenRows},
                takes=ForgetRequest,
                refusals=(422,),
            ),
            Operation(
                *("GET", "/api/feedback", self.reports, "What people reported."),
                answers={200: Reports},
            ),
            Operation(
                *("POST", "/api/feedback", self.report, "Say that a reply hurt or was wrong."),
                answers={201: Reported201},
                takes=FeedbackRequest,
                refusals=(404, 422),
            ),
        )

    async def read(self, request: Request) -> Response:
        """See `operations`."""
        limit = LIMIT.of(request)
        return answer(KeptTurns(await asyncio.to_thread(self._memory.turns, limit)))

    async def forget(self, request: Request) -> Response:
        """See `operations`."""
        what: Forgotten = (await read_json(request, ForgetRequest)).what
        return answer(ForgottenRows(await asyncio.to_thread(self._forget, what)))

    async def reports(self, _request: Request) -> Response:
        """See `operations`."""
        reports = await asyncio.to_thread(self._memory.reports)
        kinds = Counter(report.kind for report in reports)
        counts: dict[str, int] = {kind: kinds[kind] for kind in KINDS}
        counts["open"] = sum(report.state == "open" for report in reports)
        return answer(Reports(reports, counts))

    async def report(self, request: Request) -> Response:
        """See `operations`."""
        wanted = await read_json(request, FeedbackRequest)
        return answer(Reported201(await asyncio.to_thread(self._report, wanted)), 201)

    def _report(self, wanted: FeedbackRequest) -> bool:
        record = self._journal.find(wanted.turn)
        if record is None or not record.reply:
            raise RequestRefused(
                404, "no_turn", "There is no such reply in this run any more.", "turn"
            )
        language = record.reply_language or record.language or ""
        number = self._journal.kept_number(record)
        return self._manner.report(wanted.kind, record.reply, number, language)
