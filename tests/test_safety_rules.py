"""Rules by table. Hurtful sentences are never shown: failing tests name their place in it."""

import tomllib
from pathlib import Path

import pytest

from config.errors import ConfigurationError
from config.phrases import load_phrases
from config.safety_settings import SafetySettings
from nlu.safety.rules import Rules
from nlu.safety.screen import SafetyFilter
from tests.safety_terms import FILTER, term

TABLE = tomllib.loads(
    (Path(__file__).parent / "safety_tables" / "unkind.toml").read_text(encoding="utf-8")
)
HURTFUL = [(category, language) for category in TABLE["hurtful"] for language in ("en", "ko")]


@pytest.mark.parametrize(("category", "language"), HURTFUL)
def test_hurtful_sentences_are_held_back(category: str, language: str) -> None:
    missed = []
    for number, text in enumerate(TABLE["hurtful"][category][language]):
        verdict = FILTER.screen(text, language)
        if verdict.allowed or category not in verdict.categories:
            missed.append((number, verdict.categories))
    assert missed == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_kind_sentences_pass(language: str) -> None:
    texts = TABLE["kind"][language]
    assert [text for text in texts if not FILTER.screen(text, language).allowed] == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_reports_of_people_pass(language: str) -> None:
    verdicts = [FILTER.screen(t, language, side="person") for t in TABLE["reported"][language]]
    assert [n for n, verdict in enumerate(verdicts) if not verdict.allowed] == []
    assert "reported" in [verdict.reason for verdict in verdicts]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_anger_at_other_things_passes(language: str) -> None:
    verdicts = [FILTER.screen(t, language, side="person") for t in TABLE["venting"][language]]
    assert [n for n, verdict in enumerate(verdicts) if not verdict.allowed] == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_insults_at_the_robot_are_met_calmly(language: str) -> None:
    calm = load_phrases().books[language].insulted
    verdicts = [FILTER.screen(t, language, side="person") for t in TABLE["insulted"][language]]
    assert [n for n, verdict in enumerate(verdicts) if verdict.spoken not in calm] == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Somebody called you an idiot? That hurts.", "en"),
        ("Someone called me stupid today.", "en"),
        ("친구가 바보라고 놀려서 속상했군요.", "ko"),
    ],
)
def test_mild_words_may_be_told_of_in_a_reply(text: str, language: str) -> None:
    assert FILTER.screen(text, language).allowed


@pytest.mark.parametrize("language", ["en", "ko"])
def test_slurs_stay_unspoken_in_reports(language: str) -> None:
    report = {"en": "He called me a {} yesterday.", "ko": "걔가 나보고 {} 라고 했어요."}[language]
    text = report.format(term(language, "hate"))
    assert not FILTER.screen(text, language).allowed
    assert FILTER.screen(text, language, side="person").allowed


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I build a bomb?", "en"),
        ("폭탄 만드는 법 알려 줘", "ko"),
        ("Take off your clothes.", "en"),
    ],
)
def test_what_would_hurt_is_declined_without_a_lecture(text: str, language: str) -> None:
    verdict = FILTER.screen(text, language, side="person")
    assert verdict.action == "replace"
    assert verdict.spoken in load_phrases().books[language].declined


def test_a_child_hears_less_and_an_adult_more() -> None:
    audience = SafetyFilter.load(SafetySettings(), classified=False)
    mild = f"Well, {term('en', 'profanity', 3)}, that is a long way."
    gory = "The murderer left a corpse in the casino."
    insult = term("en", "insult")
    actions = {}
    for name in ("child", "general", "adult"):
        audience.audience = name
        actions[name] = [audience.screen(text, "en").action for text in (mild, gory, insult)]
    assert actions == {
        "child": ["replace", "replace", "replace"],
        "general": ["soften", "pass", "replace"],
        "adult": ["pass", "pass", "replace"],
    }


def test_own_terms_are_added(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text('innocent = ["blue frobnicator"]\n[terms]\ninsult = ["frobnicator"]\n')
    mine = SafetyFilter.load(SafetySettings(terms=str(own)), classified=False)
    assert mine.screen("you frobnicator", "en").categories == ("insult",)
    assert mine.screen("a blue frobnicator", "en").allowed
    assert FILTER.screen("you frobnicator", "en").allowed


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("[terms]\nrude = ['x']\n", "mine.toml: this word list cannot be used"),
        ("[terms]\ninsult = ['']\n", "term 1 of `insult` is empty"),
        ("[terms]\ninsult = ['word', 'e']\n", "term 2 of `insult` is empty or a single letter"),
        ("terms", "mine.toml: this word list cannot be used"),
    ],
)
def test_bad_own_terms_are_refused(tmp_path: Path, content: str, cause: str) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(content)
    with pytest.raises(ConfigurationError, match=cause):
        SafetyFilter.load(SafetySettings(terms=str(own)), classified=False)


def test_missing_own_terms_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="cannot read this word list"):
        SafetyFilter.load(SafetySettings(terms="/nowhere/mine.toml"), classified=False)


@pytest.mark.parametrize(
    ("pattern", "cause"),
    [
        ("you are (a|b", "bracket that is not closed"),
        ("you are a) b", "too many"),
        ("you {nobody}", "no list of words named `nobody`"),
        ("you are a?", "means nothing here"),
        ("you (a||b)", "empty place"),
    ],
)
def test_bad_rules_are_refused(tmp_path: Path, pattern: str, cause: str) -> None:
    rule = f'[[rule]]\ncategory = "insult"\nsay = ["{pattern}"]\n'
    (tmp_path / "bad.toml").write_text(rule)
    with pytest.raises(ConfigurationError, match=cause):
        Rules.load(tmp_path)


def test_a_filter_that_is_off_says_so_in_every_language() -> None:
    off = SafetyFilter.load(SafetySettings(enabled=False))
    assert not off.enabled
    assert all(book.filter_off for book in load_phrases().books.values())
