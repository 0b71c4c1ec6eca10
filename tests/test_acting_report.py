import math
import re

import pytest

from config.body_phrases import load_body_phrases
from nlu.abilities import Abilities
from nlu.actions import (
    DIRECTIONS,
    EMOTIONS,
    GESTURES,
    POSTURES,
    QUESTIONS,
    Action,
    Dance,
    Express,
    Gesture,
    Led,
    Look,
    Posture,
    Query,
    Sequence,
    Stop,
    Turn,
    Volume,
    Walk,
)
from robot.acting.report import Reporter
from robot.body.state import Measured, Outcome, Performed
from robot.body.verdict import Refused

PHRASES = load_body_phrases()
LANGUAGES = ("en", "ko", "es", "fr", "de")
ABILITIES = Abilities(
    "simulated", walks=True, turns=True, gestures=("wave", "bow"), postures=("stand", "sit")
)
REPORTER = Reporter(PHRASES, ABILITIES)
WALK, WAVE = Walk(2.0), Gesture("wave")
LEFT_RAD = math.pi / 2


def done(action: Action, measured: Measured | None = None, reason: str | None = None) -> Performed:
    return Performed(action, action, "done", reason, measured)


def ended(
    action: Action, outcome: Outcome, reason: str | None, measured: Measured | None = None
) -> Performed:
    return Performed(action, action, outcome, reason, measured)


def at(x_m: float, y_m: float = 0.0, yaw_rad: float = 0.0) -> Measured:
    return Measured(x_m, y_m, yaw_rad, 5.0)


WALKED, WAVED = done(WALK, at(1.99)), done(WAVE, Measured(0.0, 0.0, 0.0, 4.0, repeats=1))


