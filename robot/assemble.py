"""Builds the parts from settings: the one place that names concrete classes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audio.recognition.transcriber import Transcriber, load_transcriber
from audio.sound import Sound
from audio.synthesizer import Synthesizer
from config.model_files import ModelFile, ModelStore
from config.phrases import load_phrases
from config.settings import RouteSettings, Settings
from nlu.chat_model import ChatModel, load_chat_model
from nlu.language_memory import LanguageMemory
from nlu.model_pool import ModelPool
from nlu.reply import Responder
from nlu.routes import RouteTable
from nlu.safety.screen import SafetyFilter
from robot.answering import Answering
from robot.conversation import Conversation
from robot.hearing import Hearing


def model_store(settings: Settings) -> ModelStore:
    """The built-in models and the user's own."""
    return ModelStore.load(Path(settings.models.directory))


def transcriber(settings: Settings) -> Transcriber:
    """The recogniser the settings name, its file checked against the manifest."""
    store = model_store(settings)
    model = store.find(settings.recognition.model, "recognition")
    return load_transcriber(
        store.path(model), model.sha256, settings.recognition, settings.language.served
    )


def hearing(settings: Settings) -> Hearing:
    """The recogniser with a fresh memory of languages."""
    return Hearing(transcriber(settings), LanguageMemory(settings.language), time.perf_counter)


def chat_model(settings: Settings, store: ModelStore, route: RouteSettings) -> ChatModel:
    """The language model a route names, its files checked against the manifest."""
    model = store.find(route.model, "chat")
    adapter: ModelFile | None = store.find(route.adapter, "adapter") if route.adapter else None
    ...
