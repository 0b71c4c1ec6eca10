"""What puts Sori to sleep and wakes it, by table, and what it says then."""

from pathlib import Path

import pytest

from config.attention_phrases import ATTENTION_PHRASES_FOLDER, load_attention_phrases
from config.errors import ConfigurationError
from nlu.attention_words import WISHES, AttentionWords

LANGUAGES = ("en", "ko", "es", "fr", "de")
WORDS = AttentionWords.load(LANGUAGES)

WISHED = """
en: go to sleep > sleep
en: Go to sleep, please. > sleep
en: goodnight > sleep
en: good night sori > sleep
en: ok good night > sleep
en: sleep well > sleep
en: stop listening > sleep
en: don't listen to me > sleep
en: go to slip > sleep
en: wake up > wake
en: hey sori wake up please > wake
en: wake up now > wake
en: get up > get_up
en: always listen > always
en: you don't need a wake word > always
en: only listen when I call you > on_call
en: push to talk > button
en: I could not go to sleep >
en: don't go to sleep >
en: walk forward >
en: how did you sleep >
en: it was a good night for dancing >
en: sleep is important >
en: please >
ko: 잘 자 > sleep
ko: 잘자 > sleep
ko: 잘 자요 소리야 > sleep
ko: 소리야 잘 자 > sleep
ko: 이제 자 > sleep
ko: 안녕히 주무세요 > sleep
ko: 듣지 마 > sleep
ko: 굿나잇 > sleep
ko: 잠자 > sleep
ko: 일어나 아침이야 > wake
ko: 잠에서 깨 > wake
ko: 일어나 > get_up
ko: 깨어나 > wake
ko: 내 말 들어 줘 > wake
ko: 항상 들어 줘 > always
ko: 부를 때만 대답해 > on_call
ko: 버튼 누를 때만 들어 > button
ko: 자 >
ko: 잘 잤어 >
ko: 앞으로 가 >
ko: 자 가자 >
ko: 잠을 못 잤어 >
ko: 들어 >
es: buenas noches > sleep
es: duérmete > sleep
es: vete a dormir por favor > sleep
es: despierta > wake
es: escucha siempre > always
es: escucha solo cuando te llame > on_call
es: levántate > get_up
es: tengo sueño >
fr: bonne nuit > sleep
fr: dors bien > sleep
fr: va dormir > sleep
fr: n'écoute plus > sleep
fr: réveille-toi > wake
fr: écoute-moi toujours > always
fr: j'ai bien dormi >
de: gute nacht > sleep
de: schlaf gut > sleep
de: geh schlafen > sleep
de: wach auf > wake
de: hör nur zu wenn ich dich rufe > on_call
de: steh auf > get_up
de: ich habe gut geschlafen >
"""


def wished() -> list[tuple[str, str, str]]:
    found = []
    for line in WISHED.strip().splitlines():
        language, row = line.split(":", 1)
        text, _, wish = (part.strip() for part in row.partition(">"))
        found.append((language, text, wish))
    return found


@pytest.mark.parametrize(("language", "text", "wish"), wished())
def test_wishes_by_table(language: str, text: str, wish: str) -> None:
    assert WORDS.read(text, language) == (wish or None)


def test_a_wish_counts_whatever_language_it_was_taken_for() -> None:
    assert WORDS.read("잘 자", "en") == "sleep"
    assert WORDS.read("gute Nacht", "ko") == "sleep"
    assert AttentionWords.load(("en",)).read("잘 자", "en") is None


@pytest.mark.parametrize("text", ["", "...", "🙂", "\ud800", "sleep " * 900])
def test_anything_can_be_looked_at(text: str) -> None:
    assert WORDS.read(text, "en") is None


def test_every_language_has_its_phrases() -> None:
    phrases = load_attention_phrases()
    said = {phrases.say(key, code) for code in LANGUAGES for key in ("asleep", "awake")}
    assert len(said) == 2 * len(LANGUAGES)
    assert phrases.say("summoned", "xx") == phrases.say("summoned", "en")
    several = {phrases.say("asleep", "ko", about) for about in "abcdefgh"}
    assert several == set(phrases.books["ko"].asleep)


def test_every_language_has_every_wish() -> None:
    assert set(load_attention_phrases().books) == set(LANGUAGES)
    found = {(language, wish) for language, _, wish in wished() if wish}
    assert {("en", wish) for wish in WISHES} | {("ko", wish) for wish in WISHES} <= found


@pytest.mark.parametrize("content", ["not toml", "asleep = []\n", "asleep = ['']\n"])
def test_bad_phrases_are_refused(tmp_path: Path, content: str) -> None:
    for file in ATTENTION_PHRASES_FOLDER.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"), encoding="utf-8")
    (tmp_path / "ko.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"ko\.toml"):
        load_attention_phrases(tmp_path)


@pytest.mark.parametrize("content", ["not toml", "[en]\nsleep = 3\n"])
def test_bad_word_lists_are_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "attention.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        AttentionWords.load(("en",), file)
    assert str(file) in caught.value.message
