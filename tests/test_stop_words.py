"""Which texts stop the robot, and which must not."""

from pathlib import Path

import pytest

from config.errors import ConfigurationError
from nlu.stop_words import StopWords

LANGUAGES = ("en", "ko", "es", "fr", "de")
WORDS = StopWords.load(LANGUAGES)

STOPS = """
stop | Stop! | STOP | please stop | walk to the door and stop | stop the walk please | no stop
halt | robot, freeze! | wait | no, wait | wait wait | hold on | don't move | do not move
Don’t move
stand still | emergency stop | that's enough | shut up | could you please stop talking
sori, cancel
don't stop
멈춰 | 멈춰! | 멈춰요 | 멈춰 줘 | 멈춰주세요 | 이제 멈추세요 | 앞으로 가다가 멈춰 | 소리야 멈춰
정지 | 비상 정지
그만 | 그만해 | 그만 해 | 그만하세요 | 그만 하세요 | 이제 그만 | 그만 걸어 | 스톱 | 서
소리야 서 | 거기 서 | 거기서
멈추고 왼쪽으로 돌아 | 멈춰서 이쪽을 봐 | 그만하고 이리 와
움직이지 마 | 움직이지마세요 | 하지 마 | 가만히 있어 | 잠깐만 | 조용히 해 | 서 서
para | ¡Para! | sori para | para ya | para, por favor | alto | ¡Alto ahí! | detente | párate
basta | para y gira a la izquierda
no te muevas | quieto | parada de emergencia | para para
arrête | Arrête ! | arrete | arrête-toi | arrête toi | arrêtez | stop s'il te plaît | halte
ne bouge plus
ça suffit | non arrête | arrêt d'urgence | tais-toi
stopp | Stopp! | halt | halt an | bleib stehen | bleib sofort stehen | hör auf | aufhören
nicht bewegen
Not-Halt | keine Bewegung | bitte stopp | sei still | das reicht
"""
INNOCENT = """
hello | walk forward two metres | turn left and wave | where is the bus stop
go to the next stop please
it flies nonstop | shop for me | take a step | on top of it | start walking
the music stopped yesterday
i want to take karate classes | cancel my alarm for monday | I can't wait to see you
is it far enough
what is the weather in halifax
안녕 | 앞으로 두 걸음 가 | 그만큼 힘들군요 | 하지만 괜찮아 | 서울에 가고 싶어 | 서로 도와요
조금 쉬었다가 서점에 가자
생각을 정리하세요 | 나 너무 소심해 | 좋은 하루 보내세요 | 정말 고마워 | 손을 흔들어 줘
그 말이 맞아 | 조금 걷다가 멈추고 인사해 | 춤은 그만하고 싶지 않아
un regalo para mi madre | ¿para qué sirve eso? | habla más alto | la torre es muy alta
vamos al parque
je suis très content | va à la porte | quel temps fait-il | il travaille sans arrêt
das ist halt so | ich warte auf den Bus, weil es regnet | er hatte einen Hund
geh zwei Meter vor
"""


def rows(table: str) -> list[str]:
    return [text.strip() for line in table.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", rows(STOPS))
def test_these_stop(text: str) -> None:
    assert WORDS.heard_in(text) is not None


@pytest.mark.parametrize("text", rows(INNOCENT))
def test_these_do_not(text: str) -> None:
    assert WORDS.heard_in(text) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("멈추세오", "멈추세요"),
        ("그만 하세오", "그만하세요"),
        ("arrette", "arrete"),
        ("detete", "detente"),
        ("freze", "freeze"),
        ("bleib stehen", "bleib stehen"),
    ],
)
def test_a_letter_may_be_wrong_in_a_long_word(text: str, word: str) -> None:
    assert WORDS.heard_in(text) == word


@pytest.mark.parametrize(
    ("text", "begins", "ends", "stops"),
    [
        ("para", True, True, True),
        ("para", True, False, False),  # "para" may go on: for the robot
        ("regalo para", False, False, False),
        ("wait", False, False, False),
        ("wait", True, False, True),
        ("and then wait", False, True, True),
        ("서", True, True, True),
        ("서", False, True, False),  # the end of another word
        ("go on stop it", False, False, True),
        ("stop right for me", False, True, False),  # the rest of another word: stock
    ],
)
def test_a_piece_of_a_sentence_has_no_edges(
    text: str, begins: bool, ends: bool, stops: bool
) -> None:
    assert (WORDS.heard_in(text, begins=begins, ends=ends) is not None) is stops


@pytest.mark.parametrize("text", ["", " ", "...", "🙂", "\ud800", "stop" * 1000])
def test_anything_can_be_looked_at(text: str) -> None:
    assert WORDS.heard_in(text) is None


def test_only_served_languages_count() -> None:
    english = StopWords.load(("en",))
    assert english.heard_in("stop") == "stop"
    assert english.heard_in("멈춰") is None


@pytest.mark.parametrize(
    ("word", "said", "is_own"),
    [
        ("stop", "I will stop when you say it.", True),
        ("stopp", "I will stop when you say it.", True),  # heard as German
        ("멈춰", "I will stop when you say it.", False),
        ("그만해", "이제 그만 해요.", True),
        ("stop", "I am walking.", False),
    ],
)
def test_the_robots_own_words_are_told_apart(word: str, said: str, is_own: bool) -> None:
    assert WORDS.is_among(word, said) is is_own


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("not toml", "cannot be used"),
        ("[en]\nanywhere = 3\n", "cannot be used"),
        ('[en]\neverywhere = ["stop"]\n', "everywhere"),
        ("", "cannot be stopped by voice"),
        ('[ko]\nanywhere = ["멈춰"]\n', "cannot be stopped by voice"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, content: str, cause: str) -> None:
    file = tmp_path / "stop_words.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=cause) as caught:
        StopWords.load(("en",), file)
    assert str(file) in caught.value.message
