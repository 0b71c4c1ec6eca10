"""The processes of `sori eval`: stopped by Ctrl-C, killed, and no more than fit into memory."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import numpy as np
import pytest

from audio.sound import Samples
from config.load import load
from robot.command_line import main
from robot.errors import RobotError
from robot.evaluation.recognition import Task
from robot.evaluation.report import Report
from robot.evaluation.workers import default_jobs, hear_clips
from tests.speech import pause, say, write

ROOT = Path(__file__).resolve().parent.parent


def many_clips(folder: Path, number: int) -> list[Task]:
    """The same words in files that all differ, listed in a manifest."""
    words: Samples = np.concatenate([pause(0.2), say("tell me a joke", "en-us"), pause()])
    tasks, lines = [], []
    for place in range(number):
        file = f"{place:03}.wav"
        write(folder / file, words, pause(0.01 * (place + 1)))
        tasks.append(Task(file, file, folder / file))
        lines.append(json.dumps({"file": file, "text": "tell me a joke", "language": "en"}))
    (folder / "manifest.jsonl").write_text("\n".join(lines), "utf-8")
    return tasks


@pytest.mark.long
def test_ctrl_c_keeps_what_was_heard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many_clips(tmp_path, 40)
    out = tmp_path / "out"
    arguments = ["eval", str(tmp_path), "--out", str(out), "--jobs", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "robot", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    results = out / "results.jsonl"
    while process.poll() is None and not (results.exists() and results.stat().st_size):
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    printed, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert printed == ""
    assert "Traceback" not in told
    assert "run the same again to go on" in told
    kept = len(results.read_text("utf-8").splitlines())
    assert 0 < kept < 40
    assert main([*arguments, "--json"]) == 0
    report = msgspec.json.decode(capsys.readouterr().out, type=Report)
    assert report.recognised == 40 - kept
    assert report.systems[0].overall.clips == 40


def test_a_process_that_dies_is_reported(tmp_path: Path) -> None:
    tasks = many_clips(tmp_path, 30)
    with closing(hear_clips(tasks, load(), 2)) as heard:
        assert next(heard).text == "tell me a joke"
        for process in multiprocessing.active_children():
            process.kill()
        with pytest.raises(RobotError, match=r"process died while it heard one of: .*wav"):
            list(heard)


def test_no_more_processes_than_fit() -> None:
    assert default_jobs(0) >= 1
    assert default_jobs(1 << 50) == 1
