"""Whole little dialogues: text in, the reply and what the body did out."""

import math
from collections.abc import Callable

import pytest

from config.body_phrases import load_body_phrases
from config.body_settings import SimulatedSettings
from nlu.actions import Gesture, Posture, Walk
from nlu.commands.reader import CommandReader
from nlu.commands.reading import Command, NotACommand, Unclear
from robot.acting.acting import Acted, Acting
from robot.acting.body_access import LimitedBody
from robot.body.console import NO_ABILITIES, ConsoleBody
from robot.body.driver import Driver
from robot.body.performer import Performer
from robot.body.rules import load_rules
from robot.body.simulated.driver import load as load_simulated
from robot.body.state import BodyState
from robot.body.writer import Writer

PHRASES = load_body_phrases()
READER = CommandReader.load(("en", "ko", "es", "fr", "de"))
RULES = load_rules()
CONFIRM_S = 8.0

Line = tuple[str, str | None, set[str]]
"""What is said, the reply (None: no matter of the body), the kinds of action that happened."""


class Talk:
    """A conversation with a body; each sentence comes three seconds after the one before."""

    def __init__(self, driver: Driver, language: str = "en") -> None:
        self.writer = Writer(driver, latch_s=1.0)
        body = LimitedBody(self.writer, Performer(self.writer, RULES), RULES)
        self.acting = Acting(READER, body, driver.abilities, PHRASES, CONFIRM_S)
        self.language = language
        self.now_s = 0.0

    def say(
        self, text: str, after_s: float = 3.0, log_probability: float | None = None
    ) -> Acted | None:
        self.now_s += after_s
        return self.acting.consider(text, self.language, self.now_s, log_probability)

    def reply(self, text: str, after_s: float = 3.0) -> str | None:
        acted = self.say(text, after_s)
        return None if acted is None else acted.reply

    @property
    def state(self) -> BodyState:
        return self.writer.observe()


def console(language: str = "en") -> Talk:
    return Talk(ConsoleBody(lambda _line: None), language)


SHALL_I = "You want me to walk three metres forward. Shall I?"
LEFT_IT = "All right, I will not walk three metres forward."
WALKED_ONE = "By my reckoning, I walked one metre forward."

