"""Builds the parts from settings: the one place that names concrete classes."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from audio.recognition.transcriber import Transcriber
from audio.sound import Sound
from audio.synthesizer import Synthesizer
from config.body_phrases import BodyPhrases, load_body_phrases
from config.claim_phrases import load_claim_phrases
from config.model_files import ModelFile, ModelStore
from config.phrases import load_phrases
from config.settings import Settings
from nlu import chat_model, chat_process
from nlu.chat_supervisor import OnChange, nobody
from nlu.clock_facts import clock_facts
from nlu.commands.reader import CommandReader
from nlu.commands.reading import NotACommand, Reading
from nlu.form.reader import FormReader
from nlu.gguf_header import read_header
from nlu.language_memory import LanguageMemory
from nlu.language_model import LanguageModel
from nlu.model_pool import ModelPool
from nlu.reply import ReplySettings, ReplyStyle, Responder
from nlu.routes import Route, RouteTable
from nlu.safety.screen import SafetyFilter
from nlu.spoken_clock import local_now
from nlu.weights import Weights
from robot.acting.acting import Acting
from robot.acting.body_facts import facts as body_facts
from robot.acting.claims import Claims
from robot.answering import Answering
from robot.body.console import Tell
from robot.body.errors import BodyError
from robot.body.writer import Writer
from robot.care.company import Company
from robot.care.model_manner import ModelManners
from robot.conversation import Conversation
from robot.exchange import Exchange
from robot.hearing import Hearing
from robot.memory.memory import Memory
from robot.onboard import Onboard, open_onboard
from robot.turn import Render
from robot.typed_conversation import TypedConversation

Facts = Callable[[str], Sequence[str]]
"""Language -> what is true at this moment, as lines of `nlu.facts`."""


def model_store(settings: Settings) -> ModelStore:
    """The built-in models and the user's own."""
    return ModelStore.load(Path(settings.models.directory))


def transcriber(settings: Settings) -> Transcriber:
    """The recogniser that the settings name, its file checked against the manifest."""
    from audio.recognition import loading  # noqa: PLC0415  # torch takes seconds to import

    store = model_store(settings)
    model = store.find(settings.recognition.model, "recognition")
    return loading.load(store.path(model), model.sha256, settings.recognition, settings.language)


def hearing(settings: Settings) -> Hearing:
    """The recogniser with a fresh memory of languages."""
    return Hearing(transcriber(settings), LanguageMemory(settings.language), time.perf_counter)


@dataclass(frozen=True, slots=True)
class Robot:
    """A conversation and the body it moves."""

    conversation: Conversation
    hearing: Hearing
    render: Render
    onboard: Onboard
    company: Company
    """Its manner, mood and memory."""
    memory: Memory
    opening: Callable[[], tuple[str, ...]]
    """What people have to be told before the first turn; asked once, by who can tell them."""

    def begin(self) -> None:
        """Start anew: nothing is remembered, and a simulated body stands where it began."""
        self.conversation.begin()
        self.onboard.begin()


@contextmanager
def open_robot(
    settings: Settings, tell: Tell, *, live: bool = False, on_model_change: OnChange = nobody
) -> Iterator[Robot]:
    """A conversation that hears, speaks and moves; closes its parts at the end.

    Loads everything the served languages need now, not in the middle of the first turn. `tell` gets
    what a console body would do; `live`: a simulated body takes as long as a real one.
    `on_model_change` is told, from other threads, when the process of a language model is lost or
    back.
    """
    with ExitStack() as opened:
        onboard = opened.enter_context(open_onboard(settings, tell, live=live))
        routes = RouteTable.load(settings.route)
        memory = opened.enter_context(Memory.open(settings.memory, settings.manner))
        exchange, company = _exchange(settings, routes, onboard, memory, opened, on_model_change)
        synthesizer = opened.enter_context(closing(Synthesizer.load(settings.speech)))
        render = _render(synthesizer, routes, company)
        served = settings.language.served
        heard = hearing(settings)
        talk = Conversation(heard, exchange, render, served)
        yield Robot(
            talk, heard, render, onboard, company, memory, _opening(settings, company, tell)
        )


@contextmanager
def open_typed_conversation(settings: Settings, tell: Tell) -> Iterator[TypedConversation]:
    """A conversation without ears and mouth, but with a body."""
    with ExitStack() as opened:
        onboard = opened.enter_context(open_onboard(settings, tell, live=False))
        routes = RouteTable.load(settings.route)
        memory = opened.enter_context(Memory.open(settings.memory, settings.manner))
        exchange, company = _exchange(settings, routes, onboard, memory, opened)
        opening = _opening(settings, company, tell)
        yield TypedConversation(exchange, settings.language.served, opening)


