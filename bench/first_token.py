"""What facts in the turn cost: tokens to evaluate and time to the first piece of the fifth answer.

    python -m bench.first_token

A conversation of five turns with the built-in model, as the robot leads it, with and without
the facts that it tells at every turn. All are repeated in turns, so that whatever else the machine
does hits all; medians and the slowest are printed.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bench import machine
from config.load import CONFIG_DIRECTORY
from config.model_files import sha256_of
from config.settings import ChatSettings
from nlu.chat_model import ChatModel, load
from nlu.clock_facts import clock_facts
from nlu.facts import with_facts
from nlu.language_model import ReplyLimits
from nlu.llama_template import Exchange, prompt_tokens
from nlu.weights import Weights

POCKET = Path("models/pocket-llama.gguf")
BODY = ("battery: eighty percent", "position: two metres ahead of the start", "posture: standing")
QUESTIONS = ("hello", "what time is it", "tell me a joke", "how are you", "where are you")
_ONE = ReplyLimits(max_tokens=1, max_s=10.0)
_WHOLE = ReplyLimits(max_tokens=96, max_s=10.0)


def facts_of(turn: int, kinds: str) -> Sequence[str]:
    """What the robot tells at a turn, a minute later each time."""
    if kinds == "none":
        return ()
    clock = clock_facts(datetime(2026, 11, 25, 15, 10 + turn), "en")
    return clock if kinds == "clock" else (*clock, *BODY)


def fifth_turn(model: ChatModel, persona: str, kinds: str) -> tuple[float, int, int]:
    """Milliseconds to the first piece of the fifth answer, its new tokens and all tokens."""
    history: list[Exchange] = []
    for turn, question in enumerate(QUESTIONS):
        facts = tuple(facts_of(turn, kinds))
        prompt = prompt_tokens(model.vocabulary, persona, history, with_facts(facts, question))
        began = time.perf_counter()
        stream = model.generate(prompt, _ONE if turn == len(QUESTIONS) - 1 else _WHOLE)
        first = next(stream, "")
        spent_ms = 1000 * (time.perf_counter() - began)
        reply = first + "".join(stream)
        history.append(Exchange(question, reply.strip(), "en", facts))
    new = len(prompt_tokens(model.vocabulary, "", (), with_facts(facts, question)))
    return spent_ms, new, len(prompt)


def main() -> None:
    """Print one row for each set of facts."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--file", type=Path, default=POCKET)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    print(machine.describe())
    persona = (CONFIG_DIRECTORY / "persona" / "en.txt").read_text(encoding="utf-8").strip()
    model = load(Weights(options.file, sha256_of(options.file)), ChatSettings(threads=1))
    rows: dict[str, list[tuple[float, int, int]]] = {"none": [], "clock": [], "clock and body": []}
    for _ in range(options.repeats):
        for kinds, measured in rows.items():
            measured.append(fifth_turn(model, persona, kinds))
    print("| facts | new tokens | tokens in all | first piece, ms, median | slowest |")
    print("|---|---|---|---|---|")
    for kinds, measured in rows.items():
        times = [spent_ms for spent_ms, _, _ in measured]
        _, new, whole = measured[-1]
        print(f"| {kinds} | {new} | {whole} | {statistics.median(times):.1f} | {max(times):.1f} |")
    model.close()


if __name__ == "__main__":
    main()
