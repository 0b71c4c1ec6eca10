"""Training conversations in Llama 2's chat template, composed from the topics.

The template is Meta's (github.com/meta-llama/llama, generation.py, chat_completion): every turn
is BOS + "[INST] user [/INST] answer " + EOS, and the first user text starts with the system text
between <<SYS>> markers.
"""

import copy
import random
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from config.load import CONFIG_DIRECTORY
from nlu.facts import with_facts
from training.pocket_llama.everyday import english_utterances, korean_sentences
from training.pocket_llama.hearing import as_heard, as_typed, with_address
from training.pocket_llama.skills import Skills
from training.text.expand import Topic, load_topics

BOS, EOS = 1, 2
"""Ids of the pieces that begin and end a turn, as in Llama 2."""
TEXT = Path(__file__).resolve().parent.parent / "text"
SYSTEM = {
    language: (CONFIG_DIRECTORY / "persona" / f"{language}.txt").read_text("utf-8").strip()
    for language in ("en", "ko")
}
"""What the robot itself uses."""
OTHER_SYSTEMS = {
    "en": (
        "",
        "",
        "You are Sori, a kind robot. Answer briefly.",
        "You are the voice of a robot. Answer in English.",
        "You are a helpful assistant.",
    ),
    "ko": (
        "",
        "",
        "너는 친절한 로봇 소리야. 짧게 대답해.",
        "너는 로봇의 목소리야. 한국어로 대답해.",
        "친절하고 짧게 대답해 줘.",
    ),
}
FAMILY_WEIGHTS = {
    "motion": 6.0,
    "sum": 2.0,
    "crisis": 2.0,
    "emergency": 2.0,
    "sad": 2.0,
    "who_are_you": 2.0,
    "greeting": 2.0,
    "unknown_places": 2.0,
    "unknown_people": 2.0,
    "unknown_science": 2.0,
    "unknown_facts": 2.0,
    "unclear": 4.0,
}
"""How much more often than a plain topic a family (all its topics together) is drawn."""

EXACT_FAMILIES = frozenset(("sum", "difference"))
"""Where a lost word would make the answer wrong."""

SKILLED_FAMILIES = frozenset(("to_korean", "to_english", "time", "date", "battery"))
"""Topics that the skills know better."""


TopicName = tuple[str, str]
"""Language and name."""


@dataclass(frozen=True)
class DialogueOptions:
    """How conversations are drawn; shares are of 1."""

    everyday_folder: Path = TEXT.parents[2] / "shared" / "data" / "dialogue"
    skill_share: float = 0.45  # of the turns, answered from what the prompt says
    stray_facts_share: float = 0.6  # of the other turns, with facts that do not matter
    everyday_share: float = 0.35  # of the turns of a topic which has everyday sentences
    system_share: float = 1.0  # of conversations that may have a system text at all
    own_system_share: float = 0.6  # of these
    plain_share: float = 0.6  # user sentences as the recogniser writes them
    switch_share: float = 0.2  # of turns which change the language
    korean_share: float = 0.5  # of conversations which begin in Korean
    turn_weights: tuple[int, ...] = (25, 20, 20, 20, 15)  # of 1 to 5 turns


@dataclass(frozen=True)
class Turn:
    """One exchange: the templated prompt "[INST] ... [/INST]" and the answer after it.

    `topic` is the number of what the user wants, in `Dialogues.numbers`; -1 if not known.
    """

    prompt: str
    answer: str
    topic: int = -1


@dataclass(frozen=True)
class Exchange:
    """What a person says on a topic and how Sori may answer."""

    language: str
    topic: str
    user: str
    answers: tuple[str, ...]


def is_held_out(question: str) -> bool:
    """Whether the sentence is kept for evaluation: one in twenty, by its checksum."""
    return zlib.crc32(question.encode()) % 20 == 0


def templated(users: list[str], answers: list[str], system: str) -> list[Turn]:
    """The turns of a conversation in Llama 2's template, from the texts of both sides."""
    turns = []
    for number, (user, answer) in enumerate(zip(users, answers, strict=True)):
        head = f"<<SYS>>\n{system}\n<</SYS>>\n\n" if number == 0 and system else ""
        turns.append(Turn(f"[INST] {head}{user} [/INST]", answer))
    return turns


