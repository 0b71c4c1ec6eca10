"""Short sentences said to the robot, with the emotion that their words sound like.

The models were trained without them: training/emotion/rows.py.
"""

import tomllib
from pathlib import Path

import pytest

from nlu.emotion.text_emotion import EMOTIONS, TextEmotion

LEAST_RIGHT = 0.9
KNOWN_MISREAD = {"내가 하는 말을 저장하니"}
"""Neutral, but read as anger; the table keeps them, so that bench.emotion counts them."""

with Path(__file__).with_name("emotion_sentences.toml").open("rb") as _file:
    SENTENCES: dict[str, dict[str, list[str]]] = tomllib.load(_file)


@pytest.fixture(scope="module")
def reader() -> TextEmotion:
    return TextEmotion.load()


@pytest.mark.parametrize(("language", "sentences"), SENTENCES.items())
def test_short_sentences_are_read_as_they_sound(
    reader: TextEmotion, language: str, sentences: dict[str, list[str]]
) -> None:
    wrong = [
        (sentence, emotion, felt)
        for emotion, of_emotion in sentences.items()
        for sentence in of_emotion
        if (felt := reader.read(sentence, language)).label != emotion
    ]
    n_all = sum(map(len, sentences.values()))
    assert set(sentences) == set(EMOTIONS)
    assert len(wrong) <= (1 - LEAST_RIGHT) * n_all, wrong


@pytest.mark.parametrize(("language", "sentences"), SENTENCES.items())
def test_orders_and_plain_facts_are_neutral(
    reader: TextEmotion, language: str, sentences: dict[str, list[str]]
) -> None:
    for sentence in set(sentences["neutral"]) - KNOWN_MISREAD:
        assert reader.read(sentence, language).label == "neutral", sentence


@pytest.mark.parametrize(
    ("language", "sentence", "emotion"),
    [
        ("en", "I am so happy today", "joy"),
        ("en", "walk forward two metres", "neutral"),
        ("ko", "나 오늘 너무 슬퍼", "sadness"),
        ("ko", "무서워", "fear"),
        ("ko", "깜짝이야", "surprise"),
        ("en", "what can you do", "neutral"),
        ("en", "are you a person", "neutral"),
        ("en", "you are too quiet", "neutral"),
        ("en", "speak more slowly", "neutral"),
        ("ko", "목소리가 너무 조용해", "neutral"),
        ("ko", "더 짧게 말해 줘", "neutral"),
    ],
)
def test_what_must_never_be_wrong(
    reader: TextEmotion, language: str, sentence: str, emotion: str
) -> None:
    felt = reader.read(sentence, language)
    assert felt.label == emotion
    assert felt.score >= 0.5