@pytest.mark.parametrize(
    ("performed", "english", "korean"),
    [
        (WALKED, "I walked two metres forward.", "이 미터 앞으로 걸어갔어요."),
        (
            done(Walk(-0.5), at(-0.497)),
            "I walked fifty centimetres backward.",
            "오십 센티미터 뒤로 걸어갔어요.",
        ),
        (
            done(Walk(0.0, -1.0), at(0.01, -1.0)),
            "I walked one metre to the right.",
            "일 미터 오른쪽으로 걸어갔어요.",
        ),
        (
            done(Walk(2.0, 1.0), at(2.0, 1.0)),
            "I walked two metres forward and one metre to the left.",
            "이 미터 앞으로, 일 미터 왼쪽으로 걸어갔어요.",
        ),
        (
            ended(WALK, "stopped", "stop", at(1.83)),
            "I walked about one point eight metres forward, then I was stopped.",
            "약 일 점 팔 미터 앞으로 걸어갔어요. 멈추라고 하셔서 멈췄어요.",
        ),
        (
            ended(WALK, "stopped", "blocked", at(0.5)),
            "I walked about fifty centimetres forward, then something was in my way.",
            "약 오십 센티미터 앞으로 걸어갔어요. 길이 막혀서 멈췄어요.",
        ),
        (
            ended(WALK, "stopped", "blocked", at(0.004)),
            "Something is in my way, so I could not walk two metres forward.",
            "길이 막혀서 움직이지 못했어요.",
        ),
        (
            ended(WALK, "stopped", "stop"),
            "I was stopped before I could walk two metres forward.",
            "멈추라고 하셔서 하지 않고 멈췄어요.",
        ),
        (
            done(WALK, Measured()),
            "I walked, though I cannot measure how far.",
            "걸었는데 얼마나 갔는지는 잴 수 없어요.",
        ),
        (done(Turn(LEFT_RAD), at(0, 0, 1.56)), "I turned ninety degrees to the left.",
         "왼쪽으로 구십 도 돌았어요."),
        (done(Turn(-math.pi), at(0, 0, -3.13)),
         "I turned one hundred and eighty degrees to the right.", "오른쪽으로 백팔십 도 돌았어요."),
        (done(Gesture("wave", repeat=3), Measured(repeats=3)), "I waved three times.",
         "세 번 손을 흔들었어요."),
        (done(Gesture("wave", "left", 2), Measured(repeats=2)), "I waved with my left hand twice.",
         "두 번 왼손을 흔들었어요."),
        (done(Gesture("point", "right", direction="left"), Measured(repeats=1)),
         "I pointed to the left with my right hand.", "오른손으로 왼쪽을 가리켰어요."),
        (ended(WAVE, "stopped", "stop", at(0)), "I began to wave, then I was stopped.",
         "하던 중에 멈추라고 하셔서 멈췄어요."),
        (done(Posture("sit"), Measured(posture="sit")), "I sat down.", "앉았어요."),
        (done(Posture("stand"), Measured(posture="stand"), "already"), "I am already standing.",
         "이미 서 있어요."),
        (ended(Posture("lie"), "failed", "not_reached", Measured(posture="sit")),
         "I could not lie down. I am sitting now.", "누울 수 없었어요. 지금은 앉아 있어요."),
        (done(Led(250, 10, 0)), "I set the light to red.", "불빛을 빨간색으로 바꿨어요."),
        (done(Led(0, 0, 0)), "I switched the light off.", "불빛을 껐어요."),
        (done(Volume(40), Measured(volume_percent=40)), "I set the volume to forty percent.",
         "음량을 사십 퍼센트로 맞췄어요."),
        (done(Volume(-10, relative=True), at(0)), "I made my voice quieter.",
         "목소리를 줄였어요."),
        (done(Express("happy")), "I showed a happy face.", "기쁜 표정을 지었어요."),
        (done(Look(direction="left")), "I looked to the left.", "왼쪽을 봤어요."),
        (done(Dance(seconds=10.0), Measured(seconds=9.9)), "I danced for ten seconds.",
         "십 초 동안 춤을 췄어요."),
        (done(Stop(), Measured(0.0, 0.0, 0.0, 0.0)), "I am keeping still.", "가만히 있어요."),
        (done(Stop(), Measured(0.05, 0.0, 0.0, 0.3)), "I stopped.", "멈췄어요."),
        (ended(Stop(), "failed", "still_moving"),
         "My body does not come to rest. Please use its emergency stop.",
         "몸이 멈추지 않아요. 비상 정지 단추를 눌러 주세요."),
        (done(Query("battery"), Measured(battery_share=0.8)), "My battery is at eighty percent.",
         "배터리는 팔십 퍼센트 남았어요."),
        (ended(Query("battery"), "refused", "not_able"),
         "This body does not tell me how full its battery is.",
         "이 몸은 배터리가 얼마나 남았는지 알려 주지 않아요."),
        (done(Query("pose"), Measured(0.03, 0.0, 0.05, posture="sit")),
         "I am sitting, where I started.", "저는 출발한 자리에 앉아 있어요."),
        (done(Query("pose"), Measured(2.0, 0.0, LEFT_RAD, posture="stand")),
         "I am standing, two metres forward from where I started, turned ninety degrees to the"
         " left.",
         "저는 출발점에서 이 미터 앞에 서 있어요. 처음보다 왼쪽으로 구십 도 돌아서 있어요."),
        (done(Query("can_do")), "I can walk, turn, wave, bow, stand up and sit down.",
         "제가 할 수 있는 동작은 걷기, 돌기, 손 흔들기, 인사하기, 일어서기, 앉기예요."),
        (ended(WALK, "failed", "lost"),
         "I have lost the connection to my body. I cannot say whether I moved.",
         "몸과 연결이 끊겼어요. 제가 움직였는지 알 수 없어요."),
        (ended(WALK, "failed", "some new reason"),
         "Something went wrong, and I do not know whether I moved. Please look after me.",
         "문제가 생겨서 제가 움직였는지 알 수 없어요. 한번 살펴봐 주세요."),
        (ended(Gesture("clap"), "refused", "not_able"), "This body cannot clap.",
         "이 몸으로는 박수를 칠 수 없어요."),
        (ended(WALK, "refused", "some new reason"), "I cannot walk two metres forward right now.",
         "지금은 이 미터 앞으로 걸어갈 수 없어요."),
    ],
)  # fmt: skip
def test_reports_by_table(performed: Performed, english: str, korean: str) -> None:
    assert REPORTER.report(performed, "en") == english
    assert REPORTER.report(performed, "ko") == korean


