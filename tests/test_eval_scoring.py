"""Scores of `sori eval`: spelling, errors, how sure they are, latency, comparison. Pure tables."""

from pathlib import Path

import pytest

from config.model_files import ModelFile
from config.settings import Settings
from robot.evaluation.comparison import Difference, compare
from robot.evaluation.confidence import difference_interval, rate_interval
from robot.evaluation.heard import ClipHeard, HeardUtterance
from robot.evaluation.latency import band_of, measure
from robot.evaluation.manifest import Clip
from robot.evaluation.scoring import ScoredClip, Tally, align_words, score, worst_first
from robot.evaluation.spelling import Spelling
from robot.evaluation.summary import NOTHING, SystemScores, summarise
from robot.evaluation.systems import System
from robot.evaluation.understanding import understander


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling.load()


def heard(*texts: str, language: str = "en", recognise_ms: int = 50) -> ClipHeard:
    """A clip of 4 s with an utterance of 1 s for each text."""
    utterances = tuple(
        HeardUtterance(place, place + 1.0, text, language, 0.9, None, 600, recognise_ms)
        for place, text in enumerate(texts)
    )
    return ClipHeard("k", "f", "m", 4.0, 1.0, 10.0, utterances)


def clip(text: str, language: str | None = "en", file: str = "a.wav", **traits: str) -> Clip:
    return Clip(file, Path(file), text, language, traits=traits)


def scored(
    spelling: Spelling, said: str, text: str, language: str | None = "en", **traits: str
) -> ScoredClip:
    one = clip(said, language, f"{said}.wav", **traits)
    return score(one, heard(text, language=language or "en"), spelling, None)


def summary(clips: list[ScoredClip]) -> SystemScores:
    model = ModelFile(
        name="m", role="recognition", file="m.pt", bytes=1, sha256="0", licence="", source=""
    )
    return summarise(System("m", Settings(), model, "f"), clips)


@pytest.mark.parametrize(
    ("language", "text", "words", "characters"),
    [
        ("en", "It's  the COLOUR, isn't it?", "it is the color is not it", None),
        ("en", "Turn twenty-one degrees", "turn 21 degrees", None),
        ("en", "um, hmm", "", ""),
        ("en", "(laughter)", "", ""),
        ("ko", "안녕, 하세요!", "안녕 하세요", "안녕하세요"),
        ("ko", "\u1112\u1161\u11ab\u1100\u1173\u11af", "한글", "한글"),
        ("de", "Grüße, Jürgen", "grüße jürgen", "grüße jürgen"),
        ("es", "¿Qué tal?", "qué tal", "qué tal"),
        ("zh", "你好。", "你 好", "你好"),
        (None, "[music]", "", ""),
    ],
)
def test_one_spelling(
    spelling: Spelling, language: str | None, text: str, words: str, characters: str | None
) -> None:
    assert spelling.words(text, language) == words
    assert spelling.characters(text, language) == (words if characters is None else characters)


@pytest.mark.parametrize(
    ("said", "text", "tally"),
    [
        ("a b c", "a b c", Tally(3, 0, 0, 0)),
        ("a b c", "a x c", Tally(2, 1, 0, 0)),
        ("a b c", "a c", Tally(2, 0, 1, 0)),
        ("a b c", "a b b c", Tally(3, 0, 0, 1)),
        ("a b c", "", Tally(0, 0, 3, 0)),
        ("", "a b", Tally(0, 0, 0, 2)),
        ("", "", Tally(0, 0, 0, 0)),
        ("a", "x y z", Tally(0, 1, 0, 2)),
    ],
)
def test_word_errors(said: str, text: str, tally: Tally) -> None:
    found, pieces = align_words(said, text)
    assert found == tally
    assert " ".join(p.said for p in pieces if p.said) == said
    assert " ".join(p.heard for p in pieces if p.heard) == text
    assert found.errors == 0 or any(piece.kind != "equal" for piece in pieces)


def test_korean_spacing_is_a_word_error_but_no_character_error(spelling: Spelling) -> None:
    one = scored(spelling, "손 흔들어 줘", "손 흔들어줘", "ko")
    assert one.words.errors == 2
    assert one.characters.errors == 0
    assert one.characters.reference == 5


def test_utterances_are_joined_and_the_longer_one_gives_the_language() -> None:
    both = ClipHeard(
        "k",
        "f",
        "m",
        utterances=(
            HeardUtterance(0.0, 1.0, "hello", "en", 0.9, None, 600, 40),
            HeardUtterance(2.0, 4.0, "안녕하세요", "ko", 0.9, None, 600, 60),
            HeardUtterance(5.0, 9.0, "", "en", 0.5, "no_speech", 600, 30),
        ),
    )
    assert both.text == "hello 안녕하세요"
    assert both.language == "ko"
    assert both.recognise_ms == 130
    assert heard("").language is None


def test_silent_clips_are_apart_from_the_error_rates(spelling: Spelling) -> None:
    clips = [
        scored(spelling, "hello sori", "hello sori"),
        scored(spelling, "", "thank you", None),
        scored(spelling, "", "", None),
        scored(spelling, "(noise)", "you"),
    ]
    found = summary(clips)
    assert found.overall.word_errors.rate == 0.0
    assert (found.silent.clips, found.silent.gave_text, found.silent.share) == (3, 2, 2 / 3)
    cells = {(cell.said, cell.heard): cell.clips for cell in found.confusion}
    assert cells == {("en", "en"): 1, (NOTHING, "en"): 2, (NOTHING, NOTHING): 1}


