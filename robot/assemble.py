"""Builds the parts from settings: the one place that names concrete classes."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from audio.recognition.transcriber import Transcriber
from audio.sound import Sound
from audio.synthesizer import Synthesizer
from config.model_files import ModelFile, ModelStore
from config.phrases import load_phrases
from config.settings import Settings
from nlu import chat_model
from nlu.chat_model import ChatModel
from nlu.gguf_header import read_header
from nlu.language_memory import LanguageMemory
from nlu.model_pool import ModelPool
from nlu.reply import ReplySettings, Responder
from nlu.routes import RouteTable
from nlu.safety.screen import SafetyFilter
from nlu.weights import Weights
from robot.answering import Answering
from robot.conversation import Conversation
from robot.hearing import Hearing
from robot.turn import Render
from robot.typed_conversation import TypedConversation


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


@contextmanager
def open_conversation(settings: Settings) -> Iterator[Conversation]:
    """A conversation that hears and speaks; closes its models and its speech worker at the end.

    Loads everything the served languages need now, not in the middle of the first turn.
    """
    with ExitStack() as opened:
        routes = RouteTable.load(settings.route)
        answering = _answering(settings, routes, opened)
        synthesizer = opened.enter_context(closing(Synthesizer.load(settings.speech)))
        render = _render(synthesizer, routes)
        yield Conversation(hearing(settings), answering, render, settings.language.served)


@contextmanager
def open_typed_conversation(settings: Settings) -> Iterator[TypedConversation]:
    """A conversation without ears and mouth."""
    with ExitStack() as opened:
        answering = _answering(settings, RouteTable.load(settings.route), opened)
        yield TypedConversation(answering, settings.language.served)


def _answering(settings: Settings, routes: RouteTable, opened: ExitStack) -> Answering:
    phrases = load_phrases()
    store = model_store(settings)
    pool = ModelPool(
        lambda name: _chat_model(settings, store, routes, name),
        lambda name: _memory_mb(settings, store, routes, name),
        settings.chat.memory_budget_mb,
    )
    opened.callback(pool.close)
    for language in settings.language.served:
        if model := routes.route(language).model:
            pool.get(model)
    responder = Responder(pool, routes, phrases, ReplySettings(settings.chat, settings.speech))
    return Answering(responder, SafetyFilter.load(settings.safety), phrases)


def _chat_model(settings: Settings, store: ModelStore, routes: RouteTable, name: str) -> ChatModel:
    adapters = {
        adapter: _weights(store, store.find(adapter, "adapter"))
        for adapter in routes.adapters(name)
    }
    return chat_model.load(_weights(store, store.find(name, "chat")), settings.chat, adapters)


def _weights(store: ModelStore, model: ModelFile) -> Weights:
    return Weights(store.path(model), model.sha256)


def _memory_mb(settings: Settings, store: ModelStore, routes: RouteTable, name: str) -> float:
    header = read_header(store.path(store.find(name, "chat")))
    sizes = (store.find(adapter, "adapter").bytes for adapter in routes.adapters(name))
    return header.memory_mb(settings.chat.context_tokens) + sum(sizes) / (1 << 20)


def _render(synthesizer: Synthesizer, routes: RouteTable) -> Render:
    def render(text: str, language: str) -> Sound:
        return synthesizer.render(text, routes.route(language).voice or language)

    return render
