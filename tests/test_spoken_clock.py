"""The time and the date in words."""

from datetime import datetime

import pytest

from nlu.spoken_clock import spoken_date, spoken_time


@pytest.mark.parametrize(
    ("language", "moment", "time", "date"),
    [
        ("en", "2026-11-26T15:10", "ten past three in the afternoon", "Thursday, the twenty sixth"),
        ("ko", "2026-06-03T15:10", "오후 세 시 십 분", "유월 삼일 수요일"),
        ("es", "2026-11-26T15:10", "son las 15 y 10", "jueves, 26 de noviembre"),
        ("es", "2026-01-01T01:00", "es la 1 en punto", "jueves, 1 de enero"),
        ("fr", "2026-11-26T15:10", "15 heures 10", "jeudi 26 novembre"),
        ("fr", "2026-01-01T01:00", "1 heure", "jeudi premier janvier"),
        ("de", "2026-11-26T15:10", "15 Uhr 10", "Donnerstag, der 26. November"),
        ("de", "2026-01-01T00:00", "0 Uhr", "Donnerstag, der 1. Januar"),
        ("sw", "2026-11-26T12:00", "noon", "Thursday, the twenty sixth of November"),
    ],
)
def test_in_words(language: str, moment: str, time: str, date: str) -> None:
    now = datetime.fromisoformat(moment)
    assert spoken_time(now, language) == time
    assert spoken_date(now, language).startswith(date)