def test_rates_are_pooled_by_language_and_trait(spelling: Spelling) -> None:
    clips = [
        scored(spelling, "go to the door", "go to the door", voice="a", snr_db="20"),
        scored(spelling, "stop", "shop", voice="b", snr_db="5"),
        scored(spelling, "멈춰", "멈춰", "ko", voice="a", snr_db="5"),
    ]
    found = summary(clips)
    assert found.overall.word_errors.rate == pytest.approx(1 / 6)
    assert found.overall.exact.rate == pytest.approx(2 / 3)
    assert [group.name for group in found.by_language] == ["en", "ko"]
    assert [grouping.key for grouping in found.groupings] == ["voice", "snr_db"]
    assert [group.name for group in found.groupings[1].groups] == ["5", "20"]
    rates = [group.word_errors.rate for group in found.groupings[0].groups]
    assert rates == [0.0, 1.0]


def test_a_key_that_names_single_clips_is_no_group(spelling: Spelling) -> None:
    clips = [scored(spelling, f"word {n}", "word", number=str(n), same="x") for n in range(30)]
    assert summary(clips).groupings == ()


def test_intents_are_those_of_the_grammar(spelling: Spelling) -> None:
    understand = understander(("en", "ko"))
    table = (
        ("walk forward two metres", "en", "walk", True),
        ("talk forward two metres", "en", "walk", False),
        ("손 흔들어 줘", "ko", "gesture", True),
        ("stop", "en", "stop", True),
        ("walk forward two metres then wave", "en", "sequence", True),
        ("turn", "en", "turn", True),  # which way is asked back
        ("do not walk", "en", "walk", False),
        ("tell me a joke", "en", "walk", False),
        ("", "en", "walk", False),
    )
    clips = []
    for text, language, intent, right in table:
        wanted = Clip("a.wav", Path("a.wav"), text, language, intent=intent)
        one = score(wanted, heard(text, language=language), spelling, understand)
        assert (one.intent_heard == intent) == right, text
        clips.append(one)
    found = summary(clips).intent
    assert (found.clips, found.right, found.accuracy) == (9, 5, 5 / 9)


def test_without_intents_there_is_no_accuracy(spelling: Spelling) -> None:
    found = summary([scored(spelling, "walk", "walk")]).intent
    assert (found.clips, found.right, found.accuracy) == (0, None, None)
    assert found.note == "No clip names an intent."


def test_worst_first(spelling: Spelling) -> None:
    clips = [
        scored(spelling, "one two", "one two"),
        scored(spelling, "red green blue", "red"),
        scored(spelling, "", "thanks for watching", None),
        scored(spelling, "left right", "up down"),
    ]
    order = [one.clip.text for one in worst_first(clips)]
    assert order == ["", "left right", "red green blue"]


def test_intervals_hold_the_rate_and_shrink_with_more_clips() -> None:
    few = rate_interval([0, 1] * 10, [4] * 20)
    many = rate_interval([0, 1] * 200, [4] * 400)
    assert few is not None
    assert many is not None
    assert few[0] < many[0] < 0.125 < many[1] < few[1]
    assert rate_interval([0, 1] * 10, [4] * 20) == few
    assert rate_interval([1, 0], [4, 4]) is None
    assert rate_interval([0] * 20, [4] * 20) is None


def test_a_paired_difference_is_surer_than_two_rates() -> None:
    hard_for_both = [0, 1, 4, 0, 2] * 8
    a_little_better = [max(0, errors - 1) for errors in hard_for_both]
    interval = difference_interval(hard_for_both, a_little_better, [5] * 40)
    assert interval is not None
    assert interval[0] < -0.12 < interval[1] < 0
    assert difference_interval(hard_for_both, hard_for_both, [5] * 40) is None


def test_comparison_is_clip_by_clip(spelling: Spelling) -> None:
    said = [f"go to room {n}" for n in ("seven", "eight", "nine", "ten")]
    first = [scored(spelling, text, "go to") for text in said]
    second = [scored(spelling, text, text) for text in said[:3]]
    second.append(scored(spelling, said[3], ""))
    found = compare(("a", "b"), first, second)
    assert (found.overall.fewer_errors, found.overall.same_errors) == (3, 0)
    assert found.overall.more_errors == 1
    assert found.overall.word_errors == Difference(-4 / 16)
    assert not found.overall.word_errors.is_sure
    assert found.recognise_ratio == 1.0
    assert [group.name for group in found.by_language] == ["en"]


def test_latency_by_stage_and_length() -> None:
    clips = [heard("a", recognise_ms=ms) for ms in range(10, 111, 10)]
    found = measure(clips)
    whisper, words = found.of("recognise"), found.of("words", "2-5 s")
    assert whisper is not None
    assert (whisper.values, whisper.p50_ms, whisper.p95_ms) == (11, 60.0, 105.0)
    assert words is not None
    assert words.p50_ms == 660.0
    assert found.bands == ("all", "2-5 s")
    assert found.real_time_factor == pytest.approx(71 / 4_000, abs=1e-4)
    nothing = measure([])
    assert nothing.real_time_factor is None
    assert nothing.of("recognise", "2-5 s") is None


@pytest.mark.parametrize(
    ("seconds", "band"),
    [(0.0, "0-2 s"), (1.99, "0-2 s"), (2.0, "2-5 s"), (29.9, "10-30 s"), (3_600.0, "over 30 s")],
)
def test_bands(seconds: float, band: str) -> None:
    assert band_of(seconds) == band
