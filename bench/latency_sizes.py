"""What the stages of a turn take with models of the sizes of Whisper base and TinyLlama.

Random weights do the same work and say nothing, so the parts are measured one by one, and a turn is
the sum of them.
"""

import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audio.recognition import torch_engine
from audio.synthesizer import Synthesizer
from bench.random_llama import VOCABULARY, write_tiny_llama
from bench.recognition import LANGUAGE, TOKENS, padded_mel, random_model, speech
from config.load import CONFIG_DIRECTORY, load
from config.model_files import sha256_of
from config.settings import ChatSettings
from nlu import chat_model
from nlu.chat_model import ChatModel
from nlu.language_model import ReplyLimits
from nlu.llama_template import Exchange, prompt_tokens
from nlu.weights import Weights
from robot.stop_ear import QUIET_S

CLIP_S = 2
POCKET = Path("models/pocket-llama.gguf")
QUESTION = "what can you do"
ANSWER = "I can listen, talk, and move with you. Ask me to wave, to turn, or to tell a story."
HISTORY_TURNS = 4
CLAUSE = "I can listen, talk, and move with you."
CLAUSE_TOKENS = 10
"""Of TinyLlama for a first clause like this."""
ONE = ReplyLimits(max_tokens=1, max_s=600.0)


@dataclass(frozen=True, slots=True)
class Larger:
    """Milliseconds of each part, one value a repeat."""

    recognition: list[float]
    new: list[float]
    """The first token of a prompt that is new to the model."""
    warmed: list[float]
    """The same where all but the question was evaluated in the pause before."""
    clause: list[float]
    """From the first token to the end of the first clause."""
    synthesis: list[float]
    prompt_tokens: int
    question_tokens: int

    def left(self, endpoint_ms: float) -> list[float]:
        """Of recognition at the endpoint: it begins QUIET_S after the last word."""
        begun_ms = endpoint_ms - 1_000 * QUIET_S
        return [max(0.0, whole_ms - begun_ms) for whole_ms in self.recognition]

    def section(
        self,
        endpoints: Mapping[str, NDArray[np.float64]],
        around: Sequence[float | None],
    ) -> str:
        """The part of the page; `endpoints`: p50 and p95 of each kind, live."""
        rows = [
            "| said | endpoint | recognise, left | first token | first clause and its sound"
            " | sound cards | sum |\n|---|---|---|---|---|---|---|"
        ]
        card = _percentiles([value for value in around if value is not None])
        sound = _percentiles(self.clause) + _percentiles(self.synthesis)
        for kind, endpoint in endpoints.items():
            for name, first in (("warmed", self.warmed), ("not warmed", self.new)):
                thinks = kind != "complete command"
                if not thinks and name == "not warmed":
                    continue
                parts = [
                    endpoint,
                    np.array([_percentiles(self.left(at))[n] for n, at in enumerate(endpoint)]),
                    _percentiles(first) if thinks else np.zeros(2),
                    sound if thinks else _percentiles(self.synthesis),
                    card,
                ]
                label = f"{kind}, prompt {name}" if thinks else kind
                cells = [label, *map(_cell, [*parts, np.sum(parts, axis=0)])]
                rows.append(f"| {' | '.join(cells)} |")
        table = "\n".join(rows)
        clause_ms = statistics.median(self.clause)
        return f"""
## Whisper base and TinyLlama-1.1B (Q4_0), put together

{table}

Random weights of these sizes do the same work and say nothing. Measured one by one: recognition of
{CLIP_S} s of speech with {TOKENS} tokens, {_cell(_percentiles(self.recognition))}; the first token
of a prompt of {self.prompt_tokens} tokens (persona, {HISTORY_TURNS} turns, question; counted with
the built-in model's vocabulary), new to the model {_cell(_percentiles(self.new))}, or with all but
the last {self.question_tokens} tokens evaluated in the pause before
{_cell(_percentiles(self.warmed))}; {CLAUSE_TOKENS} tokens more to the end of a first clause, median
{clause_ms:.0f}; its synthesis {_cell(_percentiles(self.synthesis))}. Endpoint and sound cards are
those of the live turns. Recognition begins {1_000 * QUIET_S:.0f} ms after the last word, and counts
only where the endpoint does not wait for longer. A command needs no language model. p95 is the sum
of the parts' p95, so more than that of the sum. An answer that takes over 1.5 s is preceded by "let
me think", which is not counted here.
"""


