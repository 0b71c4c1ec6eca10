"""A turn as a person reads it."""

import math

from nlu.actions import Arguments
from robot.turn_record import ActionRecord, TurnRecord


def turn_text(record: TurnRecord) -> str:
    """A few lines: who said what, when, and how long the answer took."""
    where = f"{record.file} " if record.file else ""
    when = f"{record.start_s:.2f}-{record.end_s:.2f} s" if record.start_s is not None else ""
    head = f"{where}{when}".strip()
    lines = [head] if head else []
    if record.no_speech:
        return "\n".join([*lines, "  (no words)"])
    if record.transcript:
        lines.append(f"  [{record.language}] you:  {record.transcript}")
    if record.action is not None:
        lines.append(f"  [body] {action_text(record.action)}")
    if record.reply is not None:
        lines.append(f"  [{record.reply_language}] sori: {record.reply}")
    total = record.timings_ms.total
    if record.audio and total is not None:
        lines.append(f"       {record.audio}  (first sound after {total} ms)")
    return "\n".join(lines)


def action_text(action: ActionRecord) -> str:
    """What was asked, what came of it, and how far the body really went."""
    text = f"{_wish_text(action.requested)}: {action.outcome.replace('_', ' ')}"
    if action.reason:
        text += f" ({action.reason.replace('_', ' ')})"
    measured = action.measured
    if measured is None or measured.x_m is None or measured.y_m is None:
        return text
    turned = math.degrees(measured.yaw_rad or 0.0)
    return (
        f"{text}; measured {measured.x_m:+.2f} m ahead, {measured.y_m:+.2f} m left, {turned:+.1f}°"
    )


def _wish_text(wish: Arguments) -> str:
    """`walk dx_m=2.0 dy_m=0.0`; the steps of a sequence one after the other."""
    steps = wish.get("steps")
    if isinstance(steps, list):
        return ", then ".join(_wish_text(step) for step in steps)
    given = " ".join(f"{name}={value}" for name, value in wish.items() if name != "name")
    return f"{wish['name']} {given}".strip()
