"""The reader of emotions: what it gives, what it refuses, what its file must be."""

from pathlib import Path

import numpy as np
import pytest

from config.errors import ModelError
from config.model_files import BUILT_IN_DIRECTORY
from nlu.emotion.features import N_FEATURES, NGRAM_BUCKETS, WORD_BUCKETS, features, prepared
from nlu.emotion.text_emotion import EMOTIONS, Felt, TextEmotion, read_model

MOST_BYTES = 4_000_000
"""Both languages together."""


@pytest.fixture(scope="module")
def reader() -> TextEmotion:
    return TextEmotion.load()


@pytest.mark.parametrize("language", ["es", "fr", "de", "ja", ""])
def test_a_language_without_a_model_is_neutral_and_nothing_is_claimed(
    reader: TextEmotion, language: str
) -> None:
    assert reader.read("I am so happy today", language) == Felt("neutral", 0.0)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b"])
def test_nothing_to_read_is_neutral(reader: TextEmotion, text: str) -> None:
    assert reader.read(text, "en") == Felt("neutral", 0.0)


@pytest.mark.parametrize("text", ["?!", "😀😀", "a" * 5_000, "ㅋㅋㅋㅋ", "\ud800", "[NAME] 1 2 3"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_odd_texts_are_read_without_a_fault(reader: TextEmotion, text: str, language: str) -> None:
    felt = reader.read(text, language)
    assert felt.label in EMOTIONS
    assert 0.0 <= felt.score <= 1.0


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("I'm SO happy!!", "i'm so happy !!"),
        ("sooooooo good", "sooo good"),
        ("It’s fine.", "it's fine ."),
        ("너무 슬퍼!!!!!", "너무 슬퍼 !!!"),
        ("two metres,please", "two metres , please"),
    ],
)
def test_texts_are_prepared(written: str, read: str) -> None:
    assert prepared(written) == read


def test_features_stay_inside_their_tables() -> None:
    found = features("walk forward 두 걸음, please!")
    assert 0 <= found.words.min() <= found.words.max() < WORD_BUCKETS
    assert 0 <= found.ngrams.min() <= found.ngrams.max() < NGRAM_BUCKETS


def test_capitals_and_marks_do_not_make_neutral_orders_emotional(reader: TextEmotion) -> None:
    for text in ("Walk forward two metres.", "WALK FORWARD TWO METRES", "Turn left, please."):
        assert reader.read(text, "en").label == "neutral"


def test_both_models_are_small() -> None:
    files = [BUILT_IN_DIRECTORY / f"emotion-{language}.npz" for language in ("en", "ko")]
    assert sum(file.stat().st_size for file in files) <= MOST_BYTES


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"emotion-en\.npz.*missing"):
        TextEmotion.load(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"not a model", b"PK\x03\x04 cut"], ids=["empty", "text", "cut"]
)
def test_a_damaged_model_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "emotion-en.npz"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"emotion-en\.npz.*damaged"):
        read_model(file)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": np.int32(1)}, "another version"),
        ({"emotions": np.array(["joy"])}, "another version"),
        ({"weights": np.zeros((3, 7), np.int8)}, "damaged"),
        ({"weights": np.zeros((N_FEATURES, 7), np.float32)}, "damaged"),
        ({"scales": np.zeros(7, np.float32)}, "damaged"),
        ({"cuts": np.zeros(3, np.float32)}, "damaged"),
        ({"net_scales": np.zeros(3, np.float16)}, "damaged"),
    ],
)
def test_a_model_of_another_shape_is_refused(
    tmp_path: Path, change: dict[str, np.ndarray], reason: str
) -> None:
    with np.load(BUILT_IN_DIRECTORY / "emotion-en.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    file = tmp_path / "emotion-en.npz"
    np.savez(file, **(arrays | change))
    with pytest.raises(ModelError, match=reason):
        read_model(file)
