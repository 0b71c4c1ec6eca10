"""`sori feedback list`, `export` and `resolve`."""

import argparse
from pathlib import Path

import msgspec

from config.load import load
from nlu.safety.private_data import redacted
from robot.commands import DONE
from robot.commands.action_arguments import also_take_the_shared_arguments
from robot.commands.memory import give_out
from robot.console import Console
from robot.memory.errors import NoSuchReport
from robot.memory.export_file import write_private
from robot.memory.feedback import Report
from robot.memory.lines import SharedReport, moment, report_line, shared
from robot.memory.memory import Memory
from robot.memory.review_page import PAGE_LANGUAGES, review_page

NAME = "feedback"
HELP = "see, take out or close what people reported of the robot's words"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the reports, the oldest first")
    listing.add_argument("--open", action="store_true", help="only those not resolved yet")
    export = actions.add_parser("export", help="all reports without personal data, as JSON lines")
    export.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: stdout")
    export.add_argument("--html", type=Path, metavar="FILE", help="a page to look through them")
    export.add_argument(
        "--language", choices=PAGE_LANGUAGES, help="of the page's headings (default: both)"
    )
    resolve = actions.add_parser("resolve", help="close a report you have looked at")
    resolve.add_argument(
        "id", type=_number, metavar="ID", help="a number from `sori feedback list`"
    )
    resolve.add_argument("--note", default="", metavar="TEXT", help="what you found or changed")
    resolve.add_argument(
        "--allow", action="store_true", help="the phrase may be said again (default: never)"
    )
    for action in (listing, export, resolve):
        also_take_the_shared_arguments(action)


def run(options: argparse.Namespace, console: Console) -> int:
    """Do what was asked."""
    settings = load(options.config)
    with Memory.open_or_raise(settings.memory, settings.manner) as memory:
        match options.action:
            case "list":
                return _list(memory, console, only_open=options.open)
            case "export":
                return _export(memory, options, console)
            case _:
                return _resolve(memory, options.id, options.note, console, allow=options.allow)


def _list(memory: Memory, console: Console, *, only_open: bool) -> int:
    reports = memory.reports(only_open=only_open)
    for report in reports:
        console.result(_told(report), _json(report_line(report)))
    if not reports:
        console.say("No report is open." if only_open else "Nobody has reported anything.")
    return DONE


def _told(report: Report) -> str:
    when = moment(report.at_s)[:16].replace("T", " ")
    state = report.state + (", avoided" if report.is_avoided else "")
    lines = [f"{report.id:>4}  {when}  {report.kind:<8}  {report.language:<2}  {state}"]
    if report.said:
        lines.append(f"      you:    {report.said}")
    lines.append(f"      phrase: {report.phrase or '-'}")
    if report.note:
        lines.append(f"      note:   {report.note}")
    return "\n".join(lines)


def _export(memory: Memory, options: argparse.Namespace, console: Console) -> int:
    names = memory.names()
    reports = [shared(report, names, redacted) for report in memory.reports()]
    if options.html is not None:
        languages = (options.language,) if options.language else PAGE_LANGUAGES
        write_private(options.html, review_page(reports, languages))
        console.say(f"Wrote a page of {len(reports)} reports to {options.html}.")
    if options.html is None or options.file is not None or console.json:
        return give_out([_json(report) for report in reports], options.file, console)
    return DONE


def _resolve(memory: Memory, number: int, note: str, console: Console, *, allow: bool) -> int:
    report = memory.resolve(number, note, allow=allow)
    if report is None:
        raise NoSuchReport(f"There is no report {number}. See `sori feedback list`.")
    console.result(f"Report {number} is resolved. {_consequence(report, memory)}".strip(),
                   _json(report_line(report)))  # fmt: skip
    return DONE


def _consequence(report: Report, memory: Memory) -> str:
    if report.kind == "wrong" or not report.phrase:
        return ""
    if report.is_avoided:
        return "Its phrase stays avoided; --allow lets Sori say it again."
    if report.phrase in memory.avoided():
        return "Its phrase stays avoided all the same: another report is about it too."
    return "Sori may say its phrase again, from its next start on."


def _json(line: SharedReport | msgspec.Struct) -> str:
    return msgspec.json.encode(line).decode()


def _number(text: str) -> int:
    """What SQLite can count up to."""
    number = int(text)
    if not 0 <= number < 1 << 63:
        raise ValueError
    return number
