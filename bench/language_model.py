"""llama.cpp within the program and in a process of its own, side by side.

    python -m bench.language_model --write docs/performance/language-model.md
    python -m bench.language_model --random FILE     # TinyLlama's size, written once: 0.6 GB

Loading, first piece of a reply with its prompt known and warmed up, cancelling within a long
prompt, and a crash. Both ways take turns, so that whatever else the machine does hits both.
"""

import argparse
import os
import random
import signal
import statistics
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Literal

from bench import machine
from bench.random_llama import write_tiny_llama
from config.load import CONFIG_DIRECTORY
from config.model_files import sha256_of
from config.settings import ChatSettings
from nlu import chat_model, chat_process
from nlu.chat_process import ChatProcess
from nlu.errors import ReplyCancelled, ReplyError
from nlu.language_model import LanguageModel, ReplyLimits
from nlu.llama_template import Exchange, prompt_tokens
from nlu.weights import Weights

POCKET = Path("models/pocket-llama.gguf")
ONE = ReplyLimits(max_tokens=1, max_s=600.0)
QUESTIONS = ("hello", "what time is it", "tell me a joke", "how are you", "where are you")
SPEAKING_S = 0.5
"""What a person takes to ask, at least."""
LONG_SHARE = 0.8
"""Of the context, for the prompt that is broken off."""


def ms(seconds: list[float]) -> str:
    """Median and slowest."""
    return f"{1000 * statistics.median(seconds):.1f} ({1000 * max(seconds):.1f})"