def _opening(settings: Settings, company: Company, tell: Tell) -> Callable[[], tuple[str, ...]]:
    """Tells at once that the filter is off, whoever runs this; the rest is for who can say it."""
    language = settings.language.default
    off = () if settings.safety.enabled else (load_phrases().say("filter_off", language),)
    for text in off:
        tell(text)

    def opening() -> tuple[str, ...]:
        return (*off, *company.opening(language, greets=settings.speech.greeting))

    return opening


def _exchange(
    settings: Settings,
    routes: RouteTable,
    onboard: Onboard,
    memory: Memory,
    opened: ExitStack,
    on_change: OnChange = nobody,
) -> tuple[Exchange, Company]:
    reader = CommandReader.load(settings.language.served)
    phrases = load_body_phrases()
    pool = _language_models(settings, routes, opened, on_change)
    caps = onboard.body.rules.caps_of(onboard.abilities.caps)
    able = onboard.abilities
    form = FormReader.load(pool, routes, replace(able, caps=caps), settings)
    screen = SafetyFilter.load(settings.safety)
    company = Company.load(settings, memory, screen, routes, able, phrases)

    def guess(text: str, language: str) -> Reading:
        return NotACommand() if company.is_wish(text, language) else form.read(text, language)

    acting = Acting(reader, onboard.body, able, phrases, settings.body.confirm_s, guess)
    claims = Claims(load_claim_phrases(), has_body=able.walks or bool(able.gestures))
    facts = _facts(onboard.writer, phrases)
    answering = _answering(settings, routes, pool, facts, claims, company, screen)
    return Exchange(answering, acting, company), company


def _language_models(
    settings: Settings, routes: RouteTable, opened: ExitStack, on_change: OnChange
) -> ModelPool[LanguageModel]:
    """The pool, with the models of all served languages in it."""
    store = model_store(settings)
    pool = ModelPool(
        lambda name: _chat_model(settings, store, routes, name, on_change),
        lambda name: _memory_mb(settings, store, routes, name),
        settings.chat.memory_budget_mb,
    )
    opened.callback(pool.close)
    for language in settings.language.served:
        if model := routes.route(language).model:
            pool.get(model)
    return pool


def _answering(
    settings: Settings,
    routes: RouteTable,
    pool: ModelPool[LanguageModel],
    facts: Facts,
    claims: Claims,
    company: Company,
    screen: SafetyFilter,
) -> Answering:
    phrases, manners = load_phrases(), ModelManners.load(settings.chat)

    def style(language: str, route: Route) -> ReplyStyle:
        wished = manners.of(company.preferences, language, route)
        if not route.guide_lines:  # a model that was never told of moods
            return wished
        return replace(wished, facts=(*wished.facts, *company.facts(language)))

    replies = ReplySettings(settings.chat, settings.speech)
    responder = Responder(pool, routes, phrases, replies, facts, style)
    return Answering(responder, screen, phrases, claims)


def _facts(writer: Writer, phrases: BodyPhrases) -> Facts:
    """What is true now: the clock, and the body where it can be asked."""

    def facts(language: str) -> Sequence[str]:
        told = clock_facts(local_now(), language)
        try:
            return (*told, *body_facts(writer.observe(), language, phrases))
        except BodyError:
            return told

    return facts


def _chat_model(
    settings: Settings, store: ModelStore, routes: RouteTable, name: str, on_change: OnChange
) -> LanguageModel:
    adapters = {
        adapter: _weights(store, store.find(adapter, "adapter"))
        for adapter in routes.adapters(name)
    }
    weights = _weights(store, store.find(name, "chat"))
    if settings.chat.in_process:
        return chat_model.load(weights, settings.chat, adapters)
    return chat_process.load(weights, settings.chat, adapters, on_change)


def _weights(store: ModelStore, model: ModelFile) -> Weights:
    return Weights(store.path(model), model.sha256)


def _memory_mb(settings: Settings, store: ModelStore, routes: RouteTable, name: str) -> float:
    header = read_header(store.path(store.find(name, "chat")))
    sizes = (store.find(adapter, "adapter").bytes for adapter in routes.adapters(name))
    return header.memory_mb(settings.chat.context_tokens) + sum(sizes) / (1 << 20)


def _render(synthesizer: Synthesizer, routes: RouteTable, company: Company) -> Render:
    def render(text: str, language: str) -> Sound:
        voice = routes.route(language).voice or language
        return synthesizer.render(text, voice, company.speaking)

    return render
