"""What Sori tells of itself: the greeting and the answers."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.care_phrases import SECTIONS, load_care_phrases
from config.memory_settings import EmotionSettings, MemorySettings
from config.preferences import Preferences
from nlu.abilities import Abilities
from nlu.care.wish_file import CARE_DIRECTORY
from nlu.care.wishes import Forget
from nlu.spoken_clock import spoken_date, spoken_time
from nlu.stop_words import StopWords
from robot.care.self_knowledge import SelfFacts
from tests.care_talk import WALKER, Talk, Talks, reader

Begin = Callable[..., Talk]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts a Sori; started again, it has the same disk."""
    with Talks(tmp_path) as talks:
        yield talks.begin


@pytest.mark.parametrize(
    ("language", "stop", "forget", "name"),
    [
        row
        for row in (
            ("en", "stop", "forget me", "call me Mina"),
            ("ko", "멈춰", "나를 잊어 줘", "민아라고 불러 줘"),
            ("es", "para", "olvídame", "llámame Mina"),
            ("fr", "arrête", "oublie-moi", "appelle-moi Mina"),
            ("de", "stopp", "vergiss mich", "nenn mich Mina"),
        )
        if (CARE_DIRECTORY / f"{row[0]}.toml").exists()
    ],
)
def test_what_people_are_told_to_say_is_understood(
    begin: Begin, language: str, stop: str, forget: str, name: str
) -> None:
    talk = begin()
    greeting = talk.care.greeting(language)
    assert greeting is not None
    assert stop in greeting.lower()
    assert StopWords.load([language]).heard_in(stop)
    assert forget in greeting.lower()
    assert reader().read(forget, language) == Forget("me")
    assert talk.care.consider(name, language, None) is not None
    assert talk.care.preferences.user_name in ("Mina", "민아")


def test_the_first_start_is_greeted_once(begin: Begin) -> None:
    greeting = begin().care.greeting("en")
    assert greeting is not None
    for word in ("AI", "not a person", "microphone", "30 days", "Say: stop", "forget me"):
        assert word in greeting
    assert "excited" not in greeting
    talk = begin()
    assert talk.care.greeting("en") is None
    talk.say("forget me")
    assert talk.care.greeting("ko") is not None  # to somebody new


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ("소리예요", "인공지능", "마이크", "30일", "멈춰", "잊어 줘")),
        ("es", ("inteligencia artificial", "30 días", "olvídame")),
        ("fr", ("intelligence artificielle", "30 jours", "oublie-moi")),
        ("de", ("KI", "30 Tage lang", "Vergiss mich")),
    ],
)
def test_the_greeting_in_other_languages(
    begin: Begin, language: str, words: tuple[str, ...]
) -> None:
    greeting = begin().care.greeting(language)
    assert greeting is not None
    assert all(word.lower() in greeting.lower() for word in words)


def test_listening_to_the_voice_is_announced_in_the_greeting(begin: Begin) -> None:
    facts = SelfFacts(
        WALKER, ("en",), ("en",), ("en",), MemorySettings(), EmotionSettings(from_voice=True)
    )
    greeting = begin(facts=facts).care.greeting("en")
    assert greeting is not None
    assert "whether your voice sounds calm or excited" in greeting


@pytest.mark.parametrize(
    ("question", "words", "not_words"),
    [
        ("who are you", ("I am Sori", "AI", "not a person"), ()),
        ("are you a person", ("No", "AI"), ()),
        ("can you be wrong", ("Yes", "mishear"), ()),
        ("do you keep what I say", ("30 days", "never keep sound", "forget me"), ()),
        ("can you hear me all the time", ("microphone", "not kept", "guess"), ("excited",)),
        ("do you have feelings", ("No", "no feelings"), ()),
        ("are you connected to the cloud", ("No", "board"), ()),
        ("what are your limits", ("very small", "health"), ("I know much",)),
        ("what can you do", ("walk", "wave", "Korean", "shorter"), ()),
    ],
)
def test_questions_about_itself(
    begin: Begin, question: str, words: tuple[str, ...], not_words: tuple[str, ...]
) -> None:
    answer = begin().say(question)
    assert all(word in answer for word in words), answer
    assert not any(word in answer for word in not_words), answer


@pytest.mark.parametrize(
    ("memory", "words"),
    [
        (MemorySettings(keep_turns_days=1), "for one day,"),
        (MemorySettings(keep_turns_days=0), "I do not keep what you say"),
        (MemorySettings(enabled=False), "I keep nothing."),
    ],
)
def test_what_it_keeps_is_what_the_settings_say(
    begin: Begin, memory: MemorySettings, words: str
) -> None:
    assert words in begin(memory=memory).say("do you keep what I say")


def test_a_full_model_and_no_body_are_told_as_they_are(begin: Begin) -> None:
    facts = SelfFacts(
        Abilities("none"),
        ("en",),
        ("en",),
        (),
        MemorySettings(),
        EmotionSettings(from_text=False, from_voice=True),
    )
    talk = begin(facts=facts)
    assert "no body" in talk.say("what can you do")
    assert talk.say("what are your limits").startswith("I know much, but not everything")
    assert "only in part" not in talk.say("be more formal")
    heard = talk.say("can you hear me all the time")
    assert "excited" in heard
    assert "guess" not in heard


@pytest.mark.parametrize("language", ["en", "ko", "es", "fr", "de"])
def test_what_it_says_of_itself_passes_its_own_filter(begin: Begin, language: str) -> None:
    for audience in ("general", "child"):
        talk = begin(Preferences(audience=audience))
        book = load_care_phrases().books[language]
        texts = {
            text.replace("{name}", "Mina")
            for section in SECTIONS
            for key in getattr(book, section)
            for manner in book.manners
            for text in book.variants(section, key, manner)
        }
        assert [text for text in sorted(texts) if not talk.may_say(text, language)] == []


@pytest.mark.parametrize(
    ("language", "asked", "answer"),
    [
        ("en", "what time is it?", "It is {}."),
        ("ko", "지금 몇 시야?", "지금은 {}"),
        ("es", "¿qué hora es?", "Ahora {}."),
        ("fr", "quelle heure est-il ?", "Il est {}."),
        ("de", "wie spät ist es?", "Es ist {}."),
    ],
)
def test_who_asks_for_the_time_is_told_it(
    begin: Begin, language: str, asked: str, answer: str
) -> None:
    before = datetime.now().astimezone()
    told = begin().say(asked, language)
    minutes = [before + timedelta(minutes=later) for later in range(3)]
    assert any(told.startswith(answer.format(spoken_time(at, language))) for at in minutes), told


def test_who_asks_for_the_date_is_told_it(begin: Begin) -> None:
    before = datetime.now().astimezone()
    told = begin().say("오늘 며칠이야?", "ko")
    days = [spoken_date(before + timedelta(days=later), "ko") for later in range(2)]
    assert told in [f"오늘은 {day}이에요." for day in days]
