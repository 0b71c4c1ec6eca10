"""The web page of `sori serve`, in a real Chromium on the real service."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from robot.live.events import ClauseSaid, LiveState, PartlyHeard, WordsHeard
from tests.page_browser import (
    LOW_CONTRAST,
    PATIENCE_MS,
    UNREACHED,
    Scheme,
    accessible_names,
    open_browser,
    open_page,
)
from tests.page_server import PageService, page_service, recorded_turns

pytestmark = [pytest.mark.browser, pytest.mark.long]
TABS = ("talk", "robot", "manner", "charts", "memory")
WORDS: dict[LiveState, str] = {
    "starting": "Waking up",
    "deaf": "I cannot hear",
    "asleep": "Asleep",
    "waiting": "Waiting for my name",
    "listening": "Listening",
    "hearing": "Hearing you",
    "thinking": "Thinking",
    "speaking": "Speaking",
    "moving": "Moving",
}
FILLED = {
    "talk": ".reply",
    "robot": "#models dd",
    "manner": ".field",
    "charts": "#counters dd",
    "memory": "#memory li",
}
"""What is there in each tab when its answer has come."""
SHAPES = """() => [...document.querySelectorAll("#figure g")]
  .filter((group) => getComputedStyle(group).opacity > 0.5)
  .map((group) => group.getAttribute("class") + getComputedStyle(group).transform).join()"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with open_browser() as running:
        yield running


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PageService]:
    with page_service(tmp_path) as running:
        yield running


def enter(page: Page, service: PageService) -> None:
    page.goto(service.url)
    expect(page.locator("#link")).to_contain_text("Connected")


@pytest.fixture
def page(browser: Browser, service: PageService) -> Iterator[Page]:
    """On a phone, in English; nothing may be complained of, and nobody else may be asked."""
    with open_page(browser) as (opened, watched):
        enter(opened, service)
        yield opened
        assert watched.troubles == []
        assert watched.addresses == {f"127.0.0.1:{service.port}"}


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for something on the robot's side."""
    for _ in range(PATIENCE_MS // 50):
        if is_so():
            return
        page.wait_for_timeout(50)
    assert is_so()


def test_each_state_has_a_word_and_a_shape_of_its_own(page: Page, service: PageService) -> None:
    shapes = set()
    for state, word in WORDS.items():
        service.become(state)
        expect(page.locator("#state-word")).to_have_text(word)
        shapes.add(page.evaluate(SHAPES))
    assert len(shapes) == len(WORDS)
    assert page.locator("#said-state").get_attribute("aria-live") == "polite"


def test_a_turn_appears_as_it_comes(page: Page, service: PageService) -> None:
    tell, turn = service.live.events.publish, recorded_turns()[2]
    expect(page.locator("#transcript")).to_contain_text("Nothing has been said yet")
    tell(PartlyHeard("walk forward", "en"))
    expect(page.locator("#partial")).to_have_text("walk forward")
    tell(WordsHeard(3, turn.transcript, "en"))
    expect(page.locator("#partial")).to_be_empty()
    expect(page.locator(".heard")).to_contain_text(turn.transcript)
    tell(ClauseSaid(3, "I walked"))
    expect(page.locator(".growing")).to_contain_text("I walked")
    service.play([turn])
    expect(page.locator(".growing")).to_have_count(0)
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".reply")).to_contain_text("I walked two metres forward and waved.")
    expect(page.locator(".did")).to_contain_text("Walk 2 m forward → Wave · done")
    page.reload()
    expect(page.locator(".turn")).to_have_count(1)


def test_what_was_heard_is_never_read_as_html(page: Page, service: PageService) -> None:
    service.live.events.publish(WordsHeard(1, "<img src=x onerror=alert(1)>", "en"))
    expect(page.locator(".heard")).to_contain_text("<img src=x")
    expect(page.locator(".heard img")).to_have_count(0)


def test_stop_works_by_button_and_by_escape(page: Page, service: PageService) -> None:
    page.locator("#stop").click()
    expect(page.get_by_role("alert").filter(has_text="Stopped at")).to_be_visible()
    assert service.live.stops == 1
    page.locator("#ask-text").press("Escape")
    until(page, lambda: service.live.stops == 2)
    page.locator("#tab-memory").click()
    page.locator("[data-what=me]").click()
    page.keyboard.press("Escape")  # closes the question, and stops too
    until(page, lambda: service.live.stops == 3)
    expect(page.locator("#confirm")).to_be_hidden()


def test_stop_does_not_wait_behind_what_hangs(browser: Browser, service: PageService) -> None:
    service.live.answers = False
    with open_page(browser) as (page, watched):
        enter(page, service)
        for number in range(8):
            page.locator("#ask-text").fill(f"question {number}")
            page.locator("#ask-text").press("Enter")
        until(page, lambda: len(service.live.asked) >= 4)
        page.locator("#stop").click()
        until(page, lambda: service.live.stops == 1)
        # The questions that the stop dropped are answered so, each with status 409.
        expect(page.locator("body")).to_contain_text("Stopped before there was an answer")
        service.live.answers = True
        assert all(UNREACHED.match(text) and "409" in text for text in watched.troubles)
        assert watched.addresses == {f"127.0.0.1:{service.port}"}


