"""A headless Chromium for the tests of the web page, and what it watches for in every test."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

APT_LINE = "apt-get install -y --no-install-recommends chromium"
PATIENCE_MS = 30_000
"""These machines are shared; on an idle one everything is there within a second."""
PHONE = (390, 844)
DESKTOP = (1280, 800)
Scheme = Literal["light", "dark"]

UNREACHED = re.compile(r"^(WebSocket connection to .* failed|Failed to load resource)")
"""What Chromium itself writes when a request fails; nobody can keep it from that."""

NAMELESS_ROLES = frozenset(
    {"button", "textbox", "radio", "slider", "combobox", "tab", "tabpanel", "link", "checkbox"}
    | {"image", "dialog", "log", "group", "radiogroup", "meter", "region"}
)


def chromium() -> str:
    """Its path; without it the test is skipped, or fails with SORI_REQUIRE_BROWSER=1."""
    found = shutil.which("chromium")
    if found is None:
        reason = f"chromium not found: {APT_LINE}"
        if os.environ.get("SORI_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The system's Chromium; nothing is downloaded."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """What a page asked for and complained of."""

    def __init__(self, page: Page) -> None:
        self.addresses: set[str] = set()
        self.troubles: list[str] = []
        page.on("request", self._note_request)
        page.on("websocket", lambda opened: self.addresses.add(_host_of(opened.url)))
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith("blob:"):
            self.addresses.add(_host_of(request.url))

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(message.text)

    def without_unreached(self) -> list[str]:
        """Troubles, but for requests that failed because the test made them fail."""
        return [text for text in self.troubles if not UNREACHED.match(text)]


@contextmanager
def open_page(
    browser: Browser,
    size: tuple[int, int] = PHONE,
    locale: str = "en-GB",
    scheme: Scheme = "light",
) -> Iterator[tuple[Page, Watched]]:
    """An empty page of a fresh profile, without animations."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=locale,
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    try:
        yield page, Watched(page)
    finally:
        context.close()


def accessible_names(page: Page) -> Sequence[tuple[str, str]]:
    """(role, name) of what a screen reader finds and has to be able to call by a name."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        (role, node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"] and (role := node["role"]["value"]) in NAMELESS_ROLES
    ]


LOW_CONTRAST = """() => {
  const parse = (text) => {
    const parts = text.match(/[\\d.]+/g).map(Number);
    const scale = text.startsWith("color(") ? 255 : 1;
    return { rgb: parts.slice(0, 3).map((part) => part * scale), alpha: parts[3] ?? 1 };
  };
  const light = (rgb) => rgb
    .map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (node) => {
    for (let one = node; one; one = one.parentElement) {
      const { rgb, alpha } = parse(getComputedStyle(one).backgroundColor);
      if (alpha > 0.85) return rgb;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const isSeen = node.checkVisibility({ opacityProperty: true });
    if (!walker.currentNode.data.trim() || !isSeen) continue;
    if (node.closest("svg, script, style, .hidden, .skip")) continue;
    const style = getComputedStyle(node);
    const [a, b] = [light(parse(style.color).rgb), light(behind(node))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.7 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    const told = `${node.textContent.slice(0, 40)}: ${ratio.toFixed(2)}`;
    if (ratio < (isLarge ? 3 : 4.5)) found.push(told);
  }
  return found;
}"""
"""Texts that stand out too little from what is behind them (WCAG 2, level AA)."""


def _host_of(url: str) -> str:
    return url.split("/")[2]
