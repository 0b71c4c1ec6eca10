"""Runs a live conversation to its end: signals, the log, systemd, and who watches the events."""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

from config.reload import NotReloaded, Reloaded, reload
from config.settings import Settings
from robot.live.events import LiveEvent, PartFailed, PartRecovered, TurnEnded
from robot.live.session import LiveSession
from robot.live.signals import Reactions, Signals
from robot.live.systemd import Supervisor, Watchdog
from robot.logs import Logs
from robot.turn_log import log_turn

LOOK_S = 1.0
"""The watching thread wakes this often even if nothing happens."""
EXIT_DONE = 0

log = logging.getLogger(__name__)


def _nobody(_event: LiveEvent) -> None:
    """Tell nobody."""


def _unheard(_samples: int) -> None:
    """Nobody else watches over the ear."""


class Watched:
    """A session with its surroundings; `run` in the main thread, once."""

    def __init__(
        self,
        session: LiveSession,
        settings: Settings,
        logs: Logs,
        tell: Callable[[LiveEvent], None] = _nobody,
        on_heard: Callable[[int], None] = _unheard,
    ) -> None:
        """`tell` is told every event, in a thread of its own; `on_heard`: see `LiveSession.run`."""
        self._session = session
        self._settings = settings
        self._logs = logs
        self._tell = tell
        self._on_heard = on_heard
        self._supervisor = Supervisor.from_environment()
        self._events = session.events.subscribe()

    def run(self, is_over: Callable[[], bool] = bool, settings_file: Path | None = None) -> None:
        """Hear and answer until `is_over` or a signal ends it; SIGHUP reads `settings_file` again.

        A turn that hangs does not keep the program from ending. Raises what a turn failed with.
        """
        session = self._session
        watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)
        watcher.start()
        watchdog = Watchdog(self._supervisor)

        def heard(samples: int) -> None:
            self._on_heard(samples)
            if samples or not session.sound.is_lost:
                watchdog.progress(samples)
            else:
                watchdog.probing()

        reactions = Reactions(
            session.stop_motion,
            session.stop_sound,
            session.end,
            None if settings_file is None else lambda: self._reload(settings_file),
        )
        with Signals(reactions):
            self._supervisor.ready("listening")
            try:
                session.run(is_over, heard)
            finally:
                self._supervisor.stopping()
                has_ended = session.close()
                self._events.close()
                watcher.join(LOOK_S)
                if not has_ended:
                    # Models cannot be freed under the thread that uses them: it may never return.
                    log.error("The last turn hangs; ending without it.")
                    self._logs.flush()
                    os._exit(EXIT_DONE)

    def _watch(self) -> None:
        while not self._events.is_over:
            if (event := self._events.next(LOOK_S)) is not None:
                self._log(event)
                self._tell(event)

    def _log(self, event: LiveEvent) -> None:
        match event:
            case TurnEnded(record):
                log_turn(record)
            case PartFailed(part, message):
                log.warning("%s: %s", part, message)
                self._supervisor.status(f"without its {part}")
            case PartRecovered(part):
                log.info("%s: works again", part)
                self._supervisor.status("listening")
            case _:
                return

    def _reload(self, file: Path) -> None:
        self._supervisor.reloading()
        found = reload(file, self._settings)
        match found:
            case Reloaded(settings):
                self._settings = settings
                self._session.apply(settings)
                self._logs.set_level(settings.log.level)
                log.info("%s", found.told())
            case NotReloaded():
                log.error("%s", found.told())
        self._supervisor.ready("listening")
