"""The web page of a whole Sori: `sori serve` on a virtual sound card, used from a phone."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.own_settings import own_settings
from tests.page_browser import PATIENCE_MS, open_browser, open_page
from tests.speech import pause, say, write
from tests.virtual_card import REPOSITORY, VirtualCard, virtual_card

pytestmark = [pytest.mark.browser, pytest.mark.virtualcard, pytest.mark.long]


@pytest.fixture
def card() -> Iterator[VirtualCard]:
    with virtual_card() as running:
        yield running


@pytest.fixture
def url(card: VirtualCard, tmp_path: Path) -> Iterator[str]:
    """Of a running `sori serve` with a memory and a token of its own."""
    settings = own_settings(tmp_path)
    with (tmp_path / "said").open("w") as said:
        running = subprocess.Popen(
            [
                *(sys.executable, "-m", "robot", "serve", "--json"),
                *("--port", "0", "--config", str(settings)),
            ],
            cwd=REPOSITORY,
            env=card.environment,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
        try:
            assert running.stdout is not None
            told = running.stdout.readline()
            assert told, (tmp_path / "said").read_text("utf-8")
            facts = json.loads(told)
            token = Path(facts["token_file"]).read_text("ascii").strip()
            yield f"{facts['address']}#token={token}"
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=30)
            assert running.returncode == 0
        finally:
            running.kill()
            running.communicate()


def test_a_conversation_on_the_page(card: VirtualCard, url: str, tmp_path: Path) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with open_browser() as browser, open_page(browser) as (page, watched):
        page.goto(url)
        expect(page.locator("#state-word")).to_have_text("Listening")

        page.locator("#ask-text").fill("wave your hand")
        page.locator("#ask-text").press("Enter")
        expect(page.locator(".turn").last.locator(".did")).to_contain_text("Wave · done")
        expect(page.locator(".turn").last.locator(".reply")).to_contain_text("I waved.")

        expect(page.locator("#state-word")).to_have_text("Listening")
        spoken = tmp_path / "hello.wav"
        write(spoken, pause(0.3), say("hello", "en"), pause(1.5))
        card.say_into_microphone(spoken)
        expect(page.locator(".heard").last).to_contain_text(re.compile("hello", re.I))
        expect(page.locator(".reply")).to_have_count(2)

        page.locator("#stop").click()
        expect(page.locator("#stop-said")).to_contain_text("Stopped at")
        page.locator("#tab-manner").click()
        page.get_by_role("radio", name="Playful").check(force=True)
        expect(page.locator("#note-tone")).to_contain_text("Saved")
        page.locator("#tab-robot").click()
        expect(page.locator("#body-facts")).to_contain_text("Simulated humanoid")
        expect(page.locator("#picture")).to_be_visible()
        assert watched.troubles == []
