"""`sori serve`: the live conversation without a terminal, with a web page and an API."""

import argparse
import sys

import msgspec

from config.errors import ConfigurationError
from config.load import load
from config.settings import Settings
from nlu.care.wishes import Forgotten
from robot.commands import DONE
from robot.console import Console
from robot.live.open import open_session
from robot.live.session import LiveSession
from robot.live.watching import Watched
from robot.service.app import make_service
from robot.service.live_control import Served
from robot.service.server import Server, address_of, check_remote
from robot.service.token import Token, load_token

NAME = "serve"
HELP = "run headless, with a web page and an API (this machine only, unless you allow more)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--host", help="address to listen at (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen at; 0: any free one")
    parser.add_argument("--json", action="store_true", help="the address as JSON on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """Ends with Ctrl-C or SIGTERM. Raises ServiceError when the port is taken."""
    settings = _chosen(load(options.config), options)
    check_remote(settings.service)  # before models are loaded
    token = load_token(settings.service)
    options.logs.use(settings.log, debug=options.debug)
    with open_session(settings, console.say) as session:
        service = make_service(_served(session), settings, token)
        with Server.open(service.app, settings.service) as server:
            _tell(console, settings, token, server.port)
            hear = service.journal.hear
            Watched(session, settings, options.logs, on_heard=hear).run(
                settings_file=options.config
            )
    console.say("Stopped serving.")
    return DONE


def _served(session: LiveSession) -> Served:
    robot = session.robot

    def forget(what: Forgotten) -> int:
        robot.conversation.forget_words(what)
        return robot.company.forget(what)

    return Served(session, robot.company, robot.memory, robot.onboard, forget)


def _chosen(settings: Settings, options: argparse.Namespace) -> Settings:
    """Arguments go before the file; checked like the file's."""
    wanted = msgspec.structs.asdict(settings.service)
    for name in ("host", "port"):
        if (value := getattr(options, name)) is not None:
            wanted[name] = value
    try:
        service = msgspec.convert(wanted, type(settings.service))
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"--host, --port: {error}.") from error
    return msgspec.structs.replace(settings, service=service)


def _tell(console: Console, settings: Settings, token: Token, port: int) -> None:
    """The token is shown to people at a terminal only: it must not get into a log."""
    address = address_of(settings.service.host, port)
    if settings.service.is_remote:
        console.fail(
            "Other machines are let in, and the token crosses the network in plain text."
            " Put a proxy with TLS or a tunnel before it."
        )
    if console.json:
        facts = {"address": address, "token_file": str(token.file)}
        console.result(address, msgspec.json.encode(facts).decode())
    if sys.stderr.isatty():
        console.say(f"Sori serves at {address}#token={token.text}")
    else:
        console.say(f"Sori serves at {address} (the token lies in {token.file})")
    console.say("Ctrl-C ends.")
