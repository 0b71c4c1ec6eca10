"""Lets Sori talk with nobody in the room for hours, and makes things fail meanwhile.

    python -m bench.soak --minutes 120 [--serve] [--write docs/performance/soak.md]

Ends with status 1 when a turn was lost without a word about it, Sori took its own voice for a
person's, or memory grows.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from tqdm import tqdm

from bench import machine
from bench.soak.clips import COMMANDS, LONG_ANSWERS, QUESTIONS, STOPS, cough, render
from bench.soak.faults import Faults, join
from bench.soak.monitor import Monitor
from bench.soak.page import Report, page
from bench.soak.program import Program
from bench.soak.talk import Talk
from bench.soak.watch import Watch
from tests.virtual_card import VirtualCard, virtual_card

FAULT_EVERY_S = 120.0
KEEP_EVERY_S = 300.0
"""The page so far is written this often."""


def main() -> None:
    """Run, print the page and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--serve", action="store_true", help="`sori serve` in place of `listen`")
    parser.add_argument("--fault-every", type=float, default=FAULT_EVERY_S, metavar="SECONDS")
    parser.add_argument("--debug", action="store_true", help="log what is overheard, too")
    parser.add_argument("--keep-log", type=Path, help="a file for the program's log")
    parser.add_argument("--write", type=Path, help="Markdown file for the report")
    options = parser.parse_args()
    report = soak(options)
    print(page(report))
    _keep(options, report)
    if options.write:
        print(f"Written to {options.write}.", file=sys.stderr)
    sys.exit(1 if report.failures else 0)


def soak(options: argparse.Namespace) -> Report:
    """The whole run."""
    where = machine.describe()
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        (folder / "clips").mkdir()
        print("Rendering what is to be said ...", file=sys.stderr)
        clips = render(folder / "clips", [*QUESTIONS, *COMMANDS, *LONG_ANSWERS, *STOPS])
        card = opened.enter_context(virtual_card())
        join(card)
        print("Starting Sori ...", file=sys.stderr)
        program = Program(card, folder, serves=options.serve, debug=options.debug)
        opened.callback(program.process.kill)
        ears = (_monitor(card, "speaker", opened), _monitor(card, "mic_feed", opened))
        talk = Talk(card, program, ears, clips, cough(folder))
        faults = Faults(card, program, talk)
        watch = opened.enter_context(
            closing(Watch(program, lambda: talk.tally.turns + talk.tally.no_speech))
        )
        command = f"python -m bench.soak --minutes {options.minutes:g}"
        command += " --serve" * options.serve
        if options.fault_every != FAULT_EVERY_S:
            command += f" --fault-every {options.fault_every:g}"

        def report(minutes: float, ended: str = "") -> Report:
            return Report(
                where,
                f"{command} --write docs/performance/soak.md",
                minutes,
                talk.tally,
                talk.first_sounds_s,
                faults.made,
                watch.samples,
                dict(program.troubles),
                ended,
            )

        minutes = _talk_on(
            options, talk, faults, program, lambda so_far: _keep(options, report(so_far))
        )
        ended = _ending(program)
        if options.keep_log:
            shutil.copyfile(folder / "log", options.keep_log)
        return report(minutes, ended)


def _keep(options: argparse.Namespace, report: Report) -> None:
    """Write down what there is: nobody wants to lose hours."""
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(page(report), "utf-8")


def _monitor(card: VirtualCard, device: str, opened: ExitStack) -> Monitor:
    return opened.enter_context(closing(Monitor(card, device)))


def _talk_on(
    options: argparse.Namespace,
    talk: Talk,
    faults: Faults,
    program: Program,
    keep: Callable[[float], None],
) -> float:
    """Talk until the time is over; the minutes it took. `keep` is told them now and then."""
    began_s = kept_s = time.monotonic()
    next_fault_s = began_s + options.fault_every / 2
    with tqdm(total=round(60 * options.minutes), unit="s") as bar:
        told = 0

        def show() -> None:
            nonlocal told
            tally = talk.tally
            for note in tally.notes[told:]:
                bar.write(note, file=sys.stderr)
            told = len(tally.notes)
            spent_s = round(time.monotonic() - began_s)
            bar.set_postfix_str(
                f"asked {tally.asked}, lost {tally.lost}, own voice {tally.own_voice},"
                f" faults {len(faults.made)}",
                refresh=False,
            )
            bar.update(min(spent_s, bar.total) - bar.n)

        talk.on_wait = show
        while time.monotonic() < began_s + 60 * options.minutes and program.is_running:
            if time.monotonic() >= next_fault_s:
                faults.fault()
                next_fault_s = time.monotonic() + options.fault_every
            else:
                talk.scene()
            if time.monotonic() >= kept_s + KEEP_EVERY_S:
                kept_s = time.monotonic()
                keep((kept_s - began_s) / 60)
    return (time.monotonic() - began_s) / 60


def _ending(program: Program) -> str:
    if not program.is_running:
        return f"Sori ended by itself, with status {program.process.returncode}"
    status, took_s = program.end()
    if status is None:
        return f"Sori did not end within {took_s:.0f} s of SIGTERM"
    return f"Sori ended with status {status}" if status else ""


if __name__ == "__main__":
    main()
