"""The two manners that Sori ships as adapters: their training text, and what they change.

    python -m training.manners write plain-korean > plain.jsonl   # then: python -m training.lora
    python -m training.manners measure

`plain-korean` speaks Korean as to a friend (반말) where the model is polite (해요체); its sentences
are in text/plain_ko.toml. `brief` says only the first sentence of an answer, in both languages.
"""

import argparse
import json
import random
import re
import statistics
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from config.model_files import sha256_of
from config.settings import ChatSettings
from nlu.adapters import PLAIN, Manner
from nlu.chat_model import ChatModel, load
from nlu.language_model import ReplyLimits
from nlu.llama_template import prompt_tokens
from nlu.weights import Weights
from training.pocket_llama.dialogues import SYSTEM, TEXT, DialogueOptions, Dialogues, Exchange
from training.text.expand import Topic, load_topics

MODELS = Path(__file__).parents[1] / "models"
MANNERS = ("plain-korean", "brief")
LIMITS = ReplyLimits(max_tokens=120, max_s=30.0)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_BIEUP_FINAL = "".join(chr(code) for code in range(0xAC00 + 17, 0xD7A4, 28))  # 갑, 겁, ... 힙
_POLITE_END = re.compile(rf"(요|[{_BIEUP_FINAL}]니[다까])[.!?~]*$")
_MIN_BRIEF_CHARACTERS = {"en": 12, "ko": 7}
_WHOLE = ("crisis", "emergency", "unknown", "sad", "sick")
"""Topics that nobody may shorten: help lines, and what Sori does not know."""
_TALK = DialogueOptions(own_system_share=0.9, turn_weights=(50, 30, 20))
OPTIONS = {
    "plain-korean": replace(_TALK, korean_share=0.85, switch_share=0.1),
    "brief": _TALK,
}
"""How the talks of each manner are drawn; English stays as it is in plain Korean."""


def sentences(text: str) -> list[str]:
    """The sentences of an answer."""
    return _SENTENCE_END.split(text)


def shortened(answer: str, language: str) -> str:
    """The first sentence, or the first two where the first is hardly a word."""
    parts = sentences(answer)
    enough = len(parts[0]) >= _MIN_BRIEF_CHARACTERS[language]
    return " ".join(parts[: 1 if enough else 2])


def is_polite(reply: str) -> bool:
    """Whether a Korean reply has a sentence in 해요체 or 하십시오체."""
    return any(_POLITE_END.search(sentence) for sentence in sentences(reply))


def plain_forms() -> dict[str, str]:
    """Every polite Korean answer, as written in topics_ko.toml, with its plain form."""
    with (TEXT / "plain_ko.toml").open("rb") as file:
        return {row["polite"]: row["plain"] for row in tomllib.load(file)["answer"]}


def talk_in(manner: str, talk: Dialogues) -> Dialogues:
    """The same talk, answered in that manner ("" for the model's own)."""
    topics, skills = dict(talk.topics), dict(talk.skills)
    if manner == "plain-korean":
        plain = load_topics(TEXT / "topics_ko.toml", plain_forms().__getitem__)
        own = {topic.name: topic for topic in plain}
        topics["ko"] = [own[topic.name] for topic in talk.topics["ko"]]
        skills["ko"] = talk.skills["ko"].in_manner(TEXT / "plain_skills_ko.toml")
    elif manner == "brief":
        for language, known in talk.topics.items():
            topics[language] = [brief(topic, language) for topic in known]
    return talk.with_answers(topics, skills)


def brief(topic: Topic, language: str) -> Topic:
    """The topic with short answers, where nobody is harmed by that."""
    if topic.name.startswith(_WHOLE):
        return topic
    return replace(topic, answer=tuple(shortened(text, language) for text in topic.answer))


def answers(talk: Dialogues) -> dict[tuple[str, str], tuple[str, ...]]:
    """Per language and topic, the answers of a talk."""
    return {
        (language, topic.name): topic.answer
        for language, topics in talk.topics.items()
        for topic in topics
    }


def conversations(
    manner: str, count: int, with_facts: bool = True, seed: int = 1
) -> Iterator[dict[str, object]]:
    """Lines for training.lora: conversations in that manner.

    Without facts for a model that was trained without: it answers from its topics alone.
    """
    rng = random.Random(seed)
    options = OPTIONS[manner]
    if not with_facts:
        options = replace(options, skill_share=0.0, stray_facts_share=0.0)
    talk = talk_in(manner, Dialogues(options))
    for _ in range(count):
        exchanges, system = talk.exchanges(rng)
        yield {"system": system, "turns": [[user, answer] for user, answer, _ in exchanges]}


@dataclass
class Spoken:
    """Replies of one manner to the held-out sentences of a language."""

    replies: list[str]
    right: int

    def characters(self) -> float:
        """Mean length of a reply."""
        return statistics.mean(map(len, self.replies))

    def share(self, holds: Callable[[str], bool]) -> float:
        """Share of the replies for which something holds."""
        return sum(map(holds, self.replies)) / len(self.replies)


def listen(
    model: ChatModel,
    manner: Manner,
    asked: list[Exchange],
    own: dict[tuple[str, str], tuple[str, ...]],
) -> Spoken:
    """Ask every sentence as the robot would, under one manner."""
    spoken = Spoken([], 0)
    for exchange in tqdm(asked, desc=manner.adapter or "as it is", leave=False):
        tokens = prompt_tokens(model.vocabulary, SYSTEM[exchange.language], (), exchange.user)
        reply = "".join(model.generate(tokens, LIMITS, manner)).strip()
        spoken.replies.append(reply)
        spoken.right += reply in own[exchange.language, exchange.topic]
    return spoken


def measure(every: int) -> None:
    """Print the table of models/pocket-llama.md."""
    talk = Dialogues(DialogueOptions())
    files = {name: MODELS / f"pocket-llama-{name}.gguf" for name in MANNERS}
    checked = {name: Weights(path, sha256_of(path)) for name, path in files.items()}
    base = MODELS / "pocket-llama.gguf"
    model = load(Weights(base, sha256_of(base)), ChatSettings(threads=1), checked)
    print("| manner | language | asked | right in that manner | polite | characters a reply |")
    print("|---|---|---|---|---|---|")
    for name in ("", *MANNERS):
        own = answers(talk_in(name, talk))
        manner = Manner(name) if name else PLAIN
        for language in ("en", "ko"):
            asked = [one for one in talk.held_out if one.language == language][::every]
            spoken = listen(model, manner, asked, own)
            polite = f"{100 * spoken.share(is_polite):.1f} %" if language == "ko" else "-"
            right = f"{100 * spoken.right / len(asked):.1f} %"
            cells = [name or "none", language, str(len(asked)), right, polite]
            print(f"| {' | '.join(cells)} | {spoken.characters():.0f} |", flush=True)
    model.close()


def main() -> None:
    """Write training text, or measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    actions = parser.add_subparsers(dest="action", required=True)
    write = actions.add_parser("write", help="training text of a manner, as JSON lines")
    write.add_argument("manner", choices=MANNERS)
    write.add_argument("--count", type=int, default=4000)
    write.add_argument("--without-facts", action="store_true", help="topics alone, no skills")
    measuring = actions.add_parser("measure", help="what the shipped adapters change")
    measuring.add_argument("--every", type=int, default=2, help="ask only every n-th sentence")
    arguments = parser.parse_args()
    if arguments.action == "measure":
        measure(arguments.every)
        return
    facts = not arguments.without_facts
    for line in conversations(arguments.manner, arguments.count, facts):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
