"""What seems to be all is recognised before it is sure to be, and only used if it was."""

import threading
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from audio.errors import RecognitionError
from audio.sound import SAMPLE_RATE_HZ, Transcript, Utterance
from robot.live.early_hearing import EarlyHearing

WAIT_S = 20.0


def utterance(start_s: float, end_s: float, *, cut: bool = False) -> Utterance:
    samples = np.zeros(round((end_s - start_s) * SAMPLE_RATE_HZ), np.float32)
    return Utterance(samples, start_s, end_s, 1.0, 0.1, cut)


def transcript(text: str) -> Transcript:
    return Transcript(text, "en", {"en": 1.0}, 0.0, -0.1)


class Recogniser:
    """Tells how long an utterance was; waits to be let go on."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.begun = threading.Semaphore(0)
        self.fails = False

    def transcribe(self, heard: Utterance) -> Transcript:
        self.begun.release()
        assert self.may_go_on.wait(WAIT_S)
        if self.fails:
            raise RecognitionError("It failed.")
        return transcript(f"{heard.end_s:.1f}")


@pytest.fixture
def recogniser() -> Recogniser:
    return Recogniser()


@pytest.fixture
def early(recogniser: Recogniser) -> Iterator[EarlyHearing]:
    with closing(EarlyHearing(recogniser.transcribe)) as hearing:
        yield hearing


SPOKEN_ON = [
    ("the same end", utterance(1.0, 2.0), utterance(1.0, 2.0), "2.0"),
    ("a frame of doubt", utterance(1.0, 2.0), utterance(1.0, 2.02), "2.0"),
    ("more was said", utterance(1.0, 2.0), utterance(1.0, 2.6), None),
    ("only its end was read", utterance(1.5, 2.0), utterance(1.0, 2.0), None),
    ("it began earlier", utterance(1.0, 2.0, cut=True), utterance(1.0, 2.0), None),
]


@pytest.mark.parametrize(
    ("begun", "taken", "text"), [row[1:] for row in SPOKEN_ON], ids=[row[0] for row in SPOKEN_ON]
)
def test_it_counts_only_for_what_ends_with_the_same_word(
    early: EarlyHearing, begun: Utterance, taken: Utterance, text: str | None
) -> None:
    early.begin(begun)
    found = early.take(taken)
    assert (None if found is None else found.text) == text


def test_it_is_given_once(early: EarlyHearing) -> None:
    early.begin(utterance(1.0, 2.0))
    assert early.take(utterance(1.0, 2.0)) is not None
    assert early.take(utterance(1.0, 2.0)) is None


def test_the_newest_wins_over_what_waits(early: EarlyHearing, recogniser: Recogniser) -> None:
    recogniser.may_go_on.clear()
    early.begin(utterance(1.0, 2.0))
    assert recogniser.begun.acquire(timeout=WAIT_S)
    early.begin(utterance(1.0, 2.5))  # waits
    early.begin(utterance(1.0, 3.0))  # takes its place
    recogniser.may_go_on.set()
    found = early.take(utterance(1.0, 3.0))
    assert found is not None
    assert found.text == "3.0"
    assert recogniser.begun.acquire(timeout=WAIT_S)
    assert not recogniser.begun.acquire(blocking=False)  # the one between was never recognised


def test_a_failure_means_to_do_it_again(early: EarlyHearing, recogniser: Recogniser) -> None:
    recogniser.fails = True
    early.begin(utterance(1.0, 2.0))
    assert early.take(utterance(1.0, 2.0)) is None
