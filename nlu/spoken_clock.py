"""Time and date in words, as people say them; in English and Korean without any figures.

In Spanish, French and German the numbers stay figures, which the voices read.
"""

from datetime import datetime

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_SHORT_MINUTES = {5: "five", 10: "ten", 15: "a quarter", 20: "twenty", 25: "twenty five"}
"""Minutes that are said without the word."""

_SINO = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_NATIVE_HOURS = (
    "열두",
    "한",
    "두",
    "세",
    "네",
    "다섯",
    "여섯",
    "일곱",
    "여덟",
    "아홉",
    "열",
    "열한",
)
_KOREAN_WEEKDAYS = ("월", "화", "수", "목", "금", "토", "일")
_KOREAN_MONTHS = {6: "유월", 10: "시월"}
"""The two whose sound differs from that of their number."""

_WORDS = {
    "es": (
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        (
            *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"),
            *("septiembre", "octubre", "noviembre", "diciembre"),
        ),
    ),
    "fr": (
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        (
            *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
            *("septembre", "octobre", "novembre", "décembre"),
        ),
    ),
    "de": (
        ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        (
            *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August"),
            *("September", "Oktober", "November", "Dezember"),
        ),
    ),
}
"""Weekdays and months."""


def local_now() -> datetime:
    """The time of this place."""
    return datetime.now().astimezone()


def spoken_time(now: datetime, language: str) -> str:
    """The time of day, to the minute; in English for a language without words here."""
    hour, minute = now.hour, now.minute
    match language:
        case "ko":
            return _korean_time(hour, minute)
        case "es":
            before = "es la" if hour == 1 else "son las"
            return f"{before} {hour} {f'y {minute}' if minute else 'en punto'}"
        case "fr":
            hours = f"{hour} heure{'s' if hour > 1 else ''}"
            return f"{hours} {minute}" if minute else hours
        case "de":
            return f"{hour} Uhr {minute}" if minute else f"{hour} Uhr"
        case _:
            return _english_time(hour, minute)


def spoken_date(now: datetime, language: str) -> str:
    """Weekday, day and month; in English for a language without words here."""
    if language == "ko":
        return f"{korean_date(now)} {korean_weekday(now)}"
    if language not in _WORDS:
        return f"{_WEEKDAYS[now.weekday()]}, the {_ordinal(now.day)} of {_MONTHS[now.month - 1]}"
    weekdays, months = _WORDS[language]
    weekday, month = weekdays[now.weekday()], months[now.month - 1]
    match language:
        case "es":
            return f"{weekday}, {now.day} de {month}"
        case "fr":
            return f"{weekday} {now.day if now.day > 1 else 'premier'} {month}"
        case _:
            return f"{weekday}, der {now.day}. {month}"


def korean_date(now: datetime) -> str:
    """Month and day, such as 유월 삼일."""
    month = _KOREAN_MONTHS.get(now.month, f"{_sino(now.month)}월")
    return f"{month} {_sino(now.day)}일"


def korean_weekday(now: datetime) -> str:
    """Such as 월요일."""
    return f"{_KOREAN_WEEKDAYS[now.weekday()]}요일"


def _english_time(hour: int, minute: int) -> str:
    if minute == 0:
        return _english_hour(hour, " o'clock")
    if minute == 30:
        return f"half past {_english_hour(hour)}"
    if minute < 30:
        return f"{_english_minutes(minute)} past {_english_hour(hour)}"
    return f"{_english_minutes(60 - minute)} to {_english_hour((hour + 1) % 24)}"


def _english_minutes(count: int) -> str:
    if count in _SHORT_MINUTES:
        return _SHORT_MINUTES[count]
    word = _UNITS[count] if count < 20 else f"twenty {_UNITS[count - 20]}"
    return f"{word} minute{'' if count == 1 else 's'}"


def _english_hour(hour: int, clock: str = "") -> str:
    if hour in (0, 12):
        return "noon" if hour else "midnight"
    return f"{_UNITS[hour % 12]}{clock} {_part_of_day(hour)}"


def _part_of_day(hour: int) -> str:
    if 5 <= hour < 12:
        return "in the morning"
    if 12 <= hour < 18:
        return "in the afternoon"
    return "in the evening" if 18 <= hour < 22 else "at night"


def _ordinal(day: int) -> str:
    if day <= 20:
        return _ORDINALS[day - 1]
    if day == 30:
        return "thirtieth"
    return f"{'twenty' if day < 30 else 'thirty'} {_ORDINALS[day % 10 - 1]}"


def _korean_time(hour: int, minute: int) -> str:
    if minute == 0 and hour in (0, 12):
        return "정오" if hour else "자정"
    time = f"{_korean_part_of_day(hour)} {_NATIVE_HOURS[hour % 12]} 시"
    if minute == 0:
        return time
    return f"{time} 반" if minute == 30 else f"{time} {_sino(minute)} 분"


def _korean_part_of_day(hour: int) -> str:
    if hour in (0, 21, 22, 23):
        return "밤"
    if hour < 6:
        return "새벽"
    if hour < 12:
        return "오전"
    if hour == 12:
        return "낮"
    return "오후" if hour < 18 else "저녁"


def _sino(number: int) -> str:
    """A number from 1 to 59 in Sino-Korean words."""
    tens, units = divmod(number, 10)
    before = "" if tens == 0 else f"{_SINO[tens] if tens > 1 else ''}십"
    return before + _SINO[units]