def measure_larger(repeats: int) -> Larger:
    """Measure every part so often."""
    with tempfile.TemporaryDirectory(prefix="latency-") as folder:
        recognition = _recognition_ms(Path(folder), repeats)
        synthesis = _synthesis_ms(repeats)
        n_prompt, n_question = _usual_tokens()
        file = write_tiny_llama(Path(folder) / "tiny.gguf")
        settings = ChatSettings(context_tokens=max(512, n_prompt + 2 * CLAUSE_TOKENS))
        with closing(chat_model.load(Weights(file, sha256_of(file)), settings)) as model:
            new, warmed, clause = _first_tokens_ms(model, n_prompt, n_question, repeats)
    return Larger(recognition, new, warmed, clause, synthesis, n_prompt, n_question)


def _recognition_ms(folder: Path, repeats: int) -> list[float]:
    path = random_model("base", folder)
    engine = torch_engine.load(path, hashlib.sha256(path.read_bytes()).hexdigest(), 0)
    samples = speech(CLIP_S)

    def whole() -> None:
        engine.decode(engine.encode(padded_mel(samples, engine)), LANGUAGE, TOKENS)

    whole()
    return [_spent_ms(whole) for _ in range(repeats)]


def _synthesis_ms(repeats: int) -> list[float]:
    with closing(Synthesizer.load(load().speech)) as synthesizer:
        synthesizer.render(CLAUSE, "en")
        return [_spent_ms(lambda: synthesizer.render(CLAUSE, "en")) for _ in range(repeats)]


def _usual_tokens() -> tuple[int, int]:
    """Tokens of a whole prompt, and of what a question adds to it."""
    persona = (CONFIG_DIRECTORY / "persona" / "en.txt").read_text("utf-8").strip()
    history = [Exchange(QUESTION, ANSWER, "en")] * HISTORY_TURNS
    weights = Weights(POCKET, sha256_of(POCKET))
    with closing(chat_model.load(weights, ChatSettings())) as pocket:
        whole = prompt_tokens(pocket.vocabulary, persona, history, QUESTION)
        before = prompt_tokens(pocket.vocabulary, persona, history, "")
    return len(whole), len(whole) - len(before) + 4  # the end of the template comes after it


def _first_tokens_ms(
    model: ChatModel, n_prompt: int, n_question: int, repeats: int
) -> tuple[list[float], list[float], list[float]]:
    """First token of a prompt that is new, and of one that was warmed; the rest of a clause."""
    random = np.random.default_rng(2)
    new, warmed, clause = [], [], []
    for _ in range(repeats):
        # Other tokens each time: nothing is known from the time before.
        prompt: list[int] = [1, *random.integers(300, VOCABULARY, n_prompt - 1).tolist()]
        new.append(_spent_ms(partial(list, model.generate(prompt, ONE))))
        question: list[int] = random.integers(300, VOCABULARY, n_question).tolist()
        asked = [*prompt[:-n_question], *question]
        model.warm(asked[:-n_question])
        warmed.append(_spent_ms(partial(list, model.generate(asked, ONE))))
        more = ReplyLimits(max_tokens=1 + CLAUSE_TOKENS, max_s=600.0)
        stream = model.generate(asked, more)
        next(stream, "")
        clause.append(_spent_ms(partial(list, stream)))
    return new, warmed, clause


def _spent_ms(work: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - began_s)


def _percentiles(values: Sequence[float]) -> NDArray[np.float64]:
    if not values:
        return np.zeros(2)
    found: NDArray[np.float64] = np.percentile(values, [50, 95])
    return found


def _cell(values: NDArray[np.float64]) -> str:
    return f"{values[0]:.0f} / {values[1]:.0f}"
