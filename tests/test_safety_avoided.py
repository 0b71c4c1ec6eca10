"""Phrases that people asked not to hear again, and near copies of them."""

import pytest

from config.safety_settings import SafetySettings
from nlu.safety.screen import SafetyFilter

NEAR = [
    ("You talk too much for one evening.", "You talk too much for one evening"),
    ("You talk too much for one evening.", "you talk TOO much, for one evening!"),
    ("You talk too much for one evening.", "Well, you really talk too much for one evening."),
    ("오늘 좀 피곤해 보이시네요.", "오늘 좀 피곤해 보이네요."),
    ("오늘 좀 피곤해 보이시네요.", "오늘은 피곤해 보이시네요!"),
    ("오늘 좀 피곤해 보이시네요.", "음, 오늘 좀 피곤해 보이십니다."),
    ("그 옷은 안 어울려요.", "그 옷이 안 어울리네요."),
    ("그 옷은 안 어울려요. 바꿔 보세요.", "그 옷 안 어울려."),
]
OTHER = [
    ("You talk too much for one evening.", "You sing so well this evening."),
    ("You talk too much for one evening.", "Let us talk tomorrow."),
    ("오늘 좀 피곤해 보이시네요.", "오늘 날씨가 좋네요."),
    ("오늘 좀 피곤해 보이시네요.", "좋아 보이시네요."),
    ("그 옷은 안 어울려요.", "그 옷은 참 예뻐요."),
    ("네.", "네."),
    ("Yes. You are too loud.", "Yes."),
    ("", "Hello there, how are you?"),
]


def avoiding(*phrases: str) -> SafetyFilter:
    screen = SafetyFilter.load(SafetySettings(), classified=False)
    screen.avoid(phrases)
    return screen


@pytest.mark.parametrize(("phrase", "said"), NEAR)
def test_near_copies_are_held_back(phrase: str, said: str) -> None:
    verdict = avoiding(phrase).screen(said, "ko" if "요" in phrase else "en")
    assert (verdict.allowed, verdict.action, verdict.categories) == (False, "replace", ())
    assert verdict.reason == "avoided"
    assert verdict.spoken != said


@pytest.mark.parametrize(("phrase", "said"), OTHER)
def test_other_sentences_pass(phrase: str, said: str) -> None:
    assert avoiding(phrase).screen(said, "ko" if "요" in phrase else "en").allowed


def test_people_may_say_them_and_the_list_can_be_emptied() -> None:
    screen = avoiding("You talk too much for one evening.")
    assert screen.screen("You talk too much for one evening.", "en", side="person").allowed
    screen.avoid(())
    assert screen.screen("You talk too much for one evening.", "en").allowed
