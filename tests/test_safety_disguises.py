"""Disguised words are found; cases are named by category and disguise, the words never shown."""

import unicodedata
from collections.abc import Callable

import pytest

from nlu.safety.hangul import compose_jamo, typed_in_latin, without_lengthening
from nlu.safety.normalise import fold
from tests.safety_terms import allowed, term


def spread(separator: str) -> Callable[[str], str]:
    return separator.join


LATIN_DISGUISES: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "full width": lambda word: "".join(chr(ord(letter) + 0xFEE0) for letter in word),
    "bold": lambda word: "".join(chr(0x1D41A + ord(letter) - ord("a")) for letter in word),
    "zero width": spread("\u200b"),
    "soft hyphen": spread("\u00ad"),
    "word joiner": spread("\u2060"),
    "spaces": spread(" "),
    "dots": spread("."),
    "dashes": spread("-"),
    "stars between": spread("*"),
    "combining strokes": spread("\u0336"),
    "hundred marks": lambda word: word + "\u0301" * 100,
    "cyrillic": lambda word: word.translate(str.maketrans("aceopxyi", "асеорхуі")),
    "leet": lambda word: word.translate(str.maketrans("aeiost", "@310$7")),
    "repeats": lambda word: "".join(letter * 4 for letter in word),
    "drawled end": lambda word: word + word[-1] * 5,
    "masked": lambda word: word[0] + "*" * (len(word) - 2) + word[-1],
    "punctuation": lambda word: f'("{word}!!!")',
    "right to left": lambda word: f"\u202e{word}\u202c",
}


@pytest.mark.parametrize("disguise", LATIN_DISGUISES)
@pytest.mark.parametrize(("category", "number"), [("hate", 0), ("insult", 0), ("insult", 10)])
def test_disguised_english_is_found(disguise: str, category: str, number: int) -> None:
    word = LATIN_DISGUISES[disguise](term("en", category, number))
    assert not allowed(f"well {word} then", "en")


_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"


def as_jamo(text: str) -> str:
    letters = []
    for syllable in text:
        rest, final = divmod(ord(syllable) - 0xAC00, 28)
        initial, vowel = divmod(rest, 21)
        letters.append((_INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]).strip())
    return "".join(letters)


def drawled(text: str) -> str:
    """The vowel of each open syllable said three times."""
    said = ""
    for syllable in text:
        rest, final = divmod(ord(syllable) - 0xAC00, 28)
        said += syllable if final else syllable + chr(0xAC00 + (11 * 21 + rest % 21) * 28) * 2
    return said


KOREAN_DISGUISES: dict[str, Callable[[str], str]] = {
    "decomposed": lambda word: unicodedata.normalize("NFD", word),
    "single jamo": as_jamo,
    "zero width": spread("\u200b"),
    "spaces": spread(" "),
    "dots": spread("."),
    "at signs": spread("@"),
    "digits": spread("1"),
    "emoji": spread("😀"),
    "drawled": drawled,
    "repeated": lambda word: "".join(syllable * 3 for syllable in word),
    "particle": lambda word: f"{word}이라고",
    "quoted": lambda word: f"'{word}'!!",
}


@pytest.mark.parametrize("disguise", KOREAN_DISGUISES)
@pytest.mark.parametrize(("category", "number"), [("insult", 0), ("hate", 0), ("hate", 4)])
def test_disguised_korean_is_found(disguise: str, category: str, number: int) -> None:
    word = KOREAN_DISGUISES[disguise](term("ko", category, number))
    assert not allowed(f"아 {word} 정말", "ko")


@pytest.mark.parametrize(
    ("jamo", "composed"),
    [
        ("ㅅㅏㄹㅏㅇ", "사랑"),
        ("ㄱㅏㄱㅏ", "가가"),
        ("ㄷㅏㄹㄱ", "달ㄱ"),
        ("ㅋㅋㅋ", "ㅋㅋㅋ"),
        ("ㅠㅠ", "ㅠㅠ"),
        ("ㄴ1ㅁ", "님"),
        ("안ㄴㅕㅇ", "안녕"),
        ("abc 가", "abc 가"),
    ],
)
def test_single_jamo_are_put_together(jamo: str, composed: str) -> None:
    assert compose_jamo(jamo) == composed


@pytest.mark.parametrize(
    ("long", "short"),
    [("너어무", "너무"), ("바아아알", "발"), ("아이", "아이"), ("강아지", "강아지")],
)
def test_drawled_vowels_are_shortened(long: str, short: str) -> None:
    assert without_lengthening(long) == short


def test_folding_keeps_korean_and_plain_letters() -> None:
    assert fold("Ｈｅｌｌｏ 안녕 ÀÉ\u200b ß") == "hello 안녕 ae ss"


KEYS = dict(
    zip(
        "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎㅏㅐㅑㅕㅓㅔㅗㅛㅜㅠㅡㅣ",
        "rsefaqtdwczxvgkoiujphynbml",
        strict=True,
    )
) | {"ㅘ": "hk", "ㅟ": "nl", "ㅆ": "tt", "ㄲ": "rr"}


def typed(text: str) -> str:
    """As it comes out of a keyboard that is set to Latin letters."""
    return "".join(KEYS.get(jamo, jamo) for jamo in as_jamo(text))


@pytest.mark.parametrize(("category", "number"), [("insult", 0), ("insult", 38), ("insult", 42)])
def test_korean_typed_in_latin_letters_is_found(category: str, number: int) -> None:
    assert not allowed(f"well {typed(term('ko', category, number))} then", "en")


@pytest.mark.parametrize(
    ("word", "korean"),
    [
        ("dkssud", "안녕"),
        ("gksrmf", "한글"),
        ("hello", ""),
        ("you", ""),
        ("keyboard", ""),
        ("dog", ""),
    ],
)
def test_the_keyboard_is_read_both_ways(word: str, korean: str) -> None:
    assert typed_in_latin(word) == korean


@pytest.mark.parametrize("look", ["人", "∧"])
def test_signs_that_look_like_jamo_are_read_as_such(look: str) -> None:
    assert compose_jamo(f"{look}ㅏㄹㅏㅇ") == "사랑"
