"""A stop in a sound file stops the body in the middle of what it does, the same way every time."""

from collections.abc import Iterator

import numpy as np
import pytest

from audio.sound import SAMPLE_RATE_HZ, Samples, SpeechEnded, Utterance
from config.load import load
from nlu.actions import Walk
from robot.body.state import Performed
from robot.file_ear import FileEar
from robot.stop_ears import StopEars
from tests.kinematic_robot import Robot, of, place
from tests.speech import pause, say

WALK = Walk(5.0, speed_mps=0.4)


@pytest.fixture(scope="module")
def ears() -> StopEars:
    return StopEars.load(load())


class Walker:
    """Walks once for every utterance of a file, and notes what came of it."""

    def __init__(self, ears: StopEars, *pieces: Samples, block: int = 4_000) -> None:
        self.robot = Robot()
        self.stops_s: list[float] = []
        sound = np.concatenate(pieces)
        blocks = (sound[at : at + block] for at in range(0, len(sound), block))
        self.ear = FileEar(blocks, ears.ear(self._stop))

    def walks(self) -> Iterator[tuple[Utterance, float, Performed]]:
        """What was said, where in the file its walk began, and how the walk went."""
        for event in self.ear.events():
            if isinstance(event, SpeechEnded):
                began_s = self.ear.now_s
                yield (
                    event.utterance,
                    began_s,
                    self.robot.performer.perform(WALK, self.ear.watch),
                )

    def _stop(self, at_s: float) -> None:
        self.stops_s.append(at_s)
        self.robot.writer.stop()


@pytest.fixture(scope="module")
def spoken() -> dict[str, Samples]:
    return {
        "walk": say("walk forward five metres", "en-us"),
        "stop": say("stop", "en-us"),
        "wave": say("wave your hand", "en-us"),
        "멈춰": say("멈춰", "ko"),
    }


@pytest.mark.parametrize("word", ["stop", "멈춰"])
def test_a_stop_in_mid_walk_stops_it_there(
    ears: StopEars, spoken: dict[str, Samples], word: str
) -> None:
    lead = np.concatenate([pause(0.5), spoken["walk"], pause(3.0)])
    walker = Walker(ears, lead, spoken[word], pause(1.5))
    walks = walker.walks()
    said, began_s, performed = next(walks)
    assert began_s == pytest.approx(said.end_s + said.endpoint_s)
    assert (performed.outcome, performed.reason) == ("stopped", "stop")
    (at_s,) = walker.stops_s
    word_end_s = (len(lead) + len(spoken[word])) / SAMPLE_RATE_HZ
    assert len(lead) / SAMPLE_RATE_HZ < at_s < word_end_s + 0.3
    x_m, _, _ = place(of(performed))
    walked_s = at_s - began_s
    assert 0.4 * (walked_s - 1.0) < x_m < 0.4 * walked_s + 0.1
    # The stop itself is the next thing that was said.
    stop, *_ = next(walks)
    assert stop.start_s * SAMPLE_RATE_HZ > len(lead) - 0.5 * SAMPLE_RATE_HZ


def test_without_a_stop_the_walk_outlasts_the_file(
    ears: StopEars, spoken: dict[str, Samples]
) -> None:
    walker = Walker(ears, pause(0.5), spoken["walk"], pause(1.0))
    ((_, _, performed),) = walker.walks()
    assert performed.outcome == "done"
    x_m, _, _ = place(of(performed))
    assert x_m == pytest.approx(5.0, rel=0.03)
    assert walker.stops_s == []


def test_what_is_said_in_mid_walk_waits_for_its_turn(
    ears: StopEars, spoken: dict[str, Samples]
) -> None:
    """The second walk begins where the first has left the file, not where its order was said."""
    walker = Walker(ears, pause(0.5), spoken["walk"], pause(2.0), spoken["wave"], pause(12.0))
    (_, first_s, first), (second, second_s, other) = walker.walks()
    assert (first.outcome, other.outcome) == ("done", "done")
    assert second.end_s < first_s + 6.0
    walked_s = of(first).seconds
    assert walked_s is not None
    assert second_s == pytest.approx(first_s + walked_s, abs=0.5)


def test_it_is_the_same_every_time_and_however_the_file_is_read(
    ears: StopEars, spoken: dict[str, Samples]
) -> None:
    pieces = (pause(0.5), spoken["walk"], pause(2.0), spoken["stop"], pause(1.5))
    told = set()
    for block in (1_234, 64_000):
        walker = Walker(ears, *pieces, block=block)
        _, began_s, performed = next(walker.walks())
        told.add((began_s, walker.stops_s[0], str(performed)))
    assert len(told) == 1


def test_a_file_without_speech_has_no_events(ears: StopEars) -> None:
    walker = Walker(ears, pause(1.0))
    assert list(walker.walks()) == []
    assert walker.ear.now_s == pytest.approx(1.0)
    walker.ear.watch(0.0)
    walker.ear.watch(100.0)
    assert walker.ear.now_s == pytest.approx(1.0)
