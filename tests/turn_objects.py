"""Turn objects as other programs read them: the parts of DESIGN.md's JSON that tests look at."""

import msgspec

Requested = dict[str, object]


class IntentObject(msgspec.Struct):
    """What the body was asked for."""

    name: str
    arguments: Requested


class MeasuredObject(msgspec.Struct):
    """What was measured."""

    x_m: float | None
    y_m: float | None
    yaw_rad: float | None
    posture: str | None


class ActionObject(msgspec.Struct):
    """What came of it."""

    requested: Requested
    outcome: str
    reason: str | None
    measured: MeasuredObject | None


class TurnObject(msgspec.Struct):
    """One turn."""

    file: str | None
    transcript: str
    language: str | None
    intent: IntentObject | None
    action: ActionObject | None
    reply: str | None
    reply_language: str | None


def turn_objects(printed: str) -> list[TurnObject]:
    """One for each line that `sori ask --json` printed."""
    return [msgspec.json.decode(line, type=TurnObject) for line in printed.splitlines()]
