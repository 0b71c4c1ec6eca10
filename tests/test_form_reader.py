"""What the language model takes a sentence for, from the sentence to the body."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from config.body_phrases import load_body_phrases
from config.errors import ConfigurationError, ModelError
from config.model_files import sha256_of
from config.settings import ChatSettings, LanguageSettings, RouteSettings, Settings
from nlu.abilities import Abilities
from nlu.actions import Gesture, Walk
from nlu.actions import Sequence as Steps
from nlu.chat_model import ChatModel, load
from nlu.commands.reader import CommandReader
from nlu.commands.reading import Command, NotACommand, Reading
from nlu.form.reader import FormReader
from nlu.model_pool import ModelPool
from nlu.routes import RouteTable
from nlu.weights import Weights
from robot.acting.acting import Acting
from robot.acting.body_access import LimitedBody
from robot.body.console import CONSOLE_ABILITIES, NO_ABILITIES, ConsoleBody
from robot.body.performer import Performer
from robot.body.rules import load_rules
from robot.body.writer import Writer
from tests.llama_checkpoints import write_scripted

RULES = load_rules()
COMMANDS = CommandReader.load(("en",))
PHRASES = load_body_phrases()
FORWARD = '{"action": {"name": "walk", "way": "forward", "metres": 1}}'
NOTHING = NotACommand("no_command")


class Models:
    """Tiny models that say one form each, behind routes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pools: list[ModelPool[ChatModel]] = []

    def reader(
        self,
        says: str,
        abilities: Abilities = CONSOLE_ABILITIES,
        *,
        model: str = "tiny",
        actions: bool = True,
        context_tokens: int = 8_192,
    ) -> FormReader:
        chat = ChatSettings(threads=1, context_tokens=context_tokens)
        route = RouteSettings(languages=("*",), model=model, persona="en", actions=actions)

        def load_tiny(name: str) -> ChatModel:
            if says == "":
                raise ModelError("There is no such model.")
            answer = [says.replace(" ", "▁"), "</s>"]
            path = write_scripted(self._folder / f"{name}.gguf", answer, context_tokens="8192")
            return load(Weights(path, sha256_of(path)), chat)

        self._pools.append(ModelPool(load_tiny, lambda _: 1.0, 10.0))
        served = LanguageSettings(served=("en",))
        settings = Settings(chat=chat, route=(route,), language=served)
        return FormReader.load(self._pools[-1], RouteTable.load([route]), abilities, settings)

    def close(self) -> None:
        for pool in self._pools:
            pool.close()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    made = Models(tmp_path_factory.mktemp("models"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def walker(models: Models) -> FormReader:
    return models.reader(FORWARD)


def test_a_wish_is_a_command_in_doubt(walker: FormReader) -> None:
    assert walker.read("I wish you were here", "en") == Command(Walk(1.0, 0.0), ("misheard",))
    assert walker.read("여기 좀 있어 주면 좋겠다", "ko") == Command(Walk(1.0, 0.0), ("misheard",))


def test_no_wish_is_none(models: Models) -> None:
    assert models.reader('{"action": null}').read("what a day", "en") == NOTHING


def test_a_model_that_wants_what_the_body_lacks_gets_something_else(models: Models) -> None:
    """The tiny model would say only this; held to the grammar it says what is left."""
    waver = Abilities(body="own", gestures=("wave",), queries=())
    reading = models.reader(FORWARD, waver).read("walk on", "en")
    assert isinstance(reading, Command | NotACommand)
    if isinstance(reading, Command):
        steps = reading.action.steps if isinstance(reading.action, Steps) else (reading.action,)
        assert all(not isinstance(step, Walk) for step in steps)


@pytest.mark.parametrize("route", [{"actions": False}, {"model": ""}])
def test_a_route_without_actions_is_not_asked(models: Models, route: dict[str, str | bool]) -> None:
    actions, model = bool(route.get("actions", True)), str(route.get("model", "tiny"))
    reader = models.reader("", model=model, actions=actions)  # to load it would raise
    assert reader.read("I wish you were here", "en") == NOTHING


def test_no_body_is_not_asked_for_anything(models: Models) -> None:
    assert models.reader("", NO_ABILITIES).read("I wish you were here", "en") == NOTHING


def test_what_does_not_fit_the_context_is_no_command(walker: FormReader) -> None:
    assert walker.read("ha " * 5_000, "en") == NOTHING


def test_a_context_without_room_is_named_at_the_start(models: Models) -> None:
    with pytest.raises(ConfigurationError, match=r"`actions` in the \[\[route\]\] of `en` needs"):
        models.reader(FORWARD, context_tokens=512)


# --- with a body ---------------------------------------------------------------------------------


class Talk:
    """Each sentence three seconds after the one before; counts what the model is asked."""

    def __init__(self, form: FormReader) -> None:
        self.lines: list[str] = []
        self.asked: list[str] = []
        driver = ConsoleBody(self.lines.append)
        writer = Writer(driver, latch_s=1.0)

        def guess(text: str, language: str) -> Reading:
            self.asked.append(text)
            return form.read(text, language)

        body = LimitedBody(writer, Performer(writer, RULES), RULES)
        self.acting = Acting(COMMANDS, body, driver.abilities, PHRASES, guess=guess)
        self.now_s = 0.0

    def say(self, *texts: str) -> Sequence[str | None]:
        replies = []
        for text in texts:
            self.now_s += 3.0
            acted = self.acting.consider(text, "en", self.now_s)
            replies.append(None if acted is None else acted.reply)
        return replies


def test_a_guess_moves_nothing_before_a_yes(walker: FormReader) -> None:
    talk = Talk(walker)
    asks = "Did I hear that right? Shall I walk one metre forward?"
    assert talk.say("I wish you were over here") == [asks]
    assert talk.lines == []
    assert talk.say("yes") == ["By my reckoning, I walked one metre forward."]
    assert talk.lines[0] == "body: begins to move"


def test_a_guess_is_dropped_by_a_no_and_by_anything_else(walker: FormReader) -> None:
    talk = Talk(walker)
    talk.say("I wish you were over here", "no", "I wish you were over here", "stop", "yes")
    assert talk.lines == []


@pytest.mark.parametrize(
    "text",
    [
        "do not walk",
        "can you walk",
        "she said walk forward two metres",
        "walk forward one metre",
        "stop",
        "yes",
        "no",
    ],
)
def test_the_model_is_asked_only_where_the_grammar_finds_nothing(
    walker: FormReader, text: str
) -> None:
    talk = Talk(walker)
    talk.say(text)
    assert talk.asked == []


def test_sequences_are_read_back_whole(models: Models) -> None:
    wave = '{"name": "gesture", "gesture": "wave"}'
    says = f'{{"action": {{"name": "sequence", "steps": [{wave}, {wave}]}}}}'
    talk = Talk(models.reader(says))
    assert models.reader(says).read("hey hey", "en") == Command(
        Steps((Gesture("wave"), Gesture("wave"))), ("misheard",)
    )
    (reply,) = talk.say("what a nice audience we have")
    assert reply is not None
    assert reply.startswith("Did I hear that right? Shall I wave")
    assert talk.lines == []
