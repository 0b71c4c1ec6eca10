"""`sori feedback list`, `export`, `resolve`, and the page to look through reports."""

import json
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from config.load import DEFAULT_FILE
from config.preferences import Preferences
from robot.command_line import main
from robot.memory.lines import SharedReport, without_names
from robot.memory.memory import Memory
from robot.memory.periods import MOST, Period, periods
from robot.memory.review_page import PAGE_LANGUAGES, PageLanguage, review_page
from tests.memory_program import settings_in, turn

SAID = "my name is Mina, call 010-1234-5678"
REPLY = "Mina, you look old. <b>Really</b>."


@pytest.fixture
def settings(tmp_path: Path) -> str:
    file = tmp_path / "sori.toml"
    own = f'\n[memory]\ndirectory = "{tmp_path}"\n'
    file.write_text(DEFAULT_FILE.read_text("utf-8") + own, "utf-8")
    return str(file)


@pytest.fixture
def kept(tmp_path: Path) -> None:
    """Three reports; the second is resolved."""
    with Memory.open(settings_in(tmp_path)) as memory:
        memory.save_preferences(Preferences(user_name="민아"))
        memory.save_preferences(Preferences(user_name="Mina"))
        last = memory.keep_turn(turn(SAID, REPLY))
        memory.report("hurt", "Mina, you look old.", last, "en")
        last = memory.keep_turn(turn("민아라고 불러 줘", "김민아는 이상해요.", "ko"))
        memory.report("wrong", "김민아는 이상해요.", last, "ko")
        memory.report("unwanted", "Mina, you look old.", None, "en")
        memory.resolve(2, "민아 data went into training")


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.usefixtures("kept")
def test_list(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback", "list", "--config", settings]) == 0
    told = capsys.readouterr().out
    assert "Mina, you look old." in told
    assert "open, avoided" in told
    assert main(["feedback", "list", "--json", "--open", "--config", settings]) == 0
    first, third = lines(capsys.readouterr().out)
    assert (first["id"], first["kind"], first["state"], first["avoided"]) == (
        1,
        "hurt",
        "open",
        True,
    )
    assert first["said"] == "my name is Mina, call [phone number]"
    assert (third["id"], third["said"], third["turn"]) == (3, "", None)


@pytest.mark.usefixtures("kept")
def test_export_has_no_personal_data(
    settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, file = tmp_path / "review.html", tmp_path / "reports.jsonl"
    assert main(["feedback", "export", "--config", settings]) == 0
    told = capsys.readouterr().out
    command = ["feedback", "export", str(file), "--html", str(page), "--config", settings]
    assert main(command) == 0
    assert capsys.readouterr().out == ""
    assert file.read_text("utf-8") == told
    for text in (told, page.read_text("utf-8")):
        for personal in ("Mina", "민아", "1234"):
            assert personal not in text
    first, second, third = lines(told)
    assert first["said"] == "my name is [name], call [phone number]"
    assert first["phrase"] == third["phrase"] == "[name], you look old."
    assert second["reply"] == "김[이름]는 이상해요."
    assert second["note"] == "[이름] data went into training"
    assert list(first) == [
        "id", "day", "kind", "state", "avoided", "phrase", "said", "reply", "language", "note",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "state", "avoided", "words"),
    [
        ([], "resolved", True, "--allow"),
        (["--note", "better now"], "resolved", True, "better now"),
        (["--allow"], "resolved", False, "another report"),
    ],
)
@pytest.mark.usefixtures("kept")
def test_resolve(
    settings: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    state: str,
    avoided: bool,
    words: str,
) -> None:
    assert main(["feedback", "resolve", "1", *options, "--config", settings]) == 0
    told = capsys.readouterr().out
    main(["feedback", "list", "--json", "--config", settings])
    listed = capsys.readouterr().out
    first = lines(listed)[0]
    assert (first["state"], first["avoided"]) == (state, avoided)
    assert words in told + listed
    assert first["resolved_at"] is not None
    with Memory.open(settings_in(tmp_path)) as memory:
        assert memory.avoided() == ("Mina, you look old.",)
    main(["feedback", "resolve", "3", "--allow", "--config", settings])
    with Memory.open(settings_in(tmp_path)) as memory:
        assert memory.avoided() == (("Mina, you look old.",) if avoided else ())


@pytest.mark.usefixtures("kept")
def test_resolve_as_json(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback", "resolve", "2", "--json", "--config", settings]) == 0
    (line,) = lines(capsys.readouterr().out)
    assert (line["id"], line["note"]) == (2, "민아 data went into training")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["resolve", "77"], 3, "There is no report 77. See `sori feedback list`."),
        (["resolve", "99999999999999999999"], 2, "invalid"),
        (["resolve", "first"], 2, "invalid"),
        (["resolve"], 2, "required"),
        (["export", "--html", "/nowhere/review.html"], 2, "/nowhere/review.html: cannot"),
        (["export", "--language", "xx"], 2, "invalid choice"),
    ],
)
@pytest.mark.usefixtures("kept")
def test_wrong_use_is_explained(
    settings: str,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    try:
        returned = main(["feedback", *arguments, "--config", settings])
    except SystemExit as usage:
        returned = int(usage.code or 0)
    output = capsys.readouterr()
    assert returned == code
    assert words in output.err
    assert "Traceback" not in output.err
    assert output.out == ""


def test_without_reports_it_is_friendly(
    settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "review.html"
    assert main(["feedback", "list", "--config", settings]) == 0
    assert main(["feedback", "list", "--open", "--config", settings]) == 0
    assert main(["feedback", "export", "--config", settings]) == 0
    assert main(["feedback", "export", "--html", str(page), "--config", settings]) == 0
    output = capsys.readouterr()
    assert output.out == ""
    assert "Nobody has reported anything." in output.err
    assert "No report is open." in output.err
    text = page.read_text("utf-8")
    assert "Nobody has reported anything yet." in text
    assert "아직 아무도" in text


class Page(HTMLParser):
    """What a browser would find; fails where tags do not close."""

    EMPTY = ("meta", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def shared(number: int, **changed: str | bool) -> SharedReport:
    fields = {
        "id": number, "day": "2026-11-25", "kind": "hurt", "state": "open", "avoided": True,
        "phrase": "phrase", "said": "said", "reply": "reply", "language": "en", "note": "",
    } | changed  # fmt: skip
    return SharedReport(**fields)  # type: ignore[arg-type]


EVIL = "<script>alert('1')</script> & \"quotes\" </main>"


@pytest.mark.parametrize("languages", [("en",), ("ko",), PAGE_LANGUAGES])
def test_the_page_shows_every_report_and_runs_nothing(languages: tuple[PageLanguage, ...]) -> None:
    reports = [
        shared(1, phrase=EVIL, said=EVIL, reply="whole", note=EVIL, language='en" onclick="x'),
        shared(2, kind="wrong", state="resolved", avoided=False, day="2026-11-20"),
        shared(3, kind="unwanted", day="?"),
    ]
    page = Page(review_page(reports, languages))
    words = "".join(page.words)
    assert words.count(EVIL) == 3
    assert page.tags.count("article") == 3
    assert page.tags.count("svg") == 1
    assert "script" not in page.tags
    assert page.addresses == []  # self-contained
    assert {"2026-11-25", "2026-11-20"} <= set(page.words)
    assert ("looked at" in words) == ("en" in languages)
    assert ("살펴봄" in words) == ("ko" in languages)


@pytest.mark.parametrize(
    ("reports", "waiting"), [([shared(1)], True), ([shared(1, state="resolved")], False)]
)
def test_what_was_looked_at_is_folded_away(reports: list[SharedReport], waiting: bool) -> None:
    page = Page(review_page(reports, ("en",)))
    assert ("details" in page.tags) is not waiting
    assert ("All of them have been looked at." in page.words) is not waiting


@pytest.mark.parametrize("count", [1, 4, 11, 12, 40, 400])
def test_counts_stand_on_whole_numbers(count: int) -> None:
    page = Page(review_page([shared(number) for number in range(count)], ("en",)))
    assert str(count) in page.words
    assert not [word for word in page.words if word.replace(".", "").isdigit() and "." in word]


@pytest.mark.parametrize(
    ("days", "period", "spans"),
    [
        (0, "day", 1),
        (11, "day", 12),
        (12, "week", 2),
        (70, "week", 11),
        (100, "month", 4),
        (1_000, "year", 3),
        (10_000, "year", MOST),
    ],
)
def test_time_is_cut_so_that_it_fits(days: int, period: Period, spans: int) -> None:
    first = date(2026, 2, 3)
    last = first + timedelta(days=days)
    found, cut = periods([last, first])
    assert (found, len(cut)) == (period, spans)
    assert cut[-1].first <= last <= cut[-1].last
    if days < 10_000:
        assert cut[0].first <= first <= cut[0].last
    assert all(b.first - a.last == timedelta(days=1) for a, b in pairwise(cut))


@pytest.mark.parametrize(
    ("text", "names", "language", "expected"),
    [
        ("Mina, MINA's and minas", ("Mina",), "en", "[name], [name]'s and minas"),
        ("Mina야, 안녕", ("Mina",), "ko", "[이름]야, 안녕"),
        ("김민아가 민아야", ("민아",), "ko", "김[이름]가 [이름]야"),
        ("준아, 기준이 뭐야", ("준",), "ko", "[이름]아, 기준이 뭐야"),
        ("Mary  Ann and Ann", ("Ann", "Mary Ann"), "en", "[name] and [name]"),
        ("a.b and axb", ("a.b",), "en", "[name] and axb"),
        ("민아", ("민아",), "ko", "[이름]"),
        ("Hallo Jürgen!", ("Jürgen",), "de", "Hallo [name]!"),
        ("nothing", ("", " "), "en", "nothing"),
    ],
)
def test_names_are_taken_out(
    text: str, names: tuple[str, ...], language: str, expected: str
) -> None:
    assert without_names(text, names, language) == expected
