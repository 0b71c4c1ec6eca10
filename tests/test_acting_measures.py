import math

import pytest

from config.body_phrases import load_body_phrases
from robot.acting.sentences import fitted
from robot.acting.spoken_measures import SpokenMeasures

PHRASES = load_body_phrases()


@pytest.mark.parametrize(
    ("metres", "english", "korean"),
    [
        (0.03, "three centimetres", "삼 센티미터"),
        (0.01, "one centimetre", "일 센티미터"),
        (0.1, "ten centimetres", "십 센티미터"),
        (0.294, "thirty centimetres", "삼십 센티미터"),
        (0.48, "forty eight centimetres", "사십팔 센티미터"),
        (0.993, "one metre", "일 미터"),
        (1.03, "one point zero five metres", "일 점 영 오 미터"),
        (1.21, "one point two metres", "일 점 이 미터"),
        (1.46, "one point four five metres", "일 점 사 오 미터"),
        (1.52, "one and a half metres", "일 미터 반"),
        (1.83, "one point eight metres", "일 점 팔 미터"),
        (1.97, "two metres", "이 미터"),
        (2.49, "two and a half metres", "이 미터 반"),
        (4.95, "five metres", "오 미터"),
        (123.0, "one hundred and twenty three metres", "백이십삼 미터"),
        (5_000.0, "5000 metres", "5000 미터"),
        (math.nan, "zero centimetres", "영 센티미터"),
    ],
)
def test_distances_are_said_as_a_person_would(metres: float, english: str, korean: str) -> None:
    assert SpokenMeasures(PHRASES.book("en")).distance(metres) == english
    assert SpokenMeasures(PHRASES.book("ko")).distance(metres) == korean


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (0.15, "fifteen centimetres"),
        (0.51, "fifty one centimetres"),
        (1.25, "one point two five metres"),
        (2.01, "two point zero one metres"),
        (3.0, "three metres"),
    ],
)
def test_distances_that_were_asked_for_keep_their_numbers(metres: float, words: str) -> None:
    assert SpokenMeasures(PHRASES.book("en")).distance(metres, exact=True) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["one degree", "ninety degrees", "one hundred percent", "one second", "once"]),
        ("ko", ["일 도", "구십 도", "백 퍼센트", "일 초", "한 번"]),
        ("es", ["un grado", "noventa grados", "cien por ciento", "un segundo", "una vez"]),
        (
            "fr",
            ["un degré", "quatre-vingt-dix degrés", "cent pour cent", "une seconde", "une fois"],
        ),
        ("de", ["einen Grad", "neunzig Grad", "hundert Prozent", "eine Sekunde", "einmal"]),
    ],
)
def test_measures_in_every_language(language: str, words: list[str]) -> None:
    measures = SpokenMeasures(PHRASES.book(language))
    said = [measures.angle(math.radians(1)), measures.angle(1.56), measures.percent(100)]
    assert [*said, measures.time(1.2), measures.times(1)] == words


def test_decimals_and_halves_of_the_other_languages() -> None:
    said = [
        [SpokenMeasures(PHRASES.book(language)).distance(metres) for metres in (1.85, 2.5)]
        for language in ("es", "fr", "de")
    ]
    assert said == [
        ["uno coma ochenta y cinco metros", "dos metros y medio"],
        ["un virgule quatre-vingt-cinq mètre", "deux mètres et demi"],
        ["eins Komma acht fünf Meter", "zweieinhalb Meter"],
    ]


@pytest.mark.parametrize(
    ("count", "korean", "english"),
    [
        (1, "한 번", "once"),
        (2, "두 번", "twice"),
        (3, "세 번", "three times"),
        (10, "열 번", "ten times"),
        (20, "스무 번", "twenty times"),
        (21, "스물한 번", "twenty one times"),
    ],
)
def test_times(count: int, korean: str, english: str) -> None:
    assert SpokenMeasures(PHRASES.book("ko")).times(count) == korean
    assert SpokenMeasures(PHRASES.book("en")).times(count) == english


def test_korean_endings_fit_the_syllable_before() -> None:
    text = "왼쪽<이요> 미터<이요> 불<으로> 빨간색<으로> 위<으로> 물<을> 나무<을> 책<이> 너<은>"
    assert fitted(text) == "왼쪽이요 미터요 불로 빨간색으로 위로 물을 나무를 책이 너는"
