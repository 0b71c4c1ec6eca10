"""Say, ask and stop."""

import asyncio
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from audio.errors import AudioError
from audio.listener import utterance_events
from audio.sound import SpeechEnded, Utterance
from audio.sound_file import read_blocks
from config.settings import Settings
from robot.service.answers import answer
from robot.service.errors import RequestRefused
from robot.service.journal import Journal
from robot.service.limits import SOUND_TYPES, Places, content_type, read_json, read_sound
from robot.service.live_control import LiveControl
from robot.service.operation import Operation
from robot.service.security import STOP_PATH
from robot.service.shapes import Nothing, Queued, StoppedAnswer, TextRequest, TurnObject, Turns
from robot.turn_record import TurnRecord

LONGEST_SOUND_S = 120.0
"""Of one upload; more would be a file for `sori ask`."""
SOUNDS_AT_ONCE = 2
CLIENT_GONE = 499
"""Nobody reads this status; it is for the metrics."""


class TalkApi:
    """What makes Sori speak, answer and be still."""

    def __init__(self, live: LiveControl, journal: Journal, settings: Settings) -> None:
        self._live = live
        self._journal = journal
        self._answer_within_s = settings.service.answer_within_s
        longest_s = min(LONGEST_SOUND_S, settings.sound_file.max_duration_s)
        self._sound_file = msgspec.structs.replace(settings.sound_file, max_duration_s=longest_s)
        self._voice_activity = settings.voice_activity
        self._sounds = Places(SOUNDS_AT_ONCE, "sounds")

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What is offered."""
        return (
            Operation(
                *("POST", "/api/say", self.say, "Say words aloud, screened like any reply."),
                answers={202: Queued},
                takes=TextRequest,
                refusals=(422,),
            ),
            Operation(
                *("POST", "/api/ask", self.ask, "Answer words aloud; the turn comes back."),
                answers={200: (TurnObject, Turns)},
                takes=TextRequest,
                takes_also=tuple(sorted(SOUND_TYPES)),
                refusals=(409, 422, 504),
            ),
            Operation(
                *("POST", STOP_PATH, self.stop, "Stop body, thought and voice. Never limited."),
                answers={200: StoppedAnswer},
                takes=Nothing,
            ),
        )

    async def say(self, request: Request) -> Response:
        """See `operations`."""
        wanted = await read_json(request, TextRequest)
        self._live.say(wanted.text)
        return answer(Queued(), 202)

    async def ask(self, request: Request) -> Response:
        """One turn object for words; for a sound `{"turns": [...]}`."""
        if content_type(request) in SOUND_TYPES:
            return await self._ask_sound(request)
        wanted = await read_json(request, TextRequest)
        gone = asyncio.create_task(_client_gone(request))
        try:
            async with asyncio.timeout(self._answer_within_s):
                record = await self._answer_of(self._live.ask(wanted.text), gone)
        except TimeoutError as error:
            raise self._too_late() from error
        finally:
            gone.cancel()
        return Response(record.as_json(), media_type="application/json")

    async def stop(self, request: Request) -> Response:
        """The body of the request is not waited for: nothing in it could matter."""
        del request
        await _in_own_thread(self._live.stop)
        return answer(StoppedAnswer())

    async def _ask_sound(self, request: Request) -> Response:
        async with self._sounds.one():
            with tempfile.TemporaryDirectory(prefix="sori-") as folder:
                file = Path(folder) / "sound"
                with file.open("wb") as opened:
                    await read_sound(request, opened)
                utterances = await asyncio.to_thread(self._utterances, file)
            gone = asyncio.create_task(_client_gone(request))
            turns: list[msgspec.Raw] = []
            try:
                async with asyncio.timeout(self._answer_within_s):
                    for utterance in utterances:
                        record = await self._answer_of(self._live.ask_sound(utterance), gone)
                        turns.append(msgspec.Raw(record.as_json().encode()))
            except TimeoutError as error:
                raise self._too_late() from error
            finally:
                gone.cancel()
        return answer(Turns(turns))

    def _utterances(self, file: Path) -> Sequence[Utterance]:
        try:
            with read_blocks(file, self._sound_file) as sound:
                events = list(utterance_events(sound, self._voice_activity))
        except AudioError as error:
            raise RequestRefused(422, error.code, error.message) from error
        return [event.utterance for event in events if isinstance(event, SpeechEnded)]

    async def _answer_of(
        self, promised: Future[TurnRecord], gone: "asyncio.Task[None]"
    ) -> TurnRecord:
        """Wait for a turn, but not for longer than the client does; the turn itself goes on.

        `promised` belongs to the turn: it is never cancelled from here.
        """
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        promised.add_done_callback(lambda _: _tell(loop, ended.set))
        waiting = asyncio.create_task(ended.wait())
        try:
            await asyncio.wait((waiting, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if not promised.done():
            raise RequestRefused(CLIENT_GONE, "gone", "The client did not wait for the answer.")
        if promised.cancelled():
            raise RequestRefused(
                409, "dropped", "The question was dropped by a stop, or too many waited. Ask again."
            )
        record = promised.result()
        await asyncio.to_thread(self._journal.wait_for, record)
        return record

    def _too_late(self) -> RequestRefused:
        return RequestRefused(
            504,
            "no_answer",
            f"The answer took over {self._answer_within_s:.0f} s. It may still come:"
            " see /api/turns.",
        )


async def _client_gone(request: Request) -> None:
    """Return when the client has closed the connection; its body has been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """From a turn's thread; the loop may be gone when the turn ends."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)


async def _in_own_thread(call: Callable[[], None]) -> None:
    """Make a call that must not wait for anybody: no pool, no queue."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def finish(error: Exception | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def run() -> None:
        trouble: Exception | None = None
        try:
            call()
        except Exception as error:  # noqa: BLE001  # whatever it is, the one who asked is told
            trouble = error
        _tell(loop, lambda: finish(trouble))

    threading.Thread(target=run, name="stop", daemon=True).start()
    await done
