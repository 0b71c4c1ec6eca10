"""The filter's first version. Hurtful words are taken from the data files and never shown: cases
are named by category, and a failing test prints those names only."""

from pathlib import Path

import pytest

from config.errors import ConfigurationError
from config.phrases import load_phrases
from config.safety_settings import SafetySettings
from nlu.safety.screen import SafetyFilter
from nlu.safety.word_list import GAP, LANGUAGES, WordList
from tests.safety_terms import FILES, FILTER, SENTENCES, allowed, term

LISTED = [(language, category) for language in LANGUAGES for category in FILES[language].terms]


@pytest.mark.parametrize(("language", "category"), LISTED)
def test_every_term_is_found_in_a_sentence_and_alone(language: str, category: str) -> None:
    missed = []
    for number in range(len(FILES[language].terms[category])):  # type: ignore[index]
        for sentence in SENTENCES[language]:
            text = sentence.format(term(language, category, number)).removesuffix(" .")
            is_end = FILES[language].terms[category][number].endswith(" .")  # type: ignore[index]
            if is_end and sentence != "{}":
                continue
            verdict = FILTER.screen(text, language)
            if category not in verdict.categories or verdict.allowed:
                missed.append((number, sentence))
    assert missed == []


INNOCENT = [
    # English words that hold others
    "Scunthorpe is a town in England.",
    "A classic button and a pair of glasses.",
    "The therapist will assess and accumulate what survived.",
    "Dick Van Dyke and Moby Dick.",
    "Kill the process and kill time.",
    "How do I kill a Python process?",
    "The cockpit, the peacock and the cocktail.",
    "Shiitake mushrooms from Niger and Nigeria.",
    "Pros and cons of a document, an analysis and a title.",
    "I passed the grass and the assistant.",
    "The fire retardant coat is spic and span.",
    "Homo sapiens and a Maine coon.",
    "I will shoot you a message later.",
    "I will beat you at chess!",
    "I am dying to hear your story.",
    "My battery is dead and the light may die.",
    "Sh, it is late. Let's go, ok?",
    "She can not go on the trip.",
    "I do not want to die in this game.",
    "I want to end the call.",
    "Take my life savings to the bank.",
    "We should talk about sex education and health.",
    "Women, Black people, gay people and Koreans live here.",
    "Suicide is a serious subject in this book.",
    "If you have thoughts of suicide, call 988 at any time.",
    "U.S.A. and U.K. at 5 p.m., 3.5 km",
    # Korean words that hold others' syllables
    "그 사건이 시발점이 되었어요.",
    "서울역이 시발역이에요.",
    "새끼손가락을 걸고 약속해요.",
    "새끼 고양이가 세 마리 있어요.",
    "아직 보지 못했어요. 물어보지 마세요.",
    "그 영화를 보지를 못했어요.",
    "잠을 자지 않았어요. 자지 마세요.",
    "병신년은 육십갑자의 하나예요.",
    "그 모델은 팔등신이에요.",
    "위험이 닥쳐오고 있어요.",
    "불이 꺼져 있어요.",
    "가방을 뒤져 보세요.",
    "이 집 맛이 죽여주네요.",
    "미친 듯이 달렸어요.",
    "전염병을 조심하세요.",
    "개나리가 피었어요.",
    "미지근한 물과 감자",
    "지금까지 여덟 시 발표를 들었어요.",
    "다시 발을 들어 보세요. 역시 발이 크네요.",
    "도시 발전과 동시발생, 즉시발송",
    "껌을 씹다가 삼켰어요.",
    "지쳐 죽겠어요. 배고파 죽겠다.",
    "걸레질을 하고 쓰레기를 버렸어요.",
    "실패버튼을 누르세요.",
    "18층에서 8시 발표가 있어요.",
    "성교육과 건강에 대해 이야기해요.",
    "여성, 장애인, 외국인, 성소수자가 함께 살아요.",
    "자살 생각이 들면 109번으로 전화하세요.",
    "안녕ㅋㅋㅋ 반가워ㅎㅎ ㅇㅇ",
    # Other
    "",
    "12345 67890",
    "😀😀😀",
    "\ud800\x00",
]


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_text_passes_as_it_is(text: str) -> None:
    verdict = FILTER.screen(text, "ko" if any(letter >= "가" for letter in text) else "en")
    assert (verdict.allowed, verdict.action, verdict.score) == (True, "pass", 0.0)
    assert verdict.categories == ()
    assert verdict.spoken == text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Es ist dick und die Katze schläft.", "de"),
        ("Il est en retard, avec des bonbons.", "fr"),
        ("El coche negro, con leche y pan.", "es"),
    ],
)
def test_innocent_words_depend_on_the_language(text: str, language: str) -> None:
    assert allowed(text, language)


def test_what_is_innocent_in_one_language_is_not_in_another() -> None:
    word = FILES["fr"].innocent[0]
    assert allowed(f"il est en {word}", "fr")
    assert not allowed(f"you are a {word}", "en")


