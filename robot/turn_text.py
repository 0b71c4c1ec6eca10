"""A turn as a person reads it."""

from robot.turn_record import TurnRecord


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
    if record.reply is not None:
        lines.append(f"  [{record.reply_language}] sori: {record.reply}")
    total = record.timings_ms.total
    if record.audio and total is not None:
        lines.append(f"       {record.audio}  (first sound after {total} ms)")
    return "\n".join(lines)
