"""Numbers that belong to a person: phones, cards, resident numbers, accounts, network addresses."""

import re
from collections.abc import Callable, Iterator
from typing import Literal

NumberKind = Literal["phone", "card", "resident_number", "account", "ip_address"]

_GAP = r"[ .\-]?"
_BEFORE, _AFTER = r"(?<![\d.,\-+])", r"(?![\d]|[.,\-]\d)"
_CARD = re.compile(rf"(?<![\d.,])\d(?:{_GAP}\d){{11,18}}(?!\d)")
_RESIDENT = re.compile(
    r"(?<!\d)(\d{2})(\d{2})(\d{2})\s?[-~ ]\s?([0-9])(\d{6})(?!\d)|(?<!\d)\d{13}(?!\d)"
)
_SSN = re.compile(r"(?<![\d\-])(?!000|666|9\d\d)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}(?![\d\-])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])")
_IP4 = re.compile(
    r"(?<![\d.])(?<!(?i:version) )(?<!버전 )(?<!\bv)(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)"
)
_IP6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){4,7}(?::?[0-9A-Fa-f]{1,4})(?![\w:])")
_MAC = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:])")
_KOREAN_ACCOUNT = re.compile(
    r"(?:계좌|은행|입금|송금|account)[^\d\n]{0,16}"
    r"(\d{2,6}[- ]\d{2,6}[- ]\d{2,8}(?:[- ]\d{1,4})?|\d{10,14})(?!\d)"
)
_SAID_TO_BE_A_PHONE = re.compile(
    r"(?:phone|mobile|cell|call|text|ring|tel|fax|dial|number is|reach \w+ at"
    r"|전화|휴대폰|핸드폰|번호|연락처"
    r"|teléfono|móvil|téléphone|portable|telefon|handy|nummer)"
    r"[^\d+\n]{0,24}(\+?\(?\d[\d ()./\-]{6,18}\d)(?!\d)",
    re.IGNORECASE,
)
_PHONES = (
    re.compile(
        rf"{_BEFORE}\(?0(?:1[016789]|2|[3-6][1-5]|50\d?|70)\)?{_GAP}\d{{3,4}}{_GAP}\d{{4}}{_AFTER}"
    ),
    re.compile(
        r"(?<![\d.,\-+])0(?:1[016789]|2|[3-6][1-5]|70)\)?\s?[-. ]\s?\d{3,4}\s?[-. ]\s?\d{4}(?!\d)"
    ),
    re.compile(rf"(?<![\d.,])(?:\+?1{_GAP})?\(\d{{3}}\)\s?\d{{3}}[ .\-]?\d{{4}}(?!\d)"),
    re.compile(
        r"(?<![\d.,\-+])(?:1[-. ])?\d{3}[-. ]\d{3}[-. ]\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?!\d)"
    ),
    re.compile(r"(?<!\d)(?:\+|00)[1-9]\d{0,2}[ .\-]?(?:\(?\d{1,4}\)?[ .\-]?){2,5}\d{2,4}(?!\d)"),
    re.compile(r"(?<![\d.,\-+])0\d{1,4}[ \-/]\d{2,4}[ \-]\d{2,4}(?:[ \-]\d{2,4}){0,3}(?![\d\-])"),
    re.compile(r"(?<![\d.,\-+])(?:0[1-9](?:[ .\-]\d{2}){4})(?!\d)"),
    re.compile(r"(?<![\d.,\-+])[679]\d{2} \d{3} \d{3}(?![\d ])"),
    re.compile(r"(?<![\d.,\-+])\(\d{2,3}\) \d{3,4}[ \-]\d{3,4}(?!\d)"),
)


def find(text: str) -> Iterator[tuple[NumberKind, int, int]]:
    """Kind, start and end of each; what is found first goes before what is found later."""
    taken: list[tuple[int, int]] = []
    for kind, expression, is_right in _KINDS:
        for match in expression.finditer(text):
            group = 1 if expression.groups == 1 and match[1] else 0
            start, end = match.span(group)
            if is_right(match[group]) and not any(start < e and s < end for s, e in taken):
                taken.append((start, end))
                yield kind, start, end


def _digits(text: str) -> list[int]:
    return [int(sign) for sign in text if sign.isdigit()]


def is_card(text: str) -> bool:
    """Whether the digits keep Luhn's rule (ISO/IEC 7812) and begin like a card's."""
    digits = _digits(text)
    if not 12 <= len(digits) <= 19 or digits[0] not in (2, 3, 4, 5, 6) or len(set(digits)) < 2:
        return False
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_resident_number(text: str) -> bool:
    """Whether it is a Korean resident number: a date, a century and sex, and the check digit.

    Numbers given since October 2020 have no check digit, so those of people born since then are
    known by the hyphen alone.
    """
    digits = _digits(text)
    month, day, century = digits[2] * 10 + digits[3], digits[4] * 10 + digits[5], digits[6]
    if not (1 <= month <= 12 and 1 <= day <= 31 and century <= 9):
        return False
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    total = sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
    right = (11 - total % 11) % 10 == digits[12]
    return right or (not text.isdigit() and 1 <= century <= 8)


def is_iban(text: str) -> bool:
    """Whether the letters and digits keep the rule of ISO 13616: 97 leaves 1."""
    code = text.replace(" ", "")
    if not 15 <= len(code) <= 34:
        return False
    moved = code[4:] + code[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def is_network_address(text: str) -> bool:
    """Whether it is the address of one machine: not a version, not this machine."""
    parts = _digits_of_parts(text)
    return all(part <= 255 for part in parts) and parts[0] not in (0, 127) and len(set(parts)) > 1


def _digits_of_parts(text: str) -> list[int]:
    return [int(part) for part in text.split(".")]


def is_phone(text: str) -> bool:
    """Whether there are as many digits as phones have, and no date."""
    digits = _digits(text)
    if re.fullmatch(r"(?:19|20)\d{2}[-. ]\d{1,2}[-. ]\d{1,2}", text.strip()):
        return False
    return 7 <= len(digits) <= 15 and len(set(digits)) > 1


def _any(text: str) -> bool:
    return True


_KINDS: tuple[tuple[NumberKind, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("account", _IBAN, is_iban),
    ("card", _CARD, is_card),
    ("resident_number", _RESIDENT, is_resident_number),
    ("account", _KOREAN_ACCOUNT, _any),
    ("ip_address", _IP4, is_network_address),
    ("ip_address", _IP6, _any),
    ("ip_address", _MAC, _any),
    ("resident_number", _SSN, _any),
    *(("phone", expression, is_phone) for expression in _PHONES),
    ("phone", _SAID_TO_BE_A_PHONE, is_phone),
)
