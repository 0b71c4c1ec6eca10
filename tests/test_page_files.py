"""The files of the web page: two languages that say the same, and nothing from anywhere else."""

import json
import re
from pathlib import Path

import pytest

from robot.service.page_files import FOLDER, Page

LANGUAGES = ("en", "ko")
SCRIPTS = sorted(FOLDER.glob("*.js"))
MAX_LINES = 300
SLOT = re.compile(r"\{(\w+)\}")
ABROAD = re.compile(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9-]+\.[a-z]", re.I)


def texts(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((FOLDER / f"messages.{language}.json").read_text("utf-8"))
    return found


def code_of(path: Path) -> str:
    """Without its comments."""
    return re.sub(r"^\s*//.*$|/\*.*?\*/", "", path.read_text("utf-8"), flags=re.M | re.S)


def test_both_languages_have_the_same_texts_and_slots() -> None:
    english, korean = (texts(language) for language in LANGUAGES)
    assert list(english) == list(korean)
    for key, text in english.items():
        assert text.strip(), key
        assert korean[key].strip(), key
        assert set(SLOT.findall(text)) == set(SLOT.findall(korean[key])), key


def test_each_language_is_written_in_its_own_letters() -> None:
    assert not [key for key, text in texts("en").items() if re.search("[가-힣]", text)]
    without = {key for key, text in texts("ko").items() if not re.search("[가-힣]", text)}
    assert without <= {"action.order"}


def test_every_text_that_the_page_names_exists() -> None:
    index = (FOLDER / "index.html").read_text("utf-8")
    named = set(re.findall(r'data-t(?:-\w+)?="([^"]+)"', index))
    for script in SCRIPTS:
        named |= set(re.findall(r'\bt\("([\w. ]+)"', code_of(script)))
    assert named - set(texts("en")) == set()


@pytest.mark.parametrize("path", [*SCRIPTS, FOLDER / "index.html"], ids=lambda path: path.name)
def test_the_page_is_small_and_asks_nobody_else(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES
    assert ABROAD.search(code_of(path)) is None


def test_the_page_keeps_to_its_own_security_policy() -> None:
    index = (FOLDER / "index.html").read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", index) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", index) == []
    for script in SCRIPTS:
        assert re.findall(r"innerHTML|\beval\(|new Function|\.cookie", code_of(script)) == []


def test_every_file_that_is_referred_to_is_there() -> None:
    page = Page.load()
    index = (FOLDER / "index.html").read_text("utf-8")
    referred = set(re.findall(r'"static/([^"]+)"', index))
    for script in SCRIPTS:
        referred |= set(re.findall(r'from "\./([^"]+)"', script.read_text("utf-8")))
    assert referred - set(page.names) == set()
    assert {path.name for path in SCRIPTS} - referred == set()
