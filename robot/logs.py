"""The log: one line a record to standard error, JSON where systemd's journal reads along.

Nothing here waits for the disk or the terminal: a record is put into a bounded queue, and a thread
writes. What does not fit is counted and told. A warning that comes again and again is told a few
times and then counted. Words of people are logged at level `debug` only, see `robot/turn_log.py`.
"""

import copy
import logging
import os
import queue
import re
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self, TextIO

import msgspec

from config.log_settings import LogForm, LogLevel, LogSettings

QUEUE_RECORDS = 1_000
ROOMS = ("config", "audio", "nlu", "robot")
"""Our own loggers; the level of the settings is theirs. Libraries tell warnings only."""
LEVELS: Mapping[LogLevel, int] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
REPEATS = 3
REPEAT_PERIOD_S = 60.0
"""The same warning is told so often in this time; the rest is counted."""
KNOWN_WARNINGS = 256
FLUSH_S = 0.5

_SECRET = re.compile(r"(?i)(bearer\s+|\btoken(?:\.|[\"']?\s*[=:]\s*[\"']?))[\w.~+/-]{8,}=*")
_DIGITS = re.compile(r"\d+")
_PRIORITY = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
"""The journal's, of sd-daemon(3); 7 is debug."""

Clock = Callable[[], float]


@dataclass(slots=True)
class _Repeats:
    began_s: float
    told: int = 0
    held: int = 0


class RepeatLimit:
    """Lets the same warning through a few times a minute. One thread at a time."""

    def __init__(self, now_s: Clock = time.monotonic) -> None:
        self._now_s = now_s
        self._seen: OrderedDict[tuple[str, int, str], _Repeats] = OrderedDict()

    def held_before(self, record: logging.LogRecord, message: str) -> int | None:
        """How many like `record` were held back before it; None: it is held back, too."""
        if record.levelno < logging.WARNING:
            return 0
        key = (record.name, record.lineno, _DIGITS.sub("#", message))
        now_s = self._now_s()
        seen = self._seen.get(key)
        held = 0
        if seen is None or now_s - seen.began_s >= REPEAT_PERIOD_S:
            held = 0 if seen is None else seen.held
            seen = self._seen[key] = _Repeats(now_s)
        self._seen.move_to_end(key)
        if len(self._seen) > KNOWN_WARNINGS:
            self._seen.popitem(last=False)
        if seen.told == REPEATS:
            seen.held += 1
            return None
        seen.told += 1
        return held


class TextForm(logging.Formatter):
    """For people at a terminal: the time of day where it matters, then the sentence."""

    def __init__(self, *, with_time: bool) -> None:
        super().__init__()
        self._with_time = with_time

    def format(self, record: logging.LogRecord) -> str:
        """One record; a traceback follows on lines of its own."""
        text = record.getMessage()
        if self._with_time:
            clock = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
            text = f"{clock} {record.levelname.lower():7} {text}"
        else:
            text = f"sori: {text}"
        return without_secrets(f"{text}\n{record.exc_text}" if record.exc_text else text)


class JsonForm(logging.Formatter):
    """For programs: an object with `time, level, logger, message`, facts, and maybe `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        """One record on one line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        facts: object = getattr(record, "facts", None)
        if isinstance(facts, Mapping):
            line |= facts
        if record.exc_text:
            line["trace"] = record.exc_text
        return without_secrets(msgspec.json.encode(line, enc_hook=str).decode())


