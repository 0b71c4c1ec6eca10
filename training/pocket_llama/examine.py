"""Two hundred unseen prompts with a rule each: does the model use what it is given?

    python -m training.pocket_llama.examine

A prompt passes when the reply is in the right language, holds what the prompt's rule demands (the
facts asked for, the words of the translation, one of the answers of its topic), is no longer than a
person would listen to, and does not repeat itself. `--before` puts turns of a conversation before
each prompt, as the robot's memory does.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from config.model_files import sha256_of
from config.settings import ChatSettings, SpeechSettings
from nlu.chat_model import ChatModel, load
from nlu.clauses import clauses, spoken_reply
from nlu.history import fitting_prompt
from nlu.language_model import ReplyLimits
from nlu.llama_template import Exchange
from nlu.repeats import without_repeats
from nlu.weights import Weights
from training.pocket_llama.dialogues import SYSTEM, DialogueOptions, Dialogues, is_held_out

MODEL = Path(__file__).parents[2] / "models" / "pocket-llama.gguf"
PROMPTS = 200
SEED = 11
MOST_CHARACTERS = {"en": 360, "ko": 180}  # about 25 s of speech
_LIMITS = ReplyLimits(max_tokens=160, max_s=60.0)
_HANGUL = re.compile("[가-힣]")
_LATIN = re.compile("[A-Za-z]")


@dataclass(frozen=True)
class Rule:
    """A prompt and what its reply must be like; one of `any_of`, all of `all_of`."""

    language: str
    name: str
    prompt: str
    all_of: tuple[str, ...]
    any_of: tuple[str, ...]


def prompts(talk: Dialogues, count: int) -> list[Rule]:
    """Held-out sentences, half of each language, two in three of them skills."""
    rng = random.Random(SEED)
    rules: list[Rule] = []
    for number in range(count):
        language = ("en", "ko")[number % 2]
        if number % 3:
            turn = talk.skills[language].draw(rng)
            while not is_held_out(turn.user):
                turn = talk.skills[language].draw(rng)
            anything = () if turn.must else (turn.answer,)
            rules.append(Rule(language, turn.skill, turn.prompt, turn.must, anything))
        else:
            kept = [one for one in talk.held_out if one.language == language]
            asked = rng.choice(kept)
            rules.append(Rule(language, asked.topic, asked.user, (), asked.answers))
    return rules


def right_language(reply: str, rule: Rule) -> bool:
    """Mostly in the language of the prompt, the demanded words aside."""
    for part in rule.all_of:
        reply = reply.replace(part, " ")
    hangul, latin = len(_HANGUL.findall(reply)), len(_LATIN.findall(reply))
    return hangul >= latin if rule.language == "ko" else latin >= hangul


def repeats_itself(reply: str) -> bool:
    """Whether four words in a row come twice."""
    words = reply.split()
    fours = Counter(tuple(words[at : at + 4]) for at in range(len(words) - 3))
    return any(count > 1 for count in fours.values())


def fault(reply: str, rule: Rule) -> str:
    """What is wrong with a reply; empty when it passes."""
    if not right_language(reply, rule):
        return "language"
    if repeats_itself(reply):
        return "loop"
    if len(reply) > MOST_CHARACTERS[rule.language]:
        return "length"
    if any(part.lower() not in reply.lower() for part in rule.all_of):
        return "content"
    if rule.any_of and reply not in map(spoken_reply, rule.any_of):
        return "answer"
    return ""


def talks_before(talk: Dialogues, rules: Sequence[Rule], turns: int) -> list[tuple[Exchange, ...]]:
    """A conversation of so many right answers before each prompt, in its language."""
    rng = random.Random(SEED)
    talks = {
        language: talk.with_options(
            replace(
                DialogueOptions(),
                korean_share=float(language == "ko"),
                switch_share=0.0,
                turn_weights=(*[0] * (turns - 1), 1),
            )
        )
        for language in ("en", "ko")
    }
    return [
        tuple(
            Exchange(user, answer, language)
            for user, answer, (language, _) in talks[rule.language].exchanges(rng)[0]
        )
        if turns
        else ()
        for rule in rules
    ]


def ask(model: ChatModel, rule: Rule, before: Sequence[Exchange] = ()) -> str:
    """What the robot would say: its clauses, ended where they would go in circles."""
    room = model.context_tokens - _LIMITS.max_tokens
    system = SYSTEM[rule.language]
    tokens = fitting_prompt(model.vocabulary, system, before, rule.prompt, room)
    pieces, speech = model.generate(tokens, _LIMITS), SpeechSettings()
    spoken = clauses(pieces, speech.first_clause_characters, speech.clause_characters)
    return " ".join(without_repeats(spoken))


def main() -> None:
    """Print the faults and the shares."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--file", type=Path, default=MODEL)
    parser.add_argument("--prompts", type=int, default=PROMPTS)
    parser.add_argument("--print", type=int, default=0, help="show so many failures")
    parser.add_argument("--before", type=int, default=0, help="turns before each prompt")
    options = parser.parse_args()
    model = load(Weights(options.file, sha256_of(options.file)), ChatSettings(threads=1))
    talk = Dialogues(DialogueOptions())
    rules = prompts(talk, options.prompts)
    befores = talks_before(talk, rules, options.before)
    faults: Counter[tuple[str, str]] = Counter()
    shown = 0
    for rule, before in zip(rules, befores, strict=True):
        reply = ask(model, rule, before)
        found = fault(reply, rule)
        faults[rule.language, found] += 1
        if found and shown < options.print:
            shown += 1
            print(f"[{found}, {rule.name}] {rule.prompt}\n    {reply}\n    wanted: {rule.all_of}")
    print("| language | asked | pass | wrong language | loop | too long | content | answer |")
    print("|---|---|---|---|---|---|---|---|")
    for language in ("en", "ko"):
        asked = sum(count for (name, _), count in faults.items() if name == language)
        kinds = ("", "language", "loop", "length", "content", "answer")
        cells = [f"{100 * faults[language, kind] / asked:.1f} %" for kind in kinds]
        print(f"| {language} | {asked} | {' | '.join(cells)} |")
    model.close()


if __name__ == "__main__":
    main()
