"""The texts that the built-in models are made from: whole, and nothing left unfilled."""

import random
from pathlib import Path

import pytest

from training.conversations import read_conversations
from training.manners import answers, is_polite, plain_forms, shortened, talk_in
from training.pocket_llama.dialogues import DialogueOptions, Dialogues
from training.pocket_llama.skills import Skills
from training.pocket_whisper.invented_voices import invented_voice
from training.pocket_whisper.model import ctc_classes
from training.pocket_whisper.render import draw_speaker
from training.pocket_whisper.sentences import (
    LANGUAGES,
    STOP_WORDS,
    SentenceSource,
    commands,
    is_held_out,
)
from training.pocket_whisper.voices import (
    DEVELOPMENT_VOICES,
    PLAIN_VOICE,
    RESERVED_VOICES,
    TRAINING_VARIANTS,
    Speaker,
    speak,
)
from training.text.parallel import FOLDER, ParallelGrammar

TEXT = Path(__file__).parents[1] / "training" / "text"
LEAST_WORDS = {"en": 1500, "ko": 1500, "es": 400, "fr": 400, "de": 400}
SIGNS_OF_A_PATTERN = set("{}()|[]<>")


@pytest.fixture(scope="module")
def parallel() -> ParallelGrammar:
    return ParallelGrammar.load()


@pytest.mark.parametrize("name", ["parallel", "orders", "answers", "stop"])
def test_every_parallel_sentence_is_filled_in_every_language(
    parallel: ParallelGrammar, name: str
) -> None:
    grammar, rng = parallel if name == "parallel" else commands(name), random.Random(1)
    for sentence in grammar.sentences:
        for language in sentence:
            for _ in range(5):
                pair = grammar.pair(sentence, language, rng)
                assert pair.text
                assert pair.english
                assert SIGNS_OF_A_PATTERN.isdisjoint(pair.text + pair.english), pair
                assert not any(character.isdigit() for character in pair.text), pair


def test_a_smaller_language_has_fewer_sentences_and_rows(parallel: ParallelGrammar) -> None:
    smaller = ParallelGrammar.load(FOLDER / "talk.toml", least_weight=2, most_rows=8)
    assert 50 < len(smaller.sentences) < len(parallel.sentences)
    assert max(len(slot.rows) for slot in smaller.slots.values()) == 8


def test_the_same_choices_mean_the_same(parallel: ParallelGrammar) -> None:
    sentence = {"en": "(raise|lift) {body}", "de": "heb {body}"}
    grammar = ParallelGrammar(parallel.slots, [1], [sentence])
    rng = random.Random(2)
    assert {grammar.pair(sentence, "de", rng).english.split()[0] for _ in range(30)} == {"raise"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_recogniser_meets_enough_words_and_no_held_out_sentence(language: str) -> None:
    source, rng = SentenceSource(language), random.Random(3)
    assert len(source.words) >= LEAST_WORDS[language]
    assert not any(is_held_out(source.draw(rng).text) for _ in range(300))
    assert is_held_out(source.draw_held_out(rng).text)
    assert source.draw_held_out(rng, frozenset(("orders",))).kind == "orders"


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_words_and_their_language_are_always_trained(language: str) -> None:
    rng = random.Random(4)
    drawn = {commands("stop").draw(language, rng).text for _ in range(2_000)}
    assert not any(is_held_out(text) for text in drawn)
    assert set(STOP_WORDS[language]) <= drawn


def test_training_hears_the_plain_voice_and_no_voice_of_the_tests() -> None:
    rng = random.Random(5)
    variants = [draw_speaker("ko", rng).variant for _ in range(1_000)]
    assert 40 < variants.count(PLAIN_VOICE) < 150
    assert not {*RESERVED_VOICES, *DEVELOPMENT_VOICES} & set(variants)


def test_letters_of_five_languages_have_classes() -> None:
    texts = ["Schließ die Tür", "dis-le à ma sœur", "mañana", "손을 들어", "don't"]
    assert all(len(ctc_classes(text)) >= 0.7 * len(text) for text in texts)
    assert ctc_classes("TÜR") == ctc_classes("tur")


def test_invented_voices_differ_and_are_the_same_every_time() -> None:
    voices = [invented_voice(number) for number in range(100)]
    assert len({voice.split("\n", 2)[2] for voice in voices}) == 100
    assert invented_voice(7) == voices[7]


def test_reserved_voices_cannot_speak_here() -> None:
    assert RESERVED_VOICES.isdisjoint(TRAINING_VARIANTS)
    with pytest.raises(ValueError, match="reserved for the acceptance tests"):
        speak("hello", Speaker("en", "en-gb", "zac"))


def test_every_korean_answer_has_a_plain_form() -> None:
    talk = Dialogues(DialogueOptions())
    other = talk_in("plain-korean", talk)
    polite, plain = answers(talk), answers(other)
    assert not any(is_polite(form) for form in plain_forms().values())
    for name, texts in polite.items():
        assert len(texts) == len(plain[name])
        assert (texts == plain[name]) == (name[0] == "en")
    rng = random.Random(5)
    for skill in other.skills["ko"].skills:
        assert set("{}|").isdisjoint(other.skills["ko"].turn(skill, rng).answer)


@pytest.mark.parametrize(
    ("answer", "language", "short"),
    [
        ("Good night! Sleep well.", "en", "Good night! Sleep well."),
        ("I am running well, thank you. And you?", "en", "I am running well, thank you."),
        ("네! 잘 들려요. 말씀하세요.", "ko", "네! 잘 들려요."),
        ("저는 들을 수 있어요. 볼 수는 없어요.", "ko", "저는 들을 수 있어요."),
    ],
)
def test_brief_answers(answer: str, language: str, short: str) -> None:
    assert shortened(answer, language) == short


@pytest.mark.parametrize("language", ["en", "ko"])
def test_grounded_answers_hold_what_the_prompt_says(language: str) -> None:
    skills, rng = Skills.load(language, TEXT), random.Random(4)
    for skill in skills.skills:
        for _ in range(20):
            turn = skills.turn(skill, rng)
            assert all(part in turn.answer for part in turn.must), turn
            assert set("{}|").isdisjoint(turn.user + turn.answer), turn


@pytest.mark.parametrize(
    "line", ["not json", "{}", '{"turns": []}', '{"turns": [["only one"]]}', '{"turns": [[1, 2]]}']
)
def test_a_faulty_conversation_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text('{"turns": [["hello", "hi"]]}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"data\.jsonl:2: not a conversation"):
        read_conversations(path)
