"""What Sori does now and how its parts are: state, turns, attention, picture, figures."""

import asyncio
from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from config.settings import Settings
from nlu.routes import RouteTable
from robot.body.errors import BodyError
from robot.service import metrics, picture
from robot.service.answers import answer
from robot.service.errors import RequestRefused
from robot.service.figures import Figures
from robot.service.journal import MOST_TURNS, Journal
from robot.service.limits import read_json
from robot.service.live_control import PARTS, Attention, Served
from robot.service.metrics import Metrics
from robot.service.operation import Operation, Parameter
from robot.service.picture import Photographer
from robot.service.shapes import (
    Alive,
    AttentionNow,
    BodyNow,
    ModelsNow,
    ModeRequest,
    PartHealth,
    Ready,
    StateNow,
    Turns,
)
from robot.version import VERSION

AFTER = Parameter("after", "Only turns with a higher number", 0, 0, 999_999_999)
LIMIT = Parameter("limit", "At most so many, the newest", 50, 1, MOST_TURNS)


class StateApi:
    """What is read, and whom Sori listens to."""

    def __init__(
        self,
        served: Served,
        journal: Journal,
        numbers: Metrics,
        photographer: Photographer,
        settings: Settings,
    ) -> None:
        self._live = served.live
        self._manner = served.manner
        self._onboard = served.onboard
        self._journal = journal
        self._metrics = numbers
        self._photographer = photographer
        self._language = settings.language.default
        self._models = ModelsNow(settings.recognition.model, list(_chat_models(settings)))

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What is offered."""
        return (
            Operation(
                *("GET", "/healthz", self.alive, "Whether the ear goes on."),
                answers={200: Alive, 503: Alive},
            ),
            Operation(
                *("GET", "/readyz", self.ready, "Whether who speaks now is answered."),
                answers={200: Ready, 503: Ready},
            ),
            Operation(
                *("GET", "/metrics", self.metrics, "Metrics for Prometheus."),
                answers={200: "text/plain"},
            ),
            Operation(
                *("GET", "/api/state", self.state, "Everything at a glance."),
                answers={200: StateNow},
            ),
            Operation(
                *("GET", "/api/turns", self.turns, "Turns of this run that are still kept."),
                answers={200: Turns},
                query=(AFTER, LIMIT),
                refusals=(422,),
            ),
            Operation(
                *("GET", "/api/attention", self.attention, "Whom Sori listens to."),
                answers={200: AttentionNow},
            ),
            Operation(
                *("POST", "/api/attention", self.attend, "Attend otherwise, or hold to talk."),
                answers={200: AttentionNow},
                takes=ModeRequest,
                refusals=(422,),
            ),
            Operation(
                *("GET", "/api/picture", self.picture, "The simulated body now."),
                answers={200: picture.MEDIA_TYPE},
                refusals=(404,),
            ),
            Operation(
                *("GET", "/api/figures", self.figures, "Times and counts for charts."),
                answers={200: Figures},
            ),
        )

    async def alive(self, _request: Request) -> Response:
        """See `operations`."""
        is_alive = self._journal.is_alive
        return answer(Alive(is_alive), 200 if is_alive else 503)

    async def ready(self, _request: Request) -> Response:
        """See `operations`."""
        parts = self._parts()
        is_ready = self._live.state != "starting" and all(parts[part].ok for part in PARTS)
        return answer(Ready(is_ready, parts), 200 if is_ready else 503)

    async def metrics(self, _request: Request) -> Response:
        """See `operations`."""
        return Response(self._metrics.text(), headers={"content-type": metrics.MEDIA_TYPE})

    async def state(self, _request: Request) -> Response:
        """See `operations`."""
        body = await asyncio.to_thread(self._body)
        return answer(
            StateNow(
                state=self._live.state,
                attention=self._attention(),
                volume_percent=round(100 * self._manner.preferences.volume),
                language=self._journal.language or self._language,
                parts=self._parts(),
                body=body,
                models=self._models,
                version=VERSION,
                uptime_s=round(self._journal.uptime_s, 1),
            )
        )

    async def turns(self, request: Request) -> Response:
        """See `operations`."""
        after, limit = AFTER.of(request), LIMIT.of(request)
        records = await asyncio.to_thread(self._journal.turns, after, limit)
        return answer(Turns([msgspec.Raw(record.as_json().encode()) for record in records]))

    async def attention(self, _request: Request) -> Response:
        """See `operations`."""
        return answer(AttentionNow(self._attention()))

    async def attend(self, request: Request) -> Response:
        """See `operations`."""
        wanted = await read_json(request, ModeRequest)
        if (wanted.mode is None) == (wanted.pressed is None):
            raise RequestRefused(422, "bad_value", "Send either `mode` or `pressed`.", "mode")
        attending = self._live.attending
        if wanted.pressed is not None:
            attending.press(pressed=wanted.pressed)
        elif wanted.mode == "asleep":
            attending.sleep()
        elif wanted.mode is not None:
            attending.set_mode(wanted.mode)
        return answer(AttentionNow(self._attention()))

    async def picture(self, _request: Request) -> Response:
        """See `operations`."""
        return Response(await self._photographer.picture(), media_type=picture.MEDIA_TYPE)

    async def figures(self, _request: Request) -> Response:
        """See `operations`."""
        return answer(await asyncio.to_thread(self._journal.figures))

    def _attention(self) -> Attention:
        attending = self._live.attending
        return "asleep" if attending.is_asleep else attending.mode

    def _parts(self) -> dict[str, PartHealth]:
        devices, failed = self._live.parts.devices, self._live.parts.failed
        names = dict.fromkeys((*PARTS, *failed))
        return {
            part: PartHealth(part not in failed, failed.get(part), devices.get(part))
            for part in names
        }

    def _body(self) -> BodyNow | None:
        """None where there is no body, or it is gone."""
        if (name := self._onboard.abilities.body) == "none":
            return None
        try:
            state = self._onboard.writer.observe()
            is_moving = self._onboard.writer.is_moving
        except BodyError:
            return None
        pose = state.pose
        return BodyNow(
            name,
            state.posture,
            state.battery_share,
            round(pose.x_m, 3),
            round(pose.y_m, 3),
            round(pose.yaw_rad, 3),
            is_moving,
        )


def _chat_models(settings: Settings) -> Sequence[str]:
    routes = RouteTable.load(settings.route)
    models = (routes.route(language).model for language in settings.language.served)
    return tuple(dict.fromkeys(model for model in models if model))
