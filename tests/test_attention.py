"""Whom Sori listens to, and what wakes it."""

from pathlib import Path

import pytest

from config.attention_settings import AttentionMode, AttentionSettings
from config.errors import ConfigurationError
from config.load import load
from nlu.attention_words import AttentionWords
from nlu.stop_words import StopWords
from nlu.wake_phrase import WakePhrase
from robot.live.attention import (
    Attended,
    Attention,
    FellAsleep,
    Heard,
    Ignored,
    ModeChanged,
    Summoned,
    WokeUp,
)

LANGUAGES = ("en", "ko", "es", "fr", "de")
WORDS = AttentionWords.load(LANGUAGES)
WAKE = WakePhrase.load(AttentionSettings(), LANGUAGES)
STOPS = StopWords.load(LANGUAGES)


class Room:
    """A conversation by the second: each line is said in half a second."""

    def __init__(self, mode: AttentionMode = "wake", *, sleep: bool = True) -> None:
        self.attention = Attention(AttentionSettings(mode=mode, sleep=sleep))

    def says(self, text: str, at_s: float, language: str = "en") -> Heard:
        called = WAKE.read(text, language)
        return self.attention.hears(
            text,
            at_s,
            at_s + 0.5,
            called=called,
            wish=WORDS.read(called.rest if called else text, language),
            stops=STOPS.heard_in(text) is not None,
        )


def test_always_hears_everything_and_leaves_the_wake_phrase_out() -> None:
    room = Room("always")
    assert room.says("walk forward", 1) == Attended("walk forward")
    assert room.says("hey sori, walk forward", 5) == Attended("walk forward")
    assert room.says("hey sori", 9) == Summoned()
    assert room.says("wake up", 12) == Summoned()
    assert room.says("일어나", 15, "ko") == Attended("일어나")  # its body is meant
    assert room.attention.state(1_000.0) == "listening"


def test_a_wake_phrase_is_needed_until_a_reply_has_ended() -> None:
    room = Room()
    assert room.attention.state(0.0) == "waiting"
    assert room.says("walk forward", 1) == Ignored("not_called")
    assert room.says("hey sori, walk forward", 3) == Attended("walk forward")
    assert room.says("wave", 30) == Attended("wave")  # the turn is still going on
    room.attention.reply_ended(35.0)
    assert room.attention.state(54.9) == "listening"
    assert room.says("turn left", 54.9) == Attended("turn left")
    room.attention.reply_ended(58.0)
    assert room.attention.state(78.1) == "waiting"
    assert room.says("turn right", 78.1) == Ignored("not_called")


def test_a_lone_call_opens_the_window() -> None:
    room = Room()
    assert room.says("소리야", 1, "ko") == Summoned()
    assert room.says("앞으로 가", 4, "ko") == Attended("앞으로 가")


def test_a_turn_whose_end_nobody_reports_is_over_some_time() -> None:
    room = Room()
    room.says("hey sori, wave", 1)
    assert room.says("wave", 61.4) == Attended("wave")
    assert room.says("wave", 122.1) == Ignored("not_called")


@pytest.mark.parametrize("mode", ["always", "wake", "push"])
def test_stop_words_always_count(mode: AttentionMode) -> None:
    room = Room(mode)
    assert room.says("stop", 1) == Attended("stop")
    room.attention.sleep()
    assert room.says("멈춰", 5, "ko") == Attended("멈춰")
    assert not room.attention.is_asleep


def test_asleep_only_a_call_wakes_it() -> None:
    room = Room("always")
    assert room.says("good night", 1) == FellAsleep()
    room.attention.reply_ended(3.0)
    assert room.attention.state(4.0) == "asleep"
    assert room.says("walk forward", 5) == Ignored("asleep")
    assert room.says("good night, Sori", 7) == Ignored("asleep")
    assert room.says("sori, good night", 9) == Ignored("asleep")
    assert room.says("hey sori, wave", 20) == Attended("wave")
    assert room.attention.state(21.0) == "listening"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hey sori", "en"),
        ("hey sori, wake up", "en"),
        ("wake up", "en"),
        ("소리야 일어나", "ko"),
        ("일어나", "ko"),
        ("réveille-toi", "fr"),
        ("wach auf", "de"),
        ("despierta", "es"),
    ],
)
def test_these_wake_it(text: str, language: str) -> None:
    room = Room("wake")
    room.attention.sleep()
    assert room.says(text, 5, language) == WokeUp()
    assert room.says("wave", 8) == Attended("wave")


def test_who_is_not_spoken_to_does_not_fall_asleep() -> None:
    room = Room("wake")
    assert room.says("good night", 1) == Ignored("not_called")
    assert room.says("good night, Sori", 3) == Ignored("not_called")  # a call comes first
    assert room.says("hey sori, good night", 5) == FellAsleep()
    awake = Room("always", sleep=False)
    assert awake.says("good night", 1) == Attended("good night")


def test_push_to_talk_hears_what_is_said_while_the_button_is_held() -> None:
    room = Room("push")
    assert room.attention.state(0.0) == "waiting"
    assert room.says("walk forward", 1) == Ignored("button_up")
    assert room.says("hey sori, walk forward", 3) == Ignored("button_up")
    room.attention.press(5.0)
    assert room.attention.state(5.5) == "listening"
    assert room.says("walk forward", 5.2) == Attended("walk forward")
    room.attention.release(6.0)
    assert room.says("turn left", 5.8) == Attended("turn left")  # let go while it was said
    assert room.says("wave", 6.1) == Ignored("button_up")
    assert room.says("wave", 4.0) == Ignored("button_up")  # before it
    room.attention.reply_ended(8.0)
    assert room.says("wave", 9.0) == Ignored("button_up")
    room.attention.release(9.0)
    assert room.says("wave", 9.5) == Ignored("button_up")


def test_the_button_works_in_every_mode_and_wakes() -> None:
    room = Room("wake")
    room.attention.sleep()
    room.attention.press(5.0)
    assert room.attention.state(5.0) == "listening"
    assert room.says("wave", 5.1) == Attended("wave")


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("always listen", "always"),
        ("only listen when I call you", "wake"),
        ("push to talk", "push"),
    ],
)
def test_the_mode_is_changed_by_voice(text: str, mode: AttentionMode) -> None:
    room = Room("always")
    assert room.says(text, 1) == ModeChanged(mode)
    assert room.attention.mode == mode
    heard = room.says("wave", 5)
    assert heard == (Ignored("button_up") if mode == "push" else Attended("wave"))


def test_the_page_sleeps_wakes_and_changes_the_mode() -> None:
    room = Room("wake")
    room.attention.wake(1.0)
    assert room.says("wave", 2) == Attended("wave")
    room.attention.sleep()
    assert room.attention.is_asleep
    room.attention.wake(30.0)
    assert room.attention.state(49.0) == "listening"
    room.attention.sleep()
    room.attention.set_mode("always")
    assert room.attention.state(60.0) == "listening"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[attention]\nmode = 'sometimes'\n", 2, "attention.mode"),
        ("[attention]\nwakee = 3\n", 2, "Did you mean `wake`?"),
        ("[attention]\nwake = {en = []}\n", 2, "attention.wake"),
        ("[attention]\nfollow_up_s = -1\n", 2, "attention.follow_up_s"),
    ],
)
def test_faults_of_the_settings_are_named(tmp_path: Path, text: str, line: int, words: str) -> None:
    file = tmp_path / "sori.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load(file)
    assert caught.value.message.startswith(f"{file}:{line}: ")
    assert words in caught.value.message
