"""How long a silence ends an utterance: by its words, its melody and the settings."""

import numpy as np
import pytest

from audio.endpoint import LOOK_BACK_S, Ending, Endpoint, needed_s
from audio.listener import Listener
from audio.pitch import HOP_S, WINDOW_S, Melody, melody_at_end, pitch_hz, voiced_s
from audio.segmenter import Segmenter
from audio.sound import FRAME_SAMPLES, SAMPLE_RATE_HZ, Samples, SpeechEnded, Utterance
from config.settings import VoiceActivitySettings
from nlu.turn_end import TurnEnd
from tests.command_sentences import LANGUAGES, READER
from tests.speech import pause, say

SETTINGS = VoiceActivitySettings()
FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ
TURN_END = TurnEnd.load(LANGUAGES, READER)
READ_AFTER_S = 0.1
"""Silence after which the ear knows the words before it."""


@pytest.mark.parametrize(
    ("ending", "melody", "expected_s"),
    [
        ("complete", "falling", 0.25),
        ("complete", "unknown", 0.25),
        ("complete", "level", 0.25),
        ("complete", "rising", 0.425),
        ("unsure", "falling", 0.6),
        ("unsure", "unknown", 0.6),
        ("unsure", "level", 0.9),
        ("unsure", "rising", 0.9),
        ("open", "falling", 0.9),
        ("open", "level", 1.2),
        ("open", "rising", 1.2),
        ("open", "unknown", 1.2),
    ],
)
def test_silence_by_table(ending: Ending, melody: Melody, expected_s: float) -> None:
    assert needed_s(ending, melody, SETTINGS) == pytest.approx(expected_s)


@pytest.mark.parametrize("ending", ["complete", "unsure", "open"])
def test_bounds_that_contradict_the_usual_silence_give_way(ending: Ending) -> None:
    odd = VoiceActivitySettings(hangover_s=0.2, shortest_hangover_s=0.5, longest_hangover_s=0.1)
    assert needed_s(ending, "unknown", odd) == pytest.approx(0.2)


def under_way(end_s: float, silence_s: float = 0.1) -> Utterance:
    quiet = np.zeros(SAMPLE_RATE_HZ, np.float32)
    return Utterance(quiet, end_s - 1.0, end_s, voiced_share=1.0, endpoint_s=silence_s)


def test_what_the_words_told_counts_until_speech_goes_on() -> None:
    endpoint = Endpoint(SETTINGS)
    assert endpoint.hangover_s(under_way(2.0)) == 0.6
    endpoint.tell("open", 2.0)
    assert endpoint.hangover_s(under_way(2.0)) == 1.2
    assert endpoint.hangover_s(under_way(2.04)) == 1.2  # a breath
    assert endpoint.hangover_s(under_way(2.5)) == 0.6  # more was said
    endpoint.tell("complete", 2.5)
    assert endpoint.hangover_s(under_way(2.5)) == 0.25
    assert endpoint.hangover_s(None) == 0.6
    assert endpoint.hangover_s(under_way(2.5)) == 0.6  # another utterance


def tone(*semitones: float, level: float = 0.3) -> Samples:
    """A buzz of 150 Hz that moves through these pitches, 0.4 s in all."""
    count = round(0.4 * SAMPLE_RATE_HZ)
    steps = np.interp(np.linspace(0, len(semitones) - 1, count), range(len(semitones)), semitones)
    phase = 2 * np.pi * np.cumsum(150 * 2 ** (steps / 12)) / SAMPLE_RATE_HZ
    wave = sum(np.sin(k * phase) / k for k in range(1, 8))
    return np.asarray(level * wave, np.float32)


@pytest.mark.parametrize(
    ("sound", "melody"),
    [
        (tone(0, 0), "level"),
        (tone(0, 4), "rising"),
        (tone(0, -4), "falling"),
        (tone(4, 0, 4), "rising"),  # the end counts
        (np.concatenate((tone(0, 4), pause(0.3))), "rising"),
        (np.concatenate((tone(0, -4), pause(0.3))), "falling"),
        (pause(1.0), "unknown"),
        (pause(0.0), "unknown"),
        (tone(0, 4)[:400], "unknown"),
        (np.random.default_rng(3).normal(0, 0.1, 16_000).astype(np.float32), "unknown"),
    ],
)
def test_the_melody_of_an_end(sound: Samples, melody: Melody) -> None:
    assert melody_at_end(sound, SAMPLE_RATE_HZ) == melody


def test_the_pitch_of_a_buzz_is_found() -> None:
    size, hop = round(WINDOW_S * SAMPLE_RATE_HZ), round(HOP_S * SAMPLE_RATE_HZ)
    frames = np.lib.stride_tricks.sliding_window_view(tone(0, 0), size)[::hop]
    assert pitch_hz(frames, SAMPLE_RATE_HZ) == pytest.approx(150, rel=0.02)


@pytest.mark.parametrize(
    ("sound", "least_s", "most_s"),
    [
        (tone(0, 0), 0.3, 0.4),
        (np.concatenate((pause(0.5), tone(0, 4), pause(0.5))), 0.3, 0.45),
        (np.concatenate((tone(0, 0, level=0.001), tone(0, 0))), 0.3, 0.45),  # from next door
        (np.random.default_rng(3).normal(0, 0.1, 16_000).astype(np.float32), 0.0, 0.05),
        (pause(1.0), 0.0, 0.0),
        (pause(0.0), 0.0, 0.0),
    ],
)
def test_how_long_a_voice_sounds(sound: Samples, least_s: float, most_s: float) -> None:
    assert least_s <= voiced_s(sound, SAMPLE_RATE_HZ) <= most_s


