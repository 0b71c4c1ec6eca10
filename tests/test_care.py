"""Wishes about manner, with the real reader, memory and filter."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.preferences import Audience, Preferences
from tests.care_talk import Talk, Talks

Begin = Callable[..., Talk]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts a Sori; started again, it has the same disk."""
    with Talks(tmp_path) as talks:
        yield talks.begin


@pytest.mark.parametrize(
    ("language", "said", "answers", "after"),
    [
        (
            "en",
            "answer more briefly",
            {"I will answer more briefly.", "I will keep it short."},
            Preferences(length="short"),
        ),
        (
            "en",
            "be more formal",
            {
                "I will speak more formally. My small language model can do that only in part.",
                "Certainly. I will speak formally from now on. My small language model can do that"
                " only in part.",
            },
            Preferences(tone="formal"),
        ),
        (
            "en",
            "call me Mina",
            {"I will call you Mina.", "Nice to meet you, Mina. I will call you that."},
            Preferences(user_name="Mina"),
        ),
        (
            "en",
            "speak faster",
            {"I will speak faster.", "A bit faster from now on."},
            Preferences(rate=1.15),
        ),
        ("en", "speak louder", {"That is as loud as I can speak."}, Preferences()),
        (
            "en",
            "speak Korean",
            {"네, 이제 한국어로 대답할게요. 제 작은 언어 모델은 그걸 조금밖에 못 따라 해요."},
            Preferences(language="ko"),
        ),
        (
            "en",
            "speak Spanish",
            {"I understand Spanish, but my small language model cannot talk in it."},
            Preferences(),
        ),
        (
            "ko",
            "더 짧게 말해 줘",
            {"네, 더 짧게 말할게요.", "네, 짧게 대답할게요."},
            Preferences(length="short"),
        ),
        (
            "ko",
            "반말로 말해 줘",
            {"응, 이제 편하게 말할게.", "좋아, 반말을 쓸게."},
            Preferences(speech_level="plain"),
        ),
        (
            "ko",
            "나를 민아라고 불러 줘",
            {"네, 이제 민아 님이라고 부를게요.", "반가워요, 민아 님. 앞으로 그렇게 부를게요."},
            Preferences(user_name="민아"),
        ),
        (
            "ko",
            "영어로 말해 줘",
            {"I will answer in English. My small language model can do that only in part."},
            Preferences(language="en"),
        ),
        ("es", "habla más despacio", {"Hablaré más despacio."}, Preferences(rate=0.85)),
        ("fr", "parle plus lentement", {"Je parlerai plus lentement."}, Preferences(rate=0.85)),
        ("de", "sprich langsamer", {"Ich spreche jetzt langsamer."}, Preferences(rate=0.85)),
    ],
)
def test_a_wish_is_granted_and_said(
    begin: Begin, language: str, said: str, answers: set[str], after: Preferences
) -> None:
    talk = begin()
    assert talk.say(said, language) in answers
    assert talk.care.preferences == after


@pytest.mark.parametrize(
    "text", ["walk forward two metres", "what time does it start", "tell me about briefs", ""]
)
def test_other_words_are_nobodys_wish(begin: Begin, text: str) -> None:
    assert begin().care.consider(text, "en", None) is None


def test_preferences_last_over_restarts_and_are_undone_one_by_one(begin: Begin) -> None:
    talk = begin()
    talk.say("answer more briefly")
    talk.say("speak more slowly")
    talk = begin()
    assert talk.care.preferences == Preferences(length="short", rate=0.85)
    assert talk.say("like before") == "As it was before. I speak at my usual speed."
    assert talk.say("like before") == "As it was before. I answer at normal length."
    assert talk.say("like before") == "There is nothing to take back."
    assert begin().care.preferences == Preferences()


def test_all_is_set_back_to_the_file_and_that_can_be_undone(begin: Begin) -> None:
    file = Preferences(rate=1.1, robot_name="Bori")
    talk = begin(file)
    talk.say("answer more briefly")
    talk.say("call me Mina")
    assert talk.say("reset your settings") == "I speak again as I was set up at first."
    assert talk.care.preferences == file
    assert "I call you Mina." in talk.say("like before")
    assert begin(file).care.preferences.user_name == "Mina"


def test_several_wishes_in_one_sentence(begin: Begin) -> None:
    talk = begin()
    talk.say("be brief and speak slowly")
    assert talk.care.preferences == Preferences(length="short", rate=0.85)


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("en", "how fast do you speak", "I speak at my usual speed."),
        ("en", "what is your tone", "I speak in a friendly way."),
        (
            "en",
            "what do you call me",
            "I do not know your name yet. You can say: call me Mina.",
        ),
    ],
)
def test_how_it_is_now(begin: Begin, language: str, question: str, answer: str) -> None:
    assert begin().say(question, language) == answer


@pytest.mark.parametrize(
    ("file", "said", "held", "text"),
    [
        ("general", "switch to kids mode", "child", "I will choose my words for children."),
        ("general", "switch to adult mode", "general", "By voice I can only be made more careful."),
        ("child", "switch to adult mode", "child", "By voice I can only be made more careful."),
        ("adult", "switch to kids mode", "child", "I will choose my words for children."),
    ],
)
def test_a_voice_makes_it_stricter_but_never_looser_than_the_file(
    begin: Begin, file: Audience, said: str, held: Audience, text: str
) -> None:
    talk = begin(Preferences(audience=file))
    assert talk.screen.audience == file
    assert talk.say(said).startswith(text)
    assert talk.screen.audience == talk.care.preferences.audience == held
    assert begin(Preferences(audience=file)).screen.audience == held


def test_a_file_made_stricter_overnight_wins_over_what_was_said(begin: Begin) -> None:
    talk = begin(Preferences(audience="adult"))
    talk.say("switch to kids mode")
    talk.say("answer more briefly")
    talk.say("like before")
    talk.say("like before")
    assert talk.screen.audience == "adult"
    talk = begin(Preferences(audience="child"))
    assert talk.screen.audience == "child"


@pytest.mark.parametrize("name", ["bitch", "idiot", "x" * 40])
def test_a_name_that_hurts_is_not_taken(begin: Begin, name: str) -> None:
    talk = begin()
    reply = talk.care.consider(f"call me {name}", "en", None)
    assert talk.care.preferences.user_name == ""
    assert reply is None or name not in reply.text


@pytest.mark.parametrize(("gain", "kept"), [(0.4, 0.4), (0.0, 0.1), (1.0, 1.0), (7.0, 1.0)])
def test_the_volume_of_the_body_is_that_of_the_voice(
    begin: Begin, gain: float, kept: float
) -> None:
    begin().care.set_volume(gain)
    assert begin().care.preferences.volume == kept
