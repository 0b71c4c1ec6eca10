import math
import shutil
from pathlib import Path

import pytest

from config.body_phrases import BODY_PHRASES_FOLDER, load_body_phrases
from config.claim_phrases import CLAIMS_FOLDER, load_claim_phrases
from config.errors import ConfigurationError
from nlu.actions import Action, Dance, Gesture, Look, Posture, Sequence, Turn, Volume, Walk
from nlu.commands.reading import Unclear
from robot.acting.confirmation import Confirmation, Pending, ReadBack
from robot.acting.questions import Questions

PHRASES = load_body_phrases()
QUESTIONS = Questions(PHRASES)
LANGUAGES = ("en", "ko", "es", "fr", "de")
NUMBER = Unclear("which_number", (Walk(0.15), Walk(0.5)))
WAY = Unclear("which_way", (Turn(math.pi / 2), Turn(-math.pi / 2)))
SIDE = Unclear("which_side", (Gesture("wave", "left"), Gesture("wave", "right")))
TIMES = Unclear("which_number", (Gesture("nod", repeat=2), Gesture("nod", repeat=3)))
LOUDNESS = Unclear("how_much", (Volume(20), Volume(50)))
STEPS = Unclear(
    "which_way", tuple(Sequence((Posture("stand"), turn)) for turn in (Turn(1), Turn(-1)))
)
FAR = Unclear("how_far", (Walk(1.0), Walk(2.0), Walk(3.0)))


@pytest.mark.parametrize(
    ("action", "language", "words"),
    [
        (Walk(3.0), "en", "You want me to walk three metres forward. Shall I?"),
        (Walk(3.0), "ko", "삼 미터 앞으로 걸어갈까요?"),
        (Walk(3.0), "es", "¿Debo caminar tres metros hacia delante?"),
        (Walk(3.0), "fr", "Dois-je marcher trois mètres en avant ?"),
        (Walk(3.0), "de", "Ich soll drei Meter vorwärts gehen. Ja oder nein?"),
        (Walk(-1.25), "en", "You want me to walk one point two five metres backward. Shall I?"),
        (Turn(math.pi), "ko", "왼쪽으로 백팔십 도 돌까요?"),
        (Posture("lie"), "ko", "누울까요?"),
        (Dance(), "ko", "십 초 동안 춤을 출까요?"),
        (Sequence((Walk(3.0), Gesture("wave"))), "en",
         "You want me to walk three metres forward and wave. Shall I?"),
        (Sequence((Walk(3.0), Gesture("wave"))), "ko", "삼 미터 앞으로 걸어가고, 손을 흔들까요?"),
        (Walk(3.0), "xx", "You want me to walk three metres forward. Shall I?"),
    ],
)  # fmt: skip
def test_read_backs_name_the_numbers(action: Action, language: str, words: str) -> None:
    assert QUESTIONS.read_back(action, language) == words


@pytest.mark.parametrize(
    ("unclear", "english", "korean"),
    [
        (NUMBER, "Fifteen or fifty centimetres?", "십오 센티미터요, 오십 센티미터요?"),
        (WAY, "Which way, left or right?", "어느 쪽이에요? 왼쪽이요, 오른쪽이요?"),
        (STEPS, "Which way, left or right?", "어느 쪽이에요? 왼쪽이요, 오른쪽이요?"),
        (SIDE, "Left or right?", "왼쪽이요, 오른쪽이요?"),
        (TIMES, "Twice or three times?", "두 번이요, 세 번이요?"),
        (LOUDNESS, "How much, twenty or fifty percent?",
         "얼마나 할까요? 이십 퍼센트요, 오십 퍼센트요?"),
        (FAR, "How far, one metre, two metres or three metres?",
         "얼마나 갈까요? 일 미터요, 이 미터요, 삼 미터요?"),
        (Unclear("how_far", ()), "How far shall I go?", "얼마나 갈까요?"),
        (Unclear("which_side", (Gesture("wave"),)), "Which hand, left or right?",
         "어느 손이에요?"),
        (Unclear("which_way", (Look(direction="left"), Look(direction="up"))),
         "Which way, left or up?", "어느 쪽이에요? 왼쪽이요, 위요?"),
    ],
)  # fmt: skip
def test_asking_back(unclear: Unclear, english: str, korean: str) -> None:
    assert QUESTIONS.ask_back(unclear, "en") == english
    assert QUESTIONS.ask_back(unclear, "ko") == korean


