"""The clock's facts are said in the very words that the pocket Llama was taught."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.safety_settings import SafetySettings
from nlu.clock_facts import clock_facts
from nlu.safety.screen import SafetyFilter

TEXT = Path(__file__).parents[1] / "training" / "text"

ENGLISH = [
    (
        "2026-11-25T15:10",
        "ten past three in the afternoon",
        "Wednesday, the twenty fifth of November",
    ),
    ("2026-05-03T00:00", "midnight", "Sunday, the third of May"),
    ("2026-05-03T12:00", "noon", "Sunday, the third of May"),
    ("2026-01-31T09:00", "nine o'clock in the morning", "Saturday, the thirty first of January"),
    ("2026-06-30T23:59", "one minute to midnight", "Tuesday, the thirtieth of June"),
    (
        "2026-06-20T04:29",
        "twenty nine minutes past four at night",
        "Saturday, the twentieth of June",
    ),
    ("2026-06-21T20:45", "a quarter to nine in the evening", "Sunday, the twenty first of June"),
    ("2026-06-12T21:30", "half past nine in the evening", "Friday, the twelfth of June"),
    ("2026-06-12T17:35", "twenty five to six in the evening", "Friday, the twelfth of June"),
]
KOREAN = [
    ("2026-11-25T15:10", "오후 세 시 십 분", "십일월 이십오일", "수요일"),
    ("2026-06-03T00:00", "자정", "유월 삼일", "수요일"),
    ("2026-10-10T12:00", "정오", "시월 십일", "토요일"),
    ("2026-10-31T00:05", "밤 열두 시 오 분", "시월 삼십일일", "토요일"),
    ("2026-01-01T11:30", "오전 열한 시 반", "일월 일일", "목요일"),
    ("2026-12-20T19:00", "저녁 일곱 시", "십이월 이십일", "일요일"),
    ("2026-12-20T05:59", "새벽 다섯 시 오십구 분", "십이월 이십일", "일요일"),
    ("2026-12-20T12:41", "낮 열두 시 사십일 분", "십이월 이십일", "일요일"),
    ("2026-12-20T22:11", "밤 열 시 십일 분", "십이월 이십일", "일요일"),
]


@pytest.mark.parametrize(("moment", "time", "date"), ENGLISH)
def test_english_words(moment: str, time: str, date: str) -> None:
    assert clock_facts(datetime.fromisoformat(moment), "en") == (f"time: {time}", f"date: {date}")


@pytest.mark.parametrize(("moment", "time", "date", "weekday"), KOREAN)
def test_korean_words(moment: str, time: str, date: str, weekday: str) -> None:
    facts = (f"시각: {time}", f"날짜: {date}", f"요일: {weekday}")
    assert clock_facts(datetime.fromisoformat(moment), "ko") == facts


def test_a_language_without_clock_words_has_no_facts() -> None:
    assert clock_facts(datetime(2026, 1, 1), "es") == ()


def taught(language: str, slot: str, column: int = 0) -> set[str]:
    with (TEXT / f"skills_{language}.toml").open("rb") as file:
        return {row[column] for row in tomllib.load(file)["slots"][slot]["rows"]}


def test_every_english_time_and_date_of_a_year_was_taught() -> None:
    past, hours, full_hours = taught("en", "past"), taught("en", "hour"), taught("en", "hour", 1)
    ordinals, months = taught("en", "ordinal"), taught("en", "month")
    weekdays = taught("en", "weekday")
    for step in range(0, 366 * 24 * 60, 61):
        time, date = clock_facts(datetime(2024, 1, 1) + timedelta(minutes=step), "en")
        said = time.removeprefix("time: ")
        parts = {(said[: len(start)], said[len(start) + 1 :]) for start in past}
        assert said in full_hours or any(start in past and end in hours for start, end in parts)
        weekday, day = date.removeprefix("date: ").split(", the ")
        assert weekday in weekdays
        ordinal, month = day.split(" of ")
        assert ordinal in ordinals
        assert month in months


def test_the_korean_dates_and_times_that_were_taught_are_said_alike() -> None:
    """Every word of the clock occurs in what was taught; and the other way round for dates."""
    words = {
        word
        for slot in ("clock", "date", "weekday")
        for row in taught("ko", slot)
        for word in row.split()
    }
    dates = set()
    for day in range(366):
        for hour in range(24):
            moment = datetime(2024, 1, 1) + timedelta(days=day, hours=hour, minutes=day % 60)
            time, date, weekday = (fact.split(": ")[1] for fact in clock_facts(moment, "ko"))
            dates.add(date)
            assert set(time.split()) <= words, time
            assert weekday in words
    assert taught("ko", "date") <= dates


def test_no_time_of_the_day_sounds_like_an_insult() -> None:
    """Korean minutes after the hour, put together, can spell a swear word."""
    screen = SafetyFilter.load(SafetySettings())
    midnight = datetime(2026, 5, 3)
    for minute in range(24 * 60):
        time_line, *_ = clock_facts(midnight + timedelta(minutes=minute), "ko")
        reply = f"지금은 {time_line.removeprefix('시각: ')}이에요."
        assert screen.screen(reply, "ko").action == "pass", reply
