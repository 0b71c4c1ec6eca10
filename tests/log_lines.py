"""`Logs` over a stream of the test, and the lines that came out."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from config.log_settings import LogForm, LogLevel, LogSettings
from robot.logs import Logs


class Time:
    """A clock that tests put forward."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@contextmanager
def logging_to(
    stream: TextIO,
    level: LogLevel = "info",
    form: LogForm = "text",
    *,
    journal: bool = False,
    clock: Time | None = None,
) -> Iterator[Logs]:
    """All records go to `stream`; flushed at the end."""
    with Logs(stream, is_journal=journal, now_s=clock or Time()).started() as logs:
        logs.use(LogSettings(level=level, format=form))
        yield logs
        logs.flush()


def lines_of(stream: io.StringIO) -> list[str]:
    return stream.getvalue().splitlines()


def facts_of(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines_of(stream)]