@pytest.mark.parametrize(
    ("action", "refused", "english", "korean"),
    [
        (Walk(8.0), Refused("too_far", "forward_m", 5.0),
         "I may walk at most five metres forward at a time, so I have not moved.",
         "한 번에 앞으로 오 미터까지만 갈 수 있어서 움직이지 않았어요."),
        (Walk(-8.0), Refused("too_far", "back_m", 2.5),
         "I may walk at most two and a half metres backward at a time, so I have not moved.",
         "한 번에 뒤로 이 미터 반까지만 갈 수 있어서 움직이지 않았어요."),
        (Turn(9.0), Refused("too_far", "turn_rad", math.tau),
         "I may turn at most three hundred and sixty degrees at a time, so I have not moved.",
         "한 번에 삼백육십 도까지만 돌 수 있어서 움직이지 않았어요."),
        (WALK, Refused("wrong_posture", "lie"),
         "I am lying down. Ask me to stand up first.",
         "지금 누워 있어요. 먼저 일어서라고 말씀해 주세요."),
        (WALK, Refused("low_battery", cap=0.2),
         "My battery is too low for that. Please charge me first.",
         "배터리가 부족해서 할 수 없어요. 먼저 충전해 주세요."),
        (WALK, Refused("fault", "fallen"),
         "I have fallen down, so I do not move. Please help me up.",
         "넘어져 있어서 움직이지 않아요. 일으켜 주세요."),
        (WALK, Refused("fault", "something new"),
         "Something is wrong with my body, so I do not move. Please look after me.",
         "몸에 문제가 있어서 움직이지 않아요. 한번 살펴봐 주세요."),
        (Sequence((WALK, Gesture("clap"))), Refused("not_able", "clap", step=1),
         "This body cannot clap.", "이 몸으로는 박수를 칠 수 없어요."),
        (Sequence((WALK,) * 9), Refused("too_many", "steps", 8),
         "That is more than eight steps at once, so I have not moved. Please ask for fewer.",
         "한 번에 팔 단계까지만 할 수 있어서 움직이지 않았어요. 조금 줄여서 말씀해 주세요."),
        (Walk(math.nan), Refused("not_sensible", "walk"),
         "I cannot make sense of that movement, so I have not moved.",
         "무슨 동작인지 알 수 없어서 움직이지 않았어요."),
    ],
)  # fmt: skip
def test_refusals_by_table(action: Action, refused: Refused, english: str, korean: str) -> None:
    performed = ended(action, "refused", refused.reason)
    assert REPORTER.report(performed, "en", refused) == english
    assert REPORTER.report(performed, "ko", refused) == korean


def sequence(*steps: Performed, of: int | None = None) -> Performed:
    wished = tuple(step.action for step in steps) + (WAVE,) * ((of or 0) - len(steps))
    action = Sequence(tuple(step for step in wished if not isinstance(step, Sequence)))
    return Performed(action, action, steps[-1].outcome, steps[-1].reason, Measured(), steps)


