"""Time and date as the facts of a turn, in the spoken words that the pocket Llama learnt to copy.

The words are those of `training/text/skills_en.toml` and `skills_ko.toml`: "time: ten past three in
the afternoon", "시각: 오후 세 시 십 분". Other languages were not taught any, and get none.
"""

from datetime import datetime

from nlu.spoken_clock import korean_date, korean_weekday, spoken_date, spoken_time


def clock_facts(now: datetime, language: str) -> tuple[str, ...]:
    """The fact lines of a moment in a language, to be written before what a person says."""
    match language:
        case "en":
            return f"time: {spoken_time(now, 'en')}", f"date: {spoken_date(now, 'en')}"
        case "ko":
            return (
                f"시각: {spoken_time(now, 'ko')}",
                f"날짜: {korean_date(now)}",
                f"요일: {korean_weekday(now)}",
            )
        case _:
            return ()
