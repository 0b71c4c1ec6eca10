"""The same language model in a process of its own, started again when it dies.

What callers see is `LanguageModel`. A reply whose worker dies raises WorkerDied at once; the next
worker is loaded meanwhile, and later replies wait for it a moment. The worker thinks on while a
clause is rendered and spoken.
"""

import queue
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import count
from pathlib import Path

from config.errors import ModelError, SoriError
from config.settings import ChatSettings
from nlu.adapters import PLAIN, Manner
from nlu.chat_abort import Tickets
from nlu.chat_messages import Ask, Cancel, Ended, Failed, Open, Said, Spell, Spelled, Warm
from nlu.chat_model import context_of
from nlu.chat_owner import Owner
from nlu.chat_supervisor import ChatSupervisor, OnChange, nobody
from nlu.chat_worker_process import ChatWorkerProcess, Heard
from nlu.errors import (
    ModelBusy,
    ModelClosed,
    PromptTooLong,
    ReplyCancelled,
    ReplyError,
    WorkerDied,
)
from nlu.gguf_header import read_header
from nlu.language_model import ReplyLimits, within_context
from nlu.llama_template import Vocabulary
from nlu.weights import Weights

SILENCE_S = 5.0
"""A busy worker says four times a second that it is alive; a loaded machine gets some more."""
GRACE_S = 5.0
"""Over the limit of a reply, within one prompt or token; then it is broken off."""
_BREAKS_OFF_IN_S = 2.0
"""A worker that takes longer is inside llama.cpp for good."""
_REMEMBERED_TEXTS = 128
"""Turns come again in every prompt, and asking the worker for their tokens takes time."""

_ERRORS: dict[str, type[SoriError]] = {
    error.code: error
    for error in (ModelError, ReplyError, PromptTooLong, ModelBusy, ModelClosed, ReplyCancelled)
}