@pytest.mark.parametrize(
    ("text", "unclear", "language", "place"),
    [
        ("fifty", NUMBER, "en", 1),
        ("Fifty, please.", NUMBER, "en", 1),
        ("fifteen centimetres", NUMBER, "en", 0),
        ("50", NUMBER, "en", 1),
        ("the first one", NUMBER, "en", 0),
        ("the second", NUMBER, "en", 1),
        ("forty", NUMBER, "en", None),
        ("yes", NUMBER, "en", None),
        ("fifteen or fifty", NUMBER, "en", None),
        ("centimetres", NUMBER, "en", None),
        ("left", WAY, "en", 0),
        ("to the right please", WAY, "en", 1),
        ("left", STEPS, "en", 0),
        ("three", TIMES, "en", 1),
        ("twice", TIMES, "en", 0),
        ("two metres", FAR, "en", 1),
        ("two", Unclear("how_far", (Walk(1.5), Walk(3.0))), "en", None),
        ("one and a half", Unclear("how_far", (Walk(1.5), Walk(3.0))), "en", 0),
        ("오십이요", NUMBER, "ko", 1),
        ("십오 센티미터", NUMBER, "ko", 0),
        ("두 번째요", NUMBER, "ko", 1),
        ("왼쪽이요", WAY, "ko", 0),
        ("오른손이요", SIDE, "ko", 1),
        ("세 번", TIMES, "ko", 1),
        ("오십 센티요", NUMBER, "ko", 1),
        ("오십으로 해", NUMBER, "ko", 1),
        ("십오센티미터입니다", NUMBER, "ko", 0),
        ("몰라요", SIDE, "ko", None),
        ("일단 기다려", FAR, "ko", None),
        ("이야기해 줘", FAR, "ko", None),
        ("삼촌이 왔어", FAR, "ko", None),
        ("la izquierda", WAY, "es", 0),
        ("à droite", WAY, "fr", 1),
        ("links", WAY, "de", 0),
        ("die rechte", SIDE, "de", 1),
    ],
)
def test_an_answer_names_one_choice_or_none(
    text: str, unclear: Unclear, language: str, place: int | None
) -> None:
    chosen = None if place is None else unclear.choices[place]
    assert QUESTIONS.chosen(text, unclear, language) == chosen


def test_what_is_let_go_is_named() -> None:
    assert QUESTIONS.dropped(Walk(3.0), "en") == "All right, I will not walk three metres forward."
    assert QUESTIONS.dropped(None, "en") == "All right, I will leave it."
    assert QUESTIONS.dropped(None, "ko", by_stop=True) == "가만히 있어요."


def test_one_question_is_open_at_most() -> None:
    first, second = ReadBack(Walk(3.0), "far"), ReadBack(Walk(4.0), "far")
    confirmation = Confirmation(confirm_s=8.0)
    assert confirmation.take(0.0) is None
    confirmation.ask(first, 10.0)
    confirmation.ask(second, 20.0)
    assert confirmation.question == second
    confirmation.question_ended(22.0)
    assert confirmation.take(30.0) == Pending(second, late=False)
    assert confirmation.take(30.0) is None
    confirmation.ask(first, 40.0)
    confirmation.question_ended(39.0)  # of an older question: changes nothing
    assert confirmation.take(48.1) == Pending(first, late=True)


def broken(folder: Path, language: str, old: str, new: str, source: Path) -> Path:
    shutil.copytree(source, folder / "phrases")
    file = folder / "phrases" / f"{language}.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return folder / "phrases"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[numbers]", "[numbers", "cannot be used"),
        ("one_alone", "one_lone", "one_lone"),
        ('too_late = "', '# "', "`ask.too_late` is missing"),
        ("[facts]", '[facts]\nplace = "x"', "`facts.place` is not known"),
        ('any = "¿Debo {do}?"', 'any = "¿Debo {does}?"', "`ask.any` has `{does}`"),
        ('any = "¿Debo {do}?"', 'any = "¿Debo {do?"', "`ask.any` has a brace"),
    ],
)
def test_faults_of_a_phrase_file_are_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_body_phrases(broken(tmp_path, "es", old, new, BODY_PHRASES_FOLDER))
    assert "es.toml" in raised.value.message
    assert says in raised.value.message


def test_without_english_there_is_nothing_to_fall_back_on(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no en\.toml"):
        load_body_phrases(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[frames]", "[frame]"),
        ("{verb}", "{word}"),
        ("honest = [", "honest = []\nx = ["),
        ("'\\bno", "'\\b(no"),
    ],
)
def test_faults_of_a_claims_file_are_named(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(ConfigurationError, match=r"es\.toml"):
        load_claim_phrases(broken(tmp_path, "es", old, new, CLAIMS_FOLDER))
