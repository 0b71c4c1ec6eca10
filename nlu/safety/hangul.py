"""Arithmetic of Hangul syllables (Unicode Standard, section 3.12, Conjoining Jamo Behavior)."""

import re
from functools import lru_cache

_FIRST = 0xAC00
_N_VOWELS, _N_FINALS = 21, 28
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

_JAMO = re.compile("[ㄱ-ㅣ]")
_JAMO_RUN = re.compile("[ㄱ-ㅎㅏ-ㅣ]{2,}")
# An initial, perhaps a vowel and a final; a consonant before a vowel begins the next syllable.
_SYLLABLE = re.compile(
    f"([{_INITIALS}])([{_VOWELS}])([{_FINALS.strip()}](?![{_VOWELS}]))?".replace(" ", "")
)
_VOWEL_SIGN = re.compile(r"(?<=[ㄱ-ㅎ])[1lI|](?=[ㄱ-ㅎ가-힣])")
# Signs that look like jamo and stand between them.
_LOOK_LIKE_JAMO = str.maketrans("人入∧廿卜ト丨乙口凵己", "ㅅㅅㅅㅂㅏㅏㅣㄹㅁㅂㄹ")
# The Korean keyboard (Dubeolsik), lower case.
_KEYS = str.maketrans(
    "rsefaqtdwczxvgkoiujphynbml", "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎㅏㅐㅑㅕㅓㅔㅗㅛㅜㅠㅡㅣ"
)
_TWO_KEYS = (
    *(("ㅗㅏ", "ㅘ"), ("ㅗㅐ", "ㅙ"), ("ㅗㅣ", "ㅚ"), ("ㅜㅓ", "ㅝ")),
    *(("ㅜㅔ", "ㅞ"), ("ㅜㅣ", "ㅟ"), ("ㅡㅣ", "ㅢ")),
)
_TYPED = re.compile("[a-z]{4,24}")
_PERHAPS_LENGTHENED = re.compile("[가-힣][아-잏]+")


def compose_jamo(text: str) -> str:
    """`text` with runs of single jamo put together to syllables: ㅅㅣ becomes 시.

    Strokes that stand for the vowel ㅣ between consonants are read as it.
    """
    if not _JAMO.search(text):
        return text
    text = _VOWEL_SIGN.sub("ㅣ", text.translate(_LOOK_LIKE_JAMO))
    return _JAMO_RUN.sub(lambda run: _SYLLABLE.sub(_syllable, run[0]), text)


def _syllable(match: re.Match[str]) -> str:
    initial, vowel = _INITIALS.index(match[1]), _VOWELS.index(match[2])
    final = _FINALS.index(match[3]) if match[3] else 0
    return chr(_FIRST + (initial * _N_VOWELS + vowel) * _N_FINALS + final)


@lru_cache(4096)
def typed_in_latin(word: str) -> str:
    """The Korean that was typed when `word` came out, the keyboard being set to Latin letters.

    Empty where it gives no whole syllables, as with nearly every word that is really Latin.
    """
    if not _TYPED.fullmatch(word):
        return ""
    jamo = word.translate(_KEYS)
    for keys, vowel in _TWO_KEYS:
        jamo = jamo.replace(keys, vowel)
    korean = compose_jamo(jamo)
    return "" if _JAMO.search(korean) else korean


def without_lengthening(text: str) -> str:
    """`text` with drawled vowels shortened: a syllable without initial that only repeats the
    vowel before it is merged into the syllable before."""
    return _PERHAPS_LENGTHENED.sub(_shortened, text)


def _shortened(match: re.Match[str]) -> str:
    said = [ord(match[0][0]) - _FIRST]
    for syllable in match[0][1:]:
        drawled = ord(syllable) - _FIRST
        is_open = said[-1] % _N_FINALS == 0
        if is_open and said[-1] // _N_FINALS % _N_VOWELS == drawled // _N_FINALS % _N_VOWELS:
            said[-1] += drawled % _N_FINALS
        else:
            said.append(drawled)
    return "".join(chr(_FIRST + index) for index in said)
