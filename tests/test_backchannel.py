"""Which words over a reply are a listener's noise, and which end it."""

from pathlib import Path

import pytest

from config.errors import ConfigurationError
from nlu.backchannel import Backchannels

LANGUAGES = ("en", "ko", "es", "fr", "de")
BACKCHANNELS = Backchannels.load(LANGUAGES)

NOISES = """
... | mhm | a name am | Mm-hmm. | mmm | uh-huh | Uh huh. | yeah | yeah yeah yeah | Okay. | ok ok
right | I see | oh really | wow | haha | hahahaha | [laughter] | (coughs) | *cough* | hmm | oh okay
ah yes of course | ♪ | aha | exactly | yep yep | hm hm | nice | got it | all right
응 | 네 | 네네 | 네 네 | 아 | 음 | 그래 | 와 | 우와 | 아하 | 하하하 | ㅋㅋㅋㅋ | 응응 | 어어
그렇구나 | 아 그래요 | 맞아요 | 알겠어 | 오 | 흠 | 콜록콜록 | 헐 | 아 네 | 그치 | 으응 | 진짜
ajá | sí | sí sí | claro | vale | ah | jajaja | ya ya | de acuerdo | mm
oui | oui oui | d'accord | ah bon | ouais | hum | voilà | c'est vrai | ah oui
ja | ja ja | genau | ach so | mhm | aha | stimmt | klar | hm | hihi | ja genau
"""
INTERRUPTIONS = """
no | stop | wait | what | no no no | walk forward | why | hey sori | but | not now
yes walk forward | okay stop | mhm but why | hold on | stop stop | what did you say | nope
never mind | that's wrong | and you
아니 | 아니요 | 잠깐 | 잠깐만 | 왜 | 멈춰 | 그만 | 소리야 | 네 앞으로 가 | 뭐라고
아니 그게 아니고 | 응 근데 | 싫어 | 그래 앞으로 가 | 안 돼
no | para | espera | por qué | sí pero | alto | qué
non | attends | arrête | pourquoi | oui mais | quoi
nein | warte | halt | warum | ja aber | was | doch
"""
ANSWERS = """
yes | yeah | okay | sure | uh-huh | mhm yes | no | 네 | 응 | 그래 | 맞아 | 어 | sí | claro | oui
d'accord | ja | genau
"""
NEVER_ANSWERS = """
mhm | hmm | haha | wow | ah | [laughter] | 음 | 와 | 하하 | euh | ähm
"""


def texts(table: str) -> list[str]:
    return [text.strip() for line in table.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", ["", " ", "...", "♪", *texts(NOISES)])
def test_the_reply_goes_on_after_these(text: str) -> None:
    assert BACKCHANNELS.is_only(text)


@pytest.mark.parametrize("text", texts(INTERRUPTIONS))
def test_these_end_it(text: str) -> None:
    assert not BACKCHANNELS.is_only(text)
    assert not BACKCHANNELS.is_only(text, after_question=True)


@pytest.mark.parametrize("text", texts(ANSWERS))
def test_after_a_question_these_are_answers(text: str) -> None:
    assert not BACKCHANNELS.is_only(text, after_question=True)


@pytest.mark.parametrize("text", ["", *texts(NEVER_ANSWERS)])
def test_these_never_answer(text: str) -> None:
    assert BACKCHANNELS.is_only(text, after_question=True)


@pytest.mark.parametrize(
    ("text", "is_noise"),
    [("mhm " * 9, True), ("ha" * 300, True), ("ok so yes well fine but now listen", False)],
)
def test_long_ones_are_noise_only_when_they_repeat_one_sound(text: str, is_noise: bool) -> None:
    assert BACKCHANNELS.is_only(text) is is_noise


def test_only_served_languages_count() -> None:
    assert not Backchannels.load(("en",)).is_only("그렇구나")


@pytest.mark.parametrize("content", ["not toml", "[en]\nnoises = 3\n", "[en]\nsounds = []\n"])
def test_bad_files_are_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "backchannels.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        Backchannels.load(("en",), file)
    assert str(file) in caught.value.message
