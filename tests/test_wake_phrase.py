"""Who calls Sori, and who only says something that sounds like it."""

from pathlib import Path

import pytest

from config.attention_settings import AttentionSettings
from config.errors import ConfigurationError
from nlu.sound_alike import apart, sounds
from nlu.wake_phrase import Called, WakePhrase

LANGUAGES = ("en", "ko", "es", "fr", "de")
WAKE = WakePhrase.load(AttentionSettings(), LANGUAGES)

CALLS = """
en: hey sori >
en: Hey Sori, walk forward. > walk forward
en: hey sorry walk forward > walk forward
en: hey sory turn left > turn left
en: hey sari, wave > wave
en: hay sorry what time is it > what time is it
en: hi sorry, dance > dance
en: hello sori >
en: ok sori stop > stop
en: sori walk forward > walk forward
en: Sori? >
en: sory, wave > wave
en: soree come here > come here
en: hey so re wave > wave
en: hey soary wave > wave
en: hey sorey >
en: hey sore e wave > wave
en: um hey sori wave > wave
en: so, hey sori, wave > wave
en: hey surrey wave > wave
ko: 소리야 >
ko: 소리야 앞으로 가 > 앞으로 가
ko: 소리야, 앞으로 가. > 앞으로 가
ko: 소리야앞으로 가 > 앞으로 가
ko: 소리여 앞으로 가 > 앞으로 가
ko: 서리야 손 흔들어 > 손 흔들어
ko: 솔이야 손 흔들어 > 손 흔들어
ko: 쏘리야 손 흔들어 > 손 흔들어
ko: 수리야 손 흔들어 > 손 흔들어
ko: 소리아 손 흔들어 > 손 흔들어
ko: 소리 야 손 흔들어 > 손 흔들어
ko: 소리 >
ko: 얘 소리야 앞으로 가 > 앞으로 가
ko: 애 소리야 앞으로 가 > 앞으로 가
ko: 헤이 소리 앞으로 가 > 앞으로 가
ko: 헤이소리 앞으로 가 > 앞으로 가
ko: 음 소리야 춤 춰 > 춤 춰
ko: 소리님 안녕하세요 > 안녕하세요
ko: 안녕 소리야 >
es: oye sori, camina > camina
es: oie sori camina > camina
es: hola sori >
es: sori gira a la izquierda > gira a la izquierda
es: oye sorry camina > camina
fr: dis sori, avance > avance
fr: hé sori avance > avance
fr: dit sori avance > avance
fr: et sori avance > avance
fr: salut sori >
de: hallo sori, geh vor > geh vor
de: hey sorri geh vor > geh vor
de: hei sori geh vor > geh vor
de: halo sori >
"""
"""After `>` what was said after the call."""
NO_CALLS = """
en: sorry about that | sori about that | I am sorry | I'm sorry | sorry | sorry, I did not mean it
en: hey sorry about that | hey siri | tell me a story | story time | say sorry to him
en: a sorry state | hello there | hey you | hey, so what now | walk forward | sort it out
en: hey story | hi sir | so rain again | the robot is called sori | hey sara
ko: 소리가 커 | 무슨 소리야 | 이게 무슨 소리야 | 소리 키워 | 소리 좀 줄여 줘 | 소리를 줄여
ko: 소리가 안 들려 | 머리야 아파 | 우리 집에 가자 | 오리야 | 소리야말로 중요해 | 헛소리야
ko: 소리 질러 | 서리가 내렸어 | 수리해 줘 | 목소리가 좋아 | 소리 없이 걸어 | 얘 소리가 왜 이래
ko: 소리 크기 올려 | 소라야 | 조리법 알려 줘 | 거리가 멀어
es: lo siento | hola señor | sonríe | oye siri
fr: souris | dis, souris | hé souris un peu | sors d'ici | dis-moi l'heure
de: sorry, das war falsch | hallo Sarah | hör auf | sorge dich nicht | die Sorte
"""
MISSED = """
en: sorry, walk forward | hey siri, walk forward | walk forward, sori | hello sir e
ko: 조리야 손 흔들어 | 소리 앞으로 가 | 앞으로 가 소리야 | 소희야
"""
"""Calls that are not heard as such: an everyday word, another name, or not at the beginning."""