DIALOGUES: dict[str, tuple[str, tuple[Line, ...]]] = {
    "done at once": ("en", (
        ("walk forward two metres", "By my reckoning, I walked two metres forward.", {"walk"}),
        ("wave three times", "I waved three times.", {"gesture"}),
        ("walk forward one metre then wave",
         "By my reckoning, I walked one metre forward and waved.", {"walk", "gesture"}),
        ("turn left ninety degrees", "By my reckoning, I turned ninety degrees to the left.",
         {"turn"}),
    )),
    "no matter of the body": ("en", (
        ("tell me a joke", None, set()),
        ("do not dance", None, set()),
        ("can you walk", None, set()),
        ("yes do it", None, set()),
    )),
    "yes": ("en", (
        ("walk three metres forward", SHALL_I, set()),
        ("yes", "By my reckoning, I walked three metres forward.", {"walk"}),
        ("yes do it", None, set()),
    )),
    "no": ("en", (
        ("walk three metres forward", SHALL_I, set()),
        ("no", LEFT_IT, set()),
        ("sure", None, set()),
    )),
    "something else drops it": ("en", (
        ("walk three metres forward", SHALL_I, set()),
        ("what is the time", None, set()),
        ("sure", None, set()),
    )),
    "another command drops it": ("en", (
        ("walk three metres forward", SHALL_I, set()),
        ("walk one metre forward", WALKED_ONE, {"walk"}),
        ("sure", None, set()),
    )),
    "no, but": ("en", (
        ("walk three metres forward", SHALL_I, set()),
        ("no walk one metre", WALKED_ONE, {"walk"}),
    )),
    "stop drops it": ("en", (
        ("walk three metres forward", SHALL_I, set()),
        ("stop", f"{LEFT_IT} I am keeping still.", {"stop"}),
        ("sure", None, set()),
        ("stop", "I am keeping still.", {"stop"}),
    )),
    "refused with the cap": ("en", (
        ("walk eight metres forward",
         "I may walk at most five metres forward at a time, so I have not moved.", set()),
    )),
    "postures": ("en", (
        ("sit down", "You want me to sit down. Shall I?", set()),
        ("sure", "I sat down.", {"posture"}),
        ("walk forward one metre", "I am sitting. Ask me to stand up first.", set()),
        ("stand up", "You want me to stand up. Shall I?", set()),
        ("sure", "I stood up.", {"posture"}),
        ("stand up", "I am already standing.", set()),
    )),
    "questions": ("en", (
        ("how much battery do you have", "This body does not tell me how full its battery is.",
         set()),
        ("where are you", "I am standing, where I started.", set()),
    )),
    "예": ("ko", (
        ("앞으로 이 미터 걸어가", "제 계산으로는 이 미터 앞으로 걸어갔어요.", {"walk"}),
        ("세 번 손 흔들어", "세 번 손을 흔들었어요.", {"gesture"}),
        ("앞으로 삼 미터 가", "삼 미터 앞으로 걸어갈까요?", set()),
        ("네", "제 계산으로는 삼 미터 앞으로 걸어갔어요.", {"walk"}),
        ("앉아", "앉을까요?", set()),
        ("아니", "알겠어요, 하지 않을게요.", set()),
        ("앉아", "앉을까요?", set()),
        ("멈춰", "알겠어요, 하지 않고 가만히 있을게요.", {"stop"}),
        ("앞으로 팔 미터 가", "한 번에 앞으로 오 미터까지만 갈 수 있어서 움직이지 않았어요.",
         set()),
        ("오늘 날씨 어때", None, set()),
    )),
    "어느 쪽": ("ko", (
        ("돌아", "어느 쪽이에요? 왼쪽이요, 오른쪽이요?", set()),
        ("왼쪽이요", "제 계산으로는 왼쪽으로 구십 도 돌았어요.", {"turn"}),
        ("돌아", "어느 쪽이에요? 왼쪽이요, 오른쪽이요?", set()),
        ("고마워", None, set()),
        ("왼쪽이요", None, set()),
    )),
    "español": ("es", (
        ("saluda", "He saludado con la mano.", {"gesture"}),
        ("siéntate", "¿Debo sentarme?", set()),
        ("sí", "Me he sentado.", {"posture"}),
    )),
    "français": ("fr", (
        ("salue", "J'ai salué de la main.", {"gesture"}),
        ("assieds-toi", "Dois-je m'asseoir ?", set()),
        ("oui", "J'ai pris la position assise.", {"posture"}),
    )),
    "Deutsch": ("de", (
        ("winke", "Ich habe gewinkt.", {"gesture"}),
        ("setz dich", "Ich soll mich hinsetzen. Ja oder nein?", set()),
        ("ja", "Ich habe mich hingesetzt.", {"posture"}),
    )),
}  # fmt: skip


@pytest.mark.parametrize("name", DIALOGUES)
def test_dialogues_by_table(name: str) -> None:
    language, lines = DIALOGUES[name]
    talk = console(language)
    for text, reply, moved in lines:
        acted = talk.say(text)
        assert (text, acted and acted.reply) == (text, reply)
        assert (acted.moved if acted else set()) == moved


@pytest.mark.parametrize(
    ("ended_after_s", "answered_after_s", "counts"),
    [
        (None, 7.9, True),  # a sound file: replies take no time
        (None, 8.1, False),
        (3.0, 8.1, True),  # from the end of the read-back
        (3.0, 10.9, True),
        (3.0, 11.1, False),
    ],
)
def test_a_yes_counts_for_a_while(
    ended_after_s: float | None, answered_after_s: float, counts: bool
) -> None:
    talk = console()
    acted = talk.say("walk three metres forward")
    assert acted is not None
    assert acted.asks
    assert talk.acting.waits_for_answer
    if ended_after_s is not None:
        talk.acting.question_ended(talk.now_s + ended_after_s)
    reply = talk.reply("sure", answered_after_s)
    assert (reply == "That came too late, so I have not moved.") is not counts
    assert talk.state.pose.x_m == pytest.approx(3.0 if counts else 0.0, abs=0.1)
    assert not talk.acting.waits_for_answer