@pytest.mark.parametrize(
    ("text", "voice", "melody"),
    [
        ("turn left", "en-us+m3", "falling"),
        ("turn left", "en-gb+Alicia", "falling"),
        ("walk forward,", "en-us+m3", "rising"),
        ("is it raining?", "en-us+m3", "rising"),
        ("앞으로 가", "ko", "falling"),
        ("앞으로 가고,", "ko", "rising"),
    ],
)
def test_the_melody_of_speech(text: str, voice: str, melody: Melody) -> None:
    assert melody_at_end(say(text, voice), SAMPLE_RATE_HZ) == melody


def spoken(text: str, voice: str) -> Samples:
    """Without the silence that espeak-ng puts around it."""
    sound = say(text, voice)
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    return sound[loud[0] : loud[-1] + 1]


def heard(sound: Samples, texts: list[str], language: str) -> list[Utterance]:
    """What an ear hears that knows `texts`, one for each silence, shortly after it has begun."""
    listener, endpoint = Listener.load(SETTINGS), Endpoint(SETTINGS)
    utterances: list[Utterance] = []
    waiting = list(texts)
    read_to_s = 0.0
    for frame in sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES):
        events = listener.feed(frame)
        utterances += [event.utterance for event in events if isinstance(event, SpeechEnded)]
        now = listener.under_way(LOOK_BACK_S)
        if now is not None and now.endpoint_s >= READ_AFTER_S and now.end_s > read_to_s + 0.2:
            read_to_s = now.end_s
            if waiting:
                endpoint.tell(TURN_END.read(waiting.pop(0), language), now.end_s)
        listener.hangover_s = endpoint.hangover_s(now)
    return utterances


@pytest.mark.parametrize(
    ("text", "voice", "language"),
    [
        ("turn left", "en-us+m3", "en"),
        ("turn left", "en-gb+Alicia", "en"),
        ("stop", "en-us+m3", "en"),
        ("sit down", "en-us+m3", "en"),
        ("왼쪽으로 돌아", "ko", "ko"),
        ("멈춰", "ko", "ko"),
    ],
)
def test_a_complete_command_ends_at_once(text: str, voice: str, language: str) -> None:
    sound = np.concatenate((pause(0.5), spoken(text, voice), pause(1.5)))
    (utterance,) = heard(sound, [text], language)
    assert 0.24 <= utterance.endpoint_s <= 0.31


@pytest.mark.parametrize(
    ("first", "second", "gap_s", "voice", "language"),
    [
        ("walk forward", "two metres", 0.5, "en-us+m3", "en"),
        ("turn left and", "wave", 0.8, "en-us+m3", "en"),
        ("앞으로", "두 걸음 가", 0.8, "ko", "ko"),
        ("앞으로 두 걸음 가고", "손 흔들어", 0.8, "ko", "ko"),
    ],
)
def test_a_pause_inside_a_command_does_not_cut_it(
    first: str, second: str, gap_s: float, voice: str, language: str
) -> None:
    parts = (pause(0.5), spoken(first, voice), pause(gap_s), spoken(second, voice), pause(1.5))
    whole = f"{first} {second}"
    (utterance,) = heard(np.concatenate(parts), [first, whole], language)
    assert utterance.endpoint_s <= 0.31
    assert len(utterance.samples) / SAMPLE_RATE_HZ > gap_s + 0.6


def test_without_words_an_end_is_as_it_always_was() -> None:
    sound = np.concatenate((pause(0.5), spoken("turn left", "en-us+m3"), pause(1.5)))
    (utterance,) = heard(sound, [], "en")
    assert utterance.endpoint_s == pytest.approx(SETTINGS.hangover_s)


def test_a_hangover_holds_for_the_utterance_under_way_only() -> None:
    segmenter = Segmenter(SETTINGS)
    frame = np.zeros(FRAME_SAMPLES, np.float32)

    def ends_after_s(hangover_s: float | None) -> float:
        for _ in range(30):
            segmenter.feed(frame, is_speech=True)
        if hangover_s is not None:
            segmenter.hangover_s = hangover_s
        for count in range(1, 100):
            if segmenter.feed(frame, is_speech=False):
                return count * FRAME_S
        raise AssertionError

    assert ends_after_s(None) == pytest.approx(0.6)
    assert ends_after_s(0.26) == pytest.approx(0.26)
    assert segmenter.hangover_s == pytest.approx(0.6)
    assert ends_after_s(None) == pytest.approx(0.6)
    assert ends_after_s(1.2) == pytest.approx(1.2)
    assert ends_after_s(0.0) == pytest.approx(FRAME_S)


def test_a_shorter_hangover_ends_what_has_been_silent_long_enough() -> None:
    segmenter = Segmenter(SETTINGS)
    frame = np.zeros(FRAME_SAMPLES, np.float32)
    for is_speech in [True] * 30 + [False] * 20:
        segmenter.feed(frame, is_speech)
    segmenter.hangover_s = 0.25
    (event,) = segmenter.feed(frame, is_speech=False)
    assert isinstance(event, SpeechEnded)
    assert event.utterance.endpoint_s == pytest.approx(0.42)
