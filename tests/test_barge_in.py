"""Somebody speaks up while `sori listen` is at each of its stages; each is held for that."""

import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.listening import Listening
from tests.speech import pause, say, write
from tests.virtual_card import SPEAKER_RATE_HZ, SpeakerRecording, VirtualCard, virtual_card

pytestmark = [pytest.mark.virtualcard, pytest.mark.long]

HELD = ("recognition", "prompt", "decoding", "filter", "synthesis")
"""Speaking and moving last long enough by themselves."""
QUESTION = "tell me a story"
"""Which the language model answers."""
SILENT_WITHIN_S = 0.5
"""What the card itself takes, and 0.2 s."""


@pytest.fixture
def card() -> Iterator[VirtualCard]:
    with virtual_card() as running:
        yield running


class Talk:
    """With a program one stage of which is held."""

    def __init__(self, card: VirtualCard, folder: Path, stage: str) -> None:
        self.listening = Listening(card, folder, program=("tests.held_stage", stage))
        self.recording = SpeakerRecording(card)
        self._card = card
        self._file = folder / "said.wav"
        # Its first words show whether they come back through the air; here they do not.
        self.say("who are you")
        assert self.listening.turn()["turn"] == 1
        self.hold()

    def say(self, text: str, rest_s: float = 1.0) -> None:
        sound = (pause(0.3), say(text, "en-us"), pause(rest_s))
        self._card.say_into_microphone(write(self._file, *sound))

    def hold(self) -> None:
        """Let the stage wait when it is reached next."""
        self.listening.signal(signal.SIGUSR2)

    def go_on(self) -> None:
        """What was held is held no more."""
        self.listening.signal(signal.SIGUSR1)


@pytest.fixture
def talk(card: VirtualCard, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Talk]:
    begun = Talk(card, tmp_path, request.param)
    yield begun
    begun.recording.stop()
    begun.listening.kill()


def loudest(heard: NDArray[np.float32], from_s: float, until_s: float) -> float:
    part = heard[round(from_s * SPEAKER_RATE_HZ) : round(until_s * SPEAKER_RATE_HZ)]
    return float(np.abs(part).max())


@pytest.mark.parametrize(
    ("talk", "stage"), [(stage, stage) for stage in (*HELD, "speaking")], indirect=["talk"]
)
def test_who_speaks_up_is_obeyed_or_answered(talk: Talk, stage: str) -> None:
    talk.say(QUESTION)
    talk.listening.wait_for(f"held: {stage}")
    talk.say("stop")
    talk.listening.wait_for("stopped")  # though that stage does not come to its end
    stopped_s = talk.recording.seconds
    talk.recording.wait_for_more(1.0)
    talk.go_on()
    assert talk.listening.turn()["transcript"] == QUESTION
    talk.recording.wait_for_more(0.5)
    silent_s = talk.recording.seconds

    talk.hold()
    talk.say(QUESTION)
    talk.listening.wait_for(f"held: {stage}")
    talk.say("what is your name")
    talk.recording.wait_for_more(1.0)
    talk.go_on()
    turns = [talk.listening.turn(), talk.listening.turn()]
    assert [turn["transcript"] for turn in turns] == [QUESTION, "what is your name"]
    assert "Sori" in str(turns[1]["reply"])
    heard = talk.recording.stop()
    assert loudest(heard, stopped_s + SILENT_WITHIN_S, silent_s) < 0.01


@pytest.mark.parametrize("talk", ["moving"], indirect=True)
def test_a_stop_ends_a_movement(talk: Talk) -> None:
    talk.say("walk forward two meters")
    talk.listening.wait_for("held: moving")
    talk.say("stop")
    talk.listening.wait_for("stopped")
    action = talk.listening.turn()["action"]
    assert isinstance(action, dict)
    assert action["outcome"] == "stopped"
