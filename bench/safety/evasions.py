"""Ways of writing a hurtful sentence so that a filter does not see it.

None of them is what training does to its rows; the look-alike rules of KOTOX are measured on rows
of their own.
"""

import unicodedata
from collections.abc import Callable, Mapping

_ZERO_WIDTH, _SOFT_HYPHEN = "\u200b", "\u00ad"
_FIRST, _N_VOWELS, _N_FINALS = 0xAC00, 21, 28
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_IEUNG = _INITIALS.index("ㅇ")
_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_LOOK_ALIKES = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_FULL_WIDTH = {ordinal: ordinal + 0xFEE0 for ordinal in range(0x21, 0x7F)}

Evasion = Callable[[str], str]


def between(sign: str) -> Evasion:
    """`sign` between all letters of every word."""
    return lambda text: " ".join(sign.join(word) for word in text.split())


def _spaced(text: str) -> str:
    return "  ".join(" ".join(word) for word in text.split())


def _is_syllable(letter: str) -> bool:
    return "가" <= letter <= "힣"


def _parts(letter: str) -> tuple[int, int, int]:
    index = ord(letter) - _FIRST
    initial, rest = divmod(index, _N_VOWELS * _N_FINALS)
    return initial, rest // _N_FINALS, rest % _N_FINALS


def _jamo(letter: str) -> str:
    if not _is_syllable(letter):
        return letter
    initial, vowel, final = _parts(letter)
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final].strip()


def _initial(letter: str) -> str:
    return _INITIALS[_parts(letter)[0]] if _is_syllable(letter) else letter


def _lengthened(letter: str) -> str:
    """An open syllable with its vowel said once more."""
    if not _is_syllable(letter):
        return letter
    _, vowel, final = _parts(letter)
    if final:
        return letter
    return letter + chr(_FIRST + (_IEUNG * _N_VOWELS + vowel) * _N_FINALS)


def _each(change: Callable[[str], str]) -> Evasion:
    return lambda text: "".join(map(change, text))


def _with_digit(letter: str) -> str:
    return letter + "1" if _is_syllable(letter) else letter


def _three_times(letter: str) -> str:
    return letter * 3 if letter in "aeiouAEIOU" else letter


_BOTH: dict[str, Evasion] = {
    "nothing changed": str,
    "zero-width signs between letters": between(_ZERO_WIDTH),
    "soft hyphens between letters": between(_SOFT_HYPHEN),
    "spaces between letters": _spaced,
    "dots between letters": between("."),
    "decomposed (NFD)": lambda text: unicodedata.normalize("NFD", text),
}
EVASIONS: Mapping[str, Mapping[str, Evasion]] = {
    "ko": _BOTH
    | {
        "single jamo": _each(_jamo),
        "initials only": _each(_initial),
        "drawled vowels": _each(_lengthened),
        "a digit after each syllable": _each(_with_digit),
    },
    "en": _BOTH
    | {
        "digits for letters": lambda text: text.translate(_LEET),
        "Cyrillic look-alikes": lambda text: text.translate(_LOOK_ALIKES),
        "full width": lambda text: text.translate(_FULL_WIDTH),
        "vowels three times": _each(_three_times),
    },
}
"""Language -> name -> what it does to a sentence."""
