"""Keeps a worker for a language model: starts the next when one dies, and knows when to stop."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from config.errors import ModelError
from nlu.chat_messages import Open, Opened
from nlu.chat_restarts import MOST_DEATHS, WINDOW_S, Restarts
from nlu.chat_worker_process import ChatWorkerProcess
from nlu.errors import LoaderCrashed, ModelClosed, WorkerDied, WorkerRestarting, WorkerResting

log = logging.getLogger(__name__)

PATIENCE_S = 3.0
"""How long a reply waits for the next worker; a person is waiting for it."""


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """The worker died, and why; or it will not be started again for now."""

    message: str


@dataclass(frozen=True, slots=True)
class WorkerBack:
    """The next worker is ready: so many were started after the first."""

    restarts: int


WorkerChange = WorkerLost | WorkerBack
OnChange = Callable[[WorkerChange], None]

Condition = Literal["ready", "restarting", "resting", "closed"]


def nobody(_change: WorkerChange) -> None:
    """Tell nobody what happens to the worker."""


class ChatSupervisor:
    """The workers of one model, one after the other; `start` it once."""

    def __init__(
        self, opening: Open, check: Callable[[], None], on_change: OnChange, silence_s: float
    ) -> None:
        """`check` raises ModelError where the files are not those that were meant.

        `on_change` is called from other threads, and must return soon.
        """
        self._opening = opening
        self._check = check
        self._on_change = on_change
        self._silence_s = silence_s
        self._policy = Restarts()
        self._changed = threading.Condition()
        self._worker: ChatWorkerProcess | None = None
        self._starting: ChatWorkerProcess | None = None
        self._restarting: threading.Thread | None = None
        self._condition: Condition = "restarting"
        self._count = 0
        self.opened = Opened(0, 0)
        """What the first worker said of its model."""

    def start(self) -> None:
        """Check the files and wait for the first worker.

        Raises ModelError for files that are not as meant or that llama.cpp refuses, and
        LoaderCrashed where it does not survive them.
        """
        worker = ChatWorkerProcess(self._silence_s, self._gone)  # imports while we check
        try:
            self._check()
            self.opened = worker.open(self._opening)
        except WorkerDied as error:
            worker.kill("it was not needed")
            raise LoaderCrashed(
                f"{self._opening.path}: llama.cpp crashed while it loaded this model"
                f" ({worker.ending}). The file is damaged. Fetch it again."
            ) from error
        except BaseException:
            worker.kill("it was not needed")
            raise
        self._has_started(worker)

    @property
    def condition(self) -> Condition:
        """How it is now."""
        return self._condition

    @property
    def restarts(self) -> int:
        """Workers started after the first."""
        return self._count

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker; None while there is none."""
        worker = self._worker
        return worker.pid if worker else None

    def now(self) -> ChatWorkerProcess | None:
        """The worker, where there is one."""
        return self._worker

    def worker(self) -> ChatWorkerProcess:
        """The worker; waits a moment for one that is being started.

        Raises WorkerRestarting, WorkerResting or ModelClosed where there is none.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._condition != "restarting", PATIENCE_S)
            if self._worker is not None:
                return self._worker
            match self._condition:
                case "closed":
                    raise ModelClosed(
                        "This language model was let go. Ask the model pool for it again."
                    )
                case "resting":
                    raise WorkerResting(
                        "The language model's process died too often, or does not load, and is left"
                        " alone. See the log for why, and run `sori doctor`."
                    )
                case _:
                    raise WorkerRestarting(
                        "The language model's process is restarting. Ask again in a moment."
                    )

    def close(self) -> None:
        """End the worker, also in the middle of a reply. Closing twice is fine."""
        with self._changed:
            self._condition = "closed"
            workers = (self._worker, self._starting)
            self._worker = None
            self._changed.notify_all()
        for worker in workers:
            if worker is not None:
                worker.kill("it was let go")
        if self._restarting is not None and self._restarting is not threading.current_thread():
            self._restarting.join()

    def _gone(self, worker: ChatWorkerProcess) -> None:
        with self._changed:
            if worker is not self._worker:
                return
            self._worker = None
            self._condition = "restarting"
            self._restarting = threading.Thread(
                target=self._restart, args=(worker.ending,), name="restarts", daemon=True
            )
        self._restarting.start()

    def _restart(self, ending: str) -> None:
        self._tell(f"The language model's process died ({ending}).")
        rest_s = self._policy.died(time.monotonic())
        why = f"The language model's process died {MOST_DEATHS} times in {WINDOW_S:g} s"
        while True:
            if rest_s:
                self._rest(rest_s, why)
            if self._condition == "closed":
                return
            if (worker := self._next_worker()) is not None:
                self._count += 1
                self._policy.loaded()
                self._has_started(worker)
                return
            rest_s = self._policy.load_failed()
            why = "The language model could not be loaded (`sori models verify` looks at the files)"

    def _next_worker(self) -> ChatWorkerProcess | None:
        try:
            worker = ChatWorkerProcess(self._silence_s, self._gone)
        except ModelError as error:
            self._tell(error.message)
            return None
        with self._changed:
            self._starting = None if self._condition == "closed" else worker
        try:
            if self._starting is not None:
                self._check()
                worker.open(self._opening)
                return worker
        except (ModelError, WorkerDied) as error:
            self._tell(error.message)
        finally:
            self._starting = None
        worker.kill("it was not needed")
        return None

    def _has_started(self, worker: ChatWorkerProcess) -> None:
        with self._changed:
            is_wanted = self._condition != "closed"
            if is_wanted:
                self._worker, self._condition = worker, "ready"
            self._changed.notify_all()
        if not is_wanted:
            worker.kill("it was not needed")
        elif worker.is_gone:  # between its answer and this moment, when nobody knew it
            self._gone(worker)
        elif self._count:
            log.warning("The language model's process is back.")
            self._on_change(WorkerBack(self._count))

    def _rest(self, seconds: float, why: str) -> None:
        self._enter("resting")
        self._tell(f"{why} and is left alone for {seconds:g} s.")
        with self._changed:
            self._changed.wait_for(lambda: self._condition == "closed", seconds)
        self._enter("restarting")

    def _enter(self, condition: Condition) -> None:
        with self._changed:
            if self._condition != "closed":
                self._condition = condition
            self._changed.notify_all()

    def _tell(self, message: str) -> None:
        if self._condition != "closed":
            log.warning("%s", message)
            self._on_change(WorkerLost(message))
