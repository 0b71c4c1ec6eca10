"""One line of the log for each turn: how long, how fast and what came of it, but no words.

What people said, and what was answered, is told at level `debug` only. That somebody spoke of
despair is not told at all: the log is kept for longer than they would want.
"""

import logging

from robot.turn_record import TurnRecord

log = logging.getLogger(__name__)

NEVER_TOLD = frozenset({"despair", "self_harm"})


def log_turn(record: TurnRecord) -> None:
    """Tell of a turn that has ended."""
    facts = turn_facts(record)
    log.info("%s", _sentence(record), extra={"facts": facts})
    log.debug("turn %d: heard %r; said %r", record.turn, record.transcript, record.reply)


def turn_facts(record: TurnRecord) -> dict[str, object]:
    """What the log may keep of a turn; numbers, codes and names from our own lists."""
    action, safety, times = record.action, record.safety, record.timings_ms
    return {
        "event": "turn",
        "turn": record.turn,
        "language": record.language,
        "language_confidence": record.language_confidence,
        "no_speech": record.no_speech,
        "heard_s": _seconds(record),
        "heard_characters": len(record.transcript),
        "reply_characters": len(record.reply or ""),
        "reply_language": record.reply_language,
        "intent": None if record.intent is None else record.intent.name,
        "outcome": None if action is None else action.outcome,
        "reason": None if action is None else action.reason,
        "input_categories": _told(safety.input.categories if safety.input else ()),
        "reply_categories": _told(safety.reply.categories if safety.reply else ()),
        "replaced": safety.reply is not None and safety.reply.replaced,
        "endpoint_ms": times.endpoint,
        "recognise_ms": times.recognise,
        "first_token_ms": times.first_token,
        "first_sound_ms": times.first_sound,
        "total_ms": times.total,
    }


def _sentence(record: TurnRecord) -> str:
    if record.no_speech:
        return f"turn {record.turn}: no speech"
    parts = [f"{len(record.transcript)} characters of {record.language or 'no known language'}"]
    if record.intent is not None:
        outcome = "" if record.action is None else f" {record.action.outcome}"
        parts.append(f"{record.intent.name}{outcome}")
    parts.append(f"{len(record.reply or '')} characters said")
    if record.safety.reply is not None and record.safety.reply.replaced:
        parts.append("part of it replaced by the filter")
    if record.timings_ms.total is not None:
        parts.append(f"first sound after {record.timings_ms.total} ms")
    return f"turn {record.turn}: {', '.join(parts)}"


def _seconds(record: TurnRecord) -> float | None:
    if record.start_s is None or record.end_s is None:
        return None
    return round(record.end_s - record.start_s, 3)


def _told(categories: tuple[str, ...]) -> list[str]:
    return [name for name in categories if name not in NEVER_TOLD]
