"""`sori memory show`, `export` and `forget`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from config.load import load
from config.memory_settings import MemorySettings
from config.preferences import Preferences
from config.settings import Settings
from robot.commands import DONE, USAGE
from robot.commands.action_arguments import also_take_the_shared_arguments
from robot.console import Console
from robot.memory.export_file import write_private
from robot.memory.forgetting import What
from robot.memory.lines import PreferencesLine, moment, report_line, turn_line
from robot.memory.memory import Memory
from robot.memory.turns import KeptTurn

NAME = "memory"
HELP = "see, take out or delete what Sori keeps of conversations"
TURNS_SHOWN = 10
YES = ("y", "yes", "네", "예", "응", "ㅇ")
OPTIONS: dict[str, What] = {
    "--last": "last",
    "--conversation": "conversation",
    "--everything": "me",
}
FORGOTTEN: dict[What, str] = {
    "last": "the last exchange",
    "conversation": "the last conversation",
    "me": "everything: conversations, preferences, names and reports",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = actions.add_parser("show", help="what is kept, and where")
    show.add_argument(
        "--limit",
        type=_count,
        default=TURNS_SHOWN,
        metavar="N",
        help=f"turns shown (default: the {TURNS_SHOWN} newest)",
    )
    export = actions.add_parser("export", help="everything that is kept, as JSON lines")
    export.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: stdout")
    forget = actions.add_parser("forget", help="delete it for good")
    what = forget.add_mutually_exclusive_group(required=True)
    for option, meant in OPTIONS.items():
        told = f"delete {FORGOTTEN[meant]}"
        what.add_argument(option, dest="what", action="store_const", const=meant, help=told)
    forget.add_argument("--yes", action="store_true", help="do not ask first")
    for action in (show, export, forget):
        also_take_the_shared_arguments(action)


def run(options: argparse.Namespace, console: Console) -> int:
    """Do what was asked."""
    settings = load(options.config)
    if options.action == "forget" and not options.yes and not sys.stdin.isatty():
        console.fail("There is nobody to ask here. To delete without asking, add --yes.")
        return USAGE
    with Memory.open_or_raise(settings.memory, settings.manner) as memory:
        match options.action:
            case "show":
                return _show(memory, settings, options.limit, console)
            case "export":
                return _export(memory, options.file, console)
            case _:
                if options.yes or _is_sure(options.what):
                    return _forget(memory, options.what, console)
                console.say("Nothing was deleted.")
                return DONE


class _Summary(msgspec.Struct, frozen=True, tag="memory", tag_field="what"):
    """The first line of `show --json`."""

    file: str
    bytes: int
    settings: MemorySettings
    turns: int
    reports: int
    open_reports: int
    avoided: tuple[str, ...]
    preferences: Preferences | None


def _show(memory: Memory, settings: Settings, limit: int, console: Console) -> int:
    turns, reports = memory.turns(), memory.reports()
    summary = _Summary(
        str(memory.file),
        _bytes(memory.file),
        settings.memory,
        len(turns),
        len(reports),
        sum(report.state == "open" for report in reports),
        memory.avoided(),
        memory.preferences(),
    )
    console.result(_told(summary, settings), _json(summary))
    for turn in turns[len(turns) - min(limit, len(turns)) :]:
        console.result(_turn_text(turn), _json(turn_line(turn)))
    return DONE


def _told(summary: _Summary, settings: Settings) -> str:
    kept = settings.memory
    lines = [
        f"Memory: {summary.file} ({summary.bytes / 1e3:.0f} kB), on this machine only."
        " Sound is never kept.",
        f"Turns: {summary.turns}, each kept for {kept.keep_turns_days} days. "
        f"Reports: {summary.reports} ({summary.open_reports} open), each kept for"
        f" {kept.keep_feedback_days} days.",
        f"Preferences: {_differences(summary.preferences, settings.manner)}.",
    ]
    if summary.avoided:
        lines.append(f"Phrases not to be said again: {len(summary.avoided)}"
                     " (see `sori feedback list`).")  # fmt: skip
    if not kept.enabled:
        lines.append("`enabled = false` under [memory]: nothing more is kept.")
    return "\n".join(lines)


def _differences(found: Preferences | None, defaults: Preferences) -> str:
    usual = msgspec.structs.asdict(defaults)
    now = usual if found is None else msgspec.structs.asdict(found)
    told = [f"{key} {value or '(none)'}" for key, value in now.items() if value != usual[key]]
    return ", ".join(told) or "as in the settings"


def _turn_text(turn: KeptTurn) -> str:
    lines = [f"\n{moment(turn.at_s)[:16].replace('T', ' ')}"]
    if turn.transcript:
        lines.append(f"  [{turn.language}] you:  {turn.transcript}")
    if turn.intent is not None:
        lines.append(f"  [body] {turn.intent}: {(turn.outcome or 'asked back').replace('_', ' ')}")
    if turn.reply is not None:
        lines.append(f"  [{turn.reply_language}] sori: {turn.reply}")
    return "\n".join(lines)


def _export(memory: Memory, file: Path | None, console: Console) -> int:
    preferences = memory.preferences()
    lines = [] if preferences is None else [_json(PreferencesLine(preferences))]
    lines += [_json(turn_line(turn)) for turn in memory.turns()]
    lines += [_json(report_line(report)) for report in memory.reports()]
    return give_out(lines, file, console)


def give_out(lines: Sequence[str], file: Path | None, console: Console) -> int:
    """Lines of JSON into `file`, or to stdout."""
    if file is None:
        for line in lines:
            console.result(line)
        if not lines:
            console.say("Nothing is kept.")
        return DONE
    write_private(file, "".join(f"{line}\n" for line in lines))
    console.say(f"Wrote {len(lines)} lines to {file}. Only you can read it.")
    return DONE


def _is_sure(what: What) -> bool:
    sys.stderr.write(f"Delete {FORGOTTEN[what]}? This cannot be undone. [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in YES


class _Forgotten(msgspec.Struct, frozen=True):
    """What `forget --json` says."""

    forgotten: What
    rows: int


def _forget(memory: Memory, what: What, console: Console) -> int:
    rows = memory.forget(what)
    told = f"Deleted {FORGOTTEN[what]}." if rows else "There was nothing to delete."
    console.result(told, _json(_Forgotten(what, rows)))
    if rows:
        console.say("A Sori that is running has it in mind until it is restarted.")
    return DONE


def _json(line: msgspec.Struct) -> str:
    return msgspec.json.encode(line).decode()


def _bytes(file: Path | None) -> int:
    if file is None:
        return 0
    return sum(path.stat().st_size for path in file.parent.glob(f"{file.name}*"))


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number
