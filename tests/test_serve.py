"""`sori serve` as people run it: on a sound card, with a page, an API and a stop."""

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.own_settings import own_settings
from tests.quiet_service import Json
from tests.speech import pause, say, write
from tests.virtual_card import REPOSITORY, VirtualCard, virtual_card

pytestmark = [pytest.mark.virtualcard, pytest.mark.long]

STOP_WITHIN_S = 2.0
WAIT_S = 60.0


class Serving:
    """A running `sori serve --json`, with memory and token of its own."""

    def __init__(self, card: VirtualCard, folder: Path) -> None:
        settings = own_settings(folder)
        self.told = folder / "stderr"
        with self.told.open("w") as told:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "robot", "serve", "--json", "--config", str(settings)],
                cwd=REPOSITORY,
                env=card.environment,
                stdout=subprocess.PIPE,
                stderr=told,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.told.read_text()
        facts = json.loads(line)
        self.host = str(facts["address"]).removeprefix("http://").rstrip("/")
        self.token = Path(str(facts["token_file"])).read_text().strip()

    def ask(self, method: str, path: str, body: Json = None) -> tuple[int, dict[str, Json]]:
        connection = http.client.HTTPConnection(self.host, timeout=WAIT_S)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        content = None if method == "GET" else json.dumps(body or {})
        try:
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            found: dict[str, Json] = json.loads(response.read())
            return response.status, found
        finally:
            connection.close()


@pytest.fixture
def card() -> Iterator[VirtualCard]:
    with virtual_card() as running:
        yield running


@pytest.fixture
def serving(card: VirtualCard, tmp_path: Path) -> Iterator[Serving]:
    running = Serving(card, tmp_path)
    yield running
    running.process.kill()
    running.process.communicate()


def test_it_hears_answers_shows_stops_and_ends(
    card: VirtualCard, serving: Serving, tmp_path: Path
) -> None:
    offered = [Subprotocol("sori"), Subprotocol(f"token.{serving.token}")]
    with connect(f"ws://{serving.host}/api/events", subprotocols=offered) as events:
        card.say_into_microphone(
            write(tmp_path / "who.wav", pause(0.3), say("who are you", "en-us"), pause())
        )
        message: dict[str, Json] = {}
        while message.get("type") != "turn":
            message = json.loads(events.recv(WAIT_S))
        assert isinstance(message["turn"], dict)
        assert message["turn"]["reply"]

        _, turn = serving.ask("POST", "/api/ask", {"text": "고마워"})
        assert turn["language"] == "ko"
        assert serving.ask("GET", "/readyz")[0] == 200
        _, manner = serving.ask("PATCH", "/api/settings", {"rate": 1.3, "user_name": "Mina"})
        assert isinstance(manner["manner"], dict)
        assert manner["manner"]["rate"] == 1.3
        _, shown = serving.ask("GET", "/api/turns")
        assert isinstance(shown["turns"], list)
        assert len(shown["turns"]) == 2

        serving.ask("POST", "/api/say", {"text": "Once upon a time there was a robot. " * 5})
        while message != {"type": "state", "state": "speaking"}:
            message = json.loads(events.recv(WAIT_S))
        began_s = time.monotonic()
        assert serving.ask("POST", "/api/stop") == (200, {"stopped": True})
        assert time.monotonic() - began_s < STOP_WITHIN_S

        assert serving.ask("DELETE", "/api/memory", {"what": "me"})[0] == 200
        _, shown = serving.ask("GET", "/api/turns")
        assert shown == {"turns": []}
        _, forgotten = serving.ask("GET", "/api/settings")
        assert isinstance(forgotten["manner"], dict)
        assert forgotten["manner"]["rate"] == 1.0

    serving.process.send_signal(signal.SIGTERM)
    assert serving.process.wait(timeout=20) == 0
    told = serving.told.read_text()
    assert "Traceback" not in told
    assert serving.token not in told  # no terminal: it could be a log
