"""Hears many clips at once, each process with a model of its own.

Processes and not threads: numpy, webrtcvad and the tokenizer hold Python's lock for a good part of
the time. They are spawned, because PyTorch must not be forked once it has threads. A process that
crashes takes no result along: each is handed over and written down as soon as it is there.
"""

import math
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for_handle

import msgspec

from config.settings import Settings
from config.threads import share_cores
from robot.errors import RobotError
from robot.evaluation.heard import ClipHeard
from robot.evaluation.recognition import Task, hear_clip
from robot.hearing import Hearing
from robot.machine import MEMORY_INFORMATION, read_memory_mb

PROCESS_BYTES = 450_000_000
"""Python with PyTorch, before any model."""
MEMORY_A_MODEL_BYTE = 4
"""Checkpoints hold 16 bits a weight; here each takes 32, and the read-out is packed once more."""
WAITING_PER_PROCESS = 2
"""Clips handed out ahead, so that no process is idle; few, so that Ctrl-C is quick."""

_ears: list[Hearing] = []
"""Of this process, once it has heard a clip: a worker serves one model all its life."""


def default_jobs(model_bytes: int) -> int:
    """A process for each core this one may run on, but no more than fit into free memory."""
    each_kb = (PROCESS_BYTES + MEMORY_A_MODEL_BYTE * model_bytes) / 1_024
    _, free_mb = read_memory_mb(MEMORY_INFORMATION)
    fitting = (free_mb << 10) // each_kb if free_mb else math.inf  # no limit where nobody tells
    return int(max(1, min(len(os.sched_getaffinity(0)), fitting)))


def hear_clips(
    tasks: Sequence[Task], settings: Settings, jobs: int
) -> Generator[ClipHeard, None, None]:
    """Results as they come, in any order. Raises what loading the model raises, and RobotError.

    With one job, PyTorch has the threads of the settings, as on the robot; with more, one each.
    """
    jobs = max(1, min(jobs, len(tasks)))
    if jobs > 1:
        recognition = msgspec.structs.replace(settings.recognition, threads=1)
        settings = msgspec.structs.replace(settings, recognition=recognition)
    pool = ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    )
    waiting: dict[Future[ClipHeard], Task] = {}
    left = list(reversed(tasks))
    try:
        while left or waiting:
            while left and len(waiting) < WAITING_PER_PROCESS * jobs:
                task = left.pop()
                with _no_interrupt():
                    waiting[pool.submit(_hear, task, settings)] = task
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                heard = future.result()
                del waiting[future]
                yield msgspec.structs.replace(heard, processes=jobs)
    except BrokenProcessPool as error:
        files = ", ".join(task.file for task in waiting.values())
        raise RobotError(
            f"A recognition process died while it heard one of: {files}. What was heard before is"
            " kept; run again, with fewer --jobs if memory was short."
        ) from error
    finally:
        pool.shutdown(wait=not waiting, cancel_futures=True)
        if waiting:  # stopped in the middle; a long clip would keep its process for minutes
            for process in multiprocessing.active_children():
                process.terminate()


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Processes started here never see Ctrl-C: this one tells them to end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    share_cores()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed cannot tell its processes; they would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for_handle([parent.sentinel])
        os._exit(1)


def _hear(task: Task, settings: Settings) -> ClipHeard:
    if not _ears:
        from robot.assemble import hearing  # noqa: PLC0415  # llama.cpp and torch, in workers only

        _ears.append(hearing(settings))
    return hear_clip(task, settings, _ears[0], time.perf_counter)
