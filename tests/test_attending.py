"""What was heard is for Sori or not: by its wake phrase, its mode and whether it sleeps."""

import msgspec
import numpy as np
import pytest

from audio.sound import SAMPLE_RATE_HZ, Transcript, Utterance
from config.attention_phrases import load_attention_phrases
from config.attention_settings import AttentionMode, AttentionSettings
from config.load import load
from robot.conversation import ToAnswer, ToSay
from robot.hearing import Heard
from robot.live.attending import Attending

PHRASES = load_attention_phrases()


def heard(text: str, at_s: float, language: str = "en") -> Heard:
    samples = np.zeros(SAMPLE_RATE_HZ, np.float32)
    utterance = Utterance(samples, at_s, at_s + 1.0, 1.0, 0.6)
    transcript = Transcript(text, language, {language: 1.0}, 0.0, -0.1)
    return Heard(utterance, transcript, 1.0, 50)


class Robot:
    """Attention with a stream's clock and a name that may change."""

    def __init__(self, mode: AttentionMode) -> None:
        self.now_s = 0.0
        self.name = ""
        settings = msgspec.structs.replace(load(), attention=AttentionSettings(mode=mode))
        self.attending = Attending.load(settings, lambda: self.name, lambda: self.now_s)

    def hears(self, text: str, at_s: float, language: str = "en") -> str | None:
        """What it answers to, `say: ...` where a phrase of its own is the answer."""
        self.now_s = at_s + 1.0
        match self.attending.attend(heard(text, at_s, language)):
            case ToAnswer(said):
                return said
            case ToSay(phrase):
                return f"say: {phrase}"
            case None:
                return None


@pytest.fixture(scope="module")
def waiting() -> Robot:
    return Robot("wake")


CALLS = [
    ("en", "hey sori, walk forward", "walk forward"),
    ("ko", "소리야 앞으로 가", "앞으로 가"),
    ("en", "what a nice day", None),
    ("ko", "오늘 날씨 좋다", None),
    ("en", "stop", "stop"),
    ("ko", "멈춰", "멈춰"),
]


@pytest.mark.parametrize(("language", "text", "answered"), CALLS)
def test_only_what_follows_its_name_is_for_it(
    waiting: Robot, language: str, text: str, answered: str | None
) -> None:
    later_s = waiting.now_s + 100.0  # no answer of before counts any more
    assert waiting.hears(text, later_s, language) == answered


def test_after_an_answer_no_name_is_needed_for_a_while() -> None:
    robot = Robot("wake")
    assert robot.hears("hey sori, who are you", 10.0) == "who are you"
    robot.now_s = 15.0
    robot.attending.turn_ended()
    assert robot.hears("and what can you do", 30.0) == "and what can you do"
    robot.attending.turn_ended()
    assert robot.hears("nice weather", 200.0) is None


def test_its_name_alone_is_answered() -> None:
    robot = Robot("wake")
    said = robot.hears("소리야", 10.0, "ko")
    assert said is not None
    assert said.removeprefix("say: ") in PHRASES.books["ko"].summoned


def test_a_name_that_people_gave_it_counts_as_soon_as_it_is_given() -> None:
    robot = Robot("wake")
    assert robot.hears("hey bori, walk forward", 10.0) is None
    robot.name = "Bori"
    assert robot.hears("hey bori, walk forward", 100.0) == "walk forward"


def test_it_sleeps_and_wakes() -> None:
    robot = Robot("always")
    said = robot.hears("go to sleep", 10.0)
    assert said is not None
    assert said.removeprefix("say: ") in PHRASES.books["en"].asleep
    asleep = robot.attending.is_asleep
    assert asleep
    assert robot.hears("what time is it", 20.0) is None
    assert robot.hears("hey sori", 30.0) in {f"say: {text}" for text in PHRASES.books["en"].awake}
    asleep = robot.attending.is_asleep
    assert not asleep
    assert robot.hears("what time is it", 40.0) == "what time is it"


def test_the_button_is_for_what_is_said_while_it_is_held() -> None:
    robot = Robot("push")
    assert robot.hears("walk forward", 10.0) is None
    robot.now_s = 20.0
    robot.attending.press(pressed=True)
    assert robot.hears("walk forward", 20.5) == "walk forward"
    robot.attending.press(pressed=False)
    assert robot.hears("walk forward", 40.0) is None
    assert robot.attending.state == "waiting"


def test_settings_that_were_read_again_count_from_now_on() -> None:
    robot = Robot("always")
    assert robot.hears("walk forward", 10.0) == "walk forward"
    robot.attending.apply(AttentionSettings(mode="wake", wake={"en": ("hey robo",)}))
    robot.now_s = 500.0
    assert robot.hears("walk forward", 500.0) is None
    assert robot.hears("hey sori, walk forward", 600.0) is None
    assert robot.hears("hey robo, walk forward", 700.0) == "walk forward"
