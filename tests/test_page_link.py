"""The web page when the robot is away, does not know its token, cannot stop, or is a whole Sori."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.page_browser import DESKTOP, PATIENCE_MS, open_browser, open_page
from tests.page_server import free_port, page_service, recorded_turns

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with open_browser() as running:
        yield running


def test_the_page_comes_back_by_itself(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    with open_page(browser) as (page, watched):
        with page_service(tmp_path, port) as service:
            page.goto(service.url)
            expect(page.locator("#state-word")).to_have_text("Listening")
        expect(page.locator("#state-word")).to_have_text("Out of reach")
        page.locator("#stop").click()
        expect(page.locator("#stop-said")).to_contain_text("STOP DID NOT ARRIVE")
        with page_service(tmp_path, port) as service:
            expect(page.locator("#state-word")).to_have_text("Listening")
            service.play(recorded_turns()[:1])
            expect(page.locator(".reply")).to_contain_text("I am listening")
        assert watched.without_unreached() == []


def test_a_stop_that_is_not_carried_out_is_told_loudly(browser: Browser, tmp_path: Path) -> None:
    with open_page(browser) as (page, watched), page_service(tmp_path) as service:
        page.goto(service.url)
        expect(page.locator("#state-word")).to_have_text("Listening")
        service.live.stop_waits.clear()
        page.keyboard.press("Escape")
        failed = page.get_by_role("alert").filter(has_text="STOP DID NOT ARRIVE")
        expect(failed).to_be_visible()
        service.live.stop_waits.set()
        expect(page.locator("#stop-said")).to_have_attribute("data-shown", "done")
        assert watched.without_unreached() == []


def test_a_token_is_asked_for_and_never_shown(browser: Browser, tmp_path: Path) -> None:
    with open_page(browser) as (page, watched), page_service(tmp_path) as service:
        page.goto(service.address)
        expect(page.get_by_label("Token")).to_be_visible()
        for wrong in ("not this one", service.token[:-1]):
            page.get_by_label("Token").fill(wrong)
            page.get_by_role("button", name="Open").click()
            expect(page.locator("#token-error")).to_contain_text("does not know this token")
            expect(page.get_by_label("Token")).to_be_visible()
        page.get_by_label("Token").fill(service.url)  # the whole address, as it was copied
        page.get_by_role("button", name="Open").click()
        expect(page.locator("#state-word")).to_have_text("Listening")
        expect(page).to_have_url(service.address)
        page.goto(service.url)
        expect(page).to_have_url(service.address)
        assert watched.without_unreached() == []


def test_a_simulated_body_is_seen_and_others_are_passed_over(
    browser: Browser, tmp_path: Path
) -> None:
    with open_page(browser, DESKTOP) as (page, watched):
        with page_service(tmp_path, body="simulated") as service:
            page.goto(service.url)
            picture = page.locator("#picture")
            expect(picture).to_be_visible()
            first = picture.get_attribute("src")
            service.become("moving")
            expect(picture).not_to_have_attribute("src", first or "")
        assert watched.without_unreached() == []
    with open_page(browser, DESKTOP) as (page, watched), page_service(tmp_path) as service:
        page.goto(service.url)
        expect(page.locator("#state-word")).to_have_text("Listening")
        expect(page.locator("#view")).to_be_hidden()
        assert watched.without_unreached() == []
