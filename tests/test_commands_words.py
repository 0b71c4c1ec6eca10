"""The parts of the reader of commands, each by itself."""

import pytest

from nlu.commands.grammar_file import COMMANDS_DIRECTORY, read_grammar
from nlu.commands.likeness import Neighbours, distance, one_jamo_apart, unlinked
from nlu.commands.numbers import Numbers
from nlu.commands.templates import Slot, wordings
from nlu.commands.units import units
from tests.command_sentences import LANGUAGES


def numbers_of(language: str) -> Numbers:
    words = read_grammar(COMMANDS_DIRECTORY, language).numbers
    return Numbers(
        words.words,
        words.scales,
        words.joiners,
        words.points,
        words.adding,
        units_first=words.units_first,
    )


NUMBERS = {language: numbers_of(language) for language in LANGUAGES}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Walk forward, two metres!", ("walk", "forward", ",", "two", "metres")),
        ("don't DON’T", ("dont", "dont")),
        ("n'avance pas, l’avant", ("n", "avance", "pas", ",", "l", "avant")),
        ("arrête-toi", ("arrete", "toi")),
        ("1.5 m, 50cm 90° 30%", ("1.5", "m", ",", "50", "cm", "90", "°", "30", "%")),
        ("walk -5 metres 2-3", ("walk", "-", "5", "metres", "2", "3")),
        ("손 흔들어 2번", ("손", "흔", "들", "어", "2", "번")),
        ("ｗａｌｋ ２", ("walk", "2")),
        ('{"name": "walk"}', ("{", "name", ",", "walk", "}")),
        ("", ()),
    ],
)
def test_units(text: str, expected: tuple[str, ...]) -> None:
    assert units(text).texts == expected


def test_korean_words_are_remembered() -> None:
    said = units("손 흔들어")
    assert said.begins_word == (True, True, False, False, True)
    assert units("가?").asks
    assert not units("가").asks


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "two", 2),
        ("en", "twenty five", 25),
        ("en", "twenty-five", 25),
        ("en", "one hundred and eighty", 180),
        ("en", "three hundred sixty", 360),
        ("en", "two thousand five hundred", 2500),
        ("en", "a million", 1_000_000),
        ("en", "one point five", 1.5),
        ("en", "zero point two five", 0.25),
        ("en", "half a", 0.5),
        ("en", "1.5", 1.5),
        ("en", "100,000", 100_000),
        ("ko", "이", 2),
        ("ko", "십오", 15),
        ("ko", "오십", 50),
        ("ko", "이백칠십오", 275),
        ("ko", "백만", 1_000_000),
        ("ko", "일 점 오", 1.5),
        ("ko", "세", 3),
        ("ko", "열두", 12),
        ("ko", "스물다섯", 25),
        ("ko", "3백", 300),
        ("es", "cuarenta y cinco", 45),
        ("es", "ciento veinte", 120),
        ("es", "doscientos setenta", 270),
        ("es", "1,5", 1.5),
        ("fr", "quatre-vingt-dix-sept", 97),
        ("fr", "soixante-quinze", 75),
        ("fr", "soixante et onze", 71),
        ("fr", "vingt et un", 21),
        ("fr", "deux cent soixante-dix", 270),
        ("fr", "un virgule vingt-cinq", 1.25),
        ("de", "fünfundvierzig", 45),
        ("de", "fünf und vierzig", 45),
        ("de", "dreihundertsechzig", 360),
        ("de", "zweihundertfünfundsiebzig", 275),
        ("de", "hunderteins", 101),
        ("de", "eins Komma fünf", 1.5),
        ("de", "anderthalb", 1.5),
    ],
)
def test_numbers(language: str, text: str, value: float) -> None:
    said = units(text)
    end, read = NUMBERS[language].ends(said, 0)[0]
    assert end == len(said)
    assert read == pytest.approx(value)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "two three"), ("ko", "이 삼"), ("en", "fifty sixty"), ("en", "walk"), ("de", "und")],
)
def test_what_is_no_number(language: str, text: str) -> None:
    said = units(text)
    assert all(end < len(said) for end, _ in NUMBERS[language].ends(said, 0))


def test_wordings() -> None:
    assert wordings("(go|walk) (on|)", {}) == {("go",), ("walk",), ("go", "on"), ("walk", "on")}
    assert wordings("{your} hand", {"your": "(your|the)"}) == {("your", "hand"), ("the", "hand")}
    assert wordings("{n} metres", {}) == {(Slot("n"), "metres")}
    assert wordings("a(b(c|d)|e)", {}) == {("abc",), ("abd",), ("ae",)}


def test_korean_verbs_take_all_their_endings() -> None:
    forms = wordings("<걸어/걷/걸으>", {})
    assert ("걸", "어") in forms
    assert ("걷", Slot("-go")) in forms
    assert ("걸", "은", Slot("-n")) in forms
    assert ("걸", "을", Slot("-l")) in forms
    assert ("걸", "었", Slot("-p")) in forms
    assert ("손", Slot("within"), "봐") in wordings("손 <봐/보/보>", {"before_verb": "({within}|)"})


@pytest.mark.parametrize("phrase", ["(a", "a)", "(a|)", "<걸어/걷/걸>"])
def test_phrases_that_cannot_be_read(phrase: str) -> None:
    with pytest.raises(ValueError, match="`"):
        wordings(phrase, {})


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("walk", "walk", 0),
        ("wlak", "walk", 1),
        ("wak", "walk", 1),
        ("", "ab", 2),
        ("wok", "walk", 2),
    ],
)
def test_distance(one: str, other: str, apart: int) -> None:
    assert distance(one, other) == apart
    assert distance(other, one) == apart


def test_neighbours_depend_on_length() -> None:
    neighbours = Neighbours(["walk", "turn", "shoulders", "bow"])
    assert neighbours.near("wallk") == ("walk",)
    assert neighbours.near("wok") == ()
    assert neighbours.near("bov") == ()
    assert neighbours.near("sholdres") == ()  # the shorter of the two has eight letters
    assert neighbours.near("shouldres") == ("shoulders",)
    assert neighbours.near("sshouldres") == ("shoulders",)


def test_korean_that_sounds_alike() -> None:
    assert one_jamo_apart("프", "으")
    assert one_jamo_apart("꼬", "고")
    assert not one_jamo_apart("가", "너")
    assert ("들", "어") in unlinked("드", "러")
    assert ("앉", "아") in unlinked("안", "자")
    assert unlinked("walk", "자") == ()
