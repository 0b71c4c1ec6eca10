"""Which of the seven emotions each label of the data sets stands for."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlu.emotion.text_emotion import EMOTIONS

GO_EMOTIONS: Mapping[str, tuple[str, ...]] = {
    "neutral": ("neutral",),
    "joy": (
        *("admiration", "amusement", "approval", "caring", "desire", "excitement"),
        *("gratitude", "joy", "love", "optimism", "pride", "relief"),
    ),
    "sadness": ("disappointment", "embarrassment", "grief", "remorse", "sadness"),
    "anger": ("anger", "annoyance", "disapproval"),
    "fear": ("fear", "nervousness"),
    "surprise": ("confusion", "curiosity", "realization", "surprise"),
    "disgust": ("disgust",),
}
"""The Ekman grouping that Demszky et al. published with GoEmotions (ekman_mapping.json)."""

KOTE: Mapping[str, tuple[str, ...]] = {
    "neutral": ("없음", "비장함"),
    "joy": (
        *("환영/호의", "감동/감탄", "고마움", "존경", "기대감", "뿌듯함", "편안/쾌적"),
        *("아껴주는", "즐거움/신남", "흐뭇함(귀여움/예쁨)", "행복", "기쁨", "안심/신뢰"),
    ),
    "sadness": (
        *("슬픔", "안타까움/실망", "절망", "패배/자기혐오", "힘듦/지침", "죄책감"),
        *("서러움", "불쌍함/연민", "부끄러움"),
    ),
    "anger": (
        *("불평/불만", "지긋지긋", "화남/분노", "우쭐댐/무시함", "의심/불신", "한심함"),
        *("짜증", "어이없음", "귀찮음", "재미없음"),
    ),
    "fear": ("공포/무서움", "불안/걱정", "부담/안_내킴"),
    "surprise": ("신기함/관심", "깨달음", "당황/난처", "경악", "놀람"),
    "disgust": ("역겨움/징그러움", "증오/혐오"),
}
"""Ours, in the spirit of the former: disapproval and weariness of things go with anger, interest
and confusion with surprise, shame and guilt with sadness. Grim resolve (비장함) has no place among
the seven."""


CLEAR: Mapping[str, float] = {"en": 0.99, "ko": 0.5}
"""A row whose largest share is above this has one clear emotion. People gave GoEmotions one or two
labels a sentence, KOTE eight on average."""


def go_emotions_target(labels: Sequence[str]) -> NDArray[np.float64]:
    """How much of each emotion a row has, shape (emotions,), sum 1."""
    return _shares(_counts(labels, GO_EMOTIONS))


def kote_target(labels: Sequence[str]) -> NDArray[np.float64]:
    """The same for KOTE.

    The count of an emotion's labels is divided by the root of how many it has, so that an emotion
    with many names does not win by that alone.
    """
    names = np.array([len(KOTE[emotion]) for emotion in EMOTIONS])
    return _shares(_counts(labels, KOTE) / np.sqrt(names))


def _counts(labels: Sequence[str], groups: Mapping[str, tuple[str, ...]]) -> NDArray[np.float64]:
    return np.array(
        [sum(label in groups[emotion] for label in labels) for emotion in EMOTIONS], np.float64
    )


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    total = counts.sum()
    if not total:
        raise ValueError("a row has none of the known labels")
    shares: NDArray[np.float64] = counts / total
    return shares
