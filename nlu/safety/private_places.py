"""Where a person can be found: e-mail addresses and street addresses, Korean and Western."""

import re
from collections.abc import Iterator
from typing import Literal

PlaceKind = Literal["email", "address"]

_EMAIL = re.compile(
    r"[A-Za-z0-9][\w.+\-]{0,63}\s?@\s?(?:[A-Za-z0-9\-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_SPOKEN_EMAIL = re.compile(
    r"\b[\w.+\-]{2,40} (?:at|골뱅이|앳) "
    r"(?:gmail|naver|daum|hanmail|kakao|yahoo|hotmail|outlook|icloud|proton\w*"
    r"|지메일|네이버|다음|한메일)"
    r"(?: ?(?:dot|점|닷|\.) ?[a-z가-힣]{2,4}){0,2}",
    re.IGNORECASE,
)
_STREET_KINDS = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|way|terrace|ter|"
    "circle|cir|highway|hwy|parkway|pkwy|square|sq|crescent|close|trail|row|loop|turnpike|alley|"
    "plaza|mews|gardens"
)
_NAME = r"(?:[A-Z][\w'’.\-]*|\d{1,3}(?:st|nd|rd|th)|[NSEW]|(?:de|del|la|le|von|of|the)\b)"
_ENGLISH = re.compile(
    rf"(?<![\w.,$€£])\d{{1,5}}[A-Za-z]?,? (?:{_NAME} ){{1,4}}(?i:{_STREET_KINDS})\b\.?"
    r"(?:,? ?(?:(?i:apt|apartment|suite|unit|floor|flat)\.?|#) ?\w{1,6})?"
    r"(?:,? [A-Z][\w'\-]+(?: [A-Z][\w'\-]+){0,2})?(?:,? [A-Z]{2})?(?:,? \d{5}(?:-\d{4})?)?"
)
_BOX = re.compile(
    r"\b(?i:p\.? ?o\.? box|psc|unit) \d{1,6}(?:,? (?:Box )?\d{1,6})?\s(?:[AF]PO|DPO) A[APE] \d{5}\b"
    r"|\b(?i:p\.? ?o\.? box) \d{1,6}\b"
)
_TOWN_AND_CODE = re.compile(
    r"\b[A-Z][\w'\-]+(?: [A-Z][\w'\-]+){0,2}\s?,\s?[A-Z]{2},?\s\d{5}(?:-\d{4})?\b"
)
_FLAT_NUMBER = re.compile(
    r"(?<![\w.,$€£])\d{1,5} (?:[^\W\d_][\w'’.\-]* ){1,3}(?:\d{1,5},? ){0,2}"
    r"(?:Apt|Suite|Unit|Flat)\.? ?\d{1,5}\b"
)
_NUMBER_LAST = re.compile(
    r"\b[A-ZÄÖÜ][\wäöüß.\-]{2,24}"
    r"(?:straße|strasse|str\.|weg|gasse|allee|platz|ring|damm|ufer|vej|gata|gatan|veien"
    r"|straat|utca) \d{1,4}[a-z]?\b"
    r"|\b(?i:calle|avenida|avda\.?|plaza|paseo|via|viale|corso|piazza|rua|ulica|ul\.) "
    r"(?:[\w'’]{2,16} ){0,3}?[\w'’]{2,16},? ?\d{1,4}\b"
    r"|\b\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|impasse|allée"
    r"|quai|route|cours)"
    r"(?: (?:de|du|des|la|le|les))* "
    r"(?:[\w'’\-]+ ?){1,4}"
)
_KOREAN_ROAD = re.compile(
    r"(?:[가-힣]{1,8}(?:시|도|군|구|읍|면|동)\s?){0,4}[가-힣0-9]{1,12}(?:로|길|대로)\s?\d{1,4}"
    r"(?:번길|길|가길)?(?:\s?\d{1,4})?(?:-\d{1,4})?"
    r"(?!\s?(?:시|분|초|년|월|일|개|명|번째|퍼센트|점|원|킬로|미터|도|호선|주|층|살|배|학년|%|km"
    r"|m\b|\d))(?:\s?,?\s?\d{1,4}동)?(?:\s?\d{1,4}호)?"
)
_KOREAN_LOT = re.compile(
    r"(?:[가-힣]{1,8}(?:시|도|군|구)\s?){1,3}[가-힣]{1,8}(?:동|읍|면|리|가)\s?\d{1,4}(?:-\d{1,4})?\s?번지?"
    r"|[가-힣]{1,8}(?:동|읍|면|리)\s\d{1,4}(?:-\d{1,4})?번지"
)
_KOREAN_FLAT = re.compile(
    r"[가-힣A-Za-z0-9]{2,16}\s?(?:아파트|빌라|오피스텔|맨션|빌딩|타운|자이|래미안|푸르지오|힐스테이트)"
    r"\s?,?\s?\d{1,4}\s?동\s?\d{1,4}\s?호"
)
_KOREAN_SURE = re.compile(r"(?:시|도|군|구|읍|면|동)\s|\d호|\d동|번길|로\s?\d|길\s?\d")


def find(text: str) -> Iterator[tuple[PlaceKind, int, int]]:
    """Kind, start and end of each."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield "email", *match.span()
    for match in _SPOKEN_EMAIL.finditer(text):
        yield "email", *match.span()
    if not any(map(str.isdigit, text)):
        return
    for expression in (
        _ENGLISH,
        _BOX,
        _TOWN_AND_CODE,
        _FLAT_NUMBER,
        _NUMBER_LAST,
        _KOREAN_LOT,
        _KOREAN_FLAT,
    ):
        for match in expression.finditer(text):
            yield "address", *match.span()
    for match in _KOREAN_ROAD.finditer(text):
        if _is_korean_road(match[0]):
            yield "address", *match.span()


def _is_korean_road(found: str) -> bool:
    """A road with a house number and a town, or with a door: "로" ends many other words."""
    has_town = re.search(r"[가-힣](?:시|도|군|구|읍|면)\s", found) is not None
    return has_town or "번길" in found or re.search(r"\d동|\d호", found) is not None