class Logs(logging.Handler):
    """The handler of all records, and the thread behind it; `with Logs.open() as logs:`."""

    def __init__(self, stream: TextIO, *, is_journal: bool, now_s: Clock = time.monotonic) -> None:
        super().__init__()
        self._stream = stream
        self._is_journal = is_journal
        # Of all queues this one can also be put into by a signal's handler amid another put.
        self._queue: queue.SimpleQueue[logging.LogRecord | threading.Event | None]
        self._queue = queue.SimpleQueue()
        self._limit = RepeatLimit(now_s)
        self._writing = threading.Thread(target=self._write, name="log", daemon=True)
        self.dropped = 0
        """Records lost because the queue was full."""
        self.setFormatter(TextForm(with_time=False))

    @classmethod
    def open(cls, *, debug: bool = False) -> Self:
        """Log to standard error: warnings only, as sentences, until `use` says more."""
        logs = cls(sys.stderr, is_journal=is_journal(sys.stderr)).started()
        logs.set_level("debug" if debug else "warning")
        return logs

    def started(self) -> Self:
        """Take all records from now on; `close` ends it."""
        logging.getLogger().addHandler(self)
        self._writing.start()
        return self

    def use(self, settings: LogSettings, *, debug: bool = False) -> None:
        """Log as `settings` say; `debug` goes before their level."""
        form: LogForm = settings.format
        if form == "auto":
            form = "json" if self._is_journal else "text"
        self.setFormatter(JsonForm() if form == "json" else TextForm(with_time=True))
        self.set_level("debug" if debug else settings.level)

    def set_level(self, level: LogLevel) -> None:
        """What is told at least by our own rooms."""
        for room in ROOMS:
            logging.getLogger(room).setLevel(LEVELS[level])

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record; never waits, never raises."""
        message = _message(record)
        held = self._limit.held_before(record, message)
        if held is None:
            return
        if self._queue.qsize() >= QUEUE_RECORDS:
            self.dropped += 1
            return
        # What is formatted later may have changed by then, so arguments become text now.
        kept = copy.copy(record)
        kept.msg, kept.args = message, None
        if held:
            kept.msg += f" ({held} more like this before)"
        if record.exc_info:
            kept.exc_text = logging.Formatter().formatException(record.exc_info)
            kept.exc_info = None
        self._queue.put(kept)

    def flush(self) -> None:
        """Wait until what was logged is written, but not for long."""
        if self._writing.is_alive() and threading.current_thread() is not self._writing:
            written = threading.Event()
            self._queue.put(written)
            written.wait(FLUSH_S)

    def close(self) -> None:
        """Write what is queued, within FLUSH_S, and log no more."""
        logging.getLogger().removeHandler(self)
        for room in ROOMS:
            logging.getLogger(room).setLevel(logging.NOTSET)
        if self._writing.is_alive():
            self._queue.put(None)
            self._writing.join(FLUSH_S)
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self) -> None:
        told = 0
        while (record := self._queue.get()) is not None:
            if isinstance(record, threading.Event):
                record.set()
                continue
            self._print(record)
            if (dropped := self.dropped) != told:
                told, lost = dropped, dropped - told
                self._print(_warning(f"{lost} lines of the log were lost: it could not keep up."))

    def _print(self, record: logging.LogRecord) -> None:
        try:
            lines = self.format(record)
            if self._is_journal:
                # Each line is an entry of the journal with a priority of its own.
                number = next((n for level, n in _PRIORITY if record.levelno >= level), 7)
                lines = "\n".join(f"<{number}>{line}" for line in lines.splitlines())
            self._stream.write(f"{lines}\n")
            self._stream.flush()
        except (OSError, ValueError):
            pass  # the reader is gone: there is nobody left to tell


def is_journal(stream: TextIO) -> bool:
    """Whether `stream` goes to systemd's journal, as JOURNAL_STREAM tells (systemd.exec(5))."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):  # no file behind it
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def without_secrets(line: str) -> str:
    """`line` with the token of the interface taken out, wherever a library put it."""
    return _SECRET.sub(r"\1(hidden)", line)


def _message(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except (TypeError, ValueError):  # arguments that do not fit their text
        text = str(record.msg)
    return text.encode("utf-8", "backslashreplace").decode()  # halves of characters are no text


def _warning(text: str) -> logging.LogRecord:
    return logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, None, None)
