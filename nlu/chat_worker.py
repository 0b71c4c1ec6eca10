"""A language model in a process of its own: `python -m nlu.chat_worker`.

A crash, a hang or a memory leak of llama.cpp harms nobody here. The messages are those of
`nlu.chat_messages`. One thread is inside llama.cpp, the other reads the questions, so that it can
break off the first. The process ends when its input does. (Not by PR_SET_PDEATHSIG: that looks at
the thread that started it, and Sori starts it again in threads that end.)
"""

from config.threads import share_cores

share_cores()  # before anything below imports numpy

import faulthandler  # noqa: E402
import os  # noqa: E402
import queue  # noqa: E402
import resource  # noqa: E402
import select  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
import traceback  # noqa: E402
from collections.abc import Generator  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402

import msgspec  # noqa: E402

from config.errors import ModelError, SoriError  # noqa: E402
from nlu import chat_model  # noqa: E402
from nlu.adapters import Manner  # noqa: E402
from nlu.chat_messages import (  # noqa: E402
    Alive,
    Answer,
    Ask,
    Cancel,
    Ended,
    Failed,
    NotOpened,
    Open,
    Opened,
    Question,
    Said,
    Spell,
    Spelled,
    Warm,
)
from nlu.language_model import ReplyLimits  # noqa: E402

PULSE_S = 0.25
"""How often a busy worker says that it is alive."""
_READ_BYTES = 1 << 16
_OOM_SCORE = "800"
"""When memory runs out, the kernel ends this process rather than the robot's."""


class Line:
    """Standard input and output as messages."""

    def __init__(self, questions: int, answers: int) -> None:
        """Takes file descriptors."""
        self._questions = questions
        self._answers = answers
        self._received = b""
        self._decoder = msgspec.json.Decoder(Question)
        self._writing = threading.Lock()
        self._poll = select.poll()
        self._poll.register(questions, select.POLLIN)

    def tell(self, answer: Answer) -> None:
        """Send one answer; ends the process when nobody is there to read it."""
        line = msgspec.json.encode(answer) + b"\n"
        with self._writing:
            try:
                while line:
                    line = line[os.write(self._answers, line) :]
            except OSError:
                os._exit(0)

    def next(self, within_s: float) -> Question | None:
        """The next question, or None where none comes in time; ends the process with its input."""
        while b"\n" not in self._received:
            if not self._poll.poll(within_s * 1_000):
                return None
            received = os.read(self._questions, _READ_BYTES)
            if not received:
                os._exit(0)  # no orderly exit: the other thread is inside llama.cpp
            self._received += received
        line, self._received = self._received.split(b"\n", 1)
        question: Question = self._decoder.decode(line)
        return question


@dataclass(frozen=True, slots=True)
class Job:
    """A reply to make; id 0: to warm up, which nobody waits for."""

    id: int
    pieces: Generator[str, None, None]


class Worker:
    """Hands what is asked to the thread that is inside llama.cpp."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._jobs = queue.SimpleQueue[Job]()
        self._opening = queue.SimpleQueue[Open]()
        self._model: chat_model.ChatModel | None = None
        self._busy = True
        self._asked = 0
        """The reply that somebody waits for; 0: nobody does."""

    def listen(self) -> None:
        """Read questions until there are no more; never returns."""
        while True:
            question = self._line.next(PULSE_S)
            if question is not None:
                self._take(question)
            if self._busy:
                self._line.tell(Alive())

    def _take(self, question: Question) -> None:
        if isinstance(question, Open):
            self._opening.put(question)
            return
        assert self._model is not None, "asked before `Opened`"
        match question:
            case Cancel():
                self._asked = 0
                self._model.cancel()
            case Spell(id=id, text=text):
                self._line.tell(Spelled(id, self._model.tokenize(text)))
            case Ask(id=id):
                self._asked = id
                self._model.cancel()
                self._begin(self._model, id, question)
            case Warm() if not self._asked:
                self._model.cancel()
                self._begin(self._model, 0, question)

    def _begin(self, model: chat_model.ChatModel, id: int, question: Ask | Warm) -> None:
        """Made here, where a later cancellation finds it; run in the other thread."""
        try:
            self._jobs.put(Job(id, _pieces(model, question)))
        except SoriError as error:
            self._line.tell(Failed(id, error.code, error.message))
            self._over(id)

    def work(self) -> None:
        """Load the model, then make one reply after the other; never returns."""
        question = self._opening.get()
        adapters = {name: Path(path) for name, path in question.adapters.items()}
        try:
            self._model = chat_model.open_checked(
                Path(question.path), adapters, question.context_tokens, question.settings
            )
        except ModelError as error:
            self._line.tell(NotOpened(error.message))
            os._exit(0)
        vocabulary = self._model.vocabulary
        self._line.tell(Opened(vocabulary.bos, vocabulary.eos))
        while True:
            self._busy = False
            job = self._jobs.get()
            self._busy = True
            self._reply(job)

    def _reply(self, job: Job) -> None:
        try:
            for text in job.pieces:
                self._line.tell(Said(job.id, text))
        except SoriError as error:
            self._line.tell(Failed(job.id, error.code, error.message))
        else:
            self._line.tell(Ended(job.id))
        self._over(job.id)

    def _over(self, id: int) -> None:
        if self._asked == id:
            self._asked = 0


def _pieces(model: chat_model.ChatModel, question: Ask | Warm) -> Generator[str, None, None]:
    manner = Manner(question.adapter, question.scale)
    if isinstance(question, Warm):
        return model.generate(question.tokens, ReplyLimits(1, float("inf")), manner)
    limits = ReplyLimits(question.max_tokens, question.max_s)
    if question.grammar is None:
        return model.generate(question.tokens, limits, manner)
    return model.filling(question.tokens, question.grammar, limits)


def main() -> None:
    """Keep the real standard output for answers; what llama.cpp prints goes to standard error."""
    for ending in (signal.SIGINT, signal.SIGTERM):  # the parent decides when to stop
        signal.signal(ending, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # writing 4 GB would keep the robot waiting
    Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
    faulthandler.enable()
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    worker = Worker(Line(os.dup(sys.stdin.fileno()), answers))
    threading.Thread(target=_listen, args=(worker,), name="questions", daemon=True).start()
    worker.work()


def _listen(worker: Worker) -> None:
    try:
        worker.listen()
    except Exception:  # noqa: BLE001  # a worker that cannot hear must end, whatever the reason
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    main()