def test_an_answer_comes_to_what_is_typed(page: Page, service: PageService) -> None:
    page.locator("#ask-text").fill("hello")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".reply")).to_contain_text("hello!")
    page.locator("#ask-text").fill("good morning")
    page.get_by_role("button", name="Say it").click()
    until(page, lambda: service.live.said == ["good morning"])


def test_feedback_reaches_the_memory_and_is_confirmed(page: Page, service: PageService) -> None:
    service.play(recorded_turns()[:2])
    flags = page.get_by_role("button", name="Something was wrong")
    expect(flags).to_have_count(2)
    flags.last.click()
    page.get_by_role("button", name="That is wrong").click()
    expect(page.locator(".thanks")).to_contain_text("Thank you")
    (report,) = service.memory.reports()
    assert (report.kind, report.phrase) == ("wrong", recorded_turns()[1].reply)


def test_settings_are_sent_kept_and_refused_in_words(
    browser: Browser, service: PageService
) -> None:
    with open_page(browser) as (page, watched):
        enter(page, service)
        page.locator("#tab-manner").click()
        page.get_by_role("radio", name="Formal").check(force=True)
        expect(page.locator("#note-tone")).to_contain_text("Saved")
        page.get_by_role("slider", name="Volume").press("ArrowLeft")
        expect(page.locator("#note-volume")).to_contain_text("Saved")
        page.get_by_label("Your name").fill("123")
        page.get_by_label("Your name").press("Enter")
        expect(page.locator("#note-user_name")).to_contain_text("A name has letters")
        page.reload()
        expect(page.get_by_role("radio", name="Formal")).to_be_checked()
        manner = service.manner.preferences
        assert (manner.tone, manner.volume, manner.user_name) == ("formal", 0.95, "")
        assert watched.without_unreached() == []


def test_the_language_of_the_page_changes_and_stays(page: Page) -> None:
    expect(page.locator("#state-word")).to_have_text("Listening")
    page.get_by_role("button", name="한국어").click()
    expect(page.locator("#state-word")).to_have_text("듣고 있어요")
    page.reload()
    expect(page.locator("#state-word")).to_have_text("듣고 있어요")
    assert page.locator("html").get_attribute("lang") == "ko"


def test_the_whole_page_can_be_used_by_keyboard(page: Page) -> None:
    names = []
    for _ in range(30):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.id"))
        if names[-1] == "stop":
            break
    expected = ["tab-talk", "transcript", "ask-text", "ask-send", "say-send", "stop"]
    assert [name for name in names if name in expected] == expected
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.locator("#tab-talk").focus()
    for tab in (*TABS[1:], TABS[0]):
        page.keyboard.press("ArrowRight")
        expect(page.locator(f"#panel-{tab}")).to_be_visible()
        assert page.evaluate("document.activeElement.id") == f"tab-{tab}"


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("ko-KR", "dark")])
def test_everything_has_a_name_contrast_and_room(
    browser: Browser, service: PageService, locale: str, scheme: Scheme
) -> None:
    service.play(recorded_turns())
    with open_page(browser, (360, 640), locale, scheme) as (page, watched):
        page.goto(service.url)
        page.locator("[data-link=open]").wait_for()
        for tab in TABS:
            page.locator(f"#tab-{tab}").click()
            expect(page.locator(FILLED[tab]).first).to_be_visible()
            nameless = [role for role, name in accessible_names(page) if not name.strip()]
            assert nameless == [], tab
            assert page.evaluate(LOW_CONTRAST) == [], tab
            assert page.evaluate("document.documentElement.scrollWidth") == 360, tab
        assert watched.troubles == []


def test_the_talk_button_is_held_or_tapped(page: Page, service: PageService) -> None:
    pressed = service.live.attending.pressed
    page.get_by_role("radio", name="Button").check(force=True)
    button = page.locator("#talk-button")
    expect(button).to_be_visible()
    button.hover()
    page.mouse.down()
    until(page, lambda: pressed == [True])
    page.wait_for_timeout(500)
    page.mouse.up()
    until(page, lambda: pressed == [True, False])
    button.click()
    until(page, lambda: pressed == [True, False, True])
    expect(button).to_have_attribute("aria-pressed", "true")
    button.press("Enter")
    until(page, lambda: pressed == [True, False, True, False])


def test_forgetting_is_asked_for_first(page: Page, service: PageService) -> None:
    service.play(recorded_turns()[:3])
    page.locator("#tab-memory").click()
    page.locator("[data-what=conversation]").click()
    page.locator("#confirm").get_by_role("button", name="Cancel").click()
    assert len(service.memory.turns()) == 3
    page.locator("[data-what=conversation]").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#memory-note")).to_contain_text("forgotten")
    assert service.memory.turns() == []
    expect(page.locator(".turn")).to_have_count(0)
