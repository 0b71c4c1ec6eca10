"""`sori listen` on a real PortAudio stream: spoken to through a virtual card, heard through it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from audio.sound import SAMPLE_RATE_HZ
from tests.listening import Listening
from tests.own_settings import own_settings
from tests.speech import pause, say, write
from tests.virtual_card import (
    REPOSITORY,
    SPEAKER_RATE_HZ,
    SpeakerRecording,
    VirtualCard,
    virtual_card,
)

pytestmark = pytest.mark.virtualcard


@pytest.fixture
def card() -> Iterator[VirtualCard]:
    with virtual_card() as running:
        yield running


@pytest.fixture
def listening(card: VirtualCard, tmp_path: Path) -> Iterator[Listening]:
    running = Listening(card, tmp_path)
    yield running
    running.kill()


@pytest.mark.long
def test_it_says_what_it_is_at_the_very_first_start(card: VirtualCard, tmp_path: Path) -> None:
    recording = SpeakerRecording(card)
    running = Listening(card, tmp_path, greets=True)
    recording.wait_for_sound()  # nobody said anything
    running.process.send_signal(signal.SIGINT)
    running.process.communicate(timeout=20)
    assert running.process.returncode == 0
    assert float(np.abs(recording.stop()).max()) > 0.05


def test_it_answers_aloud_and_does_not_hear_itself(
    card: VirtualCard, listening: Listening, tmp_path: Path
) -> None:
    recording = SpeakerRecording(card)
    spoken = write(tmp_path / "en.wav", pause(0.3), say("who are you", "en-us"), pause())
    card.say_into_microphone(spoken)
    first = listening.turn()
    heard = recording.stop()
    assert (first["turn"], first["language"]) == (1, "en")
    assert first["reply"]
    assert float(np.abs(heard).max()) > 0.05

    # Its own voice was no turn: the next one is what is said next.
    card.say_into_microphone(write(tmp_path / "ko.wav", pause(0.3), say("고마워", "ko"), pause()))
    second = listening.turn()
    assert (second["turn"], second["language"]) == (2, "ko")

    listening.process.send_signal(signal.SIGINT)
    assert listening.process.wait(timeout=20) == 0


@pytest.mark.long
def test_a_stop_silences_a_long_reply(
    card: VirtualCard, listening: Listening, tmp_path: Path
) -> None:
    # Its first words show whether they come back through the air; here they do not.
    card.say_into_microphone(
        write(tmp_path / "first.wav", pause(0.3), say("who are you", "en-us"), pause(1.0))
    )
    assert listening.turn()["turn"] == 1
    recording = long_reply(card, tmp_path)
    # Said over the robot's own voice, which the card does not send back.
    card.say_into_microphone(write(tmp_path / "stop.wav", say("stop", "en-us"), pause(0.5)))
    listening.wait_for("stopped")
    recording.wait_for_more(0.5)
    quiet_from = recording.seconds
    recording.wait_for_more(1.0)
    heard = recording.stop()
    assert float(np.abs(heard[round(quiet_from * SPEAKER_RATE_HZ) :]).max()) < 0.01

    # And it listens on.
    card.say_into_microphone(write(tmp_path / "on.wav", pause(0.5), say("hello", "en-us"), pause()))
    turns = [listening.turn()]
    while turns[-1]["transcript"] != "hello":
        turns.append(listening.turn())
    assert len(turns) <= 2


def long_reply(card: VirtualCard, tmp_path: Path) -> SpeakerRecording:
    """Ask for something that takes Sori long to say; returns when it has begun."""
    recording = SpeakerRecording(card)
    asked = write(tmp_path / "ask.wav", pause(0.3), say("what can you do", "en-us"), pause(0.8))
    card.say_into_microphone(asked)
    recording.wait_for_sound()
    return recording


def loudest(heard: NDArray[np.float32], from_s: float, until_s: float) -> float:
    """Of what the speaker played in this stretch."""
    part = heard[round(from_s * SPEAKER_RATE_HZ) : round(until_s * SPEAKER_RATE_HZ)]
    return float(np.abs(part).max())


@pytest.mark.long
def test_who_speaks_over_it_gets_the_floor_and_an_answer(
    card: VirtualCard, listening: Listening, tmp_path: Path
) -> None:
    # Its first words show whether they come back through the air; here they do not.
    card.say_into_microphone(
        write(tmp_path / "first.wav", pause(0.3), say("who are you", "en-us"), pause(1.0))
    )
    assert listening.turn()["turn"] == 1
    recording = long_reply(card, tmp_path)
    said = write(tmp_path / "over.wav", say("what is your name", "en-us"), pause(1.5))
    began_s = recording.seconds
    card.say_into_microphone(said)
    first, second = listening.turn(), listening.turn()
    heard = recording.stop()
    assert first["transcript"] == "what can you do"
    assert second["transcript"] == "what is your name"
    assert "Sori" in str(second["reply"])
    # Silent soon after the first word: well within what the card itself takes, and 0.2 s.
    assert loudest(heard, began_s + 0.7, began_s + 1.2) < 0.01


@pytest.mark.long
def test_a_cough_does_not_end_a_reply(
    card: VirtualCard, listening: Listening, tmp_path: Path
) -> None:
    recording = long_reply(card, tmp_path)
    noise = np.random.default_rng(1).normal(0, 0.2, SAMPLE_RATE_HZ // 4).astype(np.float32)
    card.say_into_microphone(write(tmp_path / "cough.wav", noise, pause(2.0)))
    turn = listening.turn()
    recording.stop()
    assert turn["transcript"] == "what can you do"
    card.say_into_microphone(
        write(tmp_path / "on.wav", pause(0.3), say("who are you", "en-us"), pause(1.0))
    )
    assert listening.turn()["turn"] == 2  # the cough was no turn


@pytest.mark.long
def test_it_does_not_hear_itself_through_the_air_and_hears_people_over_it(
    card: VirtualCard, listening: Listening, tmp_path: Path
) -> None:
    card.join_speaker_to_microphone()
    for number, question in enumerate(("what can you do", "who are you", "tell me a story"), 1):
        asked = write(tmp_path / "ask.wav", pause(0.3), say(question, "en-us"), pause(1.5))
        card.say_into_microphone(asked)
        turn = listening.turn()
        assert (turn["turn"], turn["transcript"]) == (number, question)
    recording = long_reply(card, tmp_path)
    card.say_into_microphone(write(tmp_path / "stop.wav", say("stop", "en-us"), pause(0.5)))
    listening.wait_for("stopped")
    recording.stop()


@pytest.mark.long
def test_a_lost_sound_server_is_told_and_waited_for(
    card: VirtualCard, listening: Listening, tmp_path: Path
) -> None:
    card.kill()
    listening.wait_for("microphone")
    card.start()
    listening.wait_for("microphone works again")
    card.say_into_microphone(
        write(tmp_path / "on.wav", pause(0.5), say("who are you", "en-us"), pause(1.0))
    )
    assert listening.turn()["transcript"] == "who are you"


@pytest.mark.long
def test_without_a_microphone_it_says_what_to_do(card: VirtualCard, tmp_path: Path) -> None:
    card.kill()
    settings = own_settings(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "robot", "listen", "--config", str(settings)],
        cwd=REPOSITORY,
        env=card.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 3
    assert "microphone" in done.stderr
    assert "Traceback" not in done.stderr
