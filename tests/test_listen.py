"""`sori listen` on a real PortAudio stream: spoken to through a virtual card, heard through it."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from config.load import DEFAULT_FILE
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


class Listening:
    """A running `sori listen --json`, with a memory of its own."""

    def __init__(self, card: VirtualCard, folder: Path, *, greets: bool = False) -> None:
        settings = folder / "sori.toml"
        speech = f"\n[speech]\ngreeting = {str(greets).lower()}\n"
        memory = f'\n[memory]\ndirectory = "{folder / "kept"}"\n'
        settings.write_text(DEFAULT_FILE.read_text("utf-8") + speech + memory, encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "robot", "listen", "--json", "--config", str(settings)],
            cwd=REPOSITORY,
            env=card.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.wait_for("Listening")

    def wait_for(self, words: str) -> None:
        """Read what it tells people until `words` come up."""
        assert self.process.stderr is not None
        assert any(words in line for line in self.process.stderr), f"it ended without {words!r}"

    def turn(self) -> dict[str, str | int | None]:
        """The next turn object."""
        assert self.process.stdout is not None
        found: dict[str, str | int | None] = json.loads(self.process.stdout.readline())
        return found


@pytest.fixture
def listening(card: VirtualCard, tmp_path: Path) -> Iterator[Listening]:
    running = Listening(card, tmp_path)
    yield running
    running.process.kill()
    running.process.communicate()


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


def test_a_stop_silences_a_long_reply(
    card: VirtualCard, listening: Listening, tmp_path: Path
) -> None:
    recording = SpeakerRecording(card)
    asked = write(tmp_path / "ask.wav", pause(0.3), say("what can you do", "en-us"), pause(0.8))
    card.say_into_microphone(asked)
    recording.wait_for_sound()
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


def test_a_lost_sound_server_is_an_error_not_silence(
    card: VirtualCard, listening: Listening
) -> None:
    card.kill()
    assert listening.process.wait(timeout=20) == 3
    assert listening.process.stderr is not None
    told = listening.process.stderr.read()
    assert "microphone" in told
    assert "Traceback" not in told
