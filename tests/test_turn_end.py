"""How finished sentences sound by their words."""

from pathlib import Path

import pytest

from config.errors import ConfigurationError
from nlu.turn_end import TurnEnd
from tests.command_sentences import LANGUAGES, READER

TURN_END = TurnEnd.load(LANGUAGES, READER)

COMPLETE = """
ko: 오늘 기분 어때 | 기분이 어때
en: turn left | Turn left. | wave | wave with your left hand please | stop
en: walk forward two metres | walk two metres | take a step forward | yes | no | yeah sure
en: sit down | louder | how much battery do you have | what time is it? | what time is it
en: how are you | who are you | what is the weather like today | good night
en: turn ninety degrees to the left | raise your right hand | come on | set the volume to thirty
en: dance for twenty seconds | thank you very much | Can you dance? | walk backwards two steps
en: what can you do
ko: 앞으로 가 | 앞으로 이 미터 가 | 앞으로 두 걸음 걸어 주세요 | 왼쪽으로 돌아 | 손 흔들어 줘
ko: 멈춰 | 네 | 아니요 | 응 | 앉아 | 안녕하세요 | 이름이 뭐예요? | 오늘 날씨가 어때요 | 고마워
ko: 너는 누구야 | 저 사람은 누구야 | 너 뭐야
ko: 배터리 얼마나 남았어 | 오늘 기분이 좋아요 | 그게 뭐야 | 한 바퀴 돌아 | 옆으로 가
ko: 손을 세 번 흔들어 주세요 | 고개를 끄덕여 | 볼륨 오십 퍼센트로 해 줘 | 잘 자
es: camina dos metros hacia adelante | gira a la izquierda | sí | para | buenos días
es: ¿qué puedes hacer? | siéntate
fr: avance de deux mètres | tourne à gauche | oui | arrête | assieds-toi | bonjour
fr: quelle heure est-il
de: geh zwei Meter vorwärts | dreh dich nach links | ja | stopp | setz dich bitte hin
de: wie spät ist es | steh auf
"""
OPEN = """
en: walk forward | walk | go | turn | walk forward two | turn ninety | turn left and
en: walk forward two metres and | walk forward two metres and then | set the volume to
en: raise your | um | yes um | can you tell me what the | i would like to | because | what is the
en: let me see | I was thinking, um, | turn left... | walk forward two meters turn
en: Walk forward and, | walk forward, um | could you | dance for | I want to | turn left and then
ko: 앞으로 가고 | 앞으로 | 앞으로 두 | 앞으로 두 걸음 가서 | 왼쪽으로 | 손을 | 그리고
ko: 앞으로 가 그리고 | 음 | 어 | 그래서 | 배가 고픈데 | 비가 오면 | 나는 | 오늘은 | 친구한테
ko: 왜냐하면 | 날씨가 좋으니까 | 밥을 먹고 | 네 그리고 | 앞으로 이 미터 가다가 | 손을 흔들면서
ko: 집에 가려고 | 오른손을
es: camina hacia adelante | gira | camina dos | gira a la | y | porque | me puedes decir que
fr: avance | avance de deux | tourne | tourne à | et | euh | je voudrais | parce que
de: geh | geh zwei | dreh dich | dreh dich nach | und | ähm | geh zwei Meter vor und | ich möchte
de: weil
"""
UNSURE = """
en: turn on the spot | i like dogs | the weather is nice | my name is tom | tell me | hey sori
en: the book is on the table | where are you from
ko: 라면 | 최고 | 강아지 | 소리야
es: me gusta el café
fr: j'aime le chocolat
de: das Wetter ist schön
ja: こんにちは
"""


def rows(table: str) -> list[tuple[str, str]]:
    """Language and sentence."""
    lines = [line.split(":", 1) for line in table.strip().splitlines()]
    return [(code, text.strip()) for code, texts in lines for text in texts.split("|")]


@pytest.mark.parametrize(("language", "text"), rows(COMPLETE))
def test_these_are_complete(language: str, text: str) -> None:
    assert TURN_END.read(text, language) == "complete"


@pytest.mark.parametrize(("language", "text"), rows(OPEN))
def test_these_go_on(language: str, text: str) -> None:
    assert TURN_END.read(text, language) == "open"


@pytest.mark.parametrize(("language", "text"), rows(UNSURE))
def test_of_these_nobody_can_tell(language: str, text: str) -> None:
    assert TURN_END.read(text, language) == "unsure"


@pytest.mark.parametrize("text", ["", " ", "...", "🙂", "\ud800", "and " * 500, "가" * 3_000])
def test_anything_can_be_looked_at(text: str) -> None:
    assert TURN_END.read(text, "en") in ("complete", "unsure", "open")


@pytest.mark.parametrize("content", ["not toml", "[en]\nopen = 3\n", "", "[ko]\n"])
def test_bad_files_are_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "turn_end.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        TurnEnd.load(("en",), READER, file)
    assert str(file) in caught.value.message
