"""How alike words sound: a rough spelling by sound, and a distance between two of them.

Small and cheap rather than right: it knows no language, only what letters of Latin scripts mostly
stand for, and the sounds of Hangul. Words that a recogniser takes for each other come out near.
"""

import re
import unicodedata
from functools import lru_cache

from nlu.commands.units import fold

VOWEL_LOST = 0.5
"""What it costs to add or leave out a vowel; of a consonant it is 1."""
_NEAR, _NEAR_VOWELS, _ANY_VOWELS = 0.5, 0.3, 0.5
_SILENT = 1.0

_SPELLINGS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(?<=\w\w[^aeiou])e$", ""),
        ("ck|q", "k"),
        ("sch|sh", "s"),
        ("tch|ch", "q"),
        ("ph", "f"),
        ("th", "t"),
        ("gh(?=t)|gh$", ""),
        ("c(?=[eiy])", "s"),
        ("c", "k"),
        ("z", "s"),
        ("x", "ks"),
        ("w", "v"),
        ("h", ""),
        ("ee|ea|ie|ey|y", "i"),
        ("oo|ou", "u"),
        ("au|aw|oa", "o"),
        ("ai|ay|ei", "e"),
    )
]
_TWICE = re.compile(r"(.)\1+")
_LATIN_VOWELS = frozenset("aeiou")
_HANGUL_VOWELS = frozenset("ㅏㅑㅓㅕㅗㅛㅜㅠㅡㅣㅔㅖㅘㅝㅟㅢㅞ")
_VOWELS = _LATIN_VOWELS | _HANGUL_VOWELS
_NEAR_LATIN = ("bp", "dt", "gk", "vf", "mn", "lr", "sq", "jq", "jg", "ts", "vb", "kq", "tq", "ji")
_NEAR_HANGUL = (
    *(
        "ㄱㅋ",
        "ㄷㅌ",
        "ㅂㅍ",
        "ㅈㅊ",
        "ㅅㅈ",
        "ㅅㄷ",
        "ㄴㅁ",
        "ㄹㄴ",
        "ㅁㅂ",
        "ㅇㄴ",
        "ㅇㅁ",
        "ㄷㄹ",
    ),
    *("ㅎㅋ", "ㅅㅌ", "ㄷㅈ"),
)
_NEAR_HANGUL_VOWELS = (
    *(
        "ㅏㅑ",
        "ㅓㅕ",
        "ㅗㅛ",
        "ㅜㅠ",
        "ㅔㅖ",
        "ㅑㅕ",
        "ㅗㅓ",
        "ㅗㅜ",
        "ㅓㅡ",
        "ㅡㅜ",
        "ㅏㅓ",
        "ㅣㅟ",
        "ㅣㅢ",
    ),
    *("ㅏㅘ", "ㅓㅝ", "ㅔㅞ", "ㅡㅢ", "ㅡㅣ", "ㅔㅣ"),
)
_INITIALS = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅ-ㅈㅈㅊㅋㅌㅍㅎ"
"""Tense consonants as plain ones; the silent one is left out."""
_MEDIALS = "ㅏㅔㅑㅖㅓㅔㅕㅖㅗㅘㅞㅞㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
"""ㅐ as ㅔ, ㅒ as ㅖ, ㅙ and ㅚ as ㅞ: nobody hears the difference any more."""
_FINALS = (
    "-", "ㄱ", "ㄱ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ",
    "ㄹㅍ", "ㄹ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅅ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
)  # fmt: skip
_FIRST, _LAST, _N_FINALS, _PER_INITIAL = 0xAC00, 0xD7A3, 28, 588


@lru_cache(maxsize=8_192)
def sounds(word: str) -> str:
    """One letter for each sound of `word`; nothing for signs. Several words run together."""
    return "".join(map(_sounds_of, re.findall(r"[^\W_]+", fold(word.replace("'", "")))))


def apart(one: str, other: str) -> float:
    """How far two strings of sounds are apart: about the number of wrong consonants."""
    last = [0.0]
    for sound in other:
        last.append(last[-1] + lost(sound))
    for sound in one:
        row = [last[0] + lost(sound)]
        for column, wanted in enumerate(other, start=1):
            row.append(
                min(
                    last[column] + lost(sound),
                    row[-1] + lost(wanted),
                    last[column - 1] + unlike(sound, wanted),
                )
            )
        last = row
    return last[-1]


def lost(sound: str) -> float:
    """What it costs to add or leave out a sound."""
    return VOWEL_LOST if sound in _VOWELS else _SILENT


@lru_cache(maxsize=4_096)
def unlike(one: str, other: str) -> float:
    """How unlike two single sounds are, 0 to 1."""
    if one == other:
        return 0.0
    pairs = (one + other, other + one)
    if any(pair in _NEAR_HANGUL_VOWELS for pair in pairs):
        return _NEAR_VOWELS
    if any(pair in _NEAR_LATIN or pair in _NEAR_HANGUL for pair in pairs):
        return _NEAR
    alike = any(one in vowels and other in vowels for vowels in (_LATIN_VOWELS, _HANGUL_VOWELS))
    return _ANY_VOWELS if alike else 1.0


def _sounds_of(word: str) -> str:
    """Of one word in lower case without accents."""
    spelled = "".join(map(_of_syllable, unicodedata.normalize("NFC", word)))
    if any("ㄱ" <= letter <= "ㅣ" for letter in spelled):
        return _TWICE.sub(r"\1", spelled)
    for pattern, sound in _SPELLINGS:
        spelled = pattern.sub(sound, spelled)
    return _TWICE.sub(r"\1", spelled)


def _of_syllable(letter: str) -> str:
    code = ord(letter)
    if not _FIRST <= code <= _LAST:
        return letter
    index = code - _FIRST
    initial, vowel = index // _PER_INITIAL, index % _PER_INITIAL // _N_FINALS
    jamo = _INITIALS[initial] + _MEDIALS[vowel] + _FINALS[index % _N_FINALS]
    return jamo.replace("-", "")
