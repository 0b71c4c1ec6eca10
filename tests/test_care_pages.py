"""The pages for users tell what is so: every sentence to say is understood, every number right."""

import re
import tomllib
from pathlib import Path

import pytest

from config.load import CONFIG_DIRECTORY
from config.memory_settings import MemorySettings
from nlu.care.reader import CareReader

DOCS = Path(__file__).resolve().parent.parent / "docs"
HELP_LINES = CONFIG_DIRECTORY / "safety" / "help_lines.toml"
PAGES = {"en": "care.md", "ko": "care.ko.md"}
HEADINGS = {"en": "## What you can say", "ko": "## 이렇게 말할 수 있어요"}


def sentences(language: str) -> list[str]:
    """What stands in the right column of the table of things to say."""
    page = (DOCS / PAGES[language]).read_text(encoding="utf-8")
    table = page.split(HEADINGS[language])[1].split("\n## ")[0]
    cells = re.findall(r"^\| .+ \| (.+) \|$", table, re.MULTILINE)[1:]
    return [sentence for cell in cells for sentence in cell.split(" · ")]


@pytest.mark.parametrize("language", PAGES)
def test_every_sentence_to_say_is_understood(language: str) -> None:
    reader = CareReader.load([language])
    said = sentences(language)
    assert len(said) >= 30
    assert [sentence for sentence in said if reader.read(sentence, language) is None] == []


@pytest.mark.parametrize("language", PAGES)
def test_the_numbers_of_the_page_are_those_of_the_settings(language: str) -> None:
    page = (DOCS / PAGES[language]).read_text(encoding="utf-8")
    assert f"{MemorySettings().keep_turns_days}{'일' if language == 'ko' else ' days'}" in page
    assert MemorySettings().keep_feedback_days == 365  # "a year"
    lines = tomllib.loads(HELP_LINES.read_text(encoding="utf-8"))["line"]
    assert all(line["number"] in page for line in lines.values())