def spent_s(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    began_s = time.perf_counter()
    work()
    return time.perf_counter() - began_s


Way = Literal["known", "new", "warmed"]
WAYS: tuple[Way, ...] = ("known", "new", "warmed")


def first_pieces_s(model: LanguageModel, way: Way) -> list[float]:
    """Seconds to the first piece of the answers of a conversation, the first one left out.

    Its prompt is known from the turn before, or new to the model, or new but warmed up.
    """
    persona = (CONFIG_DIRECTORY / "persona" / "en.txt").read_text(encoding="utf-8").strip()
    times: list[float] = []
    history: list[Exchange] = []
    for turn, question in enumerate(QUESTIONS):
        prompt = prompt_tokens(model.vocabulary, persona, history, question)
        if way != "known":
            list(model.generate([1, 400, 401], ONE))
            if way == "warmed":
                model.warm(prompt_tokens(model.vocabulary, persona, history, "")[:-4])
            time.sleep(SPEAKING_S)  # the person speaks; the prompt is warmed meanwhile
        began_s = time.perf_counter()
        stream = model.generate(prompt, ReplyLimits(max_tokens=24, max_s=600.0))
        first = next(stream, "")
        if turn:
            times.append(time.perf_counter() - began_s)
        history.append(Exchange(question, (first + "".join(stream)).strip(), "en"))
    return times


def ended_s(reply: Generator[str, None, None], times: list[float]) -> None:
    """Read `reply` and note when it was cancelled."""
    try:
        list(reply)
    except ReplyCancelled:
        times.append(time.perf_counter())


def cancels_s(model: LanguageModel, repeats: int) -> tuple[list[float], list[float]]:
    """Seconds from `cancel` in the middle of a prompt until who waits for the reply knows.

    And until the next reply has its first piece: of a prompt of one token.
    """
    rng = random.Random(0)
    length = int(LONG_SHARE * model.context_tokens)

    def reply() -> Generator[str, None, None]:
        return model.generate([rng.randrange(300, 4_000) for _ in range(length)], ONE)

    whole_s = spent_s(lambda: list(reply()))
    told: list[float] = []
    free: list[float] = []
    for _ in range(repeats):
        ended: list[float] = []
        thread = threading.Thread(target=ended_s, args=(reply(), ended))
        thread.start()
        time.sleep(whole_s * rng.uniform(0.1, 0.6))  # into the middle of the prompt
        began_s = time.perf_counter()
        model.cancel()
        list(model.generate([1], ONE))
        free.append(time.perf_counter() - began_s)
        thread.join()
        told += [at_s - began_s for at_s in ended]
    return told, free


def restarts_s(model: ChatProcess, repeats: int) -> list[float]:
    """Seconds from a crash in the middle of a reply to the first piece of the next one."""
    times = []
    for _ in range(repeats):
        stream = model.generate([1, 400, 401], ReplyLimits(max_tokens=200, max_s=600.0))
        next(stream, "")
        pid = model.supervisor.worker_pid
        assert pid is not None
        began_s = time.perf_counter()
        os.kill(pid, signal.SIGSEGV)
        stream.close()
        while True:
            try:
                list(model.generate([1], ONE))
                break
            except ReplyError:
                time.sleep(0.001)  # the worker is away; how long is what is measured
        times.append(time.perf_counter() - began_s)
    return times


def measure(file: Path, context_tokens: int, repeats: int, cancels: int) -> list[str]:
    """The rows of one model."""
    weights = Weights(file, sha256_of(file))
    settings = ChatSettings(context_tokens=context_tokens)
    rows = []
    with ExitStack() as opened:
        models: dict[str, LanguageModel] = {}
        loads: dict[str, float] = {}
        for name, module in (("in the program", chat_model), ("in a process", chat_process)):
            began_s = time.perf_counter()
            model: LanguageModel = module.load(weights, settings)
            loads[name] = time.perf_counter() - began_s
            models[name] = opened.enter_context(closing(model))
        told, free = {}, {}
        first: dict[tuple[str, Way], list[float]] = {
            (name, way): [] for name in models for way in WAYS if repeats
        }
        for _ in range(repeats):
            for name, way in first:
                first[name, way] += first_pieces_s(models[name], way)
        for name, one in models.items():
            told[name], free[name] = cancels_s(one, cancels)
        there = models["in a process"]
        assert isinstance(there, ChatProcess)
        back = restarts_s(there, 3)
        for name in models:
            cells = [f"{1000 * loads[name]:.0f}"]
            cells += [ms(first[name, way]) if first else "" for way in WAYS]
            cells += [ms(told[name]), ms(free[name]), ms(back) if name == "in a process" else ""]
            rows.append(f"| {file.stem} | {name} | {' | '.join(cells)} |")
    return rows


HEAD = """\
| model | llama.cpp | load | first piece, prompt known | new | new, warmed up \
| cancel in a prompt: caller knows | next first piece | crash to next first piece |
|---|---|---|---|---|---|---|---|---|"""


def main() -> None:
    """Print a table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--repeats", type=int, default=8)
    parser.add_argument("--cancels", type=int, default=12)
    parser.add_argument("--random", type=Path, help="measure a network of TinyLlama's size, too")
    parser.add_argument("--write", type=Path, help="a page to write")
    options = parser.parse_args()
    about = machine.describe()
    rows = measure(POCKET, 512, options.repeats, options.cancels)
    if options.random:
        rows += measure(write_tiny_llama(options.random), 256, 0, options.cancels)
    table = "\n".join([f"{about}. Milliseconds: median (slowest).", "", HEAD, *rows])
    print(table)
    if options.write:
        options.write.write_text(PAGE.format(table=table), encoding="utf-8")


PAGE = """\
# The language model in a process of its own

{table}

First pieces took turns in one run, the rest came one after the other, and other programs kept the
machine busy: read ratios, and remake this on an idle machine for the rest.

- **First piece**: of the second to fifth answer of a conversation. Its prompt is known from the
  turn before, or new to the model (another language came between), or new but warmed up to where
  the words begin, half a second before.
- **Cancel in a prompt**: at a random moment within a prompt of 80 % of the context (512 tokens; the
  random network 256). The next first piece is of a prompt of one token: the abort and one
  evaluation.
- **Crash**: SIGSEGV in the middle of a reply; the next one waits for the new process.

`random` has the size of TinyLlama-1.1B in Q4_0. Prompts are evaluated 64 tokens at a time:
llama.cpp looks at the abort flag after each node of its graph, and a node takes as long as the
batch is large. (128 tokens of it on one core took 4.2 s of processor time by 128, 4.1 s by 64,
3.9 s by 32.)

    python -m bench.language_model --random FILE --write docs/performance/language-model.md
"""


if __name__ == "__main__":
    main()
