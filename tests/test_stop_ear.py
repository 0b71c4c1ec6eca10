"""Spoken stops, heard by the real recogniser while the sentence may still be going on."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from audio.errors import RecognitionError
from audio.listener import Listener
from audio.recognition.engine import Decoding, Encoding, LanguageOdds
from audio.recognition.features import Mel
from audio.recognition.partial import PartialRecogniser
from audio.sound import SAMPLE_RATE_HZ, Samples, SpeechEnded
from config.load import load
from robot.stop_ear import UNREADABLE, StopEar
from robot.stop_ears import StopEars
from tests.speech import pause, say, white_noise

LATE_S = 0.3
"""The budget, in sound after the end of the word."""


@pytest.fixture(scope="module")
def ears() -> StopEars:
    return StopEars.load(load())


@cache
def word(text: str, voice: str, words_per_minute: int = 165) -> Samples:
    """A spoken word without the silence around it."""
    sound = say(text, voice, words_per_minute)
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    return sound[loud[0] : loud[-1] + 1]


def seconds(*pieces: Samples) -> float:
    return sum(map(len, pieces)) / SAMPLE_RATE_HZ


def stops(ear: StopEar, *pieces: Samples) -> None:
    ear.watching = True
    ear.feed(np.concatenate(pieces))


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("stop", "en-us"),
        ("don't move", "en-us"),
        ("멈춰", "ko"),
        ("그만", "ko"),
        ("alto", "es"),
        ("detente", "es"),
        ("arrête", "fr"),
        ("stop", "fr"),
        ("stopp", "de"),
        ("bleib stehen", "de"),
    ],
)
def test_a_stop_is_heard_within_the_budget(ears: StopEars, text: str, voice: str) -> None:
    heard: list[float] = []
    spoken = word(text, voice)
    stops(ears.ear(heard.append), pause(1.0), spoken, pause(0.5))
    (at_s,) = heard
    assert 1.0 < at_s < 1.0 + seconds(spoken) + LATE_S


@pytest.mark.parametrize("text", ["stop", "please stop"])
def test_it_is_heard_in_a_sentence_that_goes_on(ears: StopEars, text: str) -> None:
    heard: list[float] = []
    before, spoken = word("we are going to the kitchen", "en-us"), word(text, "en-us")
    after = word("I told you so yesterday and the day before", "en-us")
    ear = ears.ear(heard.append)
    stops(ear, pause(1.0), before, spoken, after)
    (at_s,) = heard
    assert 0.0 < at_s - 1.0 - seconds(before) < seconds(spoken) + LATE_S
    assert ear.found == "stop"


def test_a_patient_ear_waits_for_the_pause(ears: StopEars) -> None:
    heard: list[float] = []
    spoken = word("please stop now", "en-us")
    ear = ears.ear(heard.append)
    ear.patient = True
    stops(ear, pause(1.0), spoken, pause(0.5))
    (at_s,) = heard
    assert 1.0 + seconds(spoken) <= at_s + 0.2 < 1.2 + seconds(spoken) + LATE_S


def test_it_is_heard_in_noise(ears: StopEars) -> None:
    heard: list[float] = []
    spoken = word("stop", "en-us")
    sound = np.concatenate([pause(4.0), spoken, pause(0.5)])
    loudness = float(np.sqrt(np.square(spoken).mean()))
    stops(
        ears.ear(heard.append),
        sound + white_noise(seconds(sound) + 0.1, 0.3 * loudness)[: len(sound)],
    )
    (at_s,) = heard
    assert at_s < 4.0 + seconds(spoken) + LATE_S


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("walk forward two metres", "en-us"),
        ("where is the next shop", "en-us"),
        ("손을 흔들어 줘", "ko"),
        ("où est la cuisine", "fr"),
    ],
)
def test_other_words_stop_nothing(ears: StopEars, text: str, voice: str) -> None:
    heard: list[float] = []
    ear = ears.ear(heard.append)
    stops(ear, pause(1.0), word(text, voice), pause(1.0))
    assert heard == []
    assert ear.found is None


def test_it_stops_once_an_utterance_and_again_in_the_next(ears: StopEars) -> None:
    heard: list[float] = []
    spoken = word("stop", "en-us")
    ear = ears.ear(heard.append)
    stops(ear, pause(1.0), spoken, pause(0.2), spoken, pause(1.2))
    assert len(heard) == 1
    stops(ear, spoken, pause(1.2))
    assert len(heard) == 2


def test_nothing_is_read_while_there_is_nothing_to_stop(ears: StopEars) -> None:
    heard: list[float] = []
    ear = StopEar(Listener.load(ears.voice_activity), _recogniser(fails), ears.words, heard.append)
    events = ear.feed(np.concatenate([pause(1.0), word("stop", "en-us"), pause(1.2)]))
    assert heard == []
    assert sum(isinstance(event, SpeechEnded) for event in events) == 1


def test_a_word_begun_before_there_was_something_to_stop_counts(ears: StopEars) -> None:
    heard: list[float] = []
    spoken = word("please stop", "en-us")
    ear = ears.ear(heard.append)
    ear.feed(np.concatenate([pause(1.0), spoken[: len(spoken) // 2]]))
    stops(ear, spoken[len(spoken) // 2 :], pause(0.5))
    assert len(heard) == 1


def test_its_own_words_are_no_order(ears: StopEars) -> None:
    heard: list[float] = []
    sound = np.concatenate([pause(1.0), word("you can say stop", "en-us"), pause(0.5)])
    stops(ears.ear(heard.append, lambda: "You can say stop."), sound)
    assert heard == []
    stops(ears.ear(heard.append, lambda: "I am walking."), sound)
    assert len(heard) == 1


def test_the_events_are_those_of_the_listener_however_the_sound_is_cut(ears: StopEars) -> None:
    sound = np.concatenate(
        [pause(0.5), word("turn left", "en-us"), pause(1.0), word("stop", "en-us"), pause(1.0)]
    )[:-7]
    listener = Listener.load(ears.voice_activity)
    wanted = [str(event) for event in (*listener.feed(sound), *listener.finish())]
    moments: set[tuple[float, ...]] = set()
    for size in (333, 4_096, len(sound)):
        heard: list[float] = []
        ear = ears.ear(heard.append)
        ear.watching = True
        events = [
            event
            for start in range(0, len(sound), size)
            for event in ear.feed(sound[start : start + size])
        ]
        events += ear.finish()
        assert [str(event) for event in events] == wanted
        moments.add(tuple(heard))
    assert len(moments) == 1


def test_an_ear_that_is_behind_reads_when_it_has_caught_up(ears: StopEars) -> None:
    heard: list[float] = []
    ear = ears.ear(heard.append)
    ear.watching = True
    ear.feed(np.concatenate([pause(1.0), word("stop", "en-us"), pause(0.3)]), behind=True)
    assert heard == []
    ear.feed(pause(0.02))
    assert len(heard) == 1


def test_what_cannot_be_heard_stops(ears: StopEars) -> None:
    heard: list[float] = []
    ear = StopEar(Listener.load(ears.voice_activity), _recogniser(fails), ears.words, heard.append)
    stops(ear, pause(1.0), word("walk forward", "en-us"), pause(1.0))
    assert len(heard) == 1
    assert ear.found == UNREADABLE


def test_a_stop_after_a_cut_is_a_new_utterance(ears: StopEars) -> None:
    heard: list[float] = []
    ear = ears.ear(heard.append)
    stops(ear, pause(1.0), word("stop", "en-us"), pause(0.2))
    assert len(ear.cut()) == 1
    stops(ear, word("stop", "en-us"), pause(0.5))
    assert len(heard) == 2


def test_the_recogniser_of_pieces_knows_silence(ears: StopEars) -> None:
    assert ears.recogniser.read(pause(1.0)) == ()
    assert ears.recogniser.read(np.zeros(0, np.float32)) == ()
    with pytest.raises(RecognitionError):
        _recogniser(fails).read(pause(1.0))


def fails() -> Encoding:
    raise RuntimeError("out of memory")


class BrokenEngine:
    """An engine that breaks where PyTorch would."""

    languages = ("en",)
    mel_bins = 80
    max_context_frames = 1500

    def __init__(self, encoded: Callable[[], Encoding]) -> None:
        self._encoded = encoded

    def encode(self, mel: Mel) -> Encoding:
        return self._encoded()

    def language_odds(self, encoding: Encoding) -> LanguageOdds:
        return LanguageOdds({"en": 1.0}, 0.0)

    def decode(self, encoding: Encoding, language: str, max_tokens: int) -> Decoding:
        return Decoding("", (), 0.0, reached_limit=False)


def _recogniser(encoded: Callable[[], Encoding]) -> PartialRecogniser:
    return PartialRecogniser(BrokenEngine(encoded), ("en",), 0.6)


def burst(seed: int) -> Samples:
    """Noise as of a cough or a knock: some band of it, dying away, half a second at most."""
    random = np.random.default_rng(seed)
    noise = random.standard_normal(round(random.uniform(0.15, 0.6) * SAMPLE_RATE_HZ))
    spectrum = np.fft.rfft(noise)
    hz = np.fft.rfftfreq(len(noise), 1 / SAMPLE_RATE_HZ)
    band = np.exp(-np.square((hz - random.uniform(300, 3_000)) / random.uniform(300, 3_000)))
    shaped = np.fft.irfft(spectrum * band, len(noise))
    shaped *= np.exp(-np.linspace(0.0, random.uniform(0.0, 5.0), len(noise)))
    loudness = 10 ** (random.uniform(-35.0, -8.0) / 20)
    sound: Samples = (shaped * loudness / np.sqrt(np.square(shaped).mean())).astype(np.float32)
    return sound


# Of 600 seeds the recogniser reads 32 like a stop, 4 of them surely and with a voice in them.
@pytest.mark.parametrize("seed", [38, 68, 110, 125, 207, 223])
def test_a_knock_that_reads_like_a_stop_ends_no_reply(ears: StopEars, seed: int) -> None:
    for patient, times in ((False, 1), (True, 0)):  # a body that moves stops to be sure
        heard: list[float] = []
        ear = ears.ear(heard.append)
        ear.patient = patient
        stops(ear, pause(0.5), burst(seed), pause(1.0))
        assert len(heard) == times


@pytest.mark.parametrize(
    ("text", "voice"), [("stop", "en-gb+f2"), ("halt", "en-us+m3"), ("그만", "ko+f2")]
)
def test_a_patient_ear_believes_a_voice(ears: StopEars, text: str, voice: str) -> None:
    heard: list[float] = []
    ear = ears.ear(heard.append)
    ear.patient = True
    stops(ear, pause(0.5), word(text, voice), pause(0.5))
    assert len(heard) == 1
