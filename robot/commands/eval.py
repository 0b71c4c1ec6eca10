"""`sori eval DIR`: how well and how fast a folder of clips whose words are known is heard."""

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from config.errors import ConfigurationError
from config.load import load
from config.settings import Settings
from robot.commands import DONE, NOTHING_DONE, SOME_FAILED
from robot.console import Console
from robot.evaluation.manifest import Clip, read_manifest
from robot.evaluation.report import Evaluation, Occasion, evaluate
from robot.evaluation.report_page import report_page
from robot.evaluation.results import RESULTS_NAME, ResultsFile
from robot.evaluation.run import Run, hear_all
from robot.evaluation.systems import System, systems_of, with_model
from robot.evaluation.terminal import summary_text
from robot.evaluation.workers import default_jobs
from robot.sound_inputs import make_folder

NAME = "eval"
HELP = "measure recognition on a folder of clips with a manifest.jsonl, and write a report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="holds manifest.jsonl")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="for report and results (out/eval/<name of DIR>)"
    )
    parser.add_argument(
        "--model", metavar="NAME", help="recognition model, instead of the settings'"
    )
    second = parser.add_mutually_exclusive_group()
    second.add_argument("--against", metavar="NAME", help="a second model on the same clips")
    second.add_argument(
        "--compare", type=Path, metavar="CONFIG", help="a second settings file on the same clips"
    )
    parser.add_argument(
        "--jobs", type=_jobs, metavar="N", help="clips heard at once (default: a core each)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget what was heard before")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write report and results; a file that cannot be used is named, the others count."""
    named = _named_settings(options)
    clips = read_manifest(options.folder)
    systems = systems_of(named)
    out: Path = options.out or Path("out/eval") / options.folder.resolve().name
    make_folder(out)
    heard = _hear(clips, systems, out, options, console)
    made_at = datetime.now().astimezone().isoformat(timespec="seconds")
    page = out / "report.html"
    evaluation = evaluate(clips, systems, heard, Occasion(str(options.folder), made_at, str(page)))
    _write(evaluation, out)
    report = evaluation.report
    for failed in report.failed:
        console.fail(failed.error)
    console.result(summary_text(report), msgspec.json.encode(report).decode())
    if not report.failed:
        return DONE
    return SOME_FAILED if len(report.failed) < len(clips) else NOTHING_DONE


def _hear(
    clips: Sequence[Clip],
    systems: Sequence[System],
    out: Path,
    options: argparse.Namespace,
    console: Console,
) -> Run:
    with ResultsFile.open(out / RESULTS_NAME, fresh=options.fresh) as results:
        jobs = options.jobs or default_jobs(max(system.model.bytes for system in systems))
        try:
            return hear_all(clips, systems, results, jobs, console)
        except KeyboardInterrupt:
            console.say(f"\nWhat was heard is kept in {out}; run the same again to go on.")
            raise


def _named_settings(options: argparse.Namespace) -> list[tuple[str, Settings]]:
    """One or two systems, each with a name that tells it from the other."""
    settings = load(options.config)
    if options.model:
        settings = with_model(settings, options.model)
    first = (options.config.name if options.config else "built-in", settings)
    if options.compare:
        second = load(options.compare)
        if options.model:
            second = with_model(second, options.model)
        if options.compare.name == first[0]:  # of another folder
            first = (str(options.config), settings)
            return [first, (str(options.compare), second)]
        return [first, (options.compare.name, second)]
    if options.against:
        return [first, (options.against, with_model(settings, options.against))]
    return [first]


def _write(evaluation: Evaluation, out: Path) -> None:
    try:
        page, data = report_page(evaluation, out), msgspec.json.encode(evaluation.as_full())
        (out / "report.html").write_text(page, encoding="utf-8")
        (out / "report.json").write_bytes(msgspec.json.format(data, indent=2))
    except OSError as error:
        raise ConfigurationError(
            f"{error.filename}: the report cannot be written ({error.strerror})."
        ) from error


def _jobs(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number