@pytest.mark.parametrize(
    ("performed", "english", "korean"),
    [
        (sequence(WALKED, WAVED), "I walked two metres forward and waved.",
         "이 미터 앞으로 걸어가고, 손을 흔들었어요."),
        (sequence(WALKED, WAVED, done(Posture("sit"), Measured(posture="sit"))),
         "I walked two metres forward, waved and sat down.",
         "이 미터 앞으로 걸어가고, 손을 흔들고, 앉았어요."),
        (sequence(WALKED, ended(Turn(LEFT_RAD), "stopped", "stop", at(0, 0, 0.7)), of=3),
         "I walked two metres forward. I turned about forty degrees to the left, then I was"
         " stopped. I have not done the rest.",
         "이 미터 앞으로 걸어갔어요. 왼쪽으로 약 사십 도 돌았어요. 멈추라고 하셔서 멈췄어요."
         " 나머지는 하지 않았어요."),
        (sequence(ended(WALK, "refused", "low_battery"), of=2),
         "My battery is too low for that. Please charge me first. I have not done the rest.",
         "배터리가 부족해서 할 수 없어요. 먼저 충전해 주세요. 나머지는 하지 않았어요."),
        (sequence(WAVED, done(Query("battery"), Measured(battery_share=0.5))),
         "I waved. My battery is at fifty percent.",
         "손을 흔들었어요. 배터리는 오십 퍼센트 남았어요."),
    ],
)  # fmt: skip
def test_sequences_by_table(performed: Performed, english: str, korean: str) -> None:
    assert REPORTER.report(performed, "en") == english
    assert REPORTER.report(performed, "ko") == korean


EVERY_ACTION: tuple[Action, ...] = (
    Stop(),
    WALK,
    Turn(-1.0),
    Look(0.3, 0.1),
    *(Look(direction=direction) for direction in DIRECTIONS),
    *(Gesture(name, "left", 2, "right") for name in GESTURES),
    *(Gesture(name) for name in GESTURES),
    *(Posture(name) for name in POSTURES),
    *(Express(emotion) for emotion in EMOTIONS),
    Led(1, 2, 3),
    Volume(50),
    Dance(),
    *(Query(about) for about in QUESTIONS),
    Sequence((WALK, WAVE)),
)
MEASURED = Measured(1.0, 0.5, 0.3, 4.0, 2, "sit", 50, 0.5)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", ["done", "stopped", "refused", "failed", "needs_confirmation"])
def test_every_action_has_a_report_in_every_language(language: str, outcome: Outcome) -> None:
    for action in EVERY_ACTION:
        for measured in (None, Measured(), MEASURED):
            reason = None if outcome == "done" else "some new reason"
            said = REPORTER.report(ended(action, outcome, reason, measured), language)
            assert re.fullmatch(r"¿?[^\W\d_].*[.?]", said), said
            assert not re.search(r"[{}<>\d]|  ", said), said


def test_what_was_asked_for_is_never_told_as_done() -> None:
    asked = Performed(Walk(5.0), Walk(2.0), "done", "limited", at(1.2))
    assert REPORTER.report(asked, "en") == "I walked one point two metres forward."


def test_places_that_are_only_reckoned_are_told_as_such() -> None:
    said = [REPORTER.report(WALKED, language, reckoned=True) for language in ("en", "ko")]
    assert said == [
        "By my reckoning, I walked two metres forward.",
        "제 계산으로는 이 미터 앞으로 걸어갔어요.",
    ]
    assert REPORTER.report(WAVED, "en", reckoned=True) == "I waved."


def test_without_a_body_it_says_so() -> None:
    nobody = Reporter(PHRASES, Abilities("none"))
    refused = ended(WALK, "refused", "not_able")
    assert nobody.report(refused, "en") == "I have no body to move right now."
    assert nobody.report(done(Query("can_do")), "en") == "This body cannot move on command."


def test_languages_without_phrases_are_answered_in_english() -> None:
    assert REPORTER.report(WALKED, "xx") == "I walked two metres forward."


def test_long_lists_of_abilities_are_cut() -> None:
    able = Abilities("own", walks=True, turns=True, looks=True, gestures=GESTURES)
    said = Reporter(PHRASES, able).report(done(Query("can_do")), "ko")
    assert said.endswith(" 등이에요.")
    assert said.count(",") == 7
