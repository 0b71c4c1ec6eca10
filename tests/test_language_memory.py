import pytest

from config.settings import LanguageSettings
from nlu.language_memory import LanguageMemory, language_of_text

SETTINGS = LanguageSettings(served=("en", "ko", "es"), default="en", min_speech_s=0.6, memory=0.35)


def memory_after(*turns: str) -> LanguageMemory:
    memory = LanguageMemory(SETTINGS)
    for language in turns:
        memory.remember(language)
    return memory


@pytest.mark.parametrize(
    ("turns", "odds", "speech_s", "expected"),
    [
        ((), {"ko": 0.9, "en": 0.1}, 2.0, "ko"),
        ((), {"ko": 0.99}, 0.5, "en"),  # too short to tell: the default
        (("ko",), {"en": 0.99}, 0.5, "ko"),  # too short to tell: the conversation's
        ((), {"ko": 0.5, "en": 0.5}, 2.0, "en"),
        (("ko", "ko", "ko"), {"en": 0.6, "ko": 0.4}, 2.0, "ko"),  # habit outweighs weak odds
        (("ko", "ko", "ko"), {"en": 0.9, "ko": 0.1}, 2.0, "en"),  # but not strong ones
        (("ko", "ko", "en"), {"en": 0.4, "ko": 0.6}, 2.0, "ko"),  # older turns still count
        (("ko",), {"ja": 0.98, "ko": 0.015, "en": 0.005}, 2.0, "ko"),  # only served ones count
        (("ko",), {"ja": 1.0}, 2.0, "ko"),
        (("ko",), {}, 2.0, "ko"),
        (("ko",), {"en": float("nan")}, 2.0, "ko"),
        (("ko",), {"en": float("nan"), "es": 0.9}, 2.0, "es"),
        (("ko",), {"en": -3.0, "ko": 0.0}, 2.0, "ko"),
        (("ko",), {"en": 0.99}, float("nan"), "ko"),
    ],
)
def test_choice(
    turns: tuple[str, ...], odds: dict[str, float], speech_s: float, expected: str
) -> None:
    assert memory_after(*turns).choose(odds, speech_s) == expected


def test_choosing_alone_changes_nothing() -> None:
    memory = memory_after("en")
    memory.choose({"ko": 1.0}, 3.0)
    assert memory.language == "en"


def test_languages_that_are_not_served_are_not_remembered() -> None:
    assert memory_after("ko", "ja").language == "ko"


def test_a_new_conversation_starts_with_the_default() -> None:
    memory = memory_after("ko", "ko", "ko")
    memory.forget()
    assert memory.language == "en"
    assert memory.choose({"en": 0.55, "ko": 0.45}, 2.0) == "en"


ALL = ("en", "ko", "es", "fr", "de")


@pytest.mark.parametrize(
    ("text", "current", "expected"),
    [
        ("안녕, 오늘 날씨 어때?", "en", "ko"),
        ("K-pop 노래 틀어 줘", "en", "ko"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "en", "ko"),  # Hangul in decomposed form
        ("韓國 사람이야?", "en", "ko"),
        ("what is the weather like", "ko", "en"),
        ("¿cómo está el tiempo?", "en", "es"),
        ("qu'est-ce que tu es ?", "en", "fr"),
        ("wie ist das Wetter heute", "en", "de"),
        ("ok", "ko", "ko"),
        ("Sori!", "ko", "ko"),
        ("12 + 30", "ko", "ko"),
        ("", "fr", "fr"),
        ("今日はいい天気", "ko", "ko"),  # Japanese is not served: the conversation goes on
        ("\ud800 hello", "ko", "en"),
    ],
)
def test_language_of_typed_text(text: str, current: str, expected: str) -> None:
    assert language_of_text(text, ALL, current) == expected


def test_only_served_languages_come_out() -> None:
    assert language_of_text("wie ist das Wetter", ("en", "ko"), "ko") == "ko"
    assert language_of_text("今日はいい天気", ("en", "ja"), "en") == "ja"
