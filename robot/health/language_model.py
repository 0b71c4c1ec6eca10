"""Whether the language models answer, and how fast they read and write on this board."""

import time
from contextlib import closing

from config.settings import Settings
from nlu import chat_process
from nlu.language_model import LanguageModel, ReplyLimits
from nlu.llama_template import prompt_tokens
from nlu.routes import RouteTable
from nlu.weights import Weights
from robot.assemble import model_store, open_typed_conversation
from robot.health.finding import AnswerNumbers, Finding, ModelSpeed

SLOW_TOKENS_PER_S = 4.0
"""165 English words a minute."""
PROMPT_TOKENS = 256
REPLY_TOKENS = 48
QUESTIONS = ("Tell me about the sea.", "What can you do?", "Who are you?", "How are you today?")
FILLING = "Answer kindly, in short and simple words, and say so when you do not know something. "


def check_language_model(settings: Settings) -> Finding:
    """Ask for one answer, then measure each model alone. Raises what either fails with."""
    with open_typed_conversation(settings, lambda _: None) as conversation:
        record = conversation.answer("hello")
    first_ms = record.timings_ms.first_token
    speeds = tuple(_measured(settings, name) for name in _names(settings))
    listed = "; ".join(
        f"{speed.model} reads {speed.prompt_tokens_per_s:.0f} and writes"
        f" {speed.reply_tokens_per_s:.0f} tokens a second"
        for speed in speeds
    )
    detail = f"first word after {first_ms} ms: “{record.reply}”; {listed}"
    numbers = AnswerNumbers(first_ms or 0, speeds)
    slow = [s.model for s in speeds if s.reply_tokens_per_s < SLOW_TOKENS_PER_S]
    if slow:
        remedy = (
            f"{', '.join(slow)} writes slower than people speak: choose a smaller model"
            " (`sori models recommend`), or end other programs."
        )
        return Finding("language model", "warning", detail, remedy, numbers)
    return Finding("language model", "ok", detail, numbers=numbers)


def _names(settings: Settings) -> list[str]:
    routes = RouteTable.load(settings.route)
    models = (routes.route(language).model for language in settings.language.served)
    return list(dict.fromkeys(name for name in models if name))


def _measured(settings: Settings, name: str) -> ModelSpeed:
    store = model_store(settings)
    file = store.find(name, "chat")
    weights = Weights(store.path(file), file.sha256)
    with closing(chat_process.load(weights, settings.chat)) as model:
        return measure(model, name)


def measure(model: LanguageModel, name: str) -> ModelSpeed:
    """Time the reading of a long prompt, and the writing of replies to several."""
    read, reading_s, written, writing_s = 0, 0.0, 0, 0.0
    wanted = min(PROMPT_TOKENS, model.context_tokens // 2)
    for question in QUESTIONS:
        tokens = _prompt(model, question, wanted)
        limits = ReplyLimits(min(REPLY_TOKENS, model.context_tokens // 4), max_s=20.0)
        began_s = time.monotonic()
        times_s = [time.monotonic() for _ in model.generate(tokens, limits)]
        read += len(tokens)
        reading_s += (times_s[0] if times_s else time.monotonic()) - began_s
        if times_s:
            written += len(times_s) - 1
            writing_s += times_s[-1] - times_s[0]
        if written >= REPLY_TOKENS:
            break
    # The first token comes with the prompt.
    return ModelSpeed(
        name,
        prompt_tokens_per_s=round(read / reading_s, 1),
        reply_tokens_per_s=round(written / writing_s, 1) if writing_s else 0.0,
        prompt_tokens=read,
        reply_tokens=written,
    )


def _prompt(model: LanguageModel, question: str, wanted: int) -> list[int]:
    """A prompt of about so many tokens, none of which the model has read already."""
    line = f"{question} {FILLING}"  # the beginning differs, so that nothing is remembered
    times = max(1, wanted // max(1, len(model.tokenize(line))))
    return prompt_tokens(model.vocabulary, line * times, (), question)