def rows(table: str) -> list[tuple[str, str]]:
    lines = [line.split(":", 1) for line in table.strip().splitlines()]
    return [(code, text.strip()) for code, texts in lines for text in texts.split("|")]


@pytest.mark.parametrize(("language", "row"), rows(CALLS))
def test_these_call_sori(language: str, row: str) -> None:
    text, _, rest = (part.strip() for part in row.partition(">"))
    called = WAKE.read(text, language)
    assert called is not None
    assert called.rest.casefold() == rest.casefold()


@pytest.mark.parametrize(("language", "text"), rows(NO_CALLS))
def test_these_do_not(language: str, text: str) -> None:
    assert WAKE.read(text, language) is None


@pytest.mark.parametrize(("language", "text"), rows(MISSED))
def test_these_are_missed(language: str, text: str) -> None:
    assert WAKE.read(text, language) is None


@pytest.mark.parametrize("taken_for", LANGUAGES)
def test_a_call_counts_whatever_language_it_was_taken_for(taken_for: str) -> None:
    assert WAKE.read("소리야 앞으로 가", taken_for) == Called("앞으로 가")
    assert WAKE.read("hey sori, turn left", taken_for) == Called("turn left")


@pytest.mark.parametrize(
    ("name", "text", "rest"),
    [
        ("민수", "민수야 앞으로 가", "앞으로 가"),
        ("민수", "헤이 민수 가자", "가자"),
        ("민수", "민수가 왔어", None),
        ("하은", "하은아 손 흔들어", "손 흔들어"),
        ("Max", "hey max, wave", "wave"),
        ("Max", "hey mags wave", "wave"),
        ("Max", "maximum volume", None),
        ("R2 Robbie", "hey r2 robbie wave", "wave"),
        ("Max", "소리야 가", "가"),  # Sori stays its name
        ("", "hey max wave", None),
        ("!", "hey sori", ""),
    ],
)
def test_the_name_people_gave_it_is_a_wake_phrase_too(
    name: str, text: str, rest: str | None
) -> None:
    called = WAKE.with_name(name).read(text, "en")
    assert (called.rest if called else None) == rest


def test_with_another_name_the_one_before_is_forgotten() -> None:
    assert WAKE.with_name("Max").with_name("").read("hey max", "en") is None


def test_the_phrases_are_settings() -> None:
    settings = AttentionSettings(wake={"en": ("computer",), "ja": ("ねえ ソリ",)})
    wake = WakePhrase.load(settings, ("en", "ja"))
    assert wake.read("computer, dance", "en") == Called("dance")
    assert wake.read("ねえ ソリ 踊って", "ja") == Called("踊って")
    assert wake.read("hey sori", "en") is None


@pytest.mark.parametrize("wake", [{}, {"ja": ("ソリ",)}, {"en": ("!",)}])
def test_a_robot_that_nobody_could_call_is_refused(wake: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ConfigurationError, match=r"attention\.wake"):
        WakePhrase.load(AttentionSettings(wake=wake), ("en",))


@pytest.mark.parametrize("content", ["not toml", "[en]\ncallers = 3\n"])
def test_bad_files_are_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "wake.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        WakePhrase.load(AttentionSettings(), ("en",), file)
    assert str(file) in caught.value.message


@pytest.mark.parametrize("text", ["", " ", "...", "🙂", "\ud800", "hey " * 500, "소" * 3_000])
def test_anything_can_be_looked_at(text: str) -> None:
    assert WAKE.read(text, "en") is None


@pytest.mark.parametrize(
    ("one", "other", "most"),
    [
        ("sori", "sorry", 0.0),
        ("솔이야", "소리야", 0.0),
        ("쏘리야", "소리야", 0.0),
        ("서리야", "소리야", 0.4),
        ("metre", "meter", 0.5),
        ("forward", "for word", 0.5),
        ("앞으로", "아프로", 0.5),
        ("걸었어요", "거러써요", 0.0),
    ],
)
def test_what_sounds_alike_is_near(one: str, other: str, most: float) -> None:
    assert apart(sounds(one), sounds(other)) <= most


@pytest.mark.parametrize(
    ("one", "other"), [("sori", "story"), ("stop", "walk"), ("소리야", "머리야"), ("앞", "뒤")]
)
def test_what_does_not_is_far(one: str, other: str) -> None:
    assert apart(sounds(one), sounds(other)) >= 1.0
