"""How Sori speaks: read and changed by the same rules as by voice."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from config.preferences import MOST_NAME_CHARACTERS, Preferences
from config.settings import Settings
from nlu.care.wishes import ChangePreference, PreferenceKey
from nlu.routes import RouteTable
from robot.care.changes import ORDERS, bounds
from robot.service.answers import answer
from robot.service.errors import RequestRefused
from robot.service.limits import read_json
from robot.service.live_control import Manner
from robot.service.operation import Operation
from robot.service.shapes import Choice, SettingsNow

NUMBERS: tuple[PreferenceKey, ...] = ("rate", "volume", "pitch")
NAMES: tuple[PreferenceKey, ...] = ("robot_name", "user_name")
CHOICES: tuple[PreferenceKey, ...] = ("tone", "speech_level", "length", "audience")
FIELDS: tuple[PreferenceKey, ...] = (*CHOICES, *NUMBERS, *NAMES, "language")
STEP = 0.05
"""Of sliders; finer than a spoken "louder"."""

REASONS: Mapping[str, str] = {
    "name_unclear": "A name has letters, with single spaces, dots or hyphens between them.",
    "name_unkind": "Sori does not say this name. Choose another one.",
    "language_no_talk": "Sori understands this language but does not speak it.",
    "language_unserved": "Sori does not speak this language.",
    "audience": "The settings file asks for a stricter filter than this.",
}

Changes = dict[str, msgspec.Raw]
"""Each value is read by the rules of its field."""


class Changed(Preferences, frozen=True, omit_defaults=True):
    """Any of these, and at least one."""


class SettingsApi:
    """The manner."""

    def __init__(self, manner: Manner, settings: Settings) -> None:
        self._manner = manner
        self._choices = choices(settings)

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What is offered."""
        return (
            Operation(
                *("GET", "/api/settings", self.read, "How Sori speaks, and the choices."),
                answers={200: SettingsNow},
            ),
            Operation(
                *("PATCH", "/api/settings", self.change, "Change how Sori speaks; all or none."),
                answers={200: SettingsNow},
                takes=Changed,
                refusals=(422,),
            ),
        )

    async def read(self, _request: Request) -> Response:
        """See `operations`."""
        return self._now()

    async def change(self, request: Request) -> Response:
        """See `operations`."""
        wanted = await read_json(request, Changes)
        wishes = [self._wish(field, value) for field, value in wanted.items()]
        if refused := await asyncio.to_thread(self._manner.change, wishes):
            field, reason = refused
            message = REASONS.get(reason, f"`{field}` cannot be this.")
            raise RequestRefused(422, "bad_value", message, field)
        return self._now()

    def _now(self) -> Response:
        return answer(SettingsNow(self._manner.preferences, dict(self._choices)))

    def _wish(self, field: str, value: msgspec.Raw) -> ChangePreference:
        """Checked as far as the value alone tells. Raises RequestRefused."""
        key = next((known for known in FIELDS if known == field), None)
        if key is None:
            known = ", ".join(FIELDS)
            raise RequestRefused(
                422, "bad_value", f"There is no setting `{field:.40}`. Known: {known}.", field
            )
        try:
            wanted = msgspec.json.decode(msgspec.json.encode({key: value}), type=Preferences)
        except msgspec.ValidationError as error:
            message = str(error).partition(" - at")[0]
            raise RequestRefused(422, "bad_value", f"`{key}`: {message}.", key) from error
        return ChangePreference(key, getattr(wanted, key))


def choices(settings: Settings) -> Mapping[str, Choice]:
    """What each field of the manner may be."""
    strictest = ORDERS["audience"]
    audience = strictest[strictest.index(settings.manner.audience) :]
    found = {key: Choice("choice", values=list(ORDERS[key])) for key in CHOICES}
    found["audience"] = Choice("choice", values=list(audience))
    for key in NUMBERS:
        least, most = bounds(key)
        found[key] = Choice("number", min=least, max=most, step=STEP)
    for key in NAMES:
        found[key] = Choice("text", max_characters=MOST_NAME_CHARACTERS)
    found["language"] = Choice("choice", values=["", *spoken(settings)])
    return {field: found[field] for field in FIELDS}


def spoken(settings: Settings) -> Sequence[str]:
    """Languages that a chat model answers in."""
    routes = RouteTable.load(settings.route)
    return [code for code in settings.language.served if routes.route(code).model]
