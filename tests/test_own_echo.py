"""What of a transcript is Sori's own voice, and what a person said."""

import pytest

from nlu.own_echo import Sounded, words_of_people
from nlu.turn_end import TurnEnd
from tests.command_sentences import LANGUAGES, READER

TURN_END = TurnEnd.load(LANGUAGES, READER)
WAVES = "I can wave, bow, dance and walk around."
WEATHER = "The weather is nice today and the sun is shining."
AGAIN = "I am not sure I heard you right. Once more, please?"

TABLE = """
# I am not sure I heard you right. Once more, please?
i am not to raise your right once more please >
i am not sure turn around > turn around
# I walked two metres forward.
i walked stop > stop
i walked two wait > wait
I walked two metres forward >
i walked to meters for word >
walked two meters >
i worked two metres forward >
I walked two metres forward stop > stop
stop I walked two metres forward > stop
I walked stop two metres forward > stop
i worked two meters stop it > stop it
turn left > turn left
what time is it > what time is it
no > no
wait > wait
go to the door > go to the door
# I am walking to the window now.
go to the door > go to the door
# The weather is nice today and the sun is shining.
the weather is nice today hold on > hold on
the weather is nice no > no
the weather is nice what time is it > what time is it
the weather is nice to day and the sun is shinning >
whether is nice today >
and the sun is shining what about tomorrow > what about tomorrow
the sun is hey sori stop > hey sori stop
# My battery is at eighty percent.
my battery is at eighty percent >
my battery is eighty per cent >
battery as at eight percent >
how long does it last > how long does it last
# I can wave, bow, dance and walk around.
i can't wave well and dance what around >
i can wave bow no not that > no not that
i can wave turn left > turn left
i can wave bow wait > wait
i can wave bow dance and walk around >
can wave bow dance >
please dance for me > please dance for me
then sit down > then sit down
# Yesterday I walked through the whole house.
yes > yes
# I will stop when you say it.
stop >
i will stop when you see it >
# 네, 앞으로 이 미터 걸었어요.
네 앞으로 이 미터 아니야 > 아니야
네 앞으로 멈춰 > 멈춰
네 앞으로 이 미터 걸었어요 >
내 아프로 이 미터 거러써요 >
앞으로 이미터 걸었어요 >
앞으로 이 미터 걸었어요 멈춰 > 멈춰
잠깐만 앞으로 이 미터 걸었어요 > 잠깐만
왼쪽으로 돌아 > 왼쪽으로 돌아
아니 > 아니
잠깐 > 잠깐
손 흔들어 줘 > 손 흔들어 줘
# 오늘은 날씨가 맑고 따뜻해요.
오늘은 날씨가 앞으로 가 > 앞으로 가
오늘은 날씨가 그만 > 그만
오늘은 날씨가 말고 따뜨태요 >
날씨가 맑고 >
내일은 어때 > 내일은 어때
오늘은 날씨가 맑고 그만해 > 그만해
# 저는 로봇 소리예요. 무엇을 도와드릴까요?
저는 로봇 소리에요 무엇을 도와 드릴까요 >
로보 소리해요 무어슬 도와드릴까요 >
춤 춰 줘 > 춤 춰 줘
# He andado dos metros hacia adelante.
e andado dos metros asia adelante >
dos metros hacia adelante para > para
gira a la derecha > gira a la derecha
# J'ai marché deux mètres vers l'avant.
j'ai marcher deux mètre vers la vent >
arrête > arrête
marché deux mètres arrête > arrête
# Ich bin zwei Meter nach vorne gegangen.
ich bin zwei meter nach vorne gegangen >
bin swei meta nach forne gegang >
nach vorne gegangen halt > halt
dreh dich um > dreh dich um
"""
"""After `#` what Sori says; then what is heard meanwhile, after `>` what a person said of it."""


def rows() -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    own = ""
    for line in TABLE.strip().splitlines():
        if line.startswith("# "):
            own = line[2:]
            continue
        heard, _, person = line.partition(" >")
        found.append((own, heard, person.strip()))
    return found


@pytest.mark.parametrize(("own", "heard", "person"), rows())
def test_what_a_person_said_is_told_from_the_echo(own: str, heard: str, person: str) -> None:
    assert words_of_people(heard, 10.0, 13.0, [Sounded(own, 10.0, 13.0)]) == person


@pytest.mark.parametrize(
    ("heard", "from_s", "until_s", "person"),
    [
        ("stop", 11.0, 11.3, ""),  # Sori is saying it
        ("say it", 12.1, 12.5, ""),  # the end of it, still in the air
        ("stop", 12.1, 12.4, "stop"),  # that was said over a second ago
        ("stop", 14.0, 14.3, "stop"),
        ("when you say it", 14.0, 15.0, "when you say it"),
        ("I will stop", 9.8, 10.8, ""),
        ("I will stop", 7.0, 8.0, "I will stop"),  # before Sori began
    ],
)
def test_only_what_may_still_be_in_the_air_is_an_echo(
    heard: str, from_s: float, until_s: float, person: str
) -> None:
    said = [Sounded("I will stop when you say it.", 10.0, 12.0)]
    assert words_of_people(heard, from_s, until_s, said) == person


@pytest.mark.parametrize(
    ("own", "heard", "person"),
    [
        # What the pocket recogniser made of replies.
        (WAVES, "i can't wave bow and dance more", ""),
        (WAVES, "i can wake robot dance and walk one", ""),
        (WEATHER, "the weather is i say today is in the schne", ""),
        (WEATHER, "the weather is nice and dance the schne", ""),
        (AGAIN, "i am not here to right once moreen please", ""),
        # And what people said over them.
        (WAVES, "i can wave bow turn left", "turn left"),
        (WAVES, "i can wave bow stop", "stop"),
        (WEATHER, "the weather is nice what time is it", "what time is it"),
        (AGAIN, "i am not sure no", "no"),
        (AGAIN, "i am sure hello i right once more", "hello"),  # nobody said it, but who knows
        (AGAIN, "fish and chips", "fish and chips"),  # nothing of it is Sori's
    ],
)
def test_what_is_left_of_an_echo_must_mean_something(own: str, heard: str, person: str) -> None:
    said = [Sounded(own, 10.0, 13.0)]
    assert words_of_people(heard, 10.0, 13.0, said, matters=is_whole) == person


def is_whole(text: str) -> bool:
    return TURN_END.read(text, "en") == "complete"


def test_an_echo_may_reach_over_two_clauses() -> None:
    said = [Sounded("Of course.", 10.0, 10.8), Sounded("I will wave my hand.", 10.9, 12.5)]
    assert words_of_people("course i will wave my hand", 10.1, 12.6, said) == ""
    assert words_of_people("course i will wave my hand no wait", 10.1, 12.6, said) == "no wait"


@pytest.mark.parametrize("heard", ["", " ", "...", "🙂", "\ud800"])
def test_nothing_said_is_nothing(heard: str) -> None:
    assert words_of_people(heard, 10.0, 11.0, []) == heard.strip()


def test_without_own_words_everything_is_a_persons() -> None:
    assert words_of_people("walk forward", 10.0, 11.0, []) == "walk forward"
    assert words_of_people("walk forward", 10.0, 11.0, [Sounded("", 10.0, 11.0)]) == "walk forward"


def test_endless_texts_take_bounded_time() -> None:
    own = "the sun is shining over the hills and the river " * 200
    heard = "walk forward two metres " * 200
    assert words_of_people(heard, 10.0, 11.0, [Sounded(own, 10.0, 11.0)]) == heard.strip()
