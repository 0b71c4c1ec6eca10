"""Which espeak-ng voice speaks which language."""

import logging

import pytest

from audio.voices import VoiceBook, VoiceInfo, parse_voices

LISTING = """Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  chr-US-Qaaa-x-west --/M      Cherokee_          iro/chr
 5  cmn             --/M      Chinese_(Mandarin) sit/cmn              (zh-cmn 5)(zh 5)
 2  en-gb           --/M      English_(Great_Britain) gmw/en               (en 2)
 2  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  fr-be           --/M      French_(Belgium)   roa/fr-BE            (fr 8)
 5  fr-fr           --/M      French_(France)    roa/fr               (fr 5)
 5  ko              --/M      Korean             ko
 5  mi              --/M      Māori             poz/mi
 5  yue             --/M      Chinese_(Cantonese) sit/yue              (zh-yue 5)(zh 8)
Error: this line is no voice
"""
VARIANTS = """Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  variant         --/F      female2            !v/f2
 5  variant         --/M      Mr_Serious         !v/Mr serious
 5  variant         25/M      Diogo              !v/Diogo
"""


@pytest.fixture
def book() -> VoiceBook:
    return VoiceBook(parse_voices(LISTING), parse_voices(VARIANTS))


def test_listing_is_read_line_by_line() -> None:
    voices = parse_voices(LISTING)
    assert len(voices) == 9
    assert voices[1] == VoiceInfo(
        "Chinese_(Mandarin)", "cmn", "M", "sit/cmn", (("zh-cmn", 5), ("zh", 5))
    )
    assert voices[7].name == "Māori"
    assert [variant.file for variant in parse_voices(VARIANTS)] == [
        "!v/f2",
        "!v/Mr serious",
        "!v/Diogo",
    ]


@pytest.mark.parametrize(
    ("wanted", "file"),
    [
        ("en", "gmw/en-US"),
        ("en-gb", "gmw/en"),
        ("EN-GB", "gmw/en"),
        ("ko", "ko"),
        ("fr", "roa/fr"),
        ("zh", "sit/cmn"),
        ("yue", "sit/yue"),
        ("English_(Great_Britain)", "gmw/en"),
        ("gmw/en-US", "gmw/en-US"),
        ("en-gb+f2", "gmw/en+f2"),
        ("ko+female2", "ko+f2"),
        ("ko+mr_serious", "ko+Mr serious"),
    ],
)
def test_voice_of_a_language_or_name(book: VoiceBook, wanted: str, file: str) -> None:
    assert book.choose(wanted) == file


@pytest.mark.parametrize(
    ("wanted", "file"),
    [("xx", "gmw/en-US"), ("xx+f2", "gmw/en-US+f2"), ("ko+nobody", "ko"), ("../x", "gmw/en-US")],
)
def test_missing_voice_is_replaced_with_one_warning(
    book: VoiceBook, wanted: str, file: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert [book.choose(wanted) for _ in range(3)] == [file] * 3
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("language", "spoken_as"),
    [
        ("en", "en-us"),
        ("ko", "ko"),
        ("es", "es"),
        ("fr", "fr-fr"),
        ("de", "de"),
        ("ja", "ja"),
        ("zh", "cmn"),
        ("no", "nb"),
        ("nn", "nb"),
    ],
)
def test_installed_espeak_speaks(language: str, spoken_as: str) -> None:
    book = VoiceBook.load()
    file = book.choose(language)
    assert [voice.language for voice in book.voices if voice.file == file] == [spoken_as]
