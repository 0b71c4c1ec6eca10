"""The linear safety classifiers: the shipped models on mild sentences, and bad files."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from config.errors import ModelError
from nlu.safety.categories import CATEGORIES
from nlu.safety.classifier import LANGUAGES, MODELS, Classifier, features, views

WORKING_POINT = 0.5


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


def worst(classifier: Classifier, text: str, language: str) -> float:
    return max(classifier.scores(text, language).values(), default=0.0)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("너는 진짜 멍청하고 한심한 놈이야", "ko"),
        ("이 멍청한 쓰레기들아", "ko"),
        ("all immigrants are stupid and should be banned", "en"),
        ("I hate immigrants, they are all disgusting", "en"),
        ("you are a stupid, disgusting bitch", "en"),
    ],
)
def test_what_hurts_scores_above_the_working_point(
    classifier: Classifier, text: str, language: str
) -> None:
    assert worst(classifier, text, language) >= WORKING_POINT


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("안녕하세요! 무엇을 도와드릴까요?", "ko"),
        ("오늘은 비가 오니까 우산을 챙기세요.", "ko"),
        ("저는 무슬림이에요.", "ko"),
        ("우리 동네에는 중국인과 베트남인이 많이 살아요.", "ko"),
        ("장애인을 차별하면 안 돼요.", "ko"),
        ("게이 친구가 결혼해서 축하해 줬어요.", "ko"),
        ("강아지 새끼가 정말 귀여워요.", "ko"),
        ("Hello! What would you like to talk about?", "en"),
        ("My best friend is a Muslim woman.", "en"),
        ("I love immigrants.", "en"),
        ("I hate this printer.", "en"),
        ("How do I kill a Python process?", "en"),
        ("I'm sorry, but I cannot help with that request.", "en"),
    ],
)
def test_harmless_sentences_score_below(classifier: Classifier, text: str, language: str) -> None:
    assert worst(classifier, text, language) < WORKING_POINT


def test_scores_are_probabilities_of_known_categories(classifier: Classifier) -> None:
    scores = classifier.scores("women are stupid", "en")
    assert scores
    assert set(scores) <= set(CATEGORIES)
    assert all(0 <= score <= 1 for score in scores.values())


@pytest.mark.parametrize("text", ["", "  ", "...", "🙂", "!!!"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_without_words_has_no_scores(classifier: Classifier, text: str, language: str) -> None:
    assert worst(classifier, text, language) < WORKING_POINT


def test_a_language_without_a_model_gives_nothing(classifier: Classifier) -> None:
    assert classifier.scores("Das ist ein Satz.", "de") == {}


@pytest.mark.parametrize(
    ("text", "as_language", "same_as"),
    [("저는 학생이에요", "de", "ko"), ("women are stupid", "ko", "en")],
)
def test_the_script_decides_which_model_reads(
    classifier: Classifier, text: str, as_language: str, same_as: str
) -> None:
    assert classifier.scores(text, as_language) == classifier.scores(text, same_as)


@pytest.mark.parametrize(
    ("disguised", "plain", "language"),
    [
        ("멍\u200b청\u200b한 놈", "멍청한 놈", "ko"),
        ("ㅁㅓㅇㅊㅓㅇ한 놈", "멍청한 놈", "ko"),
        ("wоmen are stuрid", "women are stupid", "en"),  # Cyrillic letters
        ("ｗｏｍｅｎ are stupid", "women are stupid", "en"),
    ],
)
def test_disguises_are_undone_before_reading(disguised: str, plain: str, language: str) -> None:
    assert set(views(plain, language)) & set(views(disguised, language))


def test_features_lie_in_the_table() -> None:
    for language in LANGUAGES:
        assert features("abc 가나다", language).max() < 1 << 18


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for language in LANGUAGES:
        shutil.copy(MODELS / f"safety-{language}.npz", tmp_path)
    return tmp_path


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "safety-en.npz").unlink()
    with pytest.raises(ModelError, match=r"safety-en\.npz.*not there"):
        Classifier.load(folder)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a model", b"\x93NUMPY", b"text"])
def test_a_damaged_file_is_named(folder: Path, content: bytes) -> None:
    (folder / "safety-ko.npz").write_bytes(content)
    with pytest.raises(ModelError, match=r"safety-ko\.npz.*damaged"):
        Classifier.load(folder)


def test_a_file_cut_short_is_named(folder: Path) -> None:
    file = folder / "safety-ko.npz"
    file.write_bytes(file.read_bytes()[:50_000])
    with pytest.raises(ModelError, match=r"safety-ko\.npz.*damaged"):
        Classifier.load(folder)


@pytest.mark.parametrize(
    ("changed", "value", "message"),
    [
        ("format", np.int64(99), "another version"),
        ("weights", np.zeros((4, 4), np.int8), "does not fit"),
        ("scales", np.zeros(2, np.float32), "does not fit"),
        ("categories", np.array(["unheard of"]), "does not fit"),
    ],
)
def test_a_file_of_another_kind_is_named(
    folder: Path, changed: str, value: np.ndarray, message: str
) -> None:
    file = folder / "safety-ko.npz"
    with np.load(file) as arrays:
        content = {name: arrays[name] for name in arrays.files}
    np.savez(file, **(content | {changed: value}))
    with pytest.raises(ModelError, match=message):
        Classifier.load(folder)


def test_all_models_are_small() -> None:
    sizes = [(MODELS / f"safety-{language}.npz").stat().st_size for language in LANGUAGES]
    assert sum(sizes) < 4_000_000