def test_a_new_conversation_knows_no_open_question() -> None:
    talk = console()
    talk.say("walk three metres forward")
    talk.acting.forget()
    assert talk.say("sure") is None


def test_what_was_heard_with_doubt_is_read_back() -> None:
    talk = console()
    acted = talk.say("walk one metre forward", log_probability=-0.95)
    assert acted is not None
    assert acted.performed is not None
    assert acted.performed.outcome == "needs_confirmation"
    assert acted.reply == "Did I hear that right? Shall I walk one metre forward?"
    assert talk.reply("sure") == WALKED_ONE


def test_stop_and_questions_are_never_read_back() -> None:
    talk = console()
    for text in ("stop", "where are you"):
        acted = talk.say(text, log_probability=-0.95)
        assert acted is not None
        assert not acted.asks


def test_what_somebody_else_read_is_acted_on_alike() -> None:
    talk = console()

    def act(reading: Command | Unclear | NotACommand) -> Acted | None:
        return talk.acting.act_on(reading, "en", talk.now_s)

    talk.say("walk three metres forward")
    waved = act(Command(Gesture("wave")))
    assert waved is not None
    assert waved.reply == "I waved."
    assert talk.say("sure") is None  # the older question is gone
    assert act(NotACommand()) is None
    asked = act(Unclear("which_number", (Walk(0.15), Walk(0.5))))
    assert asked is not None
    assert asked.reply == "Fifteen or fifty centimetres?"
    assert talk.reply("yes do it") == "Fifteen or fifty centimetres?"  # names none of them
    assert talk.reply("fifty") == "By my reckoning, I walked fifty centimetres forward."


def test_a_stop_that_came_meanwhile_drops_what_was_said_before_it() -> None:
    talk = console()
    epoch = talk.writer.epoch
    talk.writer.stop()
    acted = talk.acting.consider("walk forward two metres", "en", 1.0, epoch=epoch)
    assert acted is not None
    assert acted.reply == "I was stopped before I could walk two metres forward."
    assert acted.moved == frozenset()
    assert talk.state.pose.x_m == 0.0


def test_a_body_that_can_do_nothing_says_so() -> None:
    talk = Talk(ConsoleBody(lambda _line: None, NO_ABILITIES))
    assert talk.reply("wave") == "I have no body to move right now."


def stop_after(talk: Talk, seconds: float) -> Callable[[float], None]:
    began_s = talk.state.time_s

    def watch(time_s: float) -> None:
        if time_s - began_s > seconds:
            talk.writer.stop()

    return watch


def test_the_simulated_body_is_told_of_as_it_was_measured() -> None:
    body = load_simulated(SimulatedSettings(battery_percent=80))
    talk = Talk(body)
    try:
        assert talk.reply("walk forward one metre") == "I walked one metre forward."
        assert talk.reply("how much battery do you have") == "My battery is at eighty percent."
        acted = talk.acting.consider(
            "walk forward two metres", "en", talk.now_s, watch=stop_after(talk, 3.0)
        )
        assert acted is not None
        assert acted.performed is not None
        measured = acted.performed.measured
        assert measured is not None
        assert measured.x_m is not None
        assert 0.3 < measured.x_m < 1.5
        assert acted.reply.startswith("I walked about ")
        assert acted.reply.endswith(" forward, then I was stopped.")
        assert acted.moved == {"walk"}
        assert math.isclose(talk.state.pose.x_m, 1.0 + measured.x_m, abs_tol=0.1)
        assert talk.reply("lie down") == "You want me to lie down. Shall I?"
        assert talk.reply("sure") == "I lay down."
        assert talk.state.posture == Posture("lie").name
        assert talk.reply("wave") == "I am lying down. Ask me to stand up first."
    finally:
        body.close()
