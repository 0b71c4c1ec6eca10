import numpy as np
import pytest

from audio.segmenter import TRAIL_S, Segmenter
from audio.sound import (
    FRAME_S,
    FRAME_SAMPLES,
    SAMPLE_RATE_HZ,
    SpeechEnded,
    SpeechEvent,
    SpeechStarted,
    Utterance,
)
from config.settings import VoiceActivitySettings

SETTINGS = VoiceActivitySettings(
    pre_roll_s=0.3,
    start_s=0.1,
    start_window_s=0.2,
    hangover_s=0.6,
    min_speech_s=0.2,
    max_utterance_s=15.0,
)


def run(
    script: str, settings: VoiceActivitySettings = SETTINGS
) -> tuple[list[SpeechEvent], Segmenter]:
    """`script`: `_` and `#` with seconds, such as "_1.0 #0.5"; each frame holds its own number."""
    segmenter = Segmenter(settings)
    events: list[SpeechEvent] = []
    number = 0
    for part in script.split():
        for _ in range(round(float(part[1:]) / FRAME_S)):
            frame = np.full(FRAME_SAMPLES, number, np.float32)
            events += segmenter.feed(frame, part[0] == "#")
            number += 1
    return events, segmenter


def utterances(
    script: str, settings: VoiceActivitySettings = SETTINGS, *, flush: bool = True
) -> list[Utterance]:
    events, segmenter = run(script, settings)
    if flush:
        events += segmenter.flush()
    kinds = [type(event) for event in events]
    assert kinds == [SpeechStarted, SpeechEnded] * (len(kinds) // 2), "each start has one end"
    return [event.utterance for event in events if isinstance(event, SpeechEnded)]


def times(utterance: Utterance) -> tuple[float, float, float]:
    return (
        round(utterance.start_s, 3),
        round(utterance.end_s, 3),
        round(utterance.endpoint_s, 3),
    )


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        ("_10", []),
        ("_2 #1 _2", [(1.7, 3.0, 0.6)]),
        ("#1 _2", [(0.0, 1.0, 0.6)]),  # no room for the pre-roll
        ("_2 #1 _0.58", [(1.7, 3.0, 0.58)]),  # the stream ends first
        ("_2 #1", [(1.7, 3.0, 0.0)]),
        ("_2 #0.08 _2", []),  # below the start rule
        ("_2 #0.18 _2", []),  # starts, but is too little in all
        ("_2 #0.2 _2", [(1.7, 2.2, 0.6)]),
        ("_2 #0.02 _0.2 #0.02 _0.2 #0.02 _2", []),  # clicks never fill the window
        ("_2 #0.06 _0.1 #0.06 _0.1 #0.1 _2", [(1.7, 2.42, 0.6)]),  # stuttered beginning
        ("_2 #0.5 _0.5 #0.5 _2", [(1.7, 3.5, 0.6)]),  # a pause within the hangover
        ("_2 #0.5 _1 #0.5 _2", [(1.7, 2.5, 0.6), (3.2, 4.0, 0.6)]),
        ("_2 #0.5 _0.6 #0.5 _2", [(1.7, 2.5, 0.6), (2.8, 3.6, 0.6)]),
        ("_2 #0.18 _0.5 #0.18 _2", [(1.7, 2.86, 0.6)]),  # enough only together
    ],
)
def test_utterances_by_table(script: str, expected: list[tuple[float, float, float]]) -> None:
    assert [times(utterance) for utterance in utterances(script)] == expected


def test_start_is_told_when_enough_was_heard_and_says_when_it_was() -> None:
    assert run("_2 #0.18")[0] == []
    assert run("_2 #0.2")[0] == [SpeechStarted(at_s=2.0)]


def test_samples_are_the_frames_of_the_stream_with_a_short_trail() -> None:
    (utterance,) = utterances("_2 #1 _2")
    numbers = utterance.samples[::FRAME_SAMPLES]
    assert numbers.tolist() == list(range(85, 150 + round(TRAIL_S / FRAME_S)))
    assert utterance.samples.dtype == np.float32
    assert utterance.voiced_share == pytest.approx(1.0 / 1.3)
    assert not utterance.cut


def test_the_trail_of_a_flush_is_what_was_there() -> None:
    (utterance,) = utterances("_2 #1 _0.1")
    assert utterance.samples[-1] == 154
    assert len(utterance.samples) == 70 * FRAME_SAMPLES


def test_an_endless_talker_is_cut_without_losing_a_sample() -> None:
    pieces = utterances("_1 #50 _2")
    assert [piece.cut for piece in pieces] == [True, True, True, False]
    assert [times(piece) for piece in pieces] == [
        (0.7, 15.7, 0.0),
        (15.7, 30.7, 0.0),
        (30.7, 45.7, 0.0),
        (45.7, 51.0, 0.6),
    ]
    joined = np.concatenate([piece.samples[::FRAME_SAMPLES] for piece in pieces])
    assert joined.tolist() == list(range(35, 2_550 + round(TRAIL_S / FRAME_S)))


def test_the_last_syllable_after_a_cut_is_kept_however_short() -> None:
    pieces = utterances("#15.04 _2")
    assert [times(piece) for piece in pieces] == [(0.0, 15.0, 0.0), (15.0, 15.04, 0.6)]


def test_a_cut_in_a_pause_leaves_nothing_when_nothing_follows() -> None:
    (piece,) = utterances("#14.8 _3")
    assert piece.cut
    assert times(piece) == (0.0, 14.8, 0.2)


def test_it_goes_on_after_a_flush() -> None:
    events, segmenter = run("_1 #1")
    assert len(segmenter.flush()) == 1
    assert segmenter.flush() == ()
    assert len(events) == 1


def test_settings_of_zero_are_the_smallest_step_not_an_endless_loop() -> None:
    zero = VoiceActivitySettings(
        pre_roll_s=0.0,
        start_s=0.0,
        start_window_s=0.0,
        hangover_s=0.0,
        min_speech_s=0.0,
        max_utterance_s=0.0,
    )
    found = utterances("_0.1 #0.1 _0.1", zero)
    assert sum(len(utterance.samples) for utterance in found) == 5 * FRAME_SAMPLES


@pytest.mark.parametrize(
    ("script", "start_s", "end_s", "quiet_s", "cut"),
    [
        ("_2 #0.5", 1.7, 2.5, 0.0, False),
        ("_2 #0.5 _0.3", 1.7, 2.5, 0.3, False),
        ("_2 #3", 4.0, 5.0, 0.0, True),
    ],
)
def test_what_is_under_way_can_be_looked_at(
    script: str, start_s: float, end_s: float, quiet_s: float, cut: bool
) -> None:
    _, segmenter = run(script)
    seen = segmenter.under_way(1.0 if cut else 10.0)
    assert seen is not None
    assert times(seen) == (start_s, end_s, quiet_s)
    assert seen.cut is cut
    assert segmenter.silence_s == pytest.approx(quiet_s)
    # The frames hold their own numbers: it is the stream, up to now.
    assert seen.samples[0] == round(start_s / FRAME_S)
    assert seen.start_s + len(seen.samples) / SAMPLE_RATE_HZ == pytest.approx(end_s + quiet_s)


@pytest.mark.parametrize("script", ["", "_2", "_2 #0.08", "_2 #1 _0.6", "#15.0"])
def test_nothing_is_under_way_between_utterances(script: str) -> None:
    _, segmenter = run(script)
    assert segmenter.under_way(1.0) is None
    assert segmenter.silence_s is None
