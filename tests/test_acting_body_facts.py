import re
from pathlib import Path

import pytest

from config.body_phrases import load_body_phrases
from nlu.actions import POSTURES
from nlu.facts import with_facts
from robot.acting.body_facts import facts
from robot.body.console import CONSOLE_ABILITIES, NO_ABILITIES
from robot.body.state import STILL, BodyState, Pose
from training.pocket_llama.skills import Skills

PHRASES = load_body_phrases()
TEXTS = Path(__file__).resolve().parent.parent / "training" / "text"


def state(
    x_m: float = 0.0, y_m: float = 0.0, share: float | None = None, odometry: bool = True
) -> BodyState:
    pose = Pose(x_m, y_m, 0.3)
    return BodyState(1.0, pose, STILL, "stand", battery_share=share, has_odometry=odometry)


@pytest.mark.parametrize(
    ("body", "english", "korean"),
    [
        (state(share=0.8),
         ("battery: eighty percent", "posture: standing", "position: at the start"),
         ("배터리: 팔십 퍼센트", "자세: 서 있음", "위치: 출발한 자리")),
        (state(2.0, 0.1), ("posture: standing", "position: two metres ahead of the start"),
         ("자세: 서 있음", "위치: 출발점에서 이 미터 앞")),
        (state(-1.2), ("posture: standing", "position: one point two metres behind the start"),
         ("자세: 서 있음", "위치: 출발점에서 일 점 이 미터 뒤")),
        (state(0.1, 0.5),
         ("posture: standing", "position: fifty centimetres to the left of the start"),
         ("자세: 서 있음", "위치: 출발점에서 오십 센티미터 왼쪽")),
        (state(0.0, -3.0),
         ("posture: standing", "position: three metres to the right of the start"),
         ("자세: 서 있음", "위치: 출발점에서 삼 미터 오른쪽")),
        (state(2.0, 1.0),
         ("posture: standing", "position: two point two metres away from the start"),
         ("자세: 서 있음", "위치: 출발점에서 이 미터 앞, 일 미터 왼쪽")),
        (state(5.0, odometry=False), ("posture: standing",), ("자세: 서 있음",)),
    ],
)  # fmt: skip
def test_facts_by_table(body: BodyState, english: tuple[str, ...], korean: tuple[str, ...]) -> None:
    assert facts(body, "en", PHRASES) == english
    assert facts(body, "ko", PHRASES) == korean


def test_abilities_are_a_short_list() -> None:
    (_, able) = facts(state(odometry=False), "en", PHRASES, CONSOLE_ABILITIES)
    assert able == "can do: walk, turn, look around, wave and bow"
    assert facts(state(odometry=False), "en", PHRASES, NO_ABILITIES) == ("posture: standing",)


def test_they_stand_before_the_question() -> None:
    lines = facts(state(share=0.05, odometry=False), "ko", PHRASES)
    assert with_facts(lines, "배터리 어때") == "(배터리: 오 퍼센트; 자세: 서 있음) 배터리 어때"


def test_a_language_without_phrases_has_no_facts() -> None:
    assert facts(state(share=0.5), "xx", PHRASES) == ()


def learnt(language: str) -> str:
    """Everything that the pocket Llama is trained on, as one text."""
    return (TEXTS / f"skills_{language}.toml").read_text("utf-8")


@pytest.mark.parametrize(("language", "kind"), [("en", "battery"), ("ko", "배터리")])
def test_every_percent_is_one_that_was_learnt(language: str, kind: str) -> None:
    known = learnt(language)
    for percent in range(1, 101):
        (line, *_) = facts(state(share=percent / 100), language, PHRASES)
        words = line.removeprefix(f"{kind}: ")
        assert f'"{words}"' in known


@pytest.mark.parametrize(
    ("language", "kinds"),
    [("en", ("posture", "position", "can do")), ("ko", ("자세", "위치", "할 수 있는 동작"))],
)
def test_kinds_are_those_that_were_learnt(language: str, kinds: tuple[str, ...]) -> None:
    lines = facts(state(2.0, 0.0), language, PHRASES, CONSOLE_ABILITIES)
    assert tuple(line.partition(":")[0] for line in lines) == kinds
    skills = Skills.load(language, TEXTS)
    known = {fact.partition(":")[0] for skill in skills.skills for fact in skill.facts}
    assert known >= set(kinds)


@pytest.mark.parametrize(
    ("language", "not_learnt"), [("en", set[str]()), ("ko", {"자세: 쉬고 있음"})]
)
def test_postures_are_those_that_were_learnt(language: str, not_learnt: set[str]) -> None:
    known = learnt(language)
    unknown = set()
    for posture in POSTURES:
        body = BodyState(1.0, Pose(), STILL, posture, has_odometry=False)
        (line,) = facts(body, language, PHRASES)
        if f'["{line.partition(": ")[2]}"' not in known:
            unknown.add(line)
    assert unknown == not_learnt


def test_english_distances_are_whole_or_of_one_decimal_as_they_were_learnt() -> None:
    for centimetres in range(15, 500, 5):
        (_, place) = facts(state(centimetres / 100), "en", PHRASES)
        assert re.fullmatch(r"position: [a-z ]+ (?:metres?|centimetres) ahead of the start", place)