class ChatProcess:
    """A model behind a worker process; made by `load`."""

    def __init__(
        self, supervisor: ChatSupervisor, context_tokens: int, settings: ChatSettings
    ) -> None:
        """`supervisor` has been started."""
        self.supervisor = supervisor
        """Of the worker: its process id, how it is, how often it was started again."""
        self.context_tokens = context_tokens
        """Room for prompt and reply together."""
        self._owner = Owner(settings.max_reply_s + 1.0)
        self._tickets = Tickets()
        self._ids = count(1)
        self._heard: queue.SimpleQueue[Heard] | None = None
        self._warmed: tuple[int, list[int], Manner] | None = None
        self._spelled = lru_cache(_REMEMBERED_TEXTS)(self._spell)
        opened = supervisor.opened
        self.vocabulary = Vocabulary(self.tokenize, opened.bos, opened.eos)

    def tokenize(self, text: str) -> list[int]:
        """Token ids of `text` without BOS; control tokens in it are taken as plain text.

        Raises ReplyError where there is no worker.
        """
        return list(self._spelled(text))

    def generate(
        self, tokens: Sequence[int], limits: ReplyLimits, manner: Manner = PLAIN
    ) -> Generator[str, None, None]:
        """Text that continues `tokens` in that manner, in pieces of whole characters.

        Ends with the model's end token or at `limits`. To close it early breaks the worker off.
        Raises PromptTooLong at once; while the pieces come ModelBusy when another reply does not
        end in time or this very thread is in the middle of one, ReplyCancelled after `cancel`,
        WorkerDied when the worker crashes, hangs or is killed, and another ReplyError when
        llama.cpp fails or there is no worker.
        """
        return self._pieces(self._ask(tokens, limits, manner), self._tickets.ticket())

    def fill(self, tokens: Sequence[int], grammar: str, limits: ReplyLimits) -> str:
        """The likeliest text after `tokens` in which nothing but `grammar` (GBNF) can be written.

        Broken off at `limits`, so that it may be unfinished. Raises like `generate`, and ReplyError
        for a grammar that llama.cpp cannot read.
        """
        ask = self._ask(tokens, limits, PLAIN, grammar)
        return "".join(self._pieces(ask, self._tickets.ticket()))

    def warm(self, tokens: Sequence[int], manner: Manner = PLAIN) -> None:
        """Let the worker evaluate the beginning of a prompt before it is needed.

        Returns at once. Nothing at all where the model is busy; a reply that is asked for goes
        first.
        """
        worker = self.supervisor.now()
        if worker is None or self._owner.is_busy or not 0 < len(tokens) < self.context_tokens:
            return
        wanted = worker.pid, list(tokens), manner
        if wanted != self._warmed:  # twice the same would only begin anew
            self._warmed = wanted
            _tell(worker, Warm(wanted[1], manner.adapter, manner.scale))

    def cancel(self) -> None:
        """End every reply begun until now, also within its prompt: they raise ReplyCancelled."""
        self._tickets.cancel()
        if (heard := self._heard) is not None:
            heard.put(Failed(0, ReplyCancelled.code, "This reply was cancelled."))

    def close(self) -> None:
        """End the worker, also in the middle of a reply. Closing twice is fine."""
        self.supervisor.close()

    def _ask(
        self, tokens: Sequence[int], limits: ReplyLimits, manner: Manner, grammar: str | None = None
    ) -> Ask:
        within = within_context(tokens, limits, self.context_tokens)
        return Ask(
            next(self._ids),
            list(tokens),
            within.max_tokens,
            within.max_s,
            manner.adapter,
            manner.scale,
            grammar,
        )

    def _pieces(self, ask: Ask, ticket: int) -> Generator[str, None, None]:
        with self._owner.held():
            self._tickets.check(ticket)
            self._warmed = None
            worker = self.supervisor.worker()
            with worker.answers(ask.id) as heard:
                self._heard = heard
                is_over = False
                try:
                    worker.send(ask)
                    while not is_over:
                        self._tickets.check(ticket)
                        answer = worker.next(heard, ask.max_s + GRACE_S)
                        self._tickets.check(ticket)
                        is_over = not isinstance(answer, Said)
                        if isinstance(answer, Said):
                            yield answer.text
                        elif isinstance(answer, Failed):
                            raise _ERRORS[answer.code](answer.message)
                        elif not isinstance(answer, Ended):
                            self._break_off(worker, heard)
                except WorkerDied as error:
                    is_over = True
                    if self.supervisor.condition == "closed":
                        raise ModelClosed("This language model was let go.") from error
                    raise
                finally:
                    self._heard = None
                    if not is_over:
                        _tell(worker, Cancel())

    def _break_off(self, worker: ChatWorkerProcess, heard: queue.SimpleQueue[Heard]) -> None:
        """The worker lives, but llama.cpp has said nothing for far too long."""
        worker.send(Cancel())
        if worker.next(heard, _BREAKS_OFF_IN_S) is None:
            worker.kill("llama.cpp did not come back")
            raise worker.died()
        raise ReplyError(
            "The language model took too long. Raise `chat.max_reply_s`, or use a smaller model."
        )

    def _spell(self, text: str) -> tuple[int, ...]:
        worker = self.supervisor.worker()
        id = next(self._ids)
        with worker.answers(id) as heard:
            worker.send(Spell(id, text))
            while not isinstance(spelled := worker.next(heard, SILENCE_S), Spelled):
                if spelled is None:
                    worker.kill("it did not spell")
        return tuple(spelled.tokens)


def _tell(worker: ChatWorkerProcess, question: Warm | Cancel) -> None:
    """Send what has no answer; to a worker that is gone it does not matter."""
    with suppress(WorkerDied):
        worker.send(question)


def load(
    weights: Weights,
    settings: ChatSettings,
    adapters: Mapping[str, Weights] | None = None,
    on_change: OnChange = nobody,
    silence_s: float = SILENCE_S,
) -> ChatProcess:
    """Check the files, then let a worker load them: the weights and, by name, their adapters.

    `on_change` is told when a worker is lost or back. Raises ModelError as `chat_model.load` does,
    and LoaderCrashed where llama.cpp does not survive the files.
    """
    adapters = adapters or {}
    context_tokens = context_of(read_header(weights.path), settings)
    paths = {name: str(adapter.path.resolve()) for name, adapter in adapters.items()}
    opening = Open(str(weights.path.resolve()), paths, context_tokens, settings)
    check = _checking(weights, tuple(adapters.values()))
    supervisor = ChatSupervisor(opening, check, on_change, silence_s)
    supervisor.start()
    return ChatProcess(supervisor, context_tokens, settings)


def _checking(weights: Weights, adapters: Sequence[Weights]) -> Callable[[], None]:
    """Checks all files, and again only those that were changed since: hashing takes long."""
    known: dict[Path, tuple[int, int, int]] = {}

    def check() -> None:
        for file in (weights, *adapters):
            stamp = _stamp(file.path)
            if stamp is None or stamp != known.get(file.path):
                file.checked("model" if file is weights else "adapter")
                known[file.path] = stamp or (0, 0, 0)

    return check


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None  # the check says it in our words
    return status.st_ino, status.st_size, status.st_mtime_ns
