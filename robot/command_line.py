"""The command line: what `sori` understands, and the exit codes of DESIGN.md.

0 done · 1 some inputs failed · 2 usage or configuration · 3 nothing could be done
"""

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from config.errors import ConfigurationError, SoriError
from robot.commands import (
    DONE,
    NOTHING_DONE,
    USAGE,
    Command,
    ask,
    chat,
    config,
    demo,
    devices,
    doctor,
    eval,
    feedback,
    listen,
    memory,
    models,
    screen,
    serve,
    service,
    transcribe,
    understand,
    voice,
)
from robot.console import Console
from robot.logs import Logs
from robot.version import VERSION

EXIT_INTERRUPTED = 130
"""The shell's convention for Ctrl-C."""

COMMANDS: tuple[Command, ...] = (
    demo,
    ask,
    transcribe,
    chat,
    listen,
    serve,
    screen,
    understand,
    eval,
    doctor,
    models,
    voice,
    devices,
    memory,
    feedback,
    config,
    service,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. No traceback reaches a user without --debug."""
    options = parser().parse_args(arguments)
    console = Console(json=getattr(options, "json", False), quiet=options.quiet)
    with Logs.open(debug=options.debug) as options.logs:
        return _run(options, console)


def _run(options: argparse.Namespace, console: Console) -> int:
    run: Callable[[argparse.Namespace, Console], int] = options.run
    try:
        return run(options, console)
    except ConfigurationError as error:
        return _failed(options, console, error, error.message, USAGE)
    except SoriError as error:
        return _failed(options, console, error, error.message, NOTHING_DONE)
    except KeyboardInterrupt:
        console.say("Stopped.")
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # `sori ... | head`: the reader has seen enough
        sys.stderr.close()
        return DONE
    except Exception as error:  # noqa: BLE001  # the last door: people get a sentence, not a trace
        what = f"Something went wrong inside Sori ({type(error).__name__}: {error})."
        return _failed(options, console, error, f"{what} Run again with --debug.", NOTHING_DONE)


def _failed(
    options: argparse.Namespace, console: Console, error: BaseException, text: str, code: int
) -> int:
    if options.debug:
        traceback.print_exception(error)
    console.fail(text)
    return code


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; each command module adds its own part."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--config", type=Path, metavar="FILE", help="settings (default: built-in)")
    shared.add_argument("--quiet", action="store_true", help="no progress, only results and errors")
    shared.add_argument("--debug", action="store_true", help="show tracebacks, and log more")
    top = argparse.ArgumentParser(
        prog="sori", description="The voice of a humanoid robot, on its own board."
    )
    top.add_argument("--version", action="version", version=f"sori {VERSION}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", title="commands")
    for command in COMMANDS:
        one = commands.add_parser(
            command.NAME, help=command.HELP, description=command.HELP, parents=[shared]
        )
        command.add_arguments(one)
        one.set_defaults(run=command.run)
    commands.add_parser("test", help="run the test suite (arguments go to pytest)")
    return top
