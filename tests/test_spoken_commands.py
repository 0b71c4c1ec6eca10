"""From sound, not from text: spoken files in, what the simulated body measured out.

Words that the pocket recogniser does not know yet are left out: Korean for to squat and a heart.
"""

import contextlib
import io
import math
from dataclasses import dataclass
from pathlib import Path

import pytest

from robot.command_line import main
from tests.speech import pause, say, write
from tests.turn_objects import Requested, TurnObject, turn_objects

YES = {"en": "yes please", "ko": "네"}
VOICE = {"en": "en-us", "ko": "ko"}


@dataclass(frozen=True)
class Order:
    """What is said, and what comes of it."""

    english: str
    korean: str
    requested: Requested
    x_m: float = 0.0
    y_m: float = 0.0
    turned_deg: float = 0.0
    confirmed: bool = False
    """Read back first, and agreed to."""
    posture: str | None = None

    def words(self, language: str) -> str:
        return self.english if language == "en" else self.korean


def gesture(name: str, **more: object) -> Requested:
    return {"name": "gesture", "gesture": name, "repeat": 1, **more}


def walk(x_m: float, y_m: float = 0.0) -> Requested:
    return {"name": "walk", "dx_m": x_m, "dy_m": y_m}


def turn(degrees: float) -> Requested:
    return {"name": "turn", "angle_rad": pytest.approx(math.radians(degrees), abs=1e-3)}


ORDERS = {
    "walk": Order("walk forward two meters", "앞으로 이 미터 걸어가", walk(2.0), x_m=2.0),
    "back": Order("walk back one meter", "뒤로 일 미터 가", walk(-1.0), x_m=-1.0),
    "far": Order(
        "walk forward three meters", "앞으로 삼 미터 가", walk(3.0), x_m=3.0, confirmed=True
    ),
    "left": Order("turn left ninety degrees", "왼쪽으로 구십 도 돌아", turn(90), turned_deg=90),
    "right": Order(
        "turn right forty five degrees", "오른쪽으로 사십오 도 돌아", turn(-45), turned_deg=-45
    ),
    "look": Order("look left", "왼쪽 봐", {"name": "look", "direction": "left"}),
    "wave": Order("wave your hand", "손 흔들어", gesture("wave")),
    "bow": Order("take a bow", "인사해", gesture("bow")),
    "nod": Order("nod your head", "고개 끄덕여", gesture("nod")),
    "shake_head": Order("shake your head", "고개 저어", gesture("shake_head")),
    "clap": Order("clap your hands", "박수 쳐", gesture("clap")),
    "shrug": Order("shrug your shoulders", "어깨 으쓱해", gesture("shrug")),
    "hands_up": Order("hands up", "손 들어", gesture("hands_up")),
    "sit": Order(
        "sit down", "앉아", {"name": "posture", "posture": "sit"}, confirmed=True, posture="sit"
    ),
    "lie": Order(
        "lie down", "누워", {"name": "posture", "posture": "lie"}, confirmed=True, posture="lie"
    ),
    "dance": Order(
        "dance for ten seconds",
        "십 초 동안 춤춰",
        {"name": "dance", "dance": "any", "seconds": 10.0},
        confirmed=True,
    ),
    "point": Order(
        "point to the left",
        "왼쪽을 가리켜",
        {"name": "gesture", "gesture": "point", "repeat": 1, "direction": "left"},
    ),
    "thumbs_up": Order("thumbs up", "엄지 들어", gesture("thumbs_up")),
    "handshake": Order("shake my hand", "악수해", gesture("handshake")),
    "happy": Order("look happy", "웃어", {"name": "express", "emotion": "happy"}),
    "blue": Order(
        "make your eyes blue",
        "눈을 파란색으로 바꿔 줘",
        {"name": "led", "r": 0, "g": 0, "b": 255},
    ),
    "rest": Order(
        "take a rest",
        "쉬어",
        {"name": "posture", "posture": "rest"},
        confirmed=True,
        posture="rest",
    ),
    "place": Order("where are you", "지금 어디에 있어", {"name": "query", "about": "pose"}),
    "louder": Order(
        "set the volume to fifty percent",
        "소리를 오십 퍼센트로 해",
        {"name": "volume", "percent": 50, "relative": False},
    ),
    "battery": Order(
        "how much battery do you have",
        "배터리 얼마나 남았어",
        {"name": "query", "about": "battery"},
    ),
    "abilities": Order("what can you do", "뭐 할 수 있어", {"name": "query", "about": "can_do"}),
    "stop": Order("stop", "멈춰", {"name": "stop"}),
    "sequence": Order(
        "walk forward one meter then wave",
        "앞으로 일 미터 가서 손 흔들어",
        {"name": "sequence", "steps": [walk(1.0), gesture("wave")]},
        x_m=1.0,
    ),
}


@pytest.fixture(scope="module", params=["en", "ko"])
def spoken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "Spoken":
    """All orders of a language, each in a file of its own, answered in one run."""
    language: str = request.param
    folder = tmp_path_factory.mktemp(language)
    files = []
    for name, order in ORDERS.items():
        pieces = [pause(), say(order.words(language), VOICE[language]), pause()]
        if order.confirmed:
            pieces += [say(YES[language], VOICE[language]), pause()]
        files.append(str(write(folder / f"{name}.wav", *pieces)))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(["ask", *files, "--json", "--quiet", "--out", str(folder / "out")]) == 0
    turns = turn_objects(printed.getvalue())
    return Spoken(
        language,
        {name: [turn for turn in turns if Path(str(turn.file)).stem == name] for name in ORDERS},
    )


@dataclass(frozen=True)
class Spoken:
    language: str
    turns: dict[str, list[TurnObject]]


@pytest.mark.parametrize("name", ORDERS)
def test_it_is_heard_understood_and_done(name: str, spoken: Spoken) -> None:
    order = ORDERS[name]
    turns = spoken.turns[name]
    assert len(turns) == (2 if order.confirmed else 1), [turn.transcript for turn in turns]
    first, last = turns[0], turns[-1]
    assert first.language == spoken.language
    assert first.intent is not None, first.transcript
    assert first.intent.name == order.requested["name"]
    if order.confirmed:
        assert first.action is not None
        assert (first.action.outcome, first.action.measured) == ("needs_confirmation", None)
    action = last.action
    assert action is not None, last.transcript
    assert action.requested == order.requested, last.transcript
    assert (action.outcome, last.reply_language) == ("done", spoken.language)
    measured = action.measured
    assert measured is not None
    if order.requested["name"] != "query":  # a question is answered by where the body is
        assert measured.x_m == pytest.approx(order.x_m, abs=max(0.02, 0.03 * abs(order.x_m)))
        assert measured.y_m == pytest.approx(order.y_m, abs=0.03)
        turned_deg = math.degrees(measured.yaw_rad or 0.0)
        assert turned_deg == pytest.approx(order.turned_deg, abs=2.0)
    if order.posture is not None:
        assert measured.posture == order.posture