class Dialogues:
    """Draws training conversations; held-out sentences never occur in them."""

    def __init__(self, options: DialogueOptions) -> None:
        self.options = options
        self.topics: dict[str, list[Topic]] = {}
        self.questions: dict[tuple[str, str], list[str]] = {}
        self.everyday: dict[tuple[str, str], list[str]] = {}
        self.held_out: list[Exchange] = []
        for language in ("en", "ko"):
            self._load(language)
        self.skills = {language: Skills.load(language, TEXT) for language in ("en", "ko")}
        names = [(name, topic.name) for name, topics in self.topics.items() for topic in topics]
        names += [
            (language, f"skill.{skill.name}")
            for language, skills in self.skills.items()
            for skill in skills.skills
        ]
        self.numbers = {name: number for number, name in enumerate(names)}
        self.weights = {name: _topic_weights(topics) for name, topics in self.topics.items()}

    def with_answers(
        self, topics: dict[str, list[Topic]], skills: dict[str, Skills]
    ) -> "Dialogues":
        """The same sentences, answered in another way."""
        other = copy.copy(self)
        other.topics, other.skills = topics, skills
        return other

    def with_options(self, options: DialogueOptions) -> "Dialogues":
        """The same topics and sentences, drawn in another way."""
        other = copy.copy(self)
        other.options = options
        return other

    def conversation(self, rng: random.Random) -> list[Turn]:
        """A random conversation of one to five turns, in the template."""
        exchanges, system = self.exchanges(rng)
        users, answers, names = zip(*exchanges, strict=True)
        turns = templated(list(users), list(answers), system)
        return [
            replace(turn, topic=self.numbers[name]) for turn, name in zip(turns, names, strict=True)
        ]

    def exchanges(self, rng: random.Random) -> tuple[list[tuple[str, str, TopicName]], str]:
        """What is said and answered in one to five turns, with the topics, and the system text."""
        weights = self.options.turn_weights
        language = "ko" if rng.random() < self.options.korean_share else "en"
        exchanges: list[tuple[str, str, TopicName]] = []
        for _ in range(rng.choices(range(1, len(weights) + 1), weights)[0]):
            if exchanges and rng.random() < self.options.switch_share:
                language = "ko" if language == "en" else "en"
            user, answer, name = self._exchange(language, rng)
            exchanges.append((user, answer, (language, name)))
        return exchanges, self._system(language, rng)

    def _exchange(self, language: str, rng: random.Random) -> tuple[str, str, str]:
        """What a person says, a right answer, and the name of what is wanted."""
        if rng.random() < self.options.skill_share:
            return self._grounded(language, rng)
        topic, user = self.question(language, rng)
        if rng.random() < self.options.stray_facts_share:
            user = with_facts(self.skills[language].stray_facts(rng), user)
        return user, rng.choice(topic.answer), topic.name

    def _grounded(self, language: str, rng: random.Random) -> tuple[str, str, str]:
        """The same for a turn that is answered from the prompt."""
        while True:
            turn = self.skills[language].draw(rng)
            if not is_held_out(turn.user):
                break
        user = turn.user
        if turn.facts and rng.random() >= self.options.plain_share:
            user = as_typed(user, language, rng)
        return with_facts(turn.facts, user), turn.answer, f"skill.{turn.skill}"

    def question(self, language: str, rng: random.Random) -> tuple[Topic, str]:
        """A random topic and what a person says on it."""
        topic = rng.choices(self.topics[language], self.weights[language])[0]
        return topic, self._user(language, topic, rng)

    def _load(self, language: str) -> None:
        """Reads the topics of a language and splits their sentences."""
        topics = [
            topic
            for topic in load_topics(TEXT / f"topics_{language}.toml")
            if topic.family not in SKILLED_FAMILIES
        ]
        folder = self.options.everyday_folder
        read = english_utterances if language == "en" else korean_sentences
        everyday = read(folder)
        self.topics[language] = topics
        seen: set[str] = set()
        for topic in topics:
            asked = [text for text in topic.questions() if text not in seen]
            seen.update(asked)
            kept = [text for text in asked if is_held_out(text)]
            self.questions[language, topic.name] = [text for text in asked if text not in kept]
            self.held_out += [Exchange(language, topic.name, text, topic.answer) for text in kept]
            self.everyday[language, topic.name] = [
                text for text in everyday.get(topic.name, []) if not is_held_out(text)
            ]

    def _user(self, language: str, topic: Topic, rng: random.Random) -> str:
        """What a person says on a topic."""
        everyday = self.everyday[language, topic.name]
        share = self.options.everyday_share * (2 if topic.name == "unclear" else 1)
        use_everyday = everyday and rng.random() < share
        user = rng.choice(everyday if use_everyday else self.questions[language, topic.name])
        user = with_address(user, language, rng)
        if topic.family not in EXACT_FAMILIES:
            user = as_heard(user, rng)
        if rng.random() >= self.options.plain_share:
            user = as_typed(user, language, rng)
        return user

    def _system(self, language: str, rng: random.Random) -> str:
        """The robot's own system text for most conversations, another or none for the rest."""
        if rng.random() >= self.options.system_share:
            return ""
        if rng.random() < self.options.own_system_share:
            return SYSTEM[language]
        return rng.choice(OTHER_SYSTEMS[language])


def _topic_weights(topics: list[Topic]) -> list[float]:
    """The weight of a family, shared among its topics."""
    counts: dict[str, int] = {}
    for topic in topics:
        counts[topic.family] = counts.get(topic.family, 0) + 1
    return [FAMILY_WEIGHTS.get(topic.family, 1.0) / counts[topic.family] for topic in topics]