def test_an_innocent_phrase_does_not_hide_another_word() -> None:
    assert not allowed(f"시발점 {term('ko', 'insult')}", "ko")
    assert not allowed(f"Moby Dick, {term('en', 'hate')}", "en")


def split_terms(language: str) -> list[tuple[str, int]]:
    terms = FILES[language].terms
    return [
        (category, number)
        for category in ("insult", "threat", "self_harm")
        for number, words in enumerate(terms[category])
        if " " in words and not words.endswith(" .") and GAP not in words
    ]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_split_over_two_clauses_is_found(language: str) -> None:
    missed = []
    for category, number in split_terms(language):
        before, _, after = term(language, category, number).partition(" ")
        before = f"{SENTENCES[language][0].split('{}')[0]}{before}"
        if not allowed(before, language):
            continue  # already hurtful by itself
        if allowed(after, language, said_before=before):
            missed.append((category, number))
    assert missed == []


def test_what_was_said_before_is_not_held_against_what_follows() -> None:
    before = f"well {term('en', 'insult')}"
    assert FILTER.screen("that is the whole story", "en", said_before=before).allowed


@pytest.mark.parametrize("language", LANGUAGES)
def test_hurtful_text_is_replaced_by_kind_words(language: str) -> None:
    verdict = FILTER.screen(term(language, "hate"), language)
    assert verdict.action == "replace"
    assert verdict.spoken in load_phrases().books[language].gentle
    assert verdict.reason == "word_list:hate"
    assert 0.9 < verdict.score <= 1.0


@pytest.mark.parametrize(
    ("before", "after", "language"),
    [("Well, ", "that is a long way.", "en"), ("아, ", " 늦었네요.", "ko")],
)
def test_mild_swearing_is_left_out(before: str, after: str, language: str) -> None:
    mild = term(language, "profanity", 3 if language == "en" else 0)
    verdict = FILTER.screen(f"{before}{mild} {after}", language)
    assert verdict.action == "soften"
    assert verdict.categories == ("profanity",)
    assert verdict.spoken == " ".join(f"{before}{after}".split())


def test_text_of_nothing_but_mild_swearing_is_replaced() -> None:
    verdict = FILTER.screen(term("en", "profanity"), "en")
    assert verdict.action == "replace"


DESPAIR = {
    "ko": "죽고 싶어",
    "en": "I want to die",
    "es": "quiero morirme",
    "fr": "je veux mourir",
    "de": "ich will sterben",
}


@pytest.mark.parametrize(
    ("language", "number"),
    [("ko", "109"), ("en", "988"), ("es", "024"), ("fr", "3114"), ("de", "0800 111 0 111")],
)
def test_despair_is_answered_with_a_help_line(language: str, number: str) -> None:
    verdict = FILTER.screen(DESPAIR[language], language)
    assert verdict.action == "crisis"
    assert "despair" in verdict.categories
    assert number in verdict.spoken
    assert "{" not in verdict.spoken


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I want to die.", "en"),
        ("I'm so tired of living", "en"),
        ("i dont want to live anymore", "en"),
        ("I just wanna kill myself", "en"),
        ("I don't want to live", "en"),
        ("요즘 너무 힘들어서 죽고 싶어", "ko"),
        ("그냥 사라지고 싶어요", "ko"),
        ("살기 싫어", "ko"),
        ("더 이상 살고싶지 않아요", "ko"),
    ],
)
def test_ways_of_saying_despair(text: str, language: str) -> None:
    assert FILTER.screen(text, language).action == "crisis"


def test_despair_in_a_language_without_a_line_names_no_number() -> None:
    verdict = FILTER.screen(DESPAIR["en"], "sw")
    assert verdict.action == "crisis"
    assert verdict.spoken in load_phrases().books["en"].crisis_no_line


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_our_own_passes(language: str) -> None:
    book = load_phrases().books[language]
    own = [
        *(book.not_understood + book.no_answer + book.model_missing + book.apology),
        *(book.thought_lost + book.thinking_again + book.gentle),
        *(book.crisis + book.crisis_no_line),
        FILTER.screen(DESPAIR[language], language).spoken,
    ]
    assert [text for text in own if not FILTER.screen(text, language).allowed] == []


def test_nothing_is_held_back_when_switched_off() -> None:
    off = SafetyFilter.load(SafetySettings(enabled=False), classified=False)
    text = term("en", "hate")
    assert off.screen(text, "en").spoken == text


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("en.toml", "[terms]\nrude = []\n", "word list cannot be used"),
        ("en.toml", "terms = 3", "word list cannot be used"),
        ("en.toml", "[[", "word list cannot be used"),
    ],
)
def test_bad_data_files_are_refused(tmp_path: Path, name: str, content: str, cause: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=cause):
        WordList.load(tmp_path)


def test_missing_data_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot read this word list"):
        WordList.load(tmp_path)
