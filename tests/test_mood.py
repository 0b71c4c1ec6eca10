"""The held mood: one weak sign changes nothing, signs add up and fade, and it shows in manner."""

from pathlib import Path

import numpy as np
import pytest

from audio.sound import Samples
from config.errors import ConfigurationError
from config.memory_settings import EmotionSettings
from config.mood_phrases import MOOD_PHRASES_FOLDER, load_mood_phrases
from nlu.actions import EMOTIONS as FACES
from nlu.emotion.features import N_FEATURES, features
from nlu.emotion.text_emotion import EMOTIONS, EmotionModel, TextEmotion
from robot.mood import Mood
from tests.speech import say

CLEAR, WEAK = 100, 45
"""Steps of a weight: scores of 0.90 and 0.50."""
LANGUAGES = ("en", "ko", "es", "fr", "de")


def texts() -> TextEmotion:
    """A reader that knows two words for each emotion: "sadness!" clearly, "sadness?" weakly."""
    weights = np.zeros((N_FEATURES, len(EMOTIONS)), np.int8)
    for at, emotion in enumerate(EMOTIONS[1:], start=1):
        weights[features(f"{emotion}a").words, at] = round(CLEAR**0.5 * 4)
        weights[features(f"{emotion}b").words, at] = round(WEAK**0.5 * 4)
    model = EmotionModel(
        weights=weights,
        scales=np.full((2, len(EMOTIONS)), 0.0025, np.float32),
        biases=np.zeros(len(EMOTIONS), np.float32),
        sharpness=1.0,
        least=0.35,
    )
    return TextEmotion({"en": model})


def mood(from_text: bool = True, from_voice: bool = False) -> Mood:
    return Mood(EmotionSettings(from_text=from_text, from_voice=from_voice), texts())


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("walk", "neutral"),
        ("sadnessb", "neutral"),
        ("sadnessb sadnessb", "sadness"),  # two weak signs, turn after turn
        ("sadnessb walk sadnessb", "sadness"),
        ("sadnessb walk walk sadnessb", "neutral"),
        ("sadnessa", "sadness"),
        ("sadnessa walk", "sadness"),
        ("sadnessa walk walk", "sadness"),
        ("sadnessa walk walk walk", "neutral"),
        ("sadnessa joyb", "sadness"),  # one weak sign does not flip it
        ("sadnessa joyb joyb", "joy"),
        ("sadnessa joya", "joy"),
        ("sadnessa sadnessa sadnessa sadnessa walk walk", "sadness"),
        ("sadnessa sadnessa sadnessa sadnessa walk walk walk", "neutral"),
        ("sadnessb joyb angerb fearb", "neutral"),
        ("surprisea", "surprise"),
        ("disgusta", "disgust"),
    ],
)
def test_signs_add_up_and_fade(said: str, held: str) -> None:
    now = mood()
    for word in said.split():
        now.heard(word, "en", None)
    assert now.felt.label == held
    assert 0.0 <= now.felt.score <= 1.0


def test_the_turn_itself_is_given_as_it_was_read() -> None:
    now = mood()
    assert now.heard("sadnessb", "en", None).label == "sadness"
    assert now.felt.label == "neutral"


@pytest.mark.parametrize(
    ("word", "rate", "face", "line"),
    [
        ("walk", 1.0, None, None),
        ("joya", 1.0, "happy", "mood: sounds happy"),
        ("sadnessa", 0.95, "sad", "mood: sounds sad"),
        ("angera", 0.97, "curious", "mood: sounds annoyed"),
        ("feara", 0.95, "sad", "mood: sounds worried"),
        ("surprisea", 1.0, "surprised", "mood: sounds surprised"),
        ("disgusta", 1.0, None, "mood: sounds put off"),
    ],
)
def test_manner_follows_the_mood(
    word: str, rate: float, face: str | None, line: str | None
) -> None:
    now = mood()
    now.heard(word, "en", None)
    assert (now.rate, now.face, now.line("en")) == (rate, face, line)
    assert now.face is None or now.face in FACES


def test_nothing_is_read_where_it_is_switched_off() -> None:
    now = mood(from_text=False)
    felt = now.heard("sadnessa", "en", say("hello there", "en-us"))
    assert (felt.label, felt.score) == ("neutral", 0.0)
    assert (now.felt.label, now.rate, now.face, now.line("en")) == ("neutral", 1.0, None, None)


def test_forgetting_leaves_nothing_of_the_mood() -> None:
    now = mood()
    now.heard("sadnessa", "en", None)
    now.forget()
    assert now.felt.label == "neutral"
    now.heard("sadnessb", "en", None)
    assert now.felt.label == "neutral"


@pytest.fixture(scope="module")
def usual_voice() -> Samples:
    quiet: Samples = np.float32(0.3) * say("the weather is nice in the garden today", "en-us")
    return quiet


def faster_and_higher(samples: Samples, factor: float) -> Samples:
    """As a tape that runs faster does it."""
    at = np.arange(0, len(samples) - 1, factor)
    changed: Samples = np.interp(at, np.arange(len(samples)), samples).astype(np.float32)
    return changed


def test_a_lively_voice_counts_only_where_it_is_listened_to(usual_voice: Samples) -> None:
    lively = 3 * faster_and_higher(usual_voice, 1.25)
    for from_voice, rate, line in ((True, 1.05, "voice: lively"), (False, 1.0, None)):
        now = mood(from_voice=from_voice)
        for _ in range(4):
            now.heard("walk", "en", usual_voice)
        assert now.line("en") is None
        for _ in range(3):
            now.heard("walk", "en", lively)
        assert now.line("en") == line
        now.heard("joya", "en", lively)
        assert now.rate == rate


def test_one_lively_sentence_is_not_excitement(usual_voice: Samples) -> None:
    now = mood(from_voice=True)
    for _ in range(4):
        now.heard("walk", "en", usual_voice)
    now.heard("joya", "en", 1.6 * faster_and_higher(usual_voice, 1.1))
    assert now.rate == 1.0


@pytest.mark.parametrize("language", [*LANGUAGES, "ja"])
def test_listening_to_voices_is_announced_and_otherwise_not(language: str) -> None:
    assert mood().announcement(language) is None
    assert mood(from_voice=True).announcement(language)


def test_every_language_has_its_lines_and_none_claims_a_feeling() -> None:
    books = load_mood_phrases().books
    assert set(books) == set(LANGUAGES)
    for book in books.values():
        lines = {emotion: book.line(emotion) for emotion in EMOTIONS}
        assert lines.pop("neutral") is None
        assert all(line and ":" in line for line in lines.values())
    assert all("sounds" in (books["en"].line(emotion) or "") for emotion in EMOTIONS[1:])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('joy = "mood: sounds happy"\n', ""),
        ("announce", "anounce"),
        ("mood: sounds sad", "mood sounds sad"),
        ("mood: sounds sad", "mood: sounds (very) sad"),
        ("[voice]", "[voice"),
    ],
)
def test_a_faulty_phrase_file_is_named(tmp_path: Path, old: str, new: str) -> None:
    text = (MOOD_PHRASES_FOLDER / "en.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "en.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigurationError, match=r"en\.toml"):
        load_mood_phrases(tmp_path)


def test_english_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"en\.toml"):
        load_mood_phrases(tmp_path)
